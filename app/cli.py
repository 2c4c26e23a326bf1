"""The command line `pivi`: one command for each thing that an operator does."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from types import FrameType

import click

from app.translating import sentence
from catalogue.errors import CatalogueError

# A command's module is imported only when it is asked for.
_COMMANDS = ("serve", "load", "withdraw", "replace", "rebuild", "validate", "generate")


class _Commands(click.Group):
    """The commands of `app/commands`, imported when used; their errors end in a sentence, not a traceback."""

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
            raise click.ClickException(_in_language(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pivi")
def main() -> None:
    """Pivi: en länkad katalog över vad kommuner gör i socialt utvecklingsarbete."""


def _end(number: int, _frame: FrameType | None) -> None:
    # What a shell says of a program that a signal ended.
    raise SystemExit(128 + number)


def _in_language(error: CatalogueError) -> str:
    """The error's sentence in the language of the command line.

    Read from the environment itself: the error may be about another setting.
    """
    return sentence(error, os.environ.get("PIVI_LANGUAGE", "sv"))


if __name__ == "__main__":
    sys.exit(main())
