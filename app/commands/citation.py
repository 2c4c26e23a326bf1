"""`pivi citation`: hide a cited query from everybody, or show it again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from app.commands.following import tell
from app.commands.installation import data_option, open_journal, settings_of
from app.commands.speaking import SpokenCommand
from catalogue.endpoint.citation_table import CitationTable
from catalogue.errors import N_


class _Group(SpokenCommand, click.Group):
    """Commands about one thing."""


@click.group(cls=_Group, help=N_("Dölj en citerad SPARQL-fråga, eller visa den igen."))
def citation() -> None:
    """The commands below."""


@citation.command(
    cls=SpokenCommand,
    help=N_(
        "Dölj den citerade frågan KEY. Dess sida svarar sedan att den är borttagen, när och varför, och frågan går "
        "inte att citera på nytt."
    ),
)
@click.argument("key")
@click.option(
    "--reason", default="", help=N_("Varför frågan döljs; visas för den som följer en gammal länk.")
)
@data_option
def hide(key: str, reason: str, data: Path | None) -> None:
    settings = settings_of(data)
    ref = _ref(key)
    journal = open_journal(settings)
    CitationTable(journal.database).hide(ref, reason, at=datetime.now(UTC))
    journal.close()
    tell(settings, N_("%(ref)s är dold. Visa den igen med pivi citation show %(ref)s."), ref=ref)


@citation.command(cls=SpokenCommand, help=N_("Visa den citerade frågan KEY igen."))
@click.argument("key")
@data_option
def show(key: str, data: Path | None) -> None:
    settings = settings_of(data)
    ref = _ref(key)
    journal = open_journal(settings)
    CitationTable(journal.database).show(ref)
    journal.close()
    tell(settings, N_("%(ref)s visas igen."), ref=ref)


def _ref(key: str) -> str:
    """The reference in an address such as https://…/sparql/citat/7k3f9xbd, or the reference itself."""
    return key.rstrip("/").rpartition("/")[2].removesuffix(".json")
