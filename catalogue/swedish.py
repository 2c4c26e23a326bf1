"""The Swedish alphabet: sorting with å ä ö after z, and the letter that a name stands under."""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"

# In ASCII the braces follow z. ü sorts as y, æ as ä and ø as ö, as in a Swedish telephone directory.
_LETTERS = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y", "-": " ", "–": " "})
_PUNCTUATION = re.compile(r"[^\w –-]|_")


def sort_key(text: str, then: str = "") -> str:
    """A key whose code point order is Swedish alphabetical order: å ä ö last, V and W apart.

    Case, other accents and punctuation do not count; figures come before letters. `then`, such as
    an IRI, decides between equal names, so that pages of a long list never overlap.
    """
    known = _PUNCTUATION.sub("", unicodedata.normalize("NFC", text).casefold())
    letters = known.translate(_LETTERS)
    if not letters.isascii():
        letters = unicodedata.normalize("NFD", letters)
        letters = "".join(each for each in letters if not unicodedata.combining(each))
    words = letters.split()
    return " ".join(words) + ("\0" + then if then else "")


def initial(text: str) -> str:
    """The letter of A–Ö that a name stands under; "#" for names that begin with anything else."""
    first = sort_key(text)[:1].translate({ord("{"): "å", ord("|"): "ä", ord("}"): "ö"}).upper()
    return first if first in ALPHABET and first else "#"
