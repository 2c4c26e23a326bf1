"""The facts of the two documents that the project began with, found in the example catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from catalogue.namespaces import CONCEPT, CV, DCT, FOAF, ORG, PIVI, SCHEMA
from catalogue.records import Node, Record

Records = Mapping[str, Record]
IOP_PAGE = "http://socialutveckling.goteborg.se/team/stod-till-social-ekonomi/lar-mer-om-ideburet-offentligt-partnerskap/"


def titled(records: Records, title: str, type: str) -> Record:
    found = [
        record
        for record in records.values()
        if record.type == PIVI[type].value
        and title in (record.text(DCT.title) or record.text(FOAF.name) or "")
    ]
    assert len(found) == 1, f"{title}: {[record.iri for record in found]}"
    return found[0]


def names(records: Records, iris: tuple[str, ...]) -> set[str]:
    return {str(records[iri].text(FOAF.name)) for iri in iris}


# ------------------------------------------------------------------------------- Pivi, January 2014


def test_pivi_was_launched_in_january_2014_and_is_no_longer_updated_from_2016(everything: Records) -> None:
    pivi = titled(everything, "Pivi – projekt, idéer, verksamheter, inspiration", "Initiative")
    assert pivi.date(SCHEMA.startDate) == dt.date(2014, 1, 1)
    assert pivi.date(SCHEMA.endDate) == dt.date(2015, 12, 31)
    assert "lanserades i januari 2014" in str(pivi.text(PIVI.results))
    assert pivi.iri_of(PIVI.sector) == CONCEPT["sektor/ifo-fh"].value


def test_editors_of_every_district_and_of_social_resursforvaltning_published_in_pivi(
    everything: Records,
) -> None:
    pivi = titled(everything, "Pivi – projekt, idéer, verksamheter, inspiration", "Initiative")
    editors = names(
        everything,
        tuple(iri for each in pivi.fragments(CV.hasParticipation) for iri in each.iris(PIVI.participant)),
    )
    districts = {name for name in editors if name.startswith("Stadsdelsförvaltningen ")}
    assert len(districts) == 10
    assert {"Social resursförvaltning", "Göteborgs Stad"} <= editors


def test_pivi_makes_knowledge_visible_to_stimulate_further_development(everything: Records) -> None:
    pivi = titled(everything, "Pivi – projekt, idéer, verksamheter, inspiration", "Initiative")
    why = str(pivi.text(PIVI.why))
    assert "göra kunskap och erfarenheter synliga för varandra" in why
    assert "underlag för analys" in why
    assert "inte att få med allt, utan att visa det speciella" in str(pivi.text(PIVI.whyLifted))


def test_pivi_came_out_of_the_pre_study_dela_lara_gora_of_autumn_2011(everything: Records) -> None:
    study = titled(everything, "Förstudien Dela Lära Göra", "Initiative")
    assert study.date(SCHEMA.startDate) == dt.date(2011, 1, 1)
    assert "Hur kan vi göra dessa olika insatser synliga i staden och för varandra?" in str(
        study.text(PIVI.why)
    )
    assert "lättillgänglig men samtidigt systematisk" in str(study.text(PIVI.what))
    pivi = titled(everything, "Pivi – projekt, idéer, verksamheter, inspiration", "Initiative")
    assert study.iri in pivi.iris(PIVI.inspiredBy)
    document = titled(everything, "Dela Lära Göra", "Document")
    assert document.iri_of(PIVI.documentKind) == CONCEPT["dokumentslag/forstudie"].value
    assert {study.iri, pivi.iri} <= set(document.iris(SCHEMA.about))


def test_the_sector_heads_for_ifo_fh_are_a_group(everything: Records) -> None:
    group = titled(everything, "Sektorchefsgruppen IFO-FH", "Group")
    assert "Individ- och familjeomsorg och funktionshinder" in str(group.text(DCT.description))
    assert len(group.iris(ORG.hasMember)) == 10


def test_pivi_is_one_of_the_support_models_of_socialhallbarhet_se(everything: Records) -> None:
    site = titled(everything, "socialhallbarhet.se", "SupportModel")
    model = titled(everything, "Pivi", "SupportModel")
    assert model.iri in site.iris(DCT.relation) and site.iri in model.iris(DCT.relation)
    assert "community" in str(site.text(DCT.description))
    assert model.date(PIVI.validThrough) == dt.date(2015, 12, 31)


# ------------------------------------------------------------ Gemensam utvecklingsgrupp, 26 October 2015

PRESENT = {
    "Bryggan",
    "IFS",
    "Ria",
    "Vorta Drom",
    "RFHL",
    "LP-stiftelsen",
    "Socialförvaltningen, Helsingborgs stad",
    "Socialnämnden, Helsingborgs stad",
}


@pytest.fixture(name="meeting")
def the_meeting(everything: Records) -> Record:
    return titled(everything, "Gemensam utvecklingsgrupp 26 oktober 2015", "Meeting")


def test_the_group_met_on_a_monday_in_october_2015(everything: Records, meeting: Record) -> None:
    assert meeting.date(SCHEMA.startDate) == dt.date(2015, 10, 26)
    assert dt.date(2015, 10, 26).weekday() == 0
    group = everything[str(meeting.iri_of(PIVI.group))]
    assert str(group.text(FOAF.name)) == "Gemensam utvecklingsgrupp"
    assert names(everything, group.iris(ORG.hasMember)) == PRESENT


def test_eight_organisations_were_present_and_no_person_is_named(
    everything: Records, meeting: Record
) -> None:
    assert names(everything, meeting.iris(SCHEMA.attendee)) == PRESENT


def test_the_meeting_asked_how_trust_grows_and_how_others_learn_of_the_work(meeting: Record) -> None:
    status = {
        str(each.text(DCT.title)): str(each.iri_of(PIVI.questionStatus)).rsplit("/", 1)[1]
        for each in questions(meeting)
    }
    assert {"diskuteras", "vackt", "besvarad"} == set(status.values())
    spread = [title for title in status if "utanför de etablerade organisationerna" in title]
    assert [status[title] for title in spread] == ["vackt"]
    assert [status[title] for title in status if "förtroendet mellan förvaltning och brukare" in title] == [
        "diskuteras"
    ]


def test_the_meeting_decided_to_go_on_next_time(meeting: Record) -> None:
    (decision,) = meeting.fragments(PIVI.decision)
    assert "enades" in str(decision.text(DCT.description))
    assert "nästa möte" in str(decision.text(PIVI.nextStep))


def test_film_clips_on_oppna_soc_and_personal_stories_were_ways_to_tell(
    everything: Records, meeting: Record
) -> None:
    notes = str(meeting.text(PIVI.notes))
    for words in ("filmklipp", "Öppna soc och YouTube", "personliga berättelser", "personalomsättningen"):
        assert words in notes
    assert titled(everything, "Öppna soc", "SupportModel")


def test_the_proposal_of_an_iop_must_come_from_the_association(everything: Records, meeting: Record) -> None:
    assert "Förslaget måste komma från föreningarna" in str(meeting.text(PIVI.notes))
    model = titled(everything, "Idéburet offentligt partnerskap (IOP)", "SupportModel")
    assert "ingen av parterna klarar uppdraget själv" in str(model.text(DCT.description))
    assert IOP_PAGE in model.iris(FOAF.homepage)
    assert IOP_PAGE in meeting.iris(FOAF.page)


def test_innovationsgruppen_meets_at_ria_on_wednesday_4_november_at_four(everything: Records) -> None:
    event = titled(everything, "Innovationsgruppen på Ria", "Event")
    assert event.moment(SCHEMA.startDate) == dt.datetime.fromisoformat("2015-11-04T16:00:00+01:00")
    assert dt.date(2015, 11, 4).weekday() == 2
    assert names(everything, event.iris(SCHEMA.organizer)) == {"Ria"}
    assert "Alla är välkomna" in str(event.text(DCT.abstract))


def test_klarsprak_is_on_tuesday_24_november_at_eleven(everything: Records) -> None:
    moments = [
        record.moment(SCHEMA.startDate)
        for record in everything.values()
        if record.type == PIVI.Event.value and str(record.text(DCT.title)) == "Klarspråk"
    ]
    assert moments == [dt.datetime.fromisoformat("2015-11-24T11:00:00+01:00")]
    assert dt.date(2015, 11, 24).weekday() == 1


def test_the_user_organisations_are_told_of_with_nothing_but_the_facts_of_the_notes(
    everything: Records,
) -> None:
    for name in ("Bryggan", "IFS", "Ria", "Vorta Drom", "RFHL", "LP-stiftelsen"):
        (record,) = [
            each
            for each in everything.values()
            if each.type == PIVI.Organisation.value and str(each.text(FOAF.name)) == name
        ]
        assert "Gemensam utvecklingsgrupp" in str(record.text(DCT.description))
        users = {
            each.type
            for each in everything.values()
            for triple in each.triples
            if str(triple.object) == f"<{record.iri}>"
        }
        assert users <= {PIVI.Group.value, PIVI.Meeting.value, PIVI.Event.value}


def questions(meeting: Record) -> tuple[Node, ...]:
    return meeting.fragments(PIVI.question)
