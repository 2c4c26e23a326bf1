"""The names of formats that every command takes: file endings, and the longer names of the same formats."""

from __future__ import annotations

from collections.abc import Iterable

import click

from catalogue.formats import FORMATS, Format, by_name


class FormatName(click.Choice[str]):
    """One of the formats, told by its file ending; `turtle`, `n-triples` or `rdfxml` mean the same.

    `beside` are further choices that are no RDF format, such as `text`.
    """

    def __init__(self, formats: Iterable[Format] = FORMATS, beside: Iterable[str] = ()) -> None:
        super().__init__((*beside, *(each.extension for each in formats)), case_sensitive=False)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = by_name(value)
        return super().convert(found.extension if found else value, param, ctx)
