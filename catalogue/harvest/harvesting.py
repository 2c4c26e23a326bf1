"""One harvest of one source: fetched, parsed, judged leniently, compared with what is here, published."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from catalogue.errors import N_, Busy, CatalogueError
from catalogue.harvest import runs
from catalogue.harvest.configuring import Source
from catalogue.harvest.gathering import Departure, Gathered
from catalogue.harvest.incoming import Incoming, said_of
from catalogue.harvest.leniency import keeps_out
from catalogue.harvest.mapping import Translation, concept_paths, how_to_map, unknown_concept
from catalogue.harvest.profiles import GATHERERS
from catalogue.harvest.reasons import publishable
from catalogue.harvest.runs import Outcome, Run
from catalogue.intake import Progress, stored
from catalogue.journal import Journal, NewRevision, Revision, Standing, State
from catalogue.layout import Layout, fingerprint
from catalogue.loading import LoadLimits, parsed
from catalogue.locking import DataLock
from catalogue.origins import of_source
from catalogue.packaged import append_packaged
from catalogue.settings import Settings
from catalogue.shapes import Shapes
from catalogue.spool import Note
from catalogue.validation import validate

READING = N_("Läser filerna")
VALIDATING = N_("Granskar posterna")

# When more than this share of a source's records has vanished it is an accident, few of many aside.
_VANISHED = 0.3
_FEW = 3
_BY = "pivi harvest"
# In the data directory: the lock of whoever harvests, and how the names of directories of fetched files begin.
_LOCK, _FETCHED = "harvest.lock", "harvest-"
_GONE = N_("Posten finns inte längre hos källan.")


class HarvestGoesOn(Busy):
    """Another process harvests into the same data directory."""


def harvest(
    source: Source,
    settings: Settings,
    *,
    accept: bool = False,
    on_progress: Progress = lambda stage, done, total: None,
) -> Run:
    """Bring what a source publishes here, in one transaction, and withdraw what it has taken away.

    `accept` lets it take away as much as it likes. Never raises for what the source does: then the run
    says what was wrong, and nothing has changed. Returns when the revisions are durable. Raises
    HarvestGoesOn while another process harvests here, whatever its source.
    """
    layout = Layout(settings.data)
    lock = DataLock.take(settings.data, _LOCK)
    if lock is None:
        raise HarvestGoesOn(
            N_(
                "En annan skörd pågår redan i %(directory)s, så %(source)s hämtas inte nu. Försök igen när den är klar; "
                "pivi harvest --report visar hur det går."
            ),
            directory=settings.data,
            source=source.name,
        )
    with lock:
        _remove_abandoned(settings.data)
        return _harvested(source, settings, layout.open_journal(), on_progress, accept=accept)


def _harvested(
    source: Source, settings: Settings, journal: Journal, on_progress: Progress, *, accept: bool
) -> Run:
    try:
        # What the records point at is the vocabularies above all: they must be there.
        append_packaged(journal, settings.base)
        known = runs.latest(journal.database, source=source.name)
        number, run = runs.begin(journal.database, source.name)
        try:
            run = _Harvest(source, settings, journal, run, on_progress).done(known, accept=accept)
        except CatalogueError as error:
            trouble = Note(error.sentence, error.params)
            run = replace(run, outcome=Outcome.FAILED, trouble=trouble)
        return runs.end(journal.database, number, run)
    finally:
        journal.close()


def _remove_abandoned(directory: Path) -> None:
    """Remove what harvests that were killed have fetched; there is no other now."""
    for path in directory.glob(f"{_FETCHED}*"):
        shutil.rmtree(path, ignore_errors=True)


class _Harvest:
    def __init__(
        self, source: Source, settings: Settings, journal: Journal, run: Run, on_progress: Progress
    ) -> None:
        self._source = source
        self._settings = settings
        self._journal = journal
        self._run = run
        self._tell = on_progress
        self._shapes = Shapes.load()
        self._translation = Translation(source.mapping)
        self._concept_paths = concept_paths(self._shapes)
        self._unknown: set[str] = set()
        self._origin = of_source(source.name)
        self._rules = _rules(source)

    def done(self, known: list[Run], *, accept: bool) -> Run:
        last = next((run for run in known if run.outcome in (Outcome.DONE, Outcome.UNCHANGED)), None)
        before = last.seen if last and self._still_holds(last) else {}
        with tempfile.TemporaryDirectory(prefix=_FETCHED, dir=Layout(self._settings.data).data) as name:
            gather = GATHERERS[self._source.profile]
            gathered = gather(self._source, self._settings, Path(name), before, self._tell)
            if gathered is None:
                return replace(self._run, outcome=Outcome.UNCHANGED, seen=last.seen if last else {})
            seen = {**gathered.seen, "rules": self._rules, "hidden": before.get("hidden", [])}
            self._unknown.update(before.get("unknown", ()))
            run = replace(self._run, seen=seen, reported=gathered.reported)
            return self._taken_in(gathered, run, accept=accept)

    def _still_holds(self, last: Run) -> bool:
        """Whether what a run has seen tells what need not be read again.

        Not when other rules hold now, nor when a record was hidden here then and is shown again: what has
        become of it at the source since is to be found out. Nor when a concept that kept records out is here now.
        """
        standing = self._journal.standing([*last.seen.get("hidden", ()), *last.seen.get("unknown", ())])
        return last.seen.get("rules") == self._rules and all(
            each.state != "published" for each in standing.values()
        )

    def _taken_in(self, gathered: Gathered, run: Run, *, accept: bool) -> Run:
        with parsed(
            [str(path) for path in gathered.files],
            names=gathered.names,
            installation=self._source.space,
            types=self._translation.types(self._shapes.record_types()),
            directory=Layout(self._settings.data).data,
            limits=LoadLimits.of(self._settings),
            quarantine=True,
            on_progress=lambda done, total: self._tell(READING, done, total),
        ) as spool:
            quarantined = {
                iri: note for iri, note in spool.quarantined() if iri.startswith(self._source.space)
            }
            theirs = [iri for iri in spool if iri.startswith(self._source.space) and iri not in quarantined]
            here = self._here(gathered)
            gone = self._journal.current_of(
                iri
                for iri in here
                if (gathered.whole or iri in gathered.departed)
                and iri not in quarantined
                and spool.type_of(iri) is None
            )
            taken = [
                each
                for iri, revision in gone.items()
                if (each := self._withdrawn(revision, gathered.departed.get(iri))) is not None
            ]
            shown = sum(now.state == "published" for now in here.values())
            vanished = sum(gone[each.iri].published for each in taken)
            run = replace(run, read=len(theirs) + len(quarantined), withdrawn=vanished)
            if not accept and _is_accident(vanished, shown):
                return replace(
                    run, outcome=Outcome.STOPPED, withdrawn=0, trouble=self._accident(vanished, shown)
                )
            current = self._journal.standing(theirs)
            standing = {iri: (now.state, now.origin) for iri, now in gone.items()} | {
                iri: (now.state, now.origin) for iri, now in current.items()
            }
            hidden = {
                iri
                for iri, (state, origin) in standing.items()
                if state != "published" and origin != self._origin
            }
            run = replace(
                run,
                kept_away=len(hidden & current.keys()),
                seen={**run.seen, "hidden": sorted(hidden.union(run.seen["hidden"]))},
            )
            following = {each: gone[each.iri].seq for each in taken}
            incoming = Incoming(spool, theirs, self._translation)
            differing = incoming.differing(self._journal, current, self._source, hidden)
            return self._published(differing, current, quarantined, following, run)

    def _published(
        self,
        differing: Incoming,
        current: Mapping[str, Standing],
        quarantined: dict[str, Note],
        withdrawn: Mapping[NewRevision, int],
        run: Run,
    ) -> Run:
        """`current` is how the records are here; `withdrawn` gives with each revision the number of the one before."""
        warnings = self._judge(differing, quarantined)
        new = [iri for iri in differing if iri not in quarantined]
        revisions = (
            NewRevision(
                iri,
                differing.type(iri),
                said_of(differing[iri], iri, self._source, run.began),
                _BY,
                self._origin,
            )
            for iri in new
        )
        seen_last = {iri: current[iri].seq if iri in current else 0 for iri in new}
        expect = seen_last | {each.iri: seq for each, seq in withdrawn.items()}
        numbers = self._journal.append(chain(revisions, withdrawn), expect=expect) if expect else range(0)
        fresh = sum(iri not in current or current[iri].state != "published" for iri in new)
        return replace(
            run,
            outcome=Outcome.DONE,
            new=fresh,
            changed=len(new) - fresh,
            warnings=warnings,
            bad=len(quarantined),
            quarantined=tuple(quarantined.items()),
            reported=(*run.reported, *self._translation.notes()),
            seen={**run.seen, "unknown": sorted(self._unknown)},
            last=numbers[-1] if numbers else 0,
        )

    def _withdrawn(self, now: Revision, departure: Departure | None) -> NewRevision | None:
        """What takes a record away, saying what the source says; None when it is away so, or by somebody here."""
        if not now.published and (departure is None or now.origin != self._origin):
            return None
        departure = departure or Departure()
        # What it points at must be an address that the source speaks for.
        successors = tuple(
            each for each in departure.successors if each != now.iri and each.startswith(self._source.space)
        )
        state: State = "replaced" if successors else "withdrawn"
        reason = publishable(departure.reason, self._shapes) or (None if successors else _GONE)
        if (now.state, now.reason, now.successors) == (state, reason, successors):
            return None
        return NewRevision(now.iri, now.type, b"", _BY, self._origin, state, reason, successors)

    def _here(self, gathered: Gathered) -> dict[str, Standing]:
        """How every record stands that has come from this source; none where none can have gone."""
        if not gathered.whole and not gathered.departed:
            return {}
        return self._journal.standing(self._journal.last_hashes(self._origin))

    def _judge(self, records: Mapping[str, bytes], quarantined: dict[str, Note]) -> int:
        """Put what breaks a rule into quarantine; returns the number of warnings."""
        report = validate(
            records,
            lookup=stored(self._journal, self._shapes),
            shapes=self._shapes,
            on_progress=lambda done, total: self._tell(VALIDATING, done, total),
        )
        warnings = 0
        for result in report.results:
            concept = unknown_concept(result, self._concept_paths, self._source.space)
            if concept is not None:
                self._unknown.add(concept)
                quarantined.setdefault(result.record, how_to_map(result, concept, self._source.mapping))
            elif keeps_out(result):
                quarantined.setdefault(result.record, Note("%(message)s", {"message": result.message["sv"]}))
            else:
                warnings += 1
        return warnings

    def _accident(self, gone: int, shown: int) -> Note:
        sentence = N_(
            "%(gone)s av %(shown)s poster från %(source)s finns inte längre hos källan. Det ser ut som ett fel där, så "
            "inget har ändrats. Fråga källan; är det rätt, kör pivi harvest %(source)s --accept."
        )
        return Note(sentence, {"gone": gone, "shown": shown, "source": self._source.name})


def _is_accident(gone: int, shown: int) -> bool:
    return gone > 0 and (gone == shown or (gone > _FEW and gone > _VANISHED * shown))


def _rules(source: Source) -> str:
    """What decides, beside the files, what a harvest makes of them."""
    return f"{fingerprint()} {source!r}"
