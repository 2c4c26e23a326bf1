"""Help in the reader's language: that of the commands is ours, that of click a catalogue of its own."""

from __future__ import annotations

import copy
import gettext
import inspect
import os
from typing import Any

import click

from app.translating import FOLDER, phrase
from catalogue.errors import N_
from catalogue.settings import command_language

# Click's sentences are English; `app/translations/sv/LC_MESSAGES/click.po` has the Swedish of those that we meet.
_DOMAIN = "click"
_HELP = N_("Visa den här hjälpen.")
_PIECES = {"[OPTIONS]": N_("[VAL]"), "COMMAND [ARGS]...": N_("KOMMANDO …")}


def speak() -> str:
    """Let click answer in the language of the command line from now on; returns that language."""
    language = command_language(os.environ)
    # The standard library looks the language up here at each sentence, before LC_ALL and LANG.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(_DOMAIN, str(FOLDER))
    gettext.textdomain(_DOMAIN)
    return language


class SpokenCommand(click.Command):
    """A command whose help, and that of its options, is a Swedish phrase that is told in the reader's language."""

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        # Click compares parameters as objects: in one language they are always the same ones.
        self._told: dict[str, list[click.Parameter]] = {}

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        language = command_language(os.environ)
        if language not in self._told:
            own = super().get_params(ctx)
            self._told[language] = [_told(each, language, each is self.get_help_option(ctx)) for each in own]
        return self._told[language]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)
        return [phrase(_PIECES.get(each, each), command_language(os.environ)) for each in pieces]

    def get_short_help_str(self, limit: int = 45) -> str:
        return _sentences(self.help).partition(". ")[0].rstrip(".")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_sentences(self.help))


def _sentences(help: str | None) -> str:
    # Lines are broken for the terminal, not where the source breaks them.
    return phrase(" ".join(inspect.cleandoc(help or "").split()), command_language(os.environ))


def _told(parameter: click.Parameter, language: str, is_help: bool) -> click.Parameter:
    """The parameter with its words in the reader's language; the original stays Swedish."""
    told = copy.copy(parameter)
    if told.metavar:
        told.metavar = phrase(told.metavar, language)
    if isinstance(told, click.Option) and told.help:
        told.help = phrase(_HELP if is_help else told.help, language)
    return told
