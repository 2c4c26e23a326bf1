"""The built wheel, installed into an empty environment, serves the example catalogue."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # Without isolation: the build needs no network.
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def pivi(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `pivi` of an environment that holds the wheel and nothing of this checkout."""
    environment = tmp_path_factory.mktemp("environment")
    # The installer is lent too: to install one takes longer than all the rest.
    venv.create(environment)
    into = ["--python", str(environment / "bin" / "python")]
    subprocess.run(
        [sys.executable, "-m", "pip", *into, "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
    )
    (packages,) = environment.glob("lib/python*/site-packages")
    # The dependencies are lent by this environment, as a path: its editable install of Pivi is not.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return environment / "bin" / "pivi"


@pytest.fixture(scope="module")
def server(pivi: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    empty = tmp_path_factory.mktemp("anywhere")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIVI_", "PYTHON"))
    }
    process = subprocess.Popen(
        [str(pivi), "serve", "--example", "--data", "katalog", "--port", "0"],
        cwd=empty,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "http://127.0.0.1:" in line and "Pivi visas" in line:
                yield int(line.split("http://127.0.0.1:")[1].split("/")[0])
                break
        else:
            pytest.fail("".join(said))
    finally:
        process.terminate()
        process.wait()


def test_the_wheel_holds_the_knowledge_and_nothing_of_the_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for expected in (
        "catalogue/packaged/ontology/pivi.ttl",
        "catalogue/packaged/vocab/omrade.ttl",
        "catalogue/packaged/shapes/initiative.ttl",
        "catalogue/example/aktorer.ttl",
        "catalogue/questions/01-omraden.rq",
        "app/texts/sparql.en.md",
        "app/templates/layout.html",
    ):
        assert expected in names
    assert not [name for name in names if name.startswith(("tests", "docs", "tools"))]


@pytest.mark.parametrize(
    "path",
    ["/", "/sok?q=missbruk", "/en/", "/insats/7k3f", "/begrepp/omrade/halsa", "/ns", "/sparql/exempel"],
)
def test_the_installed_wheel_serves_the_example_catalogue(server: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server, timeout=300)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    assert answer.status == 200
    assert "Exempeldata" in body or "Example" in body
