"""The names of formats that every command takes: file endings, and the longer names of the same formats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from catalogue.errors import N_, InvalidInput
from catalogue.formats import FORMATS, N_TRIPLES, Format, by_name, of_file


class FormatName(click.Choice[str]):
    """One of the formats, told by its file ending; `turtle`, `n-triples` or `rdfxml` mean the same.

    `beside` are further choices that are no RDF format, such as `text`.
    """

    def __init__(self, formats: Iterable[Format] = FORMATS, beside: Iterable[str] = ()) -> None:
        super().__init__((*beside, *(each.extension for each in formats)), case_sensitive=False)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = by_name(value)
        return super().convert(found.extension if found else value, param, ctx)


def written_as(
    output: Path | None, extension: str | None, *, offered: Sequence[Format], command: str
) -> Format:
    """The format to write: the one that was named, else by the name of the file, else N-Triples.

    Raises InvalidInput when the name of the file tells another one than the command offers.
    """
    if extension is not None:
        return next(each for each in offered if each.extension == extension)
    if output is None:
        return N_TRIPLES
    found = of_file(output.name)
    if found not in offered:
        raise InvalidInput(
            N_("%(command)s skriver bara %(formats)s. Ge %(file)s ett annat namn, eller ange --format."),
            command=command,
            formats=", ".join(each.extension for each in offered),
            file=output,
        )
    return found
