"""`pivi harvest` of pages of RDF that lead to each other: together they are all records, as a dump is."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.errors import InvalidInput, NoSpace
from catalogue.harvest.configuring import sources
from catalogue.harvest.documents import Document, Documents
from catalogue.harvest.fetching import Fetcher
from catalogue.harvest.paging import next_in, pages
from catalogue.namespaces import PIVI
from catalogue.settings import Settings
from tests.harvest.conftest import BASE, THEIRS, Elsewhere, Here

NEXT = "<> <http://www.w3.org/ns/hydra/core#next> <{}> .\n"
TURTLE = "text/turtle"


@pytest.fixture
def paged(here: Here, elsewhere: Elsewhere) -> Here:
    here.configure(f"{elsewhere.address}/1", profile="pages")
    return here


def _iri(record: bytes) -> str:
    return record.split(b">", 1)[0][1:].partition(b"#")[0].decode()


def test_each_page_is_followed_to_the_next_however_it_says_so(
    paged: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    first, second, third, fourth = records[:4], records[4:8], records[8:11], records[11:]
    elsewhere.has(b"".join(first), "/1", Link='</style.css>; rel="preload", </2>; title="a, b"; rel="next"')
    says = NEXT.format("/3").encode()
    elsewhere.has(b"".join(second) + says, "/2", Content_Type=TURTLE)
    activity = "[] a <https://www.w3.org/ns/activitystreams#CollectionPage> ; <https://www.w3.org/ns/activitystreams#next> </4> .\n"
    elsewhere.has(b"".join(third) + activity.encode(), "/3", Content_Type=TURTLE)
    elsewhere.has(b"".join(fourth), "/4")
    result = paged.harvest("boras")
    assert result.exit_code == 0, result.output
    assert f"{len(records)} poster lästes från boras: {len(records)} nya" in result.output
    assert "0 släpptes inte in" in result.output
    assert [path for path, _ in elsewhere.asked] == ["/robots.txt", "/1", "/2", "/3", "/4"]
    assert "Inget har ändrats" in paged.harvest("boras").output
    # One page has changed: all are read, since only together they tell what is gone.
    elsewhere.has(b"".join(third[:-1]) + activity.encode(), "/3", Content_Type=TURTLE)
    result = paged.harvest("boras")
    assert "0 nya, 0 ändrade, 1 borttagna" in result.output, result.output


def test_only_whole_records_of_the_source_come_in(
    paged: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    furniture = f"""
        @prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
        <{THEIRS}id/aktor/bbbb> foaf:name "Bara ett namn"@sv .
        <https://other.example/id/aktor/cccc> a <https://w3id.org/pivi/ns#Organisation> ; foaf:name "Andras"@sv .
        <{THEIRS}lista?sida=1> a hydra:PartialCollectionView ; hydra:totalItems 12 .
        <> a foaf:Document ; foaf:primaryTopic <{THEIRS}id/aktor/bbbb> .
        [] a hydra:Collection ; hydra:member <{THEIRS}id/aktor/bbbb> .
    """
    elsewhere.has(b"".join(records) + furniture.encode(), "/1", Content_Type=TURTLE)
    result = paged.harvest("boras")
    assert result.exit_code == 0, result.output
    assert "0 släpptes inte in" in result.output, result.output
    assert set(paged.theirs()) == {_iri(each) for each in records}


def test_a_record_that_changes_while_the_pages_are_read_stays_as_it_was(
    paged: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    moved = records[-1]
    elsewhere.has(b"".join(records), "/1")
    paged.harvest("boras")
    before = paged.theirs()[_iri(moved)].content
    extra = b"<" + _iri(moved).encode() + b'> <http://purl.org/dc/terms/title> "Ny titel"@en .\n'
    elsewhere.has(b"".join(records), "/1", Link="</2>; rel=next")
    elsewhere.has(moved + extra, "/2")
    result = paged.harvest("boras")
    assert result.exit_code == 0, result.output
    assert "1 släpptes inte in" in result.output and "beskrivs olika i" in result.output, result.output
    assert paged.theirs()[_iri(moved)].content == before


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<> <http://www.w3.org/ns/hydra/core#next> </1> .", "går i en cirkel"),
        ("<> <http://www.w3.org/ns/hydra/core#next> </2> .", "går i en cirkel"),
        ("<> <http://www.w3.org/ns/hydra/core#next> <http://10.0.0.1/2> .", "hör inte till källans värdar"),
        ("<> <http://www.w3.org/ns/hydra/core#next> </missing> .", "svarade 404"),
        ("<> <http://purl.org/dc/terms/title> 'Tom' .", "inga hela poster under"),
    ],
)
def test_pages_that_do_not_lead_to_an_end_change_nothing(
    paged: Here, elsewhere: Elsewhere, page: str, words: str
) -> None:
    elsewhere.has(page.encode(), "/1", Content_Type=TURTLE)
    elsewhere.has(NEXT.format("/1").encode(), "/2", Content_Type=TURTLE)
    result = paged.harvest("boras")
    assert result.exit_code == 1 and words in result.output, result.output
    assert not paged.theirs()


def test_pages_are_together_no_larger_than_a_file_may_be(
    paged: Here, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(number: int) -> bytes:
        return NEXT.format(f"/{number + 1}").encode() + b"#" * 400_000

    for number in range(1, 9):
        elsewhere.has(endless(number), f"/{number}", Content_Type=TURTLE)
    monkeypatch.setenv("PIVI_HARVEST_BYTES", "1000000")
    result = paged.harvest("boras")
    assert result.exit_code == 1 and "tillsammans större än 1 MB" in result.output, result.output
    assert not list(paged.data.glob("harvest-*"))


def test_pages_without_end_are_followed_to_a_limit(paged: Here, elsewhere: Elsewhere, tmp_path: Path) -> None:
    for number in range(1, 9):
        elsewhere.has(NEXT.format(f"/{number + 1}").encode(), f"/{number}", Content_Type=TURTLE)
    settings = Settings(data=paged.data, base=BASE, sources=str(paged.sources))
    source = sources(settings)["boras"]
    with Documents(settings) as documents, pytest.raises(InvalidInput) as refused:
        pages(
            Fetcher(source, settings),
            source.urls,
            tmp_path,
            {},
            lambda document, number: documents.page(document),
            lambda number: None,
            max_bytes=10**6,
            most=3,
        )
    assert "går vidare i mer än 3 sidor" in str(refused.value)
    assert [path for path, _ in elsewhere.asked] == ["/robots.txt", "/1", "/2", "/3"]


@pytest.mark.parametrize(
    ("header", "next"),
    [
        ("", None),
        ("</2>; rel=next", "/2"),
        ('<a>; rel="prev", <b?c=d,e>; rel="last NEXT"; title="x"', "b?c=d,e"),
        ('<a>; title="rel=next"', None),
        ('<a>; title="x, <b>; rel=next"; rel=prev', None),
        ('<a>; rel="next', None),
        ("<" * 1_000_000, None),
        ('<a>;"' * 1_000_000, None),
    ],
)
def test_a_link_header_tells_the_next_page(header: str, next: str | None) -> None:
    assert next_in(header) == next


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    page = tmp_path / "page.ttl"
    page.write_text(f"<{THEIRS}id/insats/bcdf> a <{PIVI.Initiative.value}> .\n")
    document = Document(str(page), "ttl", THEIRS)
    with (
        Documents(Settings(data=tmp_path, base=BASE)) as documents,
        pytest.raises(NoSpace, match="Disken är full"),
    ):
        documents.page(document, space=THEIRS, into=Path("/dev/full"))
