"""The option `--data`, which every command that opens an installation has, and what must be there for some."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from catalogue.errors import N_, InvalidInput
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.settings import Settings

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help=N_("Katalog för journalen. (PIVI_DATA)")
)


def settings_of(data: Path | None) -> Settings:
    """The settings of the environment, with the data directory that was given, if one was."""
    settings = Settings.from_environment()
    return settings if data is None else dataclasses.replace(settings, data=data)


def open_journal(settings: Settings) -> Journal:
    """The journal of an installation that there is; raises InvalidInput where there is none, see `require`."""
    require(settings)
    return Layout(settings.data).open_journal()


def require(settings: Settings) -> None:
    """Raises InvalidInput where nothing has been loaded or served: a mistyped directory is not made."""
    layout = Layout(settings.data)
    if any(each.exists() and not each.is_dir() for each in (settings.data, *settings.data.parents)):
        return  # to open it tells what is in the way
    if not layout.journal.exists() and not layout.generations():
        raise InvalidInput(
            N_("I %(directory)s finns ingen journal. Kontrollera --data och PIVI_DATA; inget har ändrats."),
            directory=settings.data,
        )
