"""Renew the JavaScript client that the conformance tests run: `.venv/bin/python tools/vendor_client.py`.

sparql-http-client is fetched with npm from whatever registry npm is set to use, at the versions named here,
and esbuild makes one module of it. `VENDORED.md`, beside it, names versions, licences and the SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "tests" / "conformance" / "vendor"
# Every package that ends up in the bundle, none left to what is newest on the day.
PACKAGES = {
    "sparql-http-client": "3.1.0",
    "@bergos/jsonparse": "1.4.2",
    "@rdfjs/data-model": "2.1.2",
    "@rdfjs/dataset": "2.0.3",
    "@rdfjs/environment": "1.0.0",
    "@rdfjs/parser-n3": "2.2.0",
    "@rdfjs/sink": "2.0.1",
    "abort-controller": "3.0.0",
    "base64-js": "1.5.1",
    "buffer": "6.0.3",
    "duplex-to": "2.0.0",
    "events": "3.3.0",
    "ieee754": "1.2.1",
    "lodash": "4.18.1",
    "n3": "2.13.12",
    "nodeify-fetch": "3.1.0",
    "process": "0.11.10",
    "readable-stream": "4.8.0",
    "safe-buffer": "5.2.1",
    "stream-chunks": "1.0.0",
    "string_decoder": "1.3.0",
}
ESBUILD = "0.28.2"
ENTRY = "export { default as ParsingClient } from 'sparql-http-client/ParsingClient.js'\n"
ALLOWED = {"MIT", "BSD-3-Clause", "ISC"}


def bundled(folder: Path) -> list[str]:
    """The packages of the bundle; stops when one is not named above at its version."""
    found = set()
    for path in json.loads((folder / "meta.json").read_text("utf-8"))["inputs"]:
        _, inside, rest = path.rpartition("node_modules/")
        if inside:
            parts = rest.split("/")
            found.add("/".join(parts[:2]) if parts[0].startswith("@") else parts[0])
    for name in found:
        package = json.loads((folder / "node_modules" / name / "package.json").read_text("utf-8"))
        if PACKAGES.get(name) != package["version"] or package["license"] not in ALLOWED:
            raise SystemExit(f"{name} {package['version']} ({package['license']}) is not named in PACKAGES.")
    return sorted(found)


def main() -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as workplace:
        folder = Path(workplace)
        wanted = {"private": True, "dependencies": {**PACKAGES, "esbuild": ESBUILD}}
        (folder / "package.json").write_text(json.dumps(wanted), "utf-8")
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True)
        (folder / "entry.js").write_text(ENTRY, "utf-8")
        flags = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8")
        quiet = ("--legal-comments=none", "--log-level=warning", "--metafile=meta.json")
        command = [folder / "node_modules/.bin/esbuild", "entry.js", *flags, *quiet, "--outfile=bundle.js"]
        subprocess.run(command, cwd=folder, check=True)
        names = bundled(folder)
        bundle = (folder / "bundle.js").read_bytes()
        licences = []
        for name in names:
            texts = sorted((folder / "node_modules" / name).glob("LICEN*"))
            text = texts[0].read_text("utf-8").strip() if texts else "MIT, says its package.json."
            licences.append(f"{name} {PACKAGES[name]}:\n\n{text}\n")
    (TARGET / "sparql-http-client.js").write_bytes(bundle)
    (TARGET / "sparql-http-client-LICENSE.txt").write_text("\n".join(licences), "utf-8")
    parts = ", ".join(f"{name} {PACKAGES[name]}" for name in names)
    listing = (
        "# Files of others\n\nFetched and bundled by `tools/vendor_client.py`; only the tests use them.\n\n"
        "| file | packages | licence | SHA-256 |\n|---|---|---|---|\n"
        f"| `sparql-http-client.js` | {parts} | MIT, ieee754 BSD-3-Clause | `{hashlib.sha256(bundle).hexdigest()}` |\n"
    )
    (TARGET / "VENDORED.md").write_text(listing, "utf-8")
    sys.stdout.write(listing)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
