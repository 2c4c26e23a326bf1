"""`pivi harvest`: bring what another installation publishes here, and tell how it went."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.following import showing, stages, tell
from app.commands.installation import data_option, settings_of
from app.commands.speaking import SpokenCommand
from app.translating import phrase
from catalogue.applier import wait_until_applied
from catalogue.errors import N_
from catalogue.harvest import runs
from catalogue.harvest.configuring import source as configured
from catalogue.harvest.configuring import sources
from catalogue.harvest.harvesting import harvest as harvest_source
from catalogue.harvest.runs import Outcome, Run
from catalogue.layout import Layout
from catalogue.settings import Settings
from catalogue.spool import Note

_TOLD = 100
_FAILED = (Outcome.STOPPED, Outcome.FAILED)
_OUTCOMES = {
    Outcome.BEGUN: N_("pågår eller avbröts"),
    Outcome.DONE: N_("klar"),
    Outcome.UNCHANGED: N_("inget nytt"),
    Outcome.STOPPED: N_("stoppad"),
    Outcome.FAILED: N_("misslyckades"),
}


@click.command(
    cls=SpokenCommand,
    help=N_(
        "Hämta in det som KÄLLA publicerar: nytt, ändrat och borttaget. Källorna står i filen som PIVI_SOURCES anger. "
        "Med --report visas hur de senaste hämtningarna gick, och inget hämtas."
    ),
)
@click.argument("name", metavar=N_("[KÄLLA]"), required=False)
@click.option("--report", is_flag=True, help=N_("Visa hur de senaste hämtningarna gick."))
@click.option(
    "--accept", is_flag=True, help=N_("Ta bort poster här även om en stor del har försvunnit hos källan.")
)
@click.option("--quiet", is_flag=True, help=N_("Skriv bara om något är fel."))
@data_option
def harvest(name: str | None, report: bool, accept: bool, quiet: bool, data: Path | None) -> None:
    settings = settings_of(data)
    if report:
        _report(settings, name)
        return
    if name is None:
        known = ", ".join(sorted(sources(settings))) or "–"
        sentence = phrase(N_("Ange vilken källa som ska hämtas: %(known)s."), settings.language)
        raise click.UsageError(sentence % {"known": known})
    found = configured(settings, name)
    with stages(settings, quiet=quiet) as on_progress:
        run = harvest_source(found, settings, accept=accept, on_progress=on_progress)
    if run.last and quiet:
        wait_until_applied(settings, run.last)
    elif run.last:
        with showing(settings) as shown:
            wait_until_applied(settings, run.last, shown)
    if run.trouble is not None and run.outcome in _FAILED:
        raise click.ClickException(_said(settings, run.trouble))
    if not quiet:
        _tell(settings, run)


def _report(settings: Settings, name: str | None) -> None:
    journal = Layout(settings.data).open_journal()
    try:
        known = runs.latest(journal.database, source=name)
    finally:
        journal.close()
    if not known:
        tell(settings, N_("Ingen källa har hämtats än."))
    for run in known:
        click.echo(
            f"{run.began:%Y-%m-%d %H:%M:%S} UTC  {run.source}: {phrase(_OUTCOMES[run.outcome], settings.language)}"
        )
        if run.trouble is not None:
            click.echo(f"  {_said(settings, run.trouble)}")
        if run.outcome is Outcome.DONE:
            _tell(settings, run)


def _tell(settings: Settings, run: Run) -> None:
    if run.outcome is Outcome.UNCHANGED:
        tell(settings, N_("Inget har ändrats hos %(source)s sedan förra gången."), source=run.source)
        return
    tell(
        settings,
        N_(
            "%(read)s poster lästes från %(source)s: %(new)s nya, %(changed)s ändrade, %(withdrawn)s borttagna, "
            "%(unchanged)s oförändrade. %(bad)s släpptes inte in, och %(warnings)s brister godtogs."
        ),
        source=run.source,
        read=run.read,
        new=run.new,
        changed=run.changed,
        withdrawn=run.withdrawn,
        unchanged=run.unchanged,
        bad=run.bad,
        warnings=run.warnings,
    )
    if run.kept_away:
        tell(settings, N_("%(count)s visas inte, för de är dolda här."), count=run.kept_away)
    for iri, note in run.quarantined[:_TOLD]:
        click.echo(f"  {iri}: {_said(settings, note)}")
    for note in run.reported[:_TOLD]:
        click.echo(f"  {_said(settings, note)}")


def _said(settings: Settings, note: Note) -> str:
    return phrase(note.sentence, settings.language) % note.params
