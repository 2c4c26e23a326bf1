"""Generated actors: municipalities' own bodies, and the associations, companies and others around them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from catalogue.generator.chance import Chance, Weighted
from catalogue.generator.material import Material, Municipality
from catalogue.generator.writing import Writing, concept, ntriples, plain, predicate, ref, text, typed

# How actors are shared out, when each municipality has its first body.
_BODY_SHARE = 0.3
_KINDS = Weighted(
    [
        ("forening", 46),
        ("foretag", 12),
        ("region", 10),
        ("myndighet", 8),
        ("studieforbund", 8),
        ("trossamfund", 8),
        ("stiftelse", 5),
        ("larosate", 3),
    ]
)
_PUBLIC = {"kommun", "namnd", "forvaltning", "region", "myndighet", "larosate"}
_MUNICIPAL = {"kommun", "namnd", "forvaltning"}
_WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag")

_TYPE = predicate("rdf:type")
_ORGANISATION, _PUBLIC_ORGANISATION = predicate("pivi:Organisation"), predicate("cv:PublicOrganisation")


@dataclass(frozen=True)
class Actor:
    """An actor; `body` tells what a municipality's own body is for (social, skola …), else it is empty."""

    number: int
    iri: str
    name: str
    kind: str
    municipality: Municipality
    body: str = ""
    parent: str | None = None


class Actors:
    """The actors of one generated catalogue, findable by municipality."""

    def __init__(self, material: Material, chance: Chance, writing: Writing, count: int) -> None:
        self._material = material
        self._chance = chance
        self._writing = writing
        self._names: set[str] = set()
        self.made: list[Actor] = []
        self._bodies: dict[str, dict[str, Actor]] = defaultdict(dict)
        self._others: dict[str, dict[str, list[Actor]]] = defaultdict(lambda: defaultdict(list))
        chosen = self._chosen(min(len(material.municipalities), max(1, count * 2 // 5)))
        self.municipalities = Weighted([(each, each.weight) for each in chosen])
        for municipality in chosen:
            self._add_body(municipality, "social")
        for municipality in chosen:
            self._add_other(municipality)
        while len(self.made) < count:
            municipality = self.municipalities.draw(chance)
            if not chance.happens(_BODY_SHARE) or not self._add_next_body(municipality):
                self._add_other(municipality)

    def body(self, municipality: Municipality, body: str) -> Actor:
        """The municipality's body for `body`, else another of its bodies."""
        bodies = self._bodies[municipality.code]
        return bodies.get(body) or next(iter(bodies.values()))

    def other(self, municipality: Municipality, kind: str) -> Actor | None:
        """An actor of this kind in the municipality; None when there is none."""
        found = self._others[municipality.code].get(kind)
        return self._chance.pick(found) if found else None

    def written(self, actor: Actor) -> bytes:
        """The record of an actor."""
        subject = ref(actor.iri)
        lines = [
            (subject, _TYPE, _ORGANISATION),
            (subject, predicate("foaf:name"), text(actor.name)),
            (subject, predicate("pivi:actorKind"), concept(f"aktorsslag/{actor.kind}")),
            (subject, predicate("dct:spatial"), ref(actor.municipality.iri)),
        ]
        if actor.kind in _PUBLIC:
            lines.append((subject, _TYPE, _PUBLIC_ORGANISATION))
        if actor.parent is not None:
            lines.append((subject, predicate("org:subOrganizationOf"), ref(actor.parent)))
        if actor.body in ("social", "omsorg"):
            lines.append((subject, predicate("pivi:sector"), concept("sektor/ifo-fh")))
        if actor.kind not in _MUNICIPAL:
            lines.append((subject, predicate("dct:description"), text(self._description(actor))))
            year = 1950 + actor.number * 37 % 70
            lines.append((subject, predicate("pivi:validFrom"), typed(f"{year}-01-01", "date")))
            node = subject[:-1] + "#kontakt>"
            box = f"mailto:kansli@{actor.iri.rpartition('/')[2]}.example"
            lines += [
                (subject, predicate("dcat:contactPoint"), node),
                (node, _TYPE, predicate("vcard:Organization")),
                (node, predicate("vcard:fn"), text("Kansliet")),
                (node, predicate("vcard:hasEmail"), ref(box)),
            ]
            lines.append((node, predicate("schema:telephone"), plain(telephone(actor.number))))
        return ntriples(lines)

    def _chosen(self, count: int) -> list[Municipality]:
        """`count` municipalities, larger ones more likely; Göteborg always."""
        # Efraimidis and Spirakis 2006: the largest random ** (1 / weight) are a weighted sample.
        drawn = [(self._chance.random() ** (1 / each.weight), each) for each in self._material.municipalities]
        drawn.sort(key=lambda pair: (pair[1].code != "1480", -pair[0]))
        return [municipality for _, municipality in drawn[:count]]

    def _add(self, name: str, kind: str, municipality: Municipality, body: str = "") -> Actor:
        number = len(self.made)
        parent = self._parent(municipality) if kind in ("forvaltning", "namnd") else None
        iri = self._writing.iri("aktor", number)
        actor = Actor(number, iri, name, kind, municipality, body, parent)
        self.made.append(actor)
        self._names.add(name)
        return actor

    def _add_body(self, municipality: Municipality, body: str) -> None:
        forms = self._material.names["bodies"][body]
        name = f"{self._chance.pick(forms)}, {municipality.official}"
        self._bodies[municipality.code][body] = self._add(name, "forvaltning", municipality, body)

    def _add_next_body(self, municipality: Municipality) -> bool:
        """Add the body that the municipality does not have yet; False when it has them all."""
        bodies = self._bodies[municipality.code]
        missing = [body for body in self._material.names["bodies"] if body not in bodies]
        if missing:
            self._add_body(municipality, self._chance.pick(missing))
        elif "kommun" not in bodies and municipality.code not in self._material.councils:
            bodies["kommun"] = self._add(municipality.official, "kommun", municipality)
        else:
            return False
        return True

    def _parent(self, municipality: Municipality) -> str | None:
        known = self._bodies[municipality.code].get("kommun")
        return known.iri if known else self._material.councils.get(municipality.code)

    def _add_other(self, municipality: Municipality) -> None:
        while True:
            kind = _KINDS.draw(self._chance)
            pattern = self._chance.pick(self._material.names["patterns"][kind])
            name = pattern.format(namn=house(self._material, self._chance), ort=municipality.name)
            if name not in self._names:
                break
        self._others[municipality.code][kind].append(self._add(name, kind, municipality))

    def _description(self, actor: Actor) -> str:
        sentence = self._chance.pick(self._material.names["descriptions"][actor.kind])
        place = actor.municipality.name
        return str(sentence.format(ort=place, m=20 + actor.number % 380, dag=self._chance.pick(_WEEKDAYS)))


def house(material: Material, chance: Chance) -> str:
    """The name of a house or meeting place: Björkgården."""
    return str(chance.pick(material.names["first"]) + chance.pick(material.names["second"]))


def telephone(number: int) -> str:
    """A number of the series that the Swedish telecom authority keeps for films and books, so that nobody has it."""
    series = ("031-390 06 {:02}", "040-628 04 {:02}", "08-465 004 {:02}", "0980-319 2{:02}")
    return series[number % len(series)].format(number // len(series) % 100)
