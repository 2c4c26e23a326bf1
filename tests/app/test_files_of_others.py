"""Files of others: what VENDORED.md says of them is true, and nothing lies beside it unsaid."""

from __future__ import annotations

import hashlib
import re

from app.assets import FOLDER

LIST = FOLDER / "vendor" / "VENDORED.md"
ROW = re.compile(r"^\| `([^`]+)` \| .+ \| (?:MIT|OFL-1\.1) \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def test_every_file_of_others_is_listed_with_its_checksum() -> None:
    listed = dict(ROW.findall(LIST.read_text("utf-8")))
    here = {
        path.relative_to(FOLDER).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("fonts", "vendor")
        for path in (FOLDER / folder).iterdir()
        if path != LIST
    }
    assert here == listed


def test_no_style_or_script_names_another_host() -> None:
    for path in FOLDER.rglob("*"):
        if path.suffix in {".css", ".js"}:
            text = path.read_text("utf-8")
            for name in (
                "http%3A%2F%2Fwww.w3.org",
                "http://www.w3.org/2000/svg",
            ):  # a namespace, nothing to fetch
                text = text.replace(name, "")
            assert not re.search(r"https?:|url\(\s*[\"']?//", text), path.name
