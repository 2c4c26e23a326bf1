"""Change feeds that others write in their own ways: what they mean comes here, and what is wrong with them harms nothing."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from catalogue.namespaces import DCT, PREFIXES, VCARD
from catalogue.turtle import parse_ntriples
from tests.harvest.conftest import BASE, THEIRS, Elsewhere, Here

RECORD = f"{THEIRS}id/insats/b2b2"
_HEAD = "".join(
    f"@prefix {name}: <{iri}> . "
    for name, iri in {
        **PREFIXES,
        "as": "https://www.w3.org/ns/activitystreams#",
        "ldes": "https://w3id.org/ldes#",
        "tree": "https://w3id.org/tree#",
    }.items()
)
PATHS = "ldes:versionOfPath dct:isVersionOf ; ldes:timestampPath dct:created"


class Others:
    """A feed at `/feed` that a test writes, page by page, in Turtle or TriG."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere
        self.url = f"{elsewhere.address}/feed"

    def root(self, turtle: str = "", paths: str = PATHS, path: str = "/feed", **headers: str) -> None:
        """The first page: the stream with its paths, and what else it says (relative to the page)."""
        self.page(f"<#s> a ldes:EventStream ; tree:view </feed> ; {paths} .\n{turtle}", path, **headers)

    def page(self, turtle: str, path: str, **headers: str) -> None:
        media_type = {"Content_Type": "application/trig"} | headers
        self._elsewhere.has((_HEAD + turtle).encode(), path, **media_type)

    def asked(self) -> list[str]:
        found = [path for path, _ in self._elsewhere.asked if "robots" not in path]
        self._elsewhere.asked.clear()
        return found


def version(name: str, title: str, day: int = 1, record: str = RECORD, more: str = "") -> str:
    """A member: a version of an initiative."""
    return f"""
      <#s> tree:member <{name}> .
      <{name}> a pivi:Initiative ; dct:title "{title}"@sv ; dct:isVersionOf <{record}> ; {more}
        dct:created "2026-01-{day:02}T00:00:00Z"^^xsd:dateTime ."""


def leads(to: str, *bounds: tuple[str, int]) -> str:
    """A page leads to another one, whose members come so and so late, as it says."""
    said = [
        f"""</feed> tree:relation [ a tree:{kind}Relation ; tree:node <{to}> ; tree:path dct:created ;
          tree:value "2026-01-{day:02}T00:00:00Z"^^xsd:dateTime ] ."""
        for kind, day in bounds
    ]
    return "\n".join(said or [f"</feed> tree:relation [ a tree:Relation ; tree:node <{to}> ] ."])


@pytest.fixture
def others(elsewhere: Elsewhere, here: Here) -> Others:
    others = Others(elsewhere)
    here.configure(others.url, profile="ldes")
    return others


@pytest.fixture
def titles(here: Here) -> Callable[..., dict[str, str]]:
    """Harvest; the titles that are then published, by the end of the record's address."""

    def harvested(*arguments: str) -> dict[str, str]:
        result = here.harvest("boras", *arguments)
        assert result.exit_code == 0, result.output
        return {
            iri.rpartition("/")[2]: each.object.value
            for iri, revision in here.theirs().items()
            if revision.published
            for each in parse_ntriples(revision.content)
            if each.predicate == DCT.title
        }

    return harvested


@pytest.fixture
def refused(here: Here) -> Callable[[str], None]:
    """Harvest what must be refused with these words, and see that nothing has changed."""

    def check(words: str) -> None:
        before = here.theirs()
        result = here.harvest("boras")
        assert result.exit_code == 1, result.output
        assert words in result.output, result.output
        assert "Traceback" not in result.output
        assert here.theirs() == before

    return check


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


# --- what is wrong ----------------------------------------------------------------------------------------


