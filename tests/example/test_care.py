"""What the example catalogue never holds: persons, private ways to reach them, a story in open data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from catalogue.knowledge import turtle_files
from catalogue.namespaces import PIVI, SCHEMA, VCARD
from catalogue.records import Record
from catalogue.shapes import Shapes
from catalogue.turtle import canonical_ntriples

Records = Mapping[str, Record]

# Those who attended the meeting of 26 October 2015: names, and parts of names, as fingerprints, so
# that this list does not itself tell who they were.
ATTENDANCE = frozenset(
    re.findall(
        r"\w+",
        """
    076f2b9d0e 0cbad2110d 0e3ee1a974 12d31d41d1 23769c9917 24a497b569 25eac0ccd6 2722a1a686
    30c8374dc7 37d1d35a2e 3f412bf34d 4039b96e50 410aa0eca9 45efa9e773 4d5234f5ee 569d1b236c
    5b92453b32 64a1ef3a26 6d8aaca737 7026b43f2f 7059a05867 709bf35595 74d00dfab4 76d1f68394
    7785ac7b58 83c4e19b9d 8c08f7ad54 8f48cfdf45 a6122a4d06 b04fac4133 b6103ad8ce bbb2ed78f5
    c27d95bec1 ca2d7d17e7 cf7612efee d91483c134 dfe70941ca e4cf736b72 e7c4485d04 fe0f137690
    """,
    )
)

# Numbers that the Swedish Post and Telecom Authority keeps for fiction: Göteborg and Malmö.
FICTITIOUS = re.compile(r"031-390 06 \d\d|040-628 04 [0-4]\d")


def fingerprint(words: str) -> str:
    return hashlib.blake2b(words.lower().encode(), digest_size=5).hexdigest()


def words_in_pairs() -> Iterator[tuple[str, str]]:
    for path in turtle_files("example"):
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", path.read_text(encoding="utf-8"))
        yield from zip(words, [*words[1:], ""], strict=True)


def test_nobody_from_the_attendance_list_is_named() -> None:
    named = {
        word
        for word, after in words_in_pairs()
        if {fingerprint(word), fingerprint(f"{word} {after}")} & ATTENDANCE
    }
    assert not named


def test_contacts_are_function_mailboxes_of_example_org_and_numbers_kept_for_fiction(
    example: Records,
) -> None:
    for record in example.values():
        for triple in record.triples:
            if triple.predicate == VCARD.hasEmail:
                assert isinstance(triple.object, NamedNode)
                assert re.fullmatch(r"mailto:[a-z-]+@example\.org", triple.object.value)
            if triple.predicate == SCHEMA.telephone:
                assert isinstance(triple.object, Literal)
                assert FICTITIOUS.fullmatch(triple.object.value)


def test_links_lead_to_example_org_or_to_what_the_seeds_name(example: Records) -> None:
    hosts = {
        triple.object.value.split("/")[2]
        for record in example.values()
        for triple in record.triples
        if isinstance(triple.object, NamedNode)
        and triple.object.value.startswith("http")
        and re.search(r"page|contentUrl", triple.predicate.value)
    }
    assert hosts == {
        "www.example.org",
        "media.example.org",
        "socialutveckling.goteborg.se",
        "www.socialhallbarhet.se",
    }


def test_references_are_opaque_and_relative_to_the_installation() -> None:
    for path in turtle_files("example"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<https?://[^>]*/id/(?!plats/\d{4}>)", text), path.name
        for ref in re.findall(r"<id/[a-z]+/([^#>]+)", text):
            assert re.fullmatch(r"[bcdfghjkmnpqrstvwxz2-9]{4,6}", ref), ref


def test_the_text_of_a_story_and_its_consent_never_leave_the_journal(example: Records) -> None:
    shapes = Shapes.load()
    stories = [record for record in example.values() if record.type == PIVI.Story.value]
    assert stories
    for story in stories:
        text, consent = str(story.text(PIVI.storyText)), str(story.text(PIVI.consentReference))
        assert text and consent.startswith("Påhittad berättelse")
        published = shapes.public(canonical_ntriples(story.triples), story.type).decode()
        assert "storyText" not in published and "consentReference" not in published


def test_an_internal_note_is_there_to_be_kept_back(example: Records) -> None:
    assert [record for record in example.values() if record.texts(PIVI.internalNote)]
