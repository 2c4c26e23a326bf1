"""The errors of the domain: each says what, which, and what to do, in a sentence that can be translated."""

from __future__ import annotations


def N_(sentence: str) -> str:
    """Mark `sentence` for translation without translating it here."""
    return sentence


class CatalogueError(Exception):
    """An error with a reader's sentence.

    `sentence` is the Swedish message with `%(name)s` places, which is also its key in the
    translations; `params` fills the places. `str(error)` is the Swedish sentence, filled in.
    """

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.params = params

    def __str__(self) -> str:
        return self.sentence % self.params if self.params else self.sentence


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