def test_an_endless_feed(
    others: Others, elsewhere: Elsewhere, refused: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        number = int(request.path[2:])
        body = f"</p{number}> <https://w3id.org/tree#relation> [ <https://w3id.org/tree#node> </p{number + 1}> ] .".encode()
        request.send_response(200)
        request.send_header("Content-Type", "text/turtle")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    for number in range(40):
        elsewhere.answers[f"/p{number}"] = endless
    others.root(leads("/p0"))
    monkeypatch.setenv("PIVI_HARVEST_PAGES", "20")
    refused("har fler än 20 sidor")


def test_a_page_on_another_host(others: Others, refused: Callable[[str], None]) -> None:
    others.root(leads("http://169.254.169.254/latest/meta-data/") + version("v1", "Ett"))
    refused("hör inte till källans värdar")


@pytest.mark.parametrize("bound", [("GreaterThanOrEqualTo", 5), ("LessThan", 1)])
def test_bounds_that_do_not_hold(
    others: Others, refused: Callable[[str], None], bound: tuple[str, int]
) -> None:
    others.root(leads("/1", bound))
    others.page(version("/v1", "Ett", 3).replace("<#s>", "</feed#s>"), "/1")
    refused("vars tid inte stämmer med vad flödet säger om sidan")


def test_a_member_without_a_time(others: Others, refused: Callable[[str], None]) -> None:
    others.root(version("v1", "Ett").replace("2026-01-01T00:00:00Z", "i går"))
    refused("har ingen tid som går att läsa i http://purl.org/dc/terms/created")


@pytest.mark.parametrize(
    "turtle", [f"<{RECORD}> a pivi:Initiative .", "<#a> a ldes:EventStream . <#b> a ldes:EventStream ."]
)
def test_what_is_no_feed_or_several(others: Others, refused: Callable[[str], None], turtle: str) -> None:
    others.page(turtle, "/feed")
    refused("är ingen sida i ett ändringsflöde (LDES), eller i flera")


def test_a_page_that_is_missing_or_broken(
    others: Others, elsewhere: Elsewhere, refused: Callable[[str], None]
) -> None:
    others.root(leads("/1"))
    refused("svarade 404 i stället för 200")
    elsewhere.has(b"<<<", "/1", Content_Type="text/turtle")
    refused("är inte giltig Turtle")
    elsewhere.has(b"<!doctype html>", "/1", Content_Type="text/turtle")
    refused("är en webbsida (HTML), inte RDF")


def test_a_page_that_is_too_large(
    others: Others, refused: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    others.root("".join(version(f"v{number}", "x" * 1000) for number in range(2_000)))
    monkeypatch.setenv("PIVI_HARVEST_BYTES", "1000000")
    refused("är större än 1 MB")
    monkeypatch.setenv("PIVI_HARVEST_BYTES", "9000000")
    monkeypatch.setenv("PIVI_LOAD_BYTES", "1000000")
    refused("är större än 1 MB när den är uppackad")
    others.root("".join(version(f"v{number}", "x" * 20_000) for number in range(3_000)))
    monkeypatch.delenv("PIVI_HARVEST_BYTES")
    monkeypatch.delenv("PIVI_LOAD_BYTES")
    monkeypatch.setenv("PIVI_LOAD_MEMORY", "80000000")
    refused("gick inte att läsa: dokumentet är för stort")


def test_a_member_that_is_broken_stays_out_and_the_others_come(
    others: Others, here: Here, titles: Callable[..., dict[str, str]]
) -> None:
    others.root(version("v1", "Ett") + version("v2", "Två", 2, f"{THEIRS}id/insats/c3c3"))
    titles()
    others.root(
        version("v1", "Ett")
        + version("v2", "Två", 2, f"{THEIRS}id/insats/c3c3")
        + f"""<#s> tree:member <v3> . <v3> dct:isVersionOf <{RECORD}> ;
          dct:created "2026-01-03T00:00:00Z"^^xsd:dateTime ."""
        + version("v4", "Tre", 4, f"{THEIRS}id/insats/d4d4")
    )
    assert titles() == {"b2b2": "Ett", "c3c3": "Två", "d4d4": "Tre"}
    assert f"{RECORD} saknar rdf:type" in here.harvest("--report").output


def test_a_page_that_is_gone_is_taken_as_empty_and_what_was_on_it_stays(
    others: Others, elsewhere: Elsewhere, titles: Callable[..., dict[str, str]]
) -> None:
    others.root(leads("/1") + version("v2", "Två", 2, f"{THEIRS}id/insats/c3c3"))
    others.page(version("/v1", "Ett").replace("<#s>", "</feed#s>"), "/1")
    assert len(titles()) == 2
    elsewhere.sends(410, "/1")
    assert titles() == {"b2b2": "Ett", "c3c3": "Två"}
