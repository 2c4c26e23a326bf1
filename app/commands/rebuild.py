"""`pivi rebuild`: throw away what is made from the journal, and make it again."""

from __future__ import annotations

import click

from app.commands.following import showing, tell
from catalogue.applier import rebuild as rebuild_projections
from catalogue.errors import N_
from catalogue.settings import Settings


@click.command()
def rebuild() -> None:
    """Bygg om databas och sökindex ur journalen, också medan servern är i gång."""
    settings = Settings.from_environment()
    with showing(settings) as shown:
        rebuild_projections(settings, shown)
    tell(settings, N_("Databas och sökindex är ombyggda ur journalen."))
