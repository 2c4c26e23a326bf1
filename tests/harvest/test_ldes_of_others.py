"""Change feeds that others write in their own ways: what they mean comes here, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalogue.namespaces import VCARD
from catalogue.turtle import parse_ntriples
from tests.harvest.conftest import BASE, THEIRS, Here
from tests.harvest.others import PATHS, RECORD, Others, leads, version


def test_the_newest_version_holds_in_whatever_order_they_stand(
    others: Others, titles: Callable[..., dict[str, str]]
) -> None:
    others.root(leads("/2") + leads("/1") + version("v2", "Mellan", 2))
    others.page(
        "<http://x/> a <http://x/y> ." + version("/feed#v3", "Nyast", 3).replace("<#s>", "</feed#s>"), "/2"
    )
    others.page(version("/feed#v1", "Äldst", 1).replace("<#s>", "</feed#s>"), "/1")
    assert titles() == {"b2b2": "Nyast"}


def test_of_versions_of_the_same_moment_the_last_in_the_sequence_holds(
    others: Others, titles: Callable[..., dict[str, str]]
) -> None:
    members = [
        version(f"v{number}", f"Nummer {number}", 1, more=f"schema:version {number} ;")
        for number in (9, 10, 2)
    ]
    others.root("".join(members), f"{PATHS} ; ldes:sequencePath schema:version")
    assert titles() == {"b2b2": "Nummer 10"}


def test_anonymous_nodes_become_the_same_fragments_each_time(
    others: Others, here: Here, titles: Callable[..., dict[str, str]]
) -> None:
    contact = 'dcat:contactPoint [ a vcard:Organization ; vcard:fn "Kultur"@sv ; vcard:hasEmail <mailto:kultur@boras.example> ] ;'
    others.root(version("v1", "Ett", 1, more=contact))
    titles()
    [before] = _emails(here)
    assert before.startswith(RECORD + "#")
    head = here.head()
    others.root(version("v1", "Ett", 1, more=contact) + version("v2", "Ett", 2, more=contact))
    titles()
    assert here.head() == head, "the same again makes no revision"
    others.root(version("v3", "Två", 3, more=contact))
    titles()
    assert _emails(here) == [before]


def _emails(here: Here) -> list[str]:
    content = here.theirs()[RECORD].content
    return [str(each.subject)[1:-1] for each in parse_ntriples(content) if each.predicate == VCARD.hasEmail]


@pytest.mark.parametrize("part", ["v1#kontakt", f"{RECORD}#kontakt"])
def test_parts_are_the_records_whether_they_are_called_after_it_or_after_the_version(
    others: Others, here: Here, titles: Callable[..., dict[str, str]], part: str
) -> None:
    others.root(
        version("v1", "Ett", more=f"dcat:contactPoint <{part}> ;")
        + f'<{part}> a vcard:Organization ; vcard:fn "Kultur"@sv ; vcard:hasEmail <mailto:kultur@boras.example> .'
    )
    titles()
    assert _emails(here) == [f"{RECORD}#kontakt"]


def test_versions_may_lie_in_graphs_that_are_called_as_they_are(
    others: Others, here: Here, titles: Callable[..., dict[str, str]]
) -> None:
    part = f"<{RECORD}#kontakt>"
    others.root(
        "".join(
            f"""<#s> tree:member <v{day}> .
            <v{day}> dct:isVersionOf <{RECORD}> ; dct:created "2026-01-0{day}T00:00:00Z"^^xsd:dateTime .
            <v{day}> {{ <v{day}> a pivi:Initiative ; dct:title "Dag {day}"@sv ; dcat:contactPoint {part} .
              {part} a vcard:Organization ; vcard:hasEmail <mailto:dag{day}@boras.example> . }}"""
            for day in (2, 1)
        )
    )
    assert titles() == {"b2b2": "Dag 2"}
    assert b"dag2@boras" in here.theirs()[RECORD].content
    assert b"dag1@boras" not in here.theirs()[RECORD].content


@pytest.mark.parametrize(
    ("deletion", "paths"),
    [
        (f"<d> a as:Delete ; as:object <{RECORD}> ;", PATHS),
        (f"<d> a as:Tombstone ; dct:isVersionOf <{RECORD}> ;", PATHS),
        (
            f"<d> schema:status schema:Gone ; dct:isVersionOf <{RECORD}> ;",
            f"{PATHS} ; ldes:versionDeletePath schema:status ; ldes:versionDeleteObject schema:Gone",
        ),
    ],
)
def test_a_deletion_is_one_in_whatever_way_it_is_said(
    others: Others, here: Here, titles: Callable[..., dict[str, str]], deletion: str, paths: str
) -> None:
    members = version("v1", "Ett") + version("v2", "Två", 2, f"{THEIRS}id/insats/c3c3")
    others.root(members, paths)
    assert titles() == {"b2b2": "Ett", "c3c3": "Två"}
    successors = f"dct:isReplacedBy <{THEIRS}id/insats/c3c3> , <{BASE}id/insats/x> , <{RECORD}> ;"
    others.root(
        f"""{members} <#s> tree:member <d> . {deletion} {successors}
          rdfs:comment "Slogs ihop."@sv ; dct:created "2026-01-03T00:00:00Z"^^xsd:dateTime .""",
        paths,
    )
    assert titles() == {"c3c3": "Två"}
    gone = here.theirs()[RECORD]
    assert (gone.state, gone.reason, gone.successors) == (
        "replaced",
        "Slogs ihop.",
        (f"{THEIRS}id/insats/c3c3",),
    ), "nothing that the source does not speak for"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Fel\u202e person", "Fel person"),
        ("Gällde 19121212-1212.", "Posten finns inte längre hos källan."),
        ("Gällde 1 9 1 2 1 2 1 2 1 2 1 2", "Posten finns inte längre hos källan."),
        ("x" * 2_000, "x" * 1_000),
    ],
)
def test_a_reason_is_told_as_far_as_it_may_be(
    others: Others, here: Here, titles: Callable[..., dict[str, str]], said: str, told: str
) -> None:
    both = version("v1", "Ett") + version("v2", "Två", 2, f"{THEIRS}id/insats/c3c3")
    others.root(both)
    titles()
    others.root(
        f"""{both} <#s> tree:member <d> . <d> a as:Tombstone ; dct:isVersionOf <{RECORD}> ;
          rdfs:comment "{said}"@sv ; dct:created "2026-01-03T00:00:00Z"^^xsd:dateTime ."""
    )
    titles()
    assert here.theirs()[RECORD].reason == told


def test_a_feed_without_versions_and_times_is_read_as_it_is_now(
    others: Others, titles: Callable[..., dict[str, str]]
) -> None:
    first, second = RECORD, f"{THEIRS}id/insats/c3c3"
    member = '<#s> tree:member <{0}> . <{0}> a pivi:Initiative ; dct:title "{1}"@sv .\n'
    many = "".join(
        member.format(f"{THEIRS}id/insats/{each}{each}", each) for each in ("d4", "f5", "g6", "h7")
    )
    others.root(member.format(first, "Ett") + member.format(second, "Två") + many, "a tree:Collection")
    assert titles().keys() >= {"b2b2", "c3c3"}
    others.root(member.format(first, "Ny") + many, "a tree:Collection")
    found = titles()
    assert found["b2b2"] == "Ny" and "c3c3" not in found


def test_what_a_forgetful_feed_no_longer_holds_stays(
    others: Others, titles: Callable[..., dict[str, str]]
) -> None:
    policy = '</feed> ldes:retentionPolicy [ a ldes:DurationAgoPolicy ; tree:value "P1Y"^^xsd:duration ] .'
    others.root(policy + version("v1", "Ett"))
    assert titles() == {"b2b2": "Ett"}
    others.root(policy + version("v2", "Två", 2, f"{THEIRS}id/insats/c3c3"))
    assert titles() == {"b2b2": "Ett", "c3c3": "Två"}


def test_records_of_others_are_left_where_they_are(
    others: Others, here: Here, titles: Callable[..., dict[str, str]]
) -> None:
    others.root(
        version("v1", "Er egen", record=f"{BASE}id/insats/b2b2")
        + version("v2", "Allas", record="https://w3id.org/pivi/begrepp/typ/insats")
        + version("v3", "Grannens", record="https://pivi.lund.example/id/insats/b2b2")
        + version("v4", "Deras", record=RECORD)
    )
    assert titles() == {"b2b2": "Deras"}


def test_pages_in_a_circle_are_read_once(others: Others, titles: Callable[..., dict[str, str]]) -> None:
    others.root(leads("/2") + version("v1", "Ett"))
    others.page("</2> tree:relation [ tree:node </feed> ] , [ tree:node </2> ] .", "/2")
    assert titles() == {"b2b2": "Ett"}
    assert others.asked() == ["/feed", "/2"]


def test_pages_that_end_before_the_last_time_are_not_asked_for(
    others: Others, titles: Callable[..., dict[str, str]]
) -> None:
    def root(*more: str) -> None:
        others.root(leads("/1", ("LessThanOrEqualTo", 1)) + leads("/2", ("GreaterThan", 1)) + "".join(more))

    def page(path: str, *members: str) -> None:
        others.page("".join(each.replace("<#s>", "</feed#s>") for each in members) + " <x> a <y> .", path)

    root()
    page("/1", version("/v1", "Ett", 1))
    page("/2", version("/v2", "Två", 2), version("/v3", "Tre", 3, f"{THEIRS}id/insats/c3c3"))
    assert titles() == {"b2b2": "Två", "c3c3": "Tre"}
    assert others.asked() == ["/feed", "/1", "/2"]
    root("<x> a <y> .")
    page(
        "/2",
        version("/v3", "Tre", 3, f"{THEIRS}id/insats/c3c3"),
        version("/v4", "Fyra", 4),
        version("/v2", "Två", 2),
    )
    assert titles() == {"b2b2": "Fyra", "c3c3": "Tre"}
    assert others.asked() == ["/feed", "/2"]


def test_what_comes_at_the_moment_of_the_last_is_new_too(
    others: Others, titles: Callable[..., dict[str, str]]
) -> None:
    def page(path: str, *members: str) -> None:
        others.page("".join(each.replace("<#s>", "</feed#s>") for each in members), path)

    page("/1", version("/v1", "Ett"))
    page("/2", version("/v2", "Två", 2, f"{THEIRS}id/insats/c3c3"))
    others.root(leads("/1") + leads("/2"))
    assert titles() == {"b2b2": "Ett", "c3c3": "Två"}
    page("/2", version("/v2", "Två", 2, f"{THEIRS}id/insats/c3c3"), version("/v3", "Tre", 2))
    assert titles() == {"b2b2": "Tre", "c3c3": "Två"}


def test_a_member_from_the_future_hides_nothing_that_comes_after_it(
    others: Others, titles: Callable[..., dict[str, str]]
) -> None:
    late = version("/v9", "Framtid", 1, f"{THEIRS}id/insats/c3c3").replace("2026-01-01", "2999-01-01")
    others.page(late.replace("<#s>", "</feed#s>"), "/1")
    others.root(leads("/1") + version("v1", "Ett"))
    assert titles() == {"b2b2": "Ett", "c3c3": "Framtid"}
    others.root(leads("/1") + version("v1", "Ett") + version("v2", "Två", 2))
    assert titles() == {"b2b2": "Två", "c3c3": "Framtid"}
