"""Why something was taken out of publication: what an editor writes is shown to all, and no shape judges it."""

from __future__ import annotations

import re
from functools import cache

from pyoxigraph import NamedNode

from catalogue import identity
from catalogue.errors import N_, InvalidInput
from catalogue.namespaces import PIVIS, SH
from catalogue.shapes import Shapes


def checked(reason: str) -> str:
    """The reason without spaces around it.

    Raises InvalidInput where it holds what the shapes refuse in a running text: a personal identity
    number, an e-mail address or a telephone number.
    """
    text = reason.strip()
    number = _pattern(PIVIS.PersonalNumberForm)
    usual = number.search(text)
    found = usual[0] if usual else identity.in_text(text, number.pattern)
    if found:
        raise InvalidInput(
            N_(
                "Skälet innehåller något som ser ut som ett personnummer: %(found)s. Ta bort det; skälet visas för alla."
            ),
            found=identity.masked(found),
        )
    if _pattern(PIVIS.EmailAddress).search(text):
        raise InvalidInput(N_("Skälet innehåller en e-postadress. Ta bort den; skälet visas för alla."))
    if _pattern(PIVIS.TelephoneNumberForm).search(text):
        raise InvalidInput(N_("Skälet innehåller ett telefonnummer. Ta bort det; skälet visas för alla."))
    return text


@cache
def _pattern(shape: NamedNode) -> re.Pattern[str]:
    """The pattern of a shape of shapes/values.ttl."""
    (pattern,) = _shapes().graph.texts(shape, SH.pattern)
    return re.compile(pattern)


@cache
def _shapes() -> Shapes:
    return Shapes.load()
