"""`pivi dump`: everything that is published, in one file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.commands.formats import FormatName, written_as
from app.commands.installation import data_option, open_journal, settings_of
from app.commands.speaking import SpokenCommand
from catalogue.errors import N_, InvalidInput
from catalogue.export.dumps import FORMATS, Packed, Sink, own_records, write
from catalogue.shapes import Shapes


@click.command(
    cls=SpokenCommand,
    help=N_(
        "Skriv allt som är publicerat till en fil, eller till standard ut, också medan servern är i gång. Filen "
        "packas om namnet slutar på .gz och ersätts först när den är hel."
    ),
)
@click.option("--output", type=click.Path(path_type=Path), help=N_("Fil att skriva. Annars standard ut."))
@click.option(
    "--format",
    "extension",
    type=FormatName(FORMATS),
    help=N_("Annars som filens namn säger, eller nt."),
)
@data_option
def dump(output: Path | None, extension: str | None, data: Path | None) -> None:
    format = written_as(output, extension, offered=FORMATS, command="pivi dump")
    settings = settings_of(data)
    journal = open_journal(settings)
    try:
        with _target(output) as target:
            records = own_records(journal, Shapes.load(), base=settings.base, upto=journal.head())
            write(records, {format: target})
    finally:
        journal.close()


@contextmanager
def _target(output: Path | None) -> Iterator[Sink]:
    """Standard output, or a file that takes its name when it is whole. Raises InvalidInput when it cannot be written."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    beside = output.with_name(f".{output.name}.{os.getpid()}.new")
    try:
        if output.suffix == ".gz":
            with Packed(beside) as packed:
                yield packed
        else:
            with beside.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
        beside.replace(output)
    except OSError as error:
        raise InvalidInput(
            N_("%(file)s går inte att skriva (%(reason)s). Ange en annan fil med --output."),
            file=output,
            reason=error.strerror or str(error),
        ) from error
    finally:
        beside.unlink(missing_ok=True)
