"""Keep the translations up: `.venv/bin/python tools/translate.py` extracts, merges, compiles, and lists what lacks English.

The Swedish sentence is the key, so Swedish needs no catalogue. `--check` writes nothing and fails when
something is not current or not translated.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "app" / "translations"
ENGLISH = FOLDER / "en" / "LC_MESSAGES" / "messages.po"
# Click's own sentences are English: this one is written by hand.
CLICK = FOLDER / "sv" / "LC_MESSAGES" / "click.po"
METHODS = [("app/**.py", "python"), ("catalogue/**.py", "python"), ("app/templates/**.html", "jinja2")]
OPTIONS = {"app/templates/**.html": {"trimmed": "true"}}
# gettext in views and templates; N_ marks what is translated where it is shown.
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


def extracted() -> Catalog:
    """Every sentence of the code and the templates, with the files that it stands in."""
    catalog = Catalog(locale="en", domain="messages", charset="utf-8")
    found = extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS, directory_filter=_ours)
    for path, _line, message, _comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        # Files without line numbers: a moved line is no change of the translations.
        catalog.add(message, None, [(path, 0)], context=context)
    return catalog


def merged() -> Catalog:
    """The English catalogue with what was extracted now; sentences that are gone fall away."""
    template = extracted()
    with ENGLISH.open("rb") as file:
        catalog = read_po(file, locale="en", charset="utf-8")
    # A guess at a similar sentence would be published unread.
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = (
        "# English for Pivi. The Swedish sentence is the key; tools/translate.py keeps this file up."
    )
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """The sentences without English, or with a guess."""
    return [
        str(message.id) for message in catalog if message.id and (not _said(message.string) or message.fuzzy)
    ]


def as_po(catalog: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalog, width=100, sort_output=True, omit_header=False, include_lineno=False)
    # The header's times would change each run.
    lines = out.getvalue().decode().splitlines(keepends=True)
    return "".join(
        line for line in lines if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date'))
    ).encode()


def as_mo(catalog: Catalog) -> bytes:
    # Babel puts the time of compiling into the header: equal translations shall be equal bytes.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    if not ENGLISH.exists():
        ENGLISH.parent.mkdir(parents=True)
        ENGLISH.write_bytes(as_po(Catalog(locale="en", charset="utf-8")))
    catalog = merged()
    po, mo = as_po(catalog), as_mo(read_po(BytesIO(as_po(catalog)), locale="en"))
    lacking = missing(catalog)
    for sentence in lacking:
        print(f"no English: {sentence}")  # noqa: T201
    compiled = ENGLISH.with_suffix(".mo")
    clicks, click_mo = CLICK.with_suffix(".mo"), as_mo(read_po(BytesIO(CLICK.read_bytes()), locale="sv"))
    if "--check" in arguments:
        current = ENGLISH.read_bytes() == po and compiled.exists() and compiled.read_bytes() == mo
        current = current and clicks.exists() and clicks.read_bytes() == click_mo
        if not current:
            print("the translations are not current: run tools/translate.py")  # noqa: T201
        return 0 if current and not lacking else 1
    ENGLISH.write_bytes(po)
    compiled.write_bytes(mo)
    clicks.write_bytes(click_mo)
    return 0


def _said(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def _ours(folder: str) -> bool:
    return not Path(folder).name.startswith((".", "_"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
