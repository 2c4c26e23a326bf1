"""The log of faults: what happened and where, never what a visitor wrote."""

from __future__ import annotations

import json

import pytest
import structlog

from app import logs


def test_a_fault_is_logged_without_the_values_of_variables(capfd: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        logs.install()
        words = "hemligtord"

        def fails(_query: str) -> None:
            raise RuntimeError("it broke")

        try:
            fails(words)
        except RuntimeError as error:
            structlog.get_logger().error("fault", exc_info=error)
    finally:
        structlog.configure(**before)
    line = capfd.readouterr().err.splitlines()[-1]
    assert json.loads(line)["exception"][0]["exc_value"] == "it broke"
    assert "hemligtord" not in line
