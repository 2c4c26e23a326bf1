"""`pivi harvest` of a catalogue that is a stream of activities (DCAT-AP Feeds): what the last one about each thing says, holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.export.dumps import Dumps
from tests.conformance.conftest import until
from tests.harvest.conftest import Elsewhere, Here
from tests.harvest.installations import installation

_HEAD = """
@prefix as: <https://www.w3.org/ns/activitystreams#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix ldes: <https://w3id.org/ldes#> .
@prefix tree: <https://w3id.org/tree#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
</feed#s> a ldes:EventStream ; tree:view </feed> ; ldes:timestampPath as:published ; ldes:versionOfPath as:object .
"""
OURS = "dct:conformsTo <https://w3id.org/pivi/ns>"


def activity(day: int, kind: str, thing: str, says: str = "") -> str:
    """An activity about a thing, and what it says of it in a graph of its own."""
    name = f"</feed#a{day}>"
    return f"""
      </feed#s> tree:member {name} .
      {name} a as:{kind} ; as:object <{thing}> ; as:published "2026-01-{day:02}T00:00:00Z"^^xsd:dateTime .
      {name} {{ {says} }}"""


def dataset(thing: str, file: str) -> str:
    return f"""<{thing}> a dcat:Dataset ; dct:title "Insatser" ; {OURS} ; dcat:distribution <{thing}-fil> .
      <{thing}-fil> a dcat:Distribution ; dcat:downloadURL <{file}> ."""


class Stream:
    """The source's stream, which a test writes, and the installation that harvests it."""

    def __init__(self, here: Here, elsewhere: Elsewhere) -> None:
        self.here = here
        self.elsewhere = elsewhere
        here.configure(f"{elsewhere.address}/feed", profile="dcat-feed")

    def has(self, *activities: str, path: str = "/feed", more: str = "") -> None:
        text = _HEAD + more + "".join(activities)
        self.elsewhere.has(text.encode(), path, Content_Type="application/trig")

    def asked(self) -> list[str]:
        found = [path for path, _ in self.elsewhere.asked if path != "/robots.txt"]
        self.elsewhere.asked.clear()
        return found


@pytest.fixture
def stream(here: Here, elsewhere: Elsewhere, records: list[bytes]) -> Stream:
    elsewhere.has(b"".join(records), "/old.nt")
    elsewhere.has(b"".join(records[:-1]), "/new.nt")
    return Stream(here, elsewhere)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_the_last_activity_about_each_thing_holds_in_whatever_order_they_stand(
    stream: Stream, records: list[bytes], order: tuple[int, ...]
) -> None:
    activities = [
        activity(1, "Create", "/d/ours", dataset("/d/ours", "/old.nt")),
        activity(2, "Create", "/d/gone", dataset("/d/gone", "/gone.nt")),
        activity(3, "Update", "/d/ours", dataset("/d/ours", "/new.nt")),
        activity(4, "Delete", "/d/gone"),
    ]
    stream.has(*(activities[place] for place in order))
    result = stream.here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert stream.asked() == ["/feed", "/new.nt"]
    assert len(stream.here.theirs()) == len(records) - 1
    assert "Inget har ändrats" in stream.here.harvest("boras").output


def test_activities_may_lie_on_several_pages_and_their_things_apart(
    stream: Stream, records: list[bytes]
) -> None:
    file = "</d/file> a dcat:Distribution ; dcat:downloadURL </old.nt> ."
    about = f"</d/ours> a dcat:Dataset ; {OURS} ; dcat:distribution </d/file> ."
    stream.has(
        activity(1, "Create", "/d/file", file),
        more="</feed> tree:relation [ a tree:Relation ; tree:node </feed/2> ] .\n",
    )
    stream.has(activity(2, "Create", "/d/ours", about), path="/feed/2")
    result = stream.here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert len(stream.here.theirs()) == len(records)


def test_a_dataset_that_is_deleted_takes_its_records_with_it_when_that_is_accepted(
    stream: Stream, records: list[bytes]
) -> None:
    first = activity(1, "Create", "/d/a", dataset("/d/a", "/new.nt"))
    second = activity(2, "Create", "/d/b", dataset("/d/b", "/b.nt"))
    stream.elsewhere.has(records[-1], "/b.nt")
    stream.has(first, second)
    assert stream.here.harvest("boras").exit_code == 0
    stream.has(first, activity(3, "Delete", "/d/b"))
    assert "1 borttagna" in stream.here.harvest("boras").output
    stream.has(activity(4, "Delete", "/d/a"), activity(3, "Delete", "/d/b"))
    result = stream.here.harvest("boras")
    assert result.exit_code == 1
    assert "är ingen katalogbeskrivning" in result.output
    assert sum(each.published for each in stream.here.theirs().values()) == len(records) - 1


def test_a_stream_that_forgets_is_no_catalogue(stream: Stream) -> None:
    stream.has(
        activity(1, "Create", "/d/ours", dataset("/d/ours", "/old.nt")),
        more='</feed> ldes:retentionPolicy [ a ldes:DurationAgoPolicy ; tree:value "P1M"^^xsd:duration ] .\n',
    )
    result = stream.here.harvest("boras")
    assert result.exit_code == 1
    assert "har inte kvar alla händelser" in result.output
    assert stream.here.theirs() == {}


def test_the_stream_of_another_installation_leads_to_all_that_it_publishes(
    here: Here, tmp_path: Path
) -> None:
    with installation(tmp_path / "theirs") as theirs:
        theirs.start()
        # The dump appears after the start.
        until(lambda: Dumps(theirs.data).newest)
        here.space = theirs.base
        here.configure(theirs.base + "datasets/feed", profile="dcat-feed")
        result = here.harvest("boras")
        assert result.exit_code == 0, result.output
        published = theirs.published()
    assert len(published) > 100
    assert {iri for iri, each in here.theirs().items() if each.published} == published.keys()
