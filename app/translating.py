"""Translation outside a request: the sentences of errors, in the language of the command line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from catalogue.errors import CatalogueError

FOLDER = Path(__file__).parent / "translations"


def sentence(error: CatalogueError, language: str) -> str:
    """The error's sentence in `language`, filled in; in Swedish where there is no translation."""
    text: str = _translations(language).gettext(error.sentence)
    return text % error.params if error.params else text


def phrase(text: str, language: str) -> str:
    """A Swedish phrase in `language`."""
    found: str = _translations(language).gettext(text)
    return found


@cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(FOLDER, [language])
