"""A–Ö on pages: the row of letters, and what begins with each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from app.pages.parts import Letter
from catalogue.swedish import ALPHABET, initial

_Item = TypeVar("_Item")
_ANCHORS = {"Å": "aring", "Ä": "auml", "Ö": "ouml", "#": "ovriga"}


def by_letter(items: Iterable[_Item], name: Callable[[_Item], str]) -> dict[str, list[_Item]]:
    """Items that are in alphabetical order already, by letter."""
    found: dict[str, list[_Item]] = {}
    for item in items:
        found.setdefault(initial(name(item)), []).append(item)
    return found


def letters(used: Iterable[str]) -> tuple[Letter, ...]:
    """The row of letters; those in use lead to their heading."""
    have = set(used)
    row = ("#" if "#" in have else "") + ALPHABET
    return tuple(Letter(letter, anchor_of(letter) if letter in have else None) for letter in row)


def anchor_of(letter: str) -> str:
    """An anchor for a letter, in ASCII."""
    return "bokstav-" + _ANCHORS.get(letter, letter.lower())
