"""What `pivi harvest --report` tells of records of different sources that may be about the same thing."""

from __future__ import annotations

import click

from app.commands.following import tell
from app.translating import phrase
from catalogue.errors import N_
from catalogue.harvest.configuring import source as configured
from catalogue.harvest.likeness import Why, kept
from catalogue.settings import Settings

_TOLD = 100
_WHY = {
    Why.NUMBER: N_("samma organisationsnummer"),
    Why.PAGE: N_("samma webbsida"),
    Why.NAME: N_("samma namn"),
    Why.TEXT: N_("liknande text"),
}


def tell_likely(settings: Settings, name: str | None) -> None:
    """The pairs that were found last; of one source those that it is in."""
    found = kept(settings)
    if name is not None:
        space = configured(settings, name).space
        found = [each for each in found if each.first.startswith(space) or each.second.startswith(space)]
    if not found:
        return
    tell(settings, N_("%(count)s par av poster kan handla om samma sak:"), count=len(found))
    for each in found[:_TOLD]:
        click.echo(f"  {each.first} – {each.second} ({phrase(_WHY[each.why], settings.language)})")
    if len(found) > _TOLD:
        tell(settings, N_("  … och %(count)s till."), count=len(found) - _TOLD)
