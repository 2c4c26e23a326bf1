"""Generated initiatives: a theme, a place and a time, told with the theme's sentences and joined to actors."""

from __future__ import annotations

from catalogue.generator.actors import Actor, Actors, telephone
from catalogue.generator.chance import Chance, Weighted
from catalogue.generator.course import Course, drawn_course
from catalogue.generator.material import District, Material, Municipality, Theme
from catalogue.generator.telling import Telling
from catalogue.generator.writing import (
    Line,
    Writing,
    concept,
    ntriples,
    plain,
    predicate,
    ref,
    text,
    typed,
)

_EVIDENCE = Weighted(
    [
        ("ingen-uppfoljning", 30),
        ("egen-uppfoljning", 46),
        ("extern-utvardering", 17),
        ("effektstudie", 5),
        ("ingen-effekt-funnen", 2),
    ]
)
_EXAMINED = {"extern-utvardering", "effektstudie", "ingen-effekt-funnen"}
_AREAS = (
    *("arbete-forsorjning", "boende-miljo", "skola-forskola", "fritid"),
    *("halsa", "funktionshinder", "beroende", "brott-vald"),
)
_TYPES = ("metodutveckling", "stadsutveckling", "konsultativt-stod", "samverkansprojekt")
# Kinds that can stand in for a partner that the municipality does not have, likeliest first.
_STAND_INS = ("forening", "foretag", "studieforbund", "trossamfund", "region", "myndighet", "stiftelse")
_GOTEBORG = "1480"

_P = {
    name: predicate(name)
    for name in [
        "rdf:type",
        "dct:title",
        "dct:abstract",
        "dct:spatial",
        "dct:description",
        "pivi:whyLifted",
        "pivi:liftedBy",
        "pivi:what",
        "pivi:why",
        "pivi:how",
        "pivi:results",
        "pivi:lessons",
        "pivi:keyFigure",
        "pivi:figure",
        "pivi:position",
        "pivi:kind",
        "pivi:status",
        "pivi:area",
        "pivi:targetGroup",
        "pivi:workType",
        "pivi:sector",
        "pivi:evidence",
        "pivi:researchLinked",
        "pivi:caseNumber",
        "pivi:wantsCollaboration",
        "pivi:collaborationWish",
        "pivi:inspiredBy",
        "pivi:confirmedOn",
        "pivi:participant",
        "schema:startDate",
        "schema:endDate",
        "schema:telephone",
        "cv:hasParticipation",
        "cv:role",
        "dcat:contactPoint",
        "vcard:fn",
        "vcard:hasEmail",
        "pivi:Initiative",
        "pivi:KeyFigure",
        "cv:Participation",
        "vcard:Organization",
    ]
}
_TRUE = typed("true", "boolean")


