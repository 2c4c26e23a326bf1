"""The command line `pivi`: one command for each thing that an operator does."""

from __future__ import annotations

import importlib
import signal
import sys
from types import FrameType
from typing import Any

import click

from app.commands.speaking import SpokenCommand, speak
from app.translating import sentence
from catalogue.errors import N_, CatalogueError

# A command's module is imported only when it is asked for.
_COMMANDS = (
    "serve",
    "load",
    "withdraw",
    "replace",
    "rebuild",
    "validate",
    "generate",
    "dump",
    "harvest",
    "citation",
)


class _Commands(SpokenCommand, click.Group):
    """The commands of `app/commands`, imported when used; their errors end in a sentence, not a traceback."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        # Before anything is read: what is wrong with the words is said in the reader's language too.
        speak()
        return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"app.commands.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        # Ended like by Ctrl+C, so that no half-read file stays behind: it may hold what is not for everybody.
        signal.signal(signal.SIGTERM, _end)
        try:
            return super().invoke(ctx)
        except CatalogueError as error:
            # The environment itself is asked: the error may be about another setting.
            raise click.ClickException(sentence(error, speak())) from error


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("Pivi: en länkad katalog över vad kommuner gör i socialt utvecklingsarbete."),
)
@click.version_option(package_name="pivi", help=N_("Visa versionen."))
def main() -> None:
    """The command line."""


def _end(number: int, _frame: FrameType | None) -> None:
    # What a shell says of a program that a signal ended.
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
