"""How a source's own concepts, classes and properties are told in ours, as its operator says in SKOS and OWL."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from catalogue.errors import N_, InvalidInput
from catalogue.namespaces import OWL, PIVIS, SHARED, SKOS
from catalogue.reports import Result
from catalogue.shapes import RecordType, Shapes
from catalogue.spool import Note
from catalogue.turtle import canonical_lines

# Which of ours is meant: the same, nearly the same, a broader one, or the same class or property.
_MEANS = {
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.broadMatch,
    OWL.equivalentClass,
    OWL.equivalentProperty,
}

# IRIs of the source, each with those of ours that stand for it here; sorted.
Table = tuple[tuple[str, tuple[str, ...]], ...]


def read_file(path: Path) -> list[Triple]:
    """The triples of an operator's Turtle file. Raises InvalidInput that names what is wrong with it."""
    try:
        return [quad.triple for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)]
    except OSError as error:
        raise InvalidInput(
            N_(
                "harvest:mapping anger %(file)s, som inte går att läsa (%(reason)s). Sökvägen räknas från källfilen; "
                "rätta den."
            ),
            file=path,
            reason=error.strerror,
        ) from error
    except SyntaxError as error:
        raise InvalidInput(
            N_("%(file)s går inte att läsa som Turtle: %(reason)s."), file=path.name, reason=error.msg
        ) from error


def table(triples: Iterable[Triple], base: str, file: str) -> Table:
    """What the triples say that theirs are in ours. Raises InvalidInput for one that is the wrong way around."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in triples:
        if each.predicate not in _MEANS:
            continue
        if not isinstance(each.subject, NamedNode) or not isinstance(each.object, NamedNode):
            continue
        # One that all installations share may be newer than this one, and stand for another of ours.
        if each.subject.value.startswith((base, SHARED)) and not each.object.value.startswith((base, SHARED)):
            raise InvalidInput(
                N_(
                    "%(file)s: %(ours)s står först i en översättning, men det är vårt eget. Skriv källans begrepp först: "
                    "<%(theirs)s> skos:exactMatch <%(ours)s>."
                ),
                file=file,
                ours=each.subject.value,
                theirs=each.object.value,
            )
        found[each.subject.value].add(each.object.value)
    return tuple(sorted((theirs, tuple(sorted(ours))) for theirs, ours in found.items()))


class Translation:
    """Tells records in our terms, and counts what it has replaced."""

    def __init__(self, table: Table) -> None:
        self._ours = {
            f"<{theirs}>".encode(): [f"<{each}>".encode() for each in ours] for theirs, ours in table
        }
        self._classes = dict(table)
        self._used: Counter[bytes] = Counter()

    def types(self, known: Iterable[RecordType]) -> list[RecordType]:
        """The classes of records, and what the source calls them."""
        by_iri = {each.iri: each for each in known}
        theirs = (
            dataclasses.replace(by_iri[each], iri=iri)
            for iri, ours in self._classes.items()
            for each in ours[:1]
            if each in by_iri
        )
        return [*by_iri.values(), *theirs]

    def type(self, iri: str) -> str:
        """Our class for one that `types` names."""
        return self._classes.get(iri, (iri,))[0]

    def record(self, content: bytes) -> bytes:
        """A record, canonical N-Triples, with ours in place of theirs; never where they are what is told of."""
        if not self._ours:
            return content
        lines: list[bytes] = []
        for line in content.splitlines(keepends=True):
            subject, predicate, rest = line.split(b" ", 2)
            value = rest[: -len(b" .\n")]
            if predicate not in self._ours and value not in self._ours:
                lines.append(line)
                continue
            lines += [
                b"%b %b %b .\n" % (subject, said, meant)
                for said in self._ours.get(predicate, [predicate])
                for meant in self._ours.get(value, [value])
            ]
        return canonical_lines(b"".join(lines))

    def count(self, content: bytes) -> None:
        """Count what `record` replaces in a record, for the notes."""
        if not self._ours:
            return
        for line in content.splitlines():
            _, predicate, rest = line.split(b" ", 2)
            value = rest[: -len(b" .")]
            self._used.update(each for each in (predicate, value) if each in self._ours)

    def notes(self) -> tuple[Note, ...]:
        """What was replaced, the most frequent first."""
        return tuple(
            Note(
                N_("%(theirs)s lästes in som %(ours)s. Antal: %(count)s."),
                {
                    "theirs": theirs.decode()[1:-1],
                    "ours": ", ".join(each.decode()[1:-1] for each in self._ours[theirs]),
                    "count": count,
                },
            )
            for theirs, count in sorted(self._used.items(), key=lambda each: (-each[1], each[0]))
        )


def concept_paths(shapes: Shapes) -> frozenset[str]:
    """The properties whose values are concepts, whatever has them."""
    fields = [field for type in shapes.types for field in shapes.form(type).properties]
    concepts = [each for each in fields if each.scheme or each.target_class == SKOS.Concept.value]
    return frozenset(each.path for each in concepts) - {each.path for each in fields if each not in concepts}


def unknown_concept(result: Result, paths: frozenset[str], space: str) -> str | None:
    """The concept, of none of the source's own, that is missing here according to a result of a validation."""
    missing = result.component == PIVIS.ExistingTarget.value and result.path in paths
    value = result.value
    return (
        value.value
        if missing and isinstance(value, NamedNode) and not value.value.startswith(space)
        else None
    )


def how_to_map(result: Result, concept: str, table: Table) -> Note:
    """Why a record that names an unknown concept is kept out, and what the operator can do."""
    if any(concept in ours for _, ours in table):
        sentence = N_(
            "%(field)s blir enligt harvest:mapping %(concept)s, som inte finns här. Ange ett begrepp som finns; de står på "
            "sidan /begrepp/."
        )
    elif concept.startswith(SHARED):
        sentence = N_(
            "%(field)s är %(concept)s, som är gemensamt men inte finns i den här versionen av Pivi. Uppgradera, eller lägg "
            "till <%(concept)s> skos:closeMatch och ett begrepp som finns här i källans harvest:mapping."
        )
    else:
        sentence = N_(
            "%(field)s är begreppet %(concept)s, som inte finns här. Säg vilket av våra det motsvarar: lägg till "
            "<%(concept)s> skos:exactMatch och vårt begrepp i källans harvest:mapping."
        )
    return Note(sentence, {"field": result.field.sv, "concept": concept})
