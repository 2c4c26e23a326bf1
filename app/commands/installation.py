"""The option `--data`, which every command that opens an installation has."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from catalogue.errors import N_
from catalogue.settings import Settings

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help=N_("Katalog för journalen. (PIVI_DATA)")
)


def settings_of(data: Path | None) -> Settings:
    """The settings of the environment, with the data directory that was given, if one was."""
    settings = Settings.from_environment()
    return settings if data is None else dataclasses.replace(settings, data=data)
