"""`pivi serve`: the web site, and the one that keeps the projections up with the journal."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from app.commands.speaking import SpokenCommand
from catalogue.errors import N_
from catalogue.settings import Settings


@click.command(
    cls=SpokenCommand,
    help=N_("Visa katalogen på webben."),
)
@click.option("--data", type=click.Path(path_type=Path), help=N_("Katalog för journalen. (PIVI_DATA)"))
@click.option("--host", help=N_("Adress att lyssna på. (PIVI_HOST)"))
@click.option("--port", type=click.IntRange(0, 65535), help=N_("Port att lyssna på. (PIVI_PORT)"))
@click.option("--example", is_flag=True, help=N_("Läs in exempelkatalogen om datakatalogen är tom."))
def serve(data: Path | None, host: str | None, port: int | None, example: bool) -> None:
    settings = Settings.from_environment()
    settings = dataclasses.replace(
        settings,
        data=data or settings.data,
        host=host or settings.host,
        port=settings.port if port is None else port,
    )
    # Imported here: the other commands need no web server and start faster without.
    from app.server import run

    run(settings, example=example)
