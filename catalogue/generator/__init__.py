"""Generated catalogues of any size: believable initiatives with their actors, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from catalogue.formats import TURTLE
from catalogue.generator.actors import Actors
from catalogue.generator.chance import Chance
from catalogue.generator.initiatives import Initiatives
from catalogue.generator.material import Material
from catalogue.generator.writing import Writing
from catalogue.turtle import parse_ntriples, serialise


def generate(count: int, seed: int, base: str) -> Iterator[bytes]:
    """N-Triples of `count` initiatives and about a tenth as many actors, record by record.

    The same count, seed and base give the same bytes, in every version of Python. The records point
    at the shared vocabularies, and in Göteborg at the packaged districts and administrations; all
    else that they point at is among them. Actors come before the initiatives that name them.
    """
    chance = Chance(seed)
    material = Material.load(base)
    writing = Writing(base, seed)
    actors = Actors(material, chance, writing, max(2, count // 10))
    for actor in actors.made:
        yield actors.written(actor)
    initiatives = Initiatives(material, actors, chance, writing)
    for number in range(count):
        yield initiatives.written(number)


def in_turtle(records: Iterable[bytes]) -> Iterator[bytes]:
    """The same records in Turtle, some hundred at a time, each part with its prefixes (Turtle, section 2.4)."""
    iterator = iter(records)
    while part := b"".join(islice(iterator, 500)):
        yield serialise(parse_ntriples(part), TURTLE)
