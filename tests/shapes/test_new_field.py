"""A field that is added in Turtle alone is in the form, among the filters, judged, and as public as it says."""

from __future__ import annotations

from catalogue.namespaces import PIVI
from catalogue.shapes import Shapes
from catalogue.validation import validate
from tests.shapes.conftest import Change
from tests.validation.conftest import told
from tests.validation.samples import INITIATIVE, STORED, records

_TYPE = PIVI.Initiative.value
_FIELD = """
        [ sh:path pivi:moral ; sh:group pivis:ResultsAndLessons ; sh:order 35 ;
          sh:name "Sensmoral"@sv , "Moral"@en ;
          sh:description "En mening att ta med sig."@sv , "One sentence to take away."@en ;
          sh:datatype rdf:langString ; sh:languageIn ( "sv" "en" ) ; sh:uniqueLang true ;
          sh:maxLength 40 ; sh:node pivis:RunningText , pivis:SingleLine %s ] ,
"""
_SAYING = INITIATIVE + '<id/insats/bcdf> pivi:moral "Börja med maten."@sv .'


def with_field(changed: Change, extra: str = "") -> Shapes:
    return changed(
        lambda text: text.replace(
            "        # Contact and sources\n", _FIELD % extra + "        # Contact and sources\n"
        )
    )


def sentences(shapes: Shapes, turtle: str) -> str:
    """What is said of the new field; what the record points at is not stored here."""
    report = validate(records(turtle + STORED), shapes=shapes)
    return "\n".join(
        line for line in told(report).splitlines() if "Sensmoral" in line or "pivi:moral" in line
    )


def test_the_field_is_unknown_before(shapes: Shapes) -> None:
    assert "pivi:moral finns inte som fält för Insats" in sentences(shapes, _SAYING)
    assert b"moral" not in shapes.public(next(iter(records(_SAYING).values())), _TYPE)


def test_the_form_has_it_in_its_place(changed: Change) -> None:
    form = with_field(changed).form(_TYPE)
    names = [field.name.sv for field in form.properties]
    assert names[names.index("Det lärde vi oss") + 1] == "Sensmoral"
    field = form.field(PIVI.moral.value)
    assert field is not None
    assert field.max_length == 40


def test_it_is_judged(changed: Change) -> None:
    shapes = with_field(changed)
    assert sentences(shapes, _SAYING) == ""
    too_long = _SAYING.replace("Börja med maten.", "å" * 41)
    assert sentences(shapes, too_long).startswith("Sensmoral har 41 tecken men får ha högst 40")
    assert "ett telefonnummer: 031-365 00 00" in sentences(shapes, _SAYING.replace("maten", "031-365 00 00"))


def test_it_is_public(changed: Change) -> None:
    shapes = with_field(changed)
    record = next(iter(records(_SAYING).values()))
    assert shapes.public(record, _TYPE) is record


def test_it_is_as_private_as_it_says(changed: Change) -> None:
    shapes = with_field(changed, "; pivi:visibility pivi:PageOnly")
    record = next(iter(records(_SAYING).values()))
    assert b"moral" not in shapes.public(record, _TYPE)
    assert b"moral" in shapes.page_only(record, _TYPE)
    assert PIVI.moral.value in shapes.private_predicates(_TYPE)


def test_it_can_be_a_filter(changed: Change) -> None:
    shapes = with_field(changed, '; pivi:facet "sensmoral" ; pivi:facetOrder 5')
    assert shapes.facets()[0].parameter == "sensmoral"


def test_the_fingerprint_tells_that_projections_must_be_made_again(shapes: Shapes, changed: Change) -> None:
    assert with_field(changed).fingerprint != shapes.fingerprint
