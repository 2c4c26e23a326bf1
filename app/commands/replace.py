"""`pivi replace`: let one or several records take the place of another."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.following import showing, tell
from app.commands.installation import data_option, open_journal, settings_of
from app.commands.speaking import SpokenCommand
from catalogue.applier import wait_until_applied
from catalogue.errors import N_
from catalogue.publishing import replace as replace_record


@click.command(
    cls=SpokenCommand,
    help=N_(
        "Låt posten NEW ersätta OLD; den som pekar på OLD pekar sedan på NEW. Flera NEW: OLD har delats."
    ),
)
@click.argument("old")
@click.argument("new", nargs=-1, required=True)
@click.option("--reason", help=N_("Varför; visas för den som följer en gammal länk."))
@click.option(
    "--anyway", is_flag=True, help=N_("Ersätt posten även om någon som pekar på den inte kan pekas om.")
)
@data_option
def replace(old: str, new: tuple[str, ...], reason: str | None, anyway: bool, data: Path | None) -> None:
    settings = settings_of(data)
    journal = open_journal(settings)
    done = replace_record(journal, old, new, by="pivi replace", reason=reason, anyway=anyway)
    journal.close()
    with showing(settings) as shown:
        wait_until_applied(settings, done.seq, shown)
    tell(settings, N_("%(old)s är ersatt av %(new)s."), old=old, new=", ".join(new))
    if done.pointing:
        tell(
            settings,
            N_("Dessa poster pekar nu på %(new)s:\n%(listed)s"),
            new=new[0],
            listed="\n".join(done.pointing),
        )
