"""`pivi generate`: a catalogue of any size to try things on."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from app.commands.formats import FormatName, written_as
from app.commands.speaking import SpokenCommand
from catalogue.errors import N_, InvalidInput
from catalogue.formats import N_TRIPLES, TURTLE
from catalogue.generator import generate as generated
from catalogue.generator import in_turtle
from catalogue.settings import Settings

_FORMATS = (N_TRIPLES, TURTLE)


@click.command(
    cls=SpokenCommand,
    help=N_(
        "Skriv N påhittade insatser med sina aktörer, att prova med. De är giltiga och kan läsas in med pivi load."
    ),
)
@click.argument("count", metavar="N", type=click.IntRange(0, 1_000_000))
@click.option(
    "--seed",
    type=click.IntRange(0, 100),
    default=1,
    show_default=True,
    help=N_("Samma tal ger samma katalog."),
)
@click.option(
    "--output", type=click.Path(path_type=Path), help=N_("Fil att skriva; packas om namnet slutar på .gz.")
)
@click.option(
    "--format",
    "extension",
    type=FormatName(_FORMATS),
    help=N_("Annars som filens namn säger, eller nt."),
)
def generate(count: int, seed: int, output: Path | None, extension: str | None) -> None:
    format = written_as(output, extension, offered=_FORMATS, command="pivi generate")
    records = generated(count, seed, Settings.from_environment().base)
    parts = in_turtle(records) if format is TURTLE else records
    with _target(output) as target:
        for part in parts:
            target.write(part)


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    """The file, packed or not, or standard output. Raises InvalidInput when the file cannot be written."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with output.open("wb") as file:
            if output.suffix != ".gz":
                yield file
                return
            # No name and no time in the header: the same seed gives the same bytes.
            packed = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0)
            with io.BufferedWriter(cast(io.RawIOBase, packed), 2**20) as buffered:
                yield cast(BinaryIO, buffered)
    except OSError as error:
        raise InvalidInput(
            N_("%(file)s går inte att skriva (%(reason)s). Ange en annan fil med --output."),
            file=output,
            reason=error.strerror or str(error),
        ) from error
