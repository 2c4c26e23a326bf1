"""What the commands tell while they wait for store and index, and when they are done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from app.translating import phrase
from catalogue.errors import N_
from catalogue.intake import Progress
from catalogue.settings import Settings

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


def tell(settings: Settings, sentence: str, **params: object) -> None:
    """Print a sentence in the language of the command line."""
    click.echo(phrase(sentence, settings.language) % params)


@contextmanager
def showing(settings: Settings) -> Iterator[Callable[[float], None]]:
    """What `wait_until_applied` tells its progress: a bar on the terminal, once there is a build to tell of."""
    with ExitStack() as opened:
        bar: ProgressBar[int] | None = None

        def advance(part: float) -> None:
            nonlocal bar
            if bar is None:
                label = phrase(N_("Bygger databas och sökindex"), settings.language)
                bar = opened.enter_context(click.progressbar(length=1_000, label=label, file=sys.stderr))
            bar.update(max(0, round(part * 1_000) - bar.pos))

        yield advance


@contextmanager
def stages(settings: Settings, *, quiet: bool) -> Iterator[Progress]:
    """A bar for each stage on a terminal, a line for each elsewhere; nothing when quiet."""
    with ExitStack() as opened:
        bar: ProgressBar[int] | None = None
        current = ""

        def advance(stage: str, done: int, total: int) -> None:
            nonlocal bar, current
            if quiet:
                return
            if bar is None or stage != current:
                opened.close()
                current = stage
                label = phrase(stage, settings.language)
                bar = opened.enter_context(
                    click.progressbar(length=max(total, 1), label=label, file=sys.stderr)
                )
            bar.update(max(0, done - bar.pos))

        yield advance
