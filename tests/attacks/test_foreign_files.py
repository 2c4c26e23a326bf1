"""Files that would take over what is not theirs, hide a record, or keep the machine busy for hours."""

from __future__ import annotations

import re
import time

import pytest

from catalogue.errors import InvalidInput
from catalogue.journal import Journal
from catalogue.knowledge import turtle_files
from catalogue.layout import Layout
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.attacks.conftest import BASE, Load, initiative

SHARED = "https://w3id.org/pivi/"
TAKEN_OVER = {
    "a concept": f'<{SHARED}begrepp/malgrupp/barn> a skos:Concept ; skos:prefLabel "Kapad"@sv .',
    "a new concept": f'<{SHARED}begrepp/malgrupp/kapad> a skos:Concept ; skos:prefLabel "Kapad"@sv .',
    "a scheme": f'<{SHARED}begrepp/malgrupp> a skos:ConceptScheme ; dct:title "Kapad"@sv .',
    "a municipality": f'<{SHARED}id/plats/1480> a pivi:Municipality ; skos:prefLabel "Kapad"@sv .',
    "the ontology": f'<{SHARED}ns> a <http://www.w3.org/2002/07/owl#Ontology> ; dct:title "Kapad"@sv .',
    "an initiative for all": initiative("zz2b").replace("<id/insats", f"<{SHARED}id/insats"),
}


@pytest.mark.parametrize("turtle", TAKEN_OVER.values(), ids=TAKEN_OVER.keys())
@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "validated"])
def test_no_file_redefines_what_all_installations_share(
    settings: Settings, load_turtle: Load, turtle: str, trusted: bool
) -> None:
    with pytest.raises(InvalidInput, match="gemensamt för alla installationer"):
        load_turtle(initiative("zz2c") + turtle, trusted=trusted)
    journal = Journal.open(Layout(settings.data).journal)
    assert "load" not in journal.origins()
    journal.close()


def test_a_copy_of_what_all_share_is_no_redefinition(load_turtle: Load) -> None:
    [vocabulary] = [path for path in turtle_files("vocab") if path.name == "malgrupp.ttl"]
    assert not load_turtle(vocabulary.read_text(encoding="utf-8")).published


@pytest.mark.parametrize(
    "ref", ["7k3f.ttl", "7k3f.bib", "..", ".", "~x", "_x", "-x", "x-", "a" * 65, "zz%32b", "кvnm"]
)
def test_a_record_has_no_address_that_the_site_cannot_answer(load_turtle: Load, ref: str) -> None:
    with pytest.raises(InvalidInput, match=r"är ingen adress för en post|hör inte hemma här"):
        load_turtle(initiative("zzzz").replace("<id/insats/zzzz", f"<{BASE}id/insats/{ref}"), trusted=True)


@pytest.mark.parametrize(
    "sign", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)], ids=lambda sign: f"U+{sign:04X}"
)
def test_no_text_is_turned_around(load_turtle: Load, sign: int) -> None:
    with pytest.raises(InvalidInput, match=re.escape(f"styrtecken (U+{sign:04X})")):
        load_turtle(initiative("zzzz", title=f"Sång{sign:c}lugåf"), trusted=True)


def test_quotes_dashes_and_invisible_joiners_are_ordinary_signs(load_turtle: Load) -> None:
    assert load_turtle(initiative("zzzz", title="”Sång” – och… ‘fågel’ 👩\u200d🎤")).published


def test_a_record_of_thousands_of_parts_takes_seconds(
    shown: Projections, settings: Settings, load_turtle: Load
) -> None:
    parts = 10_000
    figures = "".join(
        f'<id/insats/zzzz#t{n}> a pivi:KeyFigure ; pivi:figure "{n}"@sv .\n' for n in range(parts)
    )
    also = "pivi:keyFigure " + ", ".join(f"<id/insats/zzzz#t{n}>" for n in range(parts)) + " ;"
    begun = time.process_time()
    assert load_turtle(initiative("zzzz", also=also) + figures, trusted=True).published
    shown.catch_up()
    assert time.process_time() - begun < 15
    with shown.snapshot() as snapshot:
        assert len(snapshot.store.describe(f"{BASE}id/insats/zzzz")) > parts
