"""The form of a record type, and the filters of the search, as the shapes tell them."""

from __future__ import annotations

from catalogue.fields import Visibility
from catalogue.namespaces import CV, DCT, PIVI, SCHEMA, SH, XSD
from catalogue.shapes import Shapes

_INITIATIVE = PIVI.Initiative.value


def test_the_form_of_an_initiative_goes_from_basics_to_what_only_editors_see(shapes: Shapes) -> None:
    groups = shapes.form(_INITIATIVE).groups()
    assert [group.name.sv for group, _ in groups if group] == [
        "Grunduppgifter",
        "Varför lyfter vi detta?",
        "Vad, varför, hur",
        "Begrepp och plats",
        "Aktörer och roller",
        "Resultat och lärdomar",
        "Kontakt och källor",
        "För redaktionen",
    ]
    assert [field.name.sv for field in groups[2][1]] == ["Vad", "Varför", "Hur"]


def test_a_field_tells_all_that_a_form_needs(shapes: Shapes) -> None:
    title = shapes.form(_INITIATIVE).field(DCT.title.value)
    assert title is not None
    assert (title.name["sv"], title.name["en"]) == ("Titel", "Title")
    assert title.required
    assert title.required_language == "sv"
    assert title.languages == ("sv", "en")
    assert (title.min_length, title.max_length) == (2, 120)
    assert title.single_line
    assert not title.markdown
    assert title.search_weight == 5.0
    assert title.visibility is Visibility.PUBLIC


def test_a_field_of_concepts_tells_its_scheme(shapes: Shapes) -> None:
    area = shapes.form(_INITIATIVE).field(PIVI.area.value)
    assert area is not None
    assert area.scheme == "https://w3id.org/pivi/begrepp/omrade"
    assert area.node_kind == SH.IRI.value
    assert area.max is None


def test_a_field_of_parts_leads_to_their_form(shapes: Shapes) -> None:
    taking_part = shapes.form(_INITIATIVE).field(CV.hasParticipation.value)
    assert taking_part is not None
    assert taking_part.target_class == CV.Participation.value
    part = shapes.form(CV.Participation.value)
    assert part.part
    assert [field.name.sv for field in part.properties] == ["Aktör", "Roll", "Vad aktören gör"]


def test_a_field_may_take_one_of_two_datatypes(shapes: Shapes) -> None:
    start = shapes.form(PIVI.Meeting.value).field(SCHEMA.startDate.value)
    assert start is not None
    assert start.datatypes == (XSD.dateTime.value, XSD.date.value)


def test_a_municipality_has_the_form_of_a_place_with_stricter_rules(shapes: Shapes) -> None:
    place, municipality = shapes.form(PIVI.Place.value), shapes.form(PIVI.Municipality.value)
    assert {field.path for field in place.properties} == {field.path for field in municipality.properties}
    code = municipality.field(PIVI.scbCode.value)
    assert code is not None
    assert code.required
    assert code.name.sv == "Kod hos SCB"
    assert municipality.name.sv == "Kommun"


def test_the_filters_of_the_search_are_those_of_the_shapes(shapes: Shapes) -> None:
    found = {facet.parameter for facet in shapes.facets() if facet.type == _INITIATIVE}
    assert found == {
        *("slag", "omrade", "malgrupp", "typ", "kommun", "stadsdel", "aktor", "sektor", "status"),
        *("uppfoljning", "forskning", "ar"),
    }


def test_the_filter_by_actor_looks_in_the_parts(shapes: Shapes) -> None:
    (actor,) = [each for each in shapes.facets() if each.parameter == "aktor" and each.type == _INITIATIVE]
    assert actor.path == (CV.hasParticipation.value, PIVI.participant.value)


def test_each_type_of_record_has_a_path_word(shapes: Shapes) -> None:
    words = {each.path_word for each in shapes.record_types()}
    assert words == {
        *("insats", "aktor", "plats", "grupp", "mote", "iop", "berattelse", "film", "handelse"),
        *("stodmodell", "dokument", "begrepp"),
    }


def test_every_class_with_an_address_has_a_shape(shapes: Shapes) -> None:
    assert {each.iri for each in shapes.record_types()} <= set(shapes.types)


def test_the_fingerprint_follows_the_files(shapes: Shapes) -> None:
    assert shapes.fingerprint == Shapes.load().fingerprint
    assert len(shapes.fingerprint) == 64