class Initiatives:
    """Makes the initiatives of one generated catalogue, in order: each draws on the same chance."""

    def __init__(self, material: Material, actors: Actors, chance: Chance, writing: Writing) -> None:
        self._material = material
        self._actors = actors
        self._chance = chance
        self._writing = writing
        # The first themes are the commonest, as in any real catalogue.
        order = chance.some(material.themes, len(material.themes))
        self._themes = Weighted([(theme, 1 / (place + 4)) for place, theme in enumerate(order)])

    def written(self, number: int) -> bytes:
        """The record of initiative `number`."""
        chance, theme = self._chance, self._themes.draw(self._chance)
        municipality = self._actors.municipalities.draw(chance)
        course = drawn_course(chance)
        district = self._district(municipality, course)
        where = district.where if district else municipality.where
        telling = Telling(self._material, theme, chance, where)
        subject = ref(self._writing.iri("insats", number))
        lead = self._actors.body(municipality, theme.body)
        lead_iri = district.body if district and theme.body in ("social", "omsorg") else lead.iri
        evidence = None if not course.begun or chance.happens(0.25) else _EVIDENCE.draw(chance)
        lines: list[Line] = [
            (subject, _P["rdf:type"], _P["pivi:Initiative"]),
            (subject, _P["dct:title"], text(telling.title())),
            (subject, _P["dct:abstract"], text(telling.abstract())),
            (subject, _P["pivi:whyLifted"], text(chance.pick(self._material.common["lifted"]))),
            (subject, _P["pivi:liftedBy"], ref(lead_iri)),
            (subject, _P["pivi:what"], text(telling.what())),
            (subject, _P["pivi:why"], text(telling.why())),
            (subject, _P["pivi:how"], text(telling.how())),
            (subject, _P["dct:spatial"], ref(district.iri if district else municipality.iri)),
        ]
        lines += [(subject, _P[name], value) for name, value in self._concepts(theme, course)]
        lines += [(subject, _P[name], typed(day.isoformat(), "date")) for name, day in course.dates()]
        if course.begun:
            lines += self._outcome(subject, telling, evidence)
        lines += self._participations(subject, theme, municipality, lead_iri, lead)
        lines += self._extras(subject, municipality, course, telling, number)
        return ntriples(lines)

    def _district(self, municipality: Municipality, course: Course) -> District | None:
        if municipality.code != _GOTEBORG or self._chance.happens(0.15):
            return None
        year = course.start.year
        known = [each for each in self._material.districts if each.first_year <= year <= each.last_year]
        return self._chance.pick(known) if known else None

    def _concepts(self, theme: Theme, course: Course) -> list[tuple[str, str]]:
        chance = self._chance
        areas = {theme.areas[0]} | {each for each in theme.areas[1:] if chance.happens(0.45)}
        targets = {theme.targets[0]} | {each for each in theme.targets[1:] if chance.happens(0.5)}
        types = {chance.pick(theme.types)}
        if chance.happens(0.08):
            areas.add(chance.pick(_AREAS))
            types.add(chance.pick(_TYPES))
        found = [("pivi:area", f"omrade/{each}") for each in sorted(areas)]
        found += [("pivi:targetGroup", f"malgrupp/{each}") for each in sorted(targets)]
        found += [("pivi:workType", f"typ/{each}") for each in sorted(types)]
        found += [("pivi:kind", f"insatsslag/{course.kind}"), ("pivi:status", f"status/{course.status}")]
        if theme.body in ("social", "omsorg") and chance.happens(0.9):
            found.append(("pivi:sector", "sektor/ifo-fh"))
        return [(name, concept(path)) for name, path in found]

    def _outcome(self, subject: str, telling: Telling, evidence: str | None) -> list[Line]:
        """What came of it: results, lessons, key figures and how well they were examined."""
        lines: list[Line] = []
        if self._chance.happens(0.85):
            lines.append((subject, _P["pivi:results"], text(telling.results(evidence))))
        if self._chance.happens(0.7):
            lines.append((subject, _P["pivi:lessons"], text(telling.lessons())))
        if evidence is not None:
            lines.append((subject, _P["pivi:evidence"], concept(f"evidens/{evidence}")))
            if evidence in _EXAMINED and self._chance.happens(0.6):
                lines.append((subject, _P["pivi:researchLinked"], _TRUE))
        if self._chance.happens(0.75):
            for place, (figure, meaning) in enumerate(telling.figures(), start=1):
                node = f"{subject[:-1]}#tal{place}>"
                lines += [
                    (subject, _P["pivi:keyFigure"], node),
                    (node, _P["rdf:type"], _P["pivi:KeyFigure"]),
                    (node, _P["pivi:figure"], text(figure)),
                    (node, _P["dct:description"], text(meaning)),
                    (node, _P["pivi:position"], typed(place, "integer")),
                ]
        return lines

    def _participations(
        self, subject: str, theme: Theme, municipality: Municipality, lead_iri: str, lead: Actor
    ) -> list[Line]:
        chance = self._chance
        partners = self._partners(theme, municipality, 1 + chance.happens(0.45))
        # Now and then an association leads and the municipality is its partner.
        led_by_partner = bool(partners) and chance.happens(0.2)
        parties = [(lead_iri, lead.kind, not led_by_partner)]
        parties += [
            (each.iri, each.kind, led_by_partner and place == 0) for place, each in enumerate(partners)
        ]
        lines: list[Line] = []
        for place, (iri, kind, leads) in enumerate(parties, start=1):
            node = f"{subject[:-1]}#medverkan{place}>"
            lines += [
                (subject, _P["cv:hasParticipation"], node),
                (node, _P["rdf:type"], _P["cv:Participation"]),
                (node, _P["cv:role"], concept("roll/drivande" if leads else "roll/samverkanspart")),
                (node, _P["pivi:participant"], ref(iri)),
            ]
            if chance.happens(0.8):
                lines.append(
                    (node, _P["dct:description"], text(chance.pick(self._material.common["roles"][kind])))
                )
        return lines

    def _partners(self, theme: Theme, municipality: Municipality, count: int) -> list[Actor]:
        found: dict[str, Actor] = {}
        for kind in (*self._chance.some(theme.partners, len(theme.partners)), *_STAND_INS):
            partner = self._actors.other(municipality, kind)
            if partner is not None:
                found.setdefault(partner.iri, partner)
            if len(found) == count:
                break
        return list(found.values())

    def _extras(
        self, subject: str, municipality: Municipality, course: Course, telling: Telling, number: int
    ) -> list[Line]:
        """What only some initiatives tell: contact, case number, wishes, models, English."""
        chance, common = self._chance, self._material.common
        lines: list[Line] = []
        if chance.happens(0.6):
            node, contacts = f"{subject[:-1]}#kontakt>", common["contacts"]
            box = f"mailto:{chance.pick(contacts['boxes'])}@kommun{municipality.code}.example"
            lines += [
                (subject, _P["dcat:contactPoint"], node),
                (node, _P["rdf:type"], _P["vcard:Organization"]),
                (node, _P["vcard:fn"], text(chance.pick(contacts["names"]))),
                (node, _P["vcard:hasEmail"], ref(box)),
            ]
            if chance.happens(0.5):
                lines.append((node, _P["schema:telephone"], plain(telephone(number))))
        if chance.happens(0.4):
            register = chance.pick(common["contacts"]["registers"])
            case = f"{register} {course.start.year}-{chance.between(10, 990):05}"
            lines.append((subject, _P["pivi:caseNumber"], plain(case)))
        if course.ongoing and chance.happens(0.3):
            lines.append((subject, _P["pivi:wantsCollaboration"], _TRUE))
            lines.append((subject, _P["pivi:collaborationWish"], text(chance.pick(common["wishes"]))))
        if number and chance.happens(0.12):
            model = self._writing.iri("insats", chance.between(0, number - 1))
            lines.append((subject, _P["pivi:inspiredBy"], ref(model)))
        if chance.happens(0.25):
            title, abstract = telling.english(municipality.name)
            lines.append((subject, _P["dct:title"], text(title, "en")))
            lines.append((subject, _P["dct:abstract"], text(abstract, "en")))
        return lines
