"""`pivi serve`: the web site, and the one that keeps the projections up with the journal."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from catalogue.settings import Settings


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Katalog för journalen. (PIVI_DATA)")
@click.option("--host", help="Adress att lyssna på. (PIVI_HOST)")
@click.option("--port", type=click.IntRange(0, 65535), help="Port att lyssna på. (PIVI_PORT)")
@click.option("--example", is_flag=True, help="Läs in exempelkatalogen om datakatalogen är tom.")
def serve(data: Path | None, host: str | None, port: int | None, example: bool) -> None:
    """Visa katalogen på webben."""
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
