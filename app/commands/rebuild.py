"""`pivi rebuild`: throw away what is made from the journal, and make it again."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.following import showing, tell
from app.commands.installation import data_option, require, settings_of
from app.commands.speaking import SpokenCommand
from catalogue.applier import rebuild as rebuild_projections
from catalogue.errors import N_


@click.command(
    cls=SpokenCommand,
    help=N_("Bygg om databas och sökindex ur journalen, också medan servern är i gång."),
)
@data_option
def rebuild(data: Path | None) -> None:
    settings = settings_of(data)
    require(settings)
    with showing(settings) as shown:
        rebuild_projections(settings, shown)
    tell(settings, N_("Databas och sökindex är ombyggda ur journalen."))
