"""What a source says of why a record is gone, as far as it may be said here."""

from __future__ import annotations

import re
import unicodedata

from catalogue import identity
from catalogue.namespaces import PIVIS, SH
from catalogue.shapes import Shapes


def publishable(reason: str | None, shapes: Shapes) -> str | None:
    """The reason without signs that do not show, or turn text around; None for one with a personal number.

    A tombstone has no shape that would judge it, as a record has.
    """
    if reason is None:
        return None
    text = "".join(
        sign for sign in " ".join(reason.split()) if not unicodedata.category(sign).startswith("C")
    )
    (number,) = shapes.graph.texts(PIVIS.PersonalNumberForm, SH.pattern)
    if re.search(number, text) or identity.in_text(text, number):
        return None
    return text or None
