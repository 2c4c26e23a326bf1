"""`pivi validate`: judge files, or what is published, by the shapes, and change nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.commands.following import stages
from app.commands.formats import FormatName
from app.commands.installation import data_option, require, settings_of
from app.commands.speaking import SpokenCommand
from catalogue.errors import N_
from catalogue.formats import by_extension
from catalogue.reports import Report
from catalogue.review import review_files, review_published
from catalogue.turtle import serialise

_TEXT = "text"


@click.command(
    cls=SpokenCommand,
    help=N_(
        "Granska posterna i FIL…, eller utan filer allt som är publicerat, mot reglerna. Inget ändras. Slutar med 1 om något måste rättas innan det kan publiceras."
    ),
)
@click.argument("files", nargs=-1, metavar=N_("[FIL…]"))
@click.option("--base", metavar="IRI", help=N_("Vad relativa IRI:er i filerna räknas från."))
@click.option(
    "--format",
    "report_format",
    type=FormatName(beside=[_TEXT]),
    default=_TEXT,
    show_default=True,
    help=N_("Hur rapporten skrivs: som text, eller som SHACL-rapport i ett RDF-format."),
)
@click.option(
    "--input-format",
    "extension",
    type=FormatName(),
    help=N_("Filernas format, om namnen inte säger det."),
)
@click.option("--quiet", is_flag=True, help=N_("Visa inte hur långt granskningen har kommit."))
@data_option
def validate(
    files: tuple[str, ...],
    base: str | None,
    report_format: str,
    extension: str | None,
    quiet: bool,
    data: Path | None,
) -> None:
    settings = settings_of(data)
    with stages(settings, quiet=quiet) as on_progress:
        if files:
            report = review_files(
                files,
                settings,
                base=base,
                format=by_extension(extension) if extension else None,
                standard_input=sys.stdin.buffer,
                on_progress=on_progress,
            )
        else:
            require(settings)
            report = review_published(settings, on_progress=on_progress)
    _write(report, report_format, settings.language)
    if not report.conforms:
        sys.exit(1)


def _write(report: Report, report_format: str, language: str) -> None:
    format = by_extension(report_format)
    if format is None:
        click.echo(report.text(language))
    else:
        click.echo(serialise(report.graph(), format), nl=False)
