"""How much the example catalogue holds, and that it shows every part of the system in use."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

import pytest
from pyoxigraph import NamedNode

from catalogue.namespaces import CONCEPT, CV, DCT, PIVI, SCHEMA, SKOS
from catalogue.records import Record

Records = Mapping[str, Record]


def of_type(records: Records, type: NamedNode) -> list[Record]:
    return [record for record in records.values() if record.type == type.value]


def test_there_are_at_least_seventy_records_of_which_forty_eight_are_initiatives(example: Records) -> None:
    assert len(example) >= 70
    assert len(of_type(example, PIVI.Initiative)) >= 48


@pytest.mark.parametrize(
    ("type", "least"),
    [
        (PIVI.Organisation, 30),
        (PIVI.Place, 10),
        (PIVI.Municipality, 290),
        (PIVI.Group, 3),
        (PIVI.Meeting, 2),
        (PIVI.Partnership, 4),
        (PIVI.Story, 4),
        (PIVI.Film, 4),
        (PIVI.Event, 8),
        (PIVI.SupportModel, 4),
        (PIVI.Document, 10),
    ],
    ids=lambda value: str(value).rsplit("#", 1)[-1].rstrip(">"),
)
def test_every_record_type_is_there(everything: Records, type: NamedNode, least: int) -> None:
    assert len(of_type(everything, type)) >= least


def test_every_concept_of_every_scheme_is_used(everything: Records) -> None:
    concepts = {record.iri for record in of_type(everything, SKOS.Concept)}
    used = {
        triple.object.value
        for record in everything.values()
        if record.type not in (SKOS.Concept.value, SKOS.ConceptScheme.value)
        for triple in record.triples
        if isinstance(triple.object, NamedNode)
    }
    assert concepts and not concepts - used


def test_every_kind_status_area_and_target_group_has_several_initiatives(example: Records) -> None:
    initiatives = of_type(example, PIVI.Initiative)
    for predicate, least in (
        (PIVI.kind, 4),
        (PIVI.status, 3),
        (PIVI.area, 8),
        (PIVI.targetGroup, 8),
        (PIVI.workType, 5),
    ):
        counts = Counter(iri for record in initiatives for iri in record.iris(predicate))
        assert min(counts.values()) >= least, counts


def test_every_district_of_goteborg_and_eight_municipalities_have_initiatives(everything: Records) -> None:
    places = {iri for record in of_type(everything, PIVI.Initiative) for iri in record.iris(DCT.spatial)}
    districts = {
        record.iri
        for record in of_type(everything, PIVI.Place)
        if record.iri_of(PIVI.placeKind) == CONCEPT["platsslag/stadsdel"].value
    }
    assert len(districts) == 10 and districts <= places
    assert len([iri for iri in places if everything[iri].type == PIVI.Municipality.value]) >= 8


def test_every_reference_leads_to_a_record_that_is_there(everything: Records) -> None:
    dangling = {
        (record.iri, triple.object.value)
        for record in everything.values()
        for triple in record.triples
        if isinstance(triple.object, NamedNode)
        and "/id/" in triple.object.value
        and triple.object.value.partition("#")[0] not in everything
    }
    assert not dangling


def test_initiatives_hang_together(example: Records) -> None:
    initiatives = of_type(example, PIVI.Initiative)
    assert len([record for record in initiatives if record.iris(PIVI.inspiredBy)]) >= 12
    assert len([record for record in initiatives if record.iris(PIVI.documentedBy)]) >= 12
    assert len([record for record in initiatives if record.truth(PIVI.wantsCollaboration)]) >= 10
    assert len([record for record in initiatives if record.texts(PIVI.caseNumber)]) >= 8
    about = {iri for record in example.values() for iri in record.iris(SCHEMA.about)}
    assert len(about) >= 20


def test_a_document_and_its_initiative_name_each_other(example: Records) -> None:
    for initiative in of_type(example, PIVI.Initiative):
        for document in initiative.iris(PIVI.documentedBy):
            assert initiative.iri in example[document].iris(SCHEMA.about)


def test_partnerships_are_shown_in_every_stage_with_what_each_party_gives(example: Records) -> None:
    partnerships = of_type(example, PIVI.Partnership)
    stages = {record.iri_of(PIVI.stage) for record in partnerships}
    assert stages == {CONCEPT[f"iopskede/{stage}"].value for stage in ("ide", "dialog", "avtal", "avslutad")}
    for record in partnerships:
        parties = record.fragments(CV.hasParticipation)
        assert record.iri_of(PIVI.proposedBy) in {party.iri_of(PIVI.participant) for party in parties}
        assert len(parties) >= 2 and all(party.text(DCT.description) for party in parties)


def test_the_start_page_has_events_to_come_and_a_reason_for_every_pick(example: Records) -> None:
    first_day = dt.date(2026, 11, 21)
    coming = [
        record
        for record in of_type(example, PIVI.Event)
        if (record.date(SCHEMA.startDate) or first_day) > first_day
    ]
    assert len(coming) >= 6
    for record in of_type(example, PIVI.Initiative):
        assert record.text(PIVI.whyLifted) and record.iri_of(PIVI.liftedBy)


def test_dates_lie_between_2009_and_2028_and_in_order(example: Records) -> None:
    for record in example.values():
        for predicate in (SCHEMA.startDate, SCHEMA.endDate, DCT.issued, PIVI.confirmedOn, PIVI.validFrom):
            for day in record.dates(predicate):
                assert dt.date(2009, 1, 1) <= day <= dt.date(2028, 12, 31), record.iri
        start, end = record.date(SCHEMA.startDate), record.date(SCHEMA.endDate)
        assert start is None or end is None or start <= end, record.iri


def test_what_is_finished_has_an_end_and_what_goes_on_has_none_behind_it(example: Records) -> None:
    for record in of_type(example, PIVI.Initiative):
        finished = record.iri_of(PIVI.status) == CONCEPT["status/avslutad"].value
        end = record.date(SCHEMA.endDate)
        assert (end is not None) if finished else (end is None or end > dt.date(2026, 11, 21)), record.iri


def test_an_administration_takes_part_only_while_it_existed(everything: Records) -> None:
    """The district administrations ended with 2020: what goes on after that has a present body beside them."""
    for record in of_type(everything, PIVI.Initiative):
        bodies = [
            everything[iri]
            for party in record.fragments(CV.hasParticipation)
            for iri in party.iris(PIVI.participant)
            if CV.PublicOrganisation.value in everything[iri].types
        ]
        end = record.date(SCHEMA.endDate) or dt.date(2026, 11, 21)
        assert any((body.date(PIVI.validThrough) or end) >= end for body in bodies), record.iri
