"""Blank nodes become fragments of their record, the same on every load, or are refused in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.errors import InvalidInput

INSATS = "id/insats/b2c3"
OTHER = "id/insats/d4f5"
Write = Callable[..., Path]

FIGURES = (
    '[ a pivi:KeyFigure ; pivi:figure "38 %"@sv ; pivi:position 1 ]',
    '[ a pivi:KeyFigure ; pivi:figure "112"@sv ; pivi:position 2 ]',
)


def _with(*figures: str) -> str:
    return f"<{INSATS}> a pivi:Initiative ; pivi:keyFigure {', '.join(figures)} ."


def _fragments(lines: list[str]) -> list[str]:
    return sorted({found[1] for line in lines if (found := re.match(r"<[^>]*#([^>]+)>", line))})


def test_blank_nodes_become_fragments_named_by_their_property(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    found = read(write("a.ttl", _with(*FIGURES)))
    assert len(found.records) == 1
    names = _fragments(found.lines(INSATS))
    assert len(names) == 2
    assert all(re.fullmatch(r"keyFigure-[b-df-hj-km-np-tv-xz2-9]{6}", name) for name in names)
    assert not any("_:" in line for line in found.lines(INSATS))


def test_the_names_do_not_depend_on_order_labels_or_format(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    expected = read(write("a.ttl", _with(*FIGURES))).lines(INSATS)
    assert read(write("b.ttl", _with(*FIGURES[::-1]))).lines(INSATS) == expected
    labelled = f"<{INSATS}> a pivi:Initiative ; pivi:keyFigure _:x, _:y ." + "".join(
        f"_:{name} {figure.strip('[] ')} ." for name, figure in zip("yx", FIGURES, strict=True)
    )
    assert read(write("c.ttl", labelled)).lines(INSATS) == expected


def test_a_change_in_one_node_leaves_the_names_of_the_others(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    before = _fragments(read(write("a.ttl", _with(*FIGURES))).lines(INSATS))
    after = _fragments(
        read(write("b.ttl", _with(FIGURES[0], FIGURES[1].replace("112", "113")))).lines(INSATS)
    )
    assert len(set(before) & set(after)) == 1


def test_nodes_in_nodes_hang_under_the_same_record(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    content = f"<{INSATS}> a pivi:Initiative ; cv:hasParticipation [ a cv:Participation ; cv:role [ dct:title 'x' ] ] ."
    lines = read(write("a.ttl", content)).lines(INSATS)
    names = _fragments(lines)
    assert len(names) == 2 and names[0].startswith("hasParticipation-") and names[1].startswith("role-")


def test_nodes_that_say_the_same_become_one(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    assert len(_fragments(read(write("a.ttl", _with(FIGURES[0], FIGURES[0]))).lines(INSATS))) == 1


def test_a_blank_node_may_come_long_before_its_record(tmp_path: Path, read) -> None:  # type: ignore[no-untyped-def]
    base = "http://127.0.0.1:8000/"
    type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    node = '_:x <https://w3id.org/pivi/ns#figure> "1"@sv .\n'
    record = (
        f"<{base}{INSATS}> {type} <https://w3id.org/pivi/ns#Initiative> .\n"
        f"<{base}{INSATS}> <https://w3id.org/pivi/ns#keyFigure> _:x .\n"
    )
    between = "".join(
        f"<{base}id/grupp/r{n}> {type} <https://w3id.org/pivi/ns#Group> .\n" for n in range(9000)
    )
    path = tmp_path / "spridd.nt"
    path.write_text(node + between + record)
    lines = read(path).lines(INSATS)
    assert len(lines) == 3 and len(_fragments(lines)) == 1


def test_blank_nodes_of_two_files_with_one_label_are_two_nodes(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    first = write("a.ttl", f'<{INSATS}> a pivi:Initiative ; pivi:keyFigure _:x . _:x pivi:figure "1"@sv .')
    second = write("b.ttl", f'<{OTHER}> a pivi:Initiative ; pivi:keyFigure _:x . _:x pivi:figure "2"@sv .')
    found = read(first, second)
    assert len(found.lines(INSATS)) == len(found.lines(OTHER)) == 3


def test_a_long_list_becomes_fragments_without_recursion(write: Write, read) -> None:  # type: ignore[no-untyped-def]
    members = " ".join(f'"{number}"' for number in range(3000))
    content = f"<{INSATS}> a pivi:Initiative ; dct:subject ( {members} ) ."
    assert len(_fragments(read(write("lista.ttl", content)).lines(INSATS))) == 3000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            f"<{INSATS}> a pivi:Initiative . [] a pivi:Group ; dct:title 'Utan namn' .",
            "hör inte till någon post",
        ),
        (
            f"<{INSATS}> a pivi:Initiative ; pivi:keyFigure _:x . <{OTHER}> a pivi:Initiative ; pivi:keyFigure _:x ."
            " _:x dct:title 'delad' .",
            f"hör både till .*{INSATS} och till .*{OTHER}",
        ),
        (
            f"<{INSATS}> a pivi:Initiative . _:x dct:relation _:y . _:y dct:relation _:x .",
            "hör inte till någon post",
        ),
        (
            f"<{INSATS}> a pivi:Initiative ; dct:relation _:x . _:x dct:relation _:y . _:y dct:relation _:x .",
            "i en cirkel",
        ),
        (f"<{INSATS}> a pivi:Initiative ; pivi:keyFigure [] .", "inte säger något"),
    ],
)
def test_a_blank_node_that_cannot_become_a_fragment_is_refused(
    content: str,
    sentence: str,
    write: Write,
    read,  # type: ignore[no-untyped-def]
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        read(write("a.ttl", content))
