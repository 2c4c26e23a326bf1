"""The errors of the domain: each says what, which, and what to do, in a sentence that can be translated."""

from __future__ import annotations


def N_(sentence: str) -> str:
    """Mark `sentence` for translation without translating it here."""
    return sentence


# So much of a value is told: an address in a foreign file may be megabytes long.
_LONGEST = 1_000


class CatalogueError(Exception):
    """An error with a reader's sentence.

    `sentence` is the Swedish message with `%(name)s` places, which is also its key in the
    translations; `params` fills the places, a float as people write it in the language.
    `str(error)` is the Swedish sentence, filled in.
    """

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.params = params

    def __str__(self) -> str:
        return self.said(self.sentence, ",")

    def said(self, sentence: str, point: str) -> str:
        """The sentence in a language that writes decimals after this `point`, filled in."""
        if not self.params:
            return sentence
        return sentence % {name: _written(value, point) for name, value in self.params.items()}


def _written(value: object, point: str) -> object:
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[:_LONGEST] + "…"
    return f"{value:g}".replace(".", point) if isinstance(value, float) else value


class InvalidInput(CatalogueError):
    """What was sent cannot be understood or breaks a rule; nothing was changed."""


class NotFound(CatalogueError):
    """No such record, concept or page."""


class Conflict(CatalogueError):
    """Somebody else changed the same thing first, or two inputs contradict each other."""


class Busy(CatalogueError):
    """The work could not be done in time; trying again later may succeed."""


class Damaged(CatalogueError):
    """What lies on disk cannot be used; the sentence says how to mend it."""


class NoSpace(CatalogueError):
    """The disk is full or refuses writes; nothing was changed."""


# Of a worker that reads foreign files and can write no more.
DISK_FULL = N_("Disken är full, så filerna kunde inte läsas in. Inget har ändrats. Frigör utrymme.")
