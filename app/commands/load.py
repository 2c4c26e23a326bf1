"""`pivi load`: publish the records of RDF files, all of them or none."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.commands.following import showing, stages, tell
from app.commands.formats import FormatName
from app.commands.installation import data_option, settings_of
from app.commands.speaking import SpokenCommand
from app.translating import phrase
from catalogue.applier import wait_until_applied
from catalogue.errors import N_
from catalogue.formats import by_extension
from catalogue.intake import Outcome
from catalogue.intake import load as load_files
from catalogue.settings import Settings

# A report on thousands of results helps nobody on a terminal; `pivi validate` tells them all.
_TOLD = 100


@click.command(
    cls=SpokenCommand,
    help=N_(
        "Publicera posterna i FIL…, alla eller inga. Filerna är Turtle, N-Triples, RDF/XML, JSON-LD, TriG eller N-Quads, packade med gzip eller inte; - är standard in."
    ),
)
@click.argument("files", nargs=-1, required=True, metavar=N_("FIL…"))
@click.option("--base", metavar="IRI", help=N_("Vad relativa IRI:er i filerna räknas från."))
@click.option(
    "--format",
    "extension",
    type=FormatName(),
    help=N_("Filernas format, om namnen inte säger det."),
)
@click.option("--trusted", is_flag=True, help=N_("Granska inte posterna mot reglerna."))
@click.option("--quiet", is_flag=True, help=N_("Skriv bara om något är fel."))
@data_option
def load(
    files: tuple[str, ...],
    base: str | None,
    extension: str | None,
    trusted: bool,
    quiet: bool,
    data: Path | None,
) -> None:
    settings = settings_of(data)
    with stages(settings, quiet=quiet) as on_progress:
        outcome = load_files(
            files,
            settings,
            trusted=trusted,
            base=base,
            format=by_extension(extension) if extension else None,
            standard_input=sys.stdin.buffer,
            on_progress=on_progress,
        )
    _report(outcome, settings, quiet=quiet)
    if outcome.published:
        if quiet:
            wait_until_applied(settings, outcome.published[-1])
        else:
            with showing(settings) as shown:
                wait_until_applied(settings, outcome.published[-1], shown)
    if not quiet:
        tell(
            settings,
            N_(
                "%(records)s poster lästes (%(triples)s tripplar): %(published)s nya eller ändrade publicerades, "
                "%(unchanged)s var oförändrade."
            ),
            records=outcome.records,
            triples=outcome.triples,
            published=len(outcome.published),
            unchanged=outcome.unchanged,
        )


def _report(outcome: Outcome, settings: Settings, *, quiet: bool) -> None:
    """Tell what the load found; end here when it was refused."""
    if not quiet:
        for note in outcome.notes:
            click.echo(phrase(note.sentence, settings.language) % note.params, err=True)
    if outcome.report is None or (not outcome.report.results) or (quiet and not outcome.refused):
        return
    click.echo(outcome.report.text(settings.language, limit=_TOLD), err=True)
    if outcome.refused:
        sentence = N_(
            "Inget har ändrats. Rätta felen och läs in igen; pivi validate granskar utan att läsa in."
        )
        raise click.ClickException(phrase(sentence, settings.language))
