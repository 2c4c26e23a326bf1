"""The words of the interface and of the catalogue in Swedish and English."""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from catalogue.errors import CatalogueError

LANGUAGES = ("sv", "en")
DEFAULT = "sv"
FOLDER = Path(__file__).parent / "translations"

# The language that is being answered in. A context variable, as a page asks for it a hundred times.
_LANGUAGE: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language that is being answered in."""
    return _LANGUAGE.get()


def speak(code: str) -> None:
    """Answer in this language from now on, in this thread; an unknown one means Swedish."""
    _LANGUAGE.set(code if code in LANGUAGES else DEFAULT)


def gettext(sentence: str, /, **values: object) -> str:
    """A Swedish sentence of the interface in the current language, its `%(name)s` places filled in."""
    code = _LANGUAGE.get()
    if code != DEFAULT:
        sentence = str(_translations(code).gettext(sentence))
    return sentence % values if values else sentence


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The same for a sentence that goes by number."""
    code = _LANGUAGE.get()
    if code == DEFAULT:
        sentence = one if count == 1 else many
    else:
        sentence = str(_translations(code).ngettext(one, many, count))
    return sentence % values if values else sentence


def translated(error: CatalogueError) -> str:
    """The sentence of an error in the current language, filled in."""
    return sentence(error, language())


def sentence(error: CatalogueError, language: str) -> str:
    """The sentence of an error in `language`, filled in."""
    return error.said(phrase(error.sentence, language), "," if language == DEFAULT else ".")


def phrase(text: str, language: str) -> str:
    """A Swedish phrase in `language`, its places not filled in; itself where there is no translation."""
    return text if language == DEFAULT else str(_translations(language).gettext(text))


@cache
def _translations(code: str) -> NullTranslations:
    # Swedish is the key of every sentence, so only the others have a catalogue.
    return Translations.load(FOLDER, [code])
