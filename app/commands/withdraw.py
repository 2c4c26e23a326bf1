"""`pivi withdraw`: take a record out of publication, or undo it."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.following import showing, tell
from app.commands.installation import data_option, open_journal, settings_of
from app.commands.speaking import SpokenCommand
from catalogue.applier import wait_until_applied
from catalogue.errors import N_, InvalidInput
from catalogue.publishing import undo as undo_withdrawal
from catalogue.publishing import withdraw as withdraw_record

_BY = "pivi withdraw"


@click.command(
    cls=SpokenCommand,
    help=N_("Ta posten IRI ur publicering. Sidan svarar sedan att den är borttagen, när och varför."),
)
@click.argument("iri")
@click.option(
    "--reason", default="", help=N_("Varför posten tas bort; visas för den som följer en gammal länk.")
)
@click.option(
    "--successor", metavar="IRI", help=N_("En publicerad post som läsaren hänvisas till i stället.")
)
@click.option("--anyway", is_flag=True, help=N_("Ta bort posten även om andra pekar på den."))
@click.option("--undo", is_flag=True, help=N_("Publicera en borttagen post igen, så som den senast var."))
@data_option
def withdraw(
    iri: str, reason: str, successor: str | None, anyway: bool, undo: bool, data: Path | None
) -> None:
    settings = settings_of(data)
    if undo and (reason or successor or anyway):
        raise InvalidInput(N_("--undo tar inga andra val: ange bara postens IRI."))
    journal = open_journal(settings)
    if undo:
        seq = undo_withdrawal(journal, iri, by=_BY)
        done = N_("%(iri)s är publicerad igen.")
    else:
        seq = withdraw_record(journal, iri, reason=reason, by=_BY, successor=successor, anyway=anyway)
        done = N_("%(iri)s är tagen ur publicering. Ångra det med pivi withdraw %(iri)s --undo.")
    journal.close()
    with showing(settings) as shown:
        wait_until_applied(settings, seq, shown)
    tell(settings, done, iri=iri)
