"""`pivi harvest`: bring what another installation publishes here, and tell how it went."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from app.commands.following import showing, stages, tell
from app.commands.installation import data_option, settings_of
from app.commands.likely import tell_likely
from app.commands.speaking import SpokenCommand
from app.translating import phrase
from catalogue.applier import wait_until_applied
from catalogue.errors import N_
from catalogue.harvest import runs
from catalogue.harvest.configuring import Source, sources
from catalogue.harvest.configuring import source as configured
from catalogue.harvest.harvesting import harvest as harvest_source
from catalogue.harvest.likeness import keep_up
from catalogue.harvest.runs import Outcome, Run
from catalogue.harvest.schedule import Turn, interval_of, turns
from catalogue.layout import Layout
from catalogue.settings import Settings
from catalogue.spool import Note

_TOLD = 100
# A terminal obeys some of these; a source has nothing to order there.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NONE = N_("Det finns inga källor. De står i filen som PIVI_SOURCES anger.")
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
        "Med --all hämtas alla, med --due de som det är dags för. Med --report visas hur de senaste hämtningarna gick och "
        "när det är dags igen, och inget hämtas."
    ),
)
@click.argument("name", metavar=N_("[KÄLLA]"), required=False)
@click.option("--all", "every", is_flag=True, help=N_("Hämta alla källor, en i taget."))
@click.option(
    "--due", is_flag=True, help=N_("Hämta de källor som det är dags för enligt deras dct:accrualPeriodicity.")
)
@click.option(
    "--report", is_flag=True, help=N_("Visa hur de senaste hämtningarna gick och när det är dags igen.")
)
@click.option(
    "--accept", is_flag=True, help=N_("Ta bort poster här även om en stor del har försvunnit hos källan.")
)
@click.option("--quiet", is_flag=True, help=N_("Skriv bara om något är fel."))
@data_option
def harvest(
    name: str | None, every: bool, due: bool, report: bool, accept: bool, quiet: bool, data: Path | None
) -> None:
    settings = settings_of(data)
    if sum((name is not None, every, due)) > 1 or (report and (every or due)):
        sentence = N_("Ange bara en av KÄLLA, --all och --due. Till --report går det att ange en KÄLLA.")
        raise click.UsageError(phrase(sentence, settings.language))
    if report:
        _report(settings, name)
        return
    if name is not None:
        trouble = _harvested(settings, configured(settings, name), accept=accept, quiet=quiet)
        keep_up(settings)
        if trouble is not None:
            raise click.ClickException(trouble)
        return
    known = sources(settings)
    if not every and not due:
        sentence = N_("Ange vilken källa som ska hämtas (%(known)s), eller --all för alla.")
        raise click.UsageError(
            phrase(sentence, settings.language) % {"known": ", ".join(sorted(known)) or "–"}
        )
    chosen = list(known.values()) if every else _due(settings, known.values())
    if not chosen and not quiet:
        tell(
            settings,
            N_("Det är inte dags för någon källa. När det är det visas med --report.") if known else _NONE,
        )
    failed = 0
    for each in chosen:
        trouble = _harvested(settings, each, accept=accept, quiet=quiet)
        if trouble is not None:
            failed += 1
            click.echo(f"{each.name}: {trouble}", err=True)
    if chosen:
        keep_up(settings)
    if failed:
        sentence = N_("%(failed)s av %(count)s källor gick inte att hämta.")
        raise click.ClickException(
            phrase(sentence, settings.language) % {"failed": failed, "count": len(chosen)}
        )


def _due(settings: Settings, known: Iterable[Source]) -> list[Source]:
    """The sources whose turn has come, the one that has waited longest first."""
    now = datetime.now(UTC)
    return [each.source for each in _turns(settings, known, now) if each.at <= now]


def _turns(settings: Settings, known: Iterable[Source], now: datetime) -> list[Turn]:
    journal = Layout(settings.data).open_journal()
    try:
        return turns(known, journal.database, settings.base, now)
    finally:
        journal.close()


def _harvested(settings: Settings, found: Source, *, accept: bool, quiet: bool) -> str | None:
    """Harvest a source and tell how it went; returns what went wrong, if something did."""
    with stages(settings, quiet=quiet) as on_progress:
        run = harvest_source(found, settings, accept=accept, on_progress=on_progress)
    if run.last and quiet:
        wait_until_applied(settings, run.last)
    elif run.last:
        with showing(settings) as shown:
            wait_until_applied(settings, run.last, shown)
    if run.trouble is not None and run.outcome in _FAILED:
        return _said(settings, run.trouble)
    if not quiet:
        _tell(settings, run)
    return None


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
    found = [each for each in sources(settings).values() if name in (None, each.name)]
    now = datetime.now(UTC)
    for turn in _turns(settings, found, now):
        sentence = (
            N_("%(source)s hämtas nästa gång %(at)s UTC.")
            if turn.at > now
            else N_("%(source)s ska hämtas nu.")
        )
        tell(settings, sentence, source=turn.source.name, at=f"{turn.at:%Y-%m-%d %H:%M}")
    for each in found:
        if interval_of(each) is None:
            tell(settings, N_("%(source)s hämtas bara med pivi harvest %(source)s."), source=each.name)
    tell_likely(settings, name)


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
    return _UNSEEN.sub(" ", phrase(note.sentence, settings.language) % note.params)
