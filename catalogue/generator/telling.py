"""The texts of a generated initiative: short sentences of its theme, with the same figures wherever they stand."""

from __future__ import annotations

from catalogue.generator.actors import house
from catalogue.generator.chance import Chance
from catalogue.generator.material import Material, Theme

_WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag")
_INGRESS = 300


class Telling:
    """Tells of one initiative. `where` is "i Malmö"."""

    def __init__(self, material: Material, theme: Theme, chance: Chance, where: str) -> None:
        self._material = material
        self._common = material.common
        self._theme = theme
        self._chance = chance
        self._where = where
        self._house = house(material, chance)
        share = chance.between(45, 88)
        built = self._common["built"]
        self._facts = {
            "ort": where.partition(" ")[2],
            "hus": self._house,
            "dag": chance.pick(_WEEKDAYS),
            "n": chance.between(8, 28),
            "m": chance.between(30, 640),
            "p": share,
            "p0": share - chance.between(9, 30),
            "p1": chance.between(12, 44),
            "g": chance.between(3, 6),
            "v": chance.between(6, 20),
            "görande": chance.pick(built["doing"]),
            "rum": chance.pick(built["rooms"]),
            "hinder": chance.pick(built["obstacles"]),
            "månad": chance.pick(built["months"]),
        }
        self._what = chance.some(theme.what, len(theme.what))

    def title(self) -> str:
        """Names such as "Läxhjälp i Malmö", "Läxkafé på Ekgården", "Kompassen: läxhjälp"."""
        chance = self._chance
        name = chance.pick(self._theme.titles)
        draw = chance.random()
        if draw < 0.4:
            return f"{name} {self._where}"
        if draw < 0.6:
            return f"{name} vid {self._house}" if " på " in name else f"{name} på {self._house}"
        own = chance.pick(self._material.names["own"])
        if draw < 0.85:
            return f"{own}: {_lowered(name)} {self._where}"
        return f"{own} {self._where}"

    def abstract(self) -> str:
        """The first sentences of the telling and what is special, on one line, at most 300 characters."""
        told = self._said(self._what[-1])
        whole = f"{told} {self._said(self._chance.pick(self._common['closing']))}"
        return whole if len(whole) <= _INGRESS else told[:_INGRESS]

    def what(self) -> str:
        chance = self._chance
        told = " ".join(self._what[: 1 + chance.happens(0.5)])
        if chance.happens(0.6):
            told += "\n\n" + chance.pick(self._common["built"]["templates"])
        return self._said(told)

    def why(self) -> str:
        return self._paragraphs(self._theme.why, self._common["why"], 0.35)

    def how(self) -> str:
        return self._paragraphs(self._theme.how, self._common["how"], 0.7)

    def results(self, evidence: str | None) -> str:
        """What came of it; the sentences agree with an evaluation that found no effect."""
        if evidence == "ingen-effekt-funnen":
            return self._said(self._chance.pick(self._common["no_effect"]))
        return self._paragraphs(self._theme.results, self._common["results"], 0.45)

    def lessons(self) -> str:
        """A numbered list of two to four."""
        chance = self._chance
        lessons = chance.some(self._theme.lessons, chance.between(1, 2))
        lessons += chance.some(self._common["lessons"], chance.between(1, 2))
        return "\n".join(f"{place}. {self._said(lesson)}" for place, lesson in enumerate(lessons, start=1))

    def figures(self) -> list[tuple[str, str]]:
        """One or two key figures, with what they show."""
        chosen = self._theme.figures[: 1 + self._chance.happens(0.6)]
        return [(self._said(figure), self._said(meaning)) for figure, meaning in chosen]

    def english(self, place: str) -> tuple[str, str]:
        """Title and abstract in English."""
        title, told = self._theme.english
        return f"{title} in {place}", f"{told} {self._chance.pick(self._common['english_closing'])}"

    def _paragraphs(self, own: tuple[str, ...], common: list[str], likelihood: float) -> str:
        chance = self._chance
        told = " ".join(chance.some(own, 1 + chance.happens(0.4)))
        if chance.happens(likelihood):
            told += "\n\n" + chance.pick(common)
        return self._said(told)

    def _said(self, sentence: str) -> str:
        return sentence.format_map(self._facts) if "{" in sentence else sentence


def _lowered(name: str) -> str:
    """The name inside a longer one; SSPF keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
