"""Renew the LDES client that the conformance tests run: `.venv/bin/python tools/vendor_ldes.py`.

ldes-client, the reference client of the specification's authors, is fetched with npm from whatever registry
npm is set to use, at the version named here, and esbuild makes one file of it for Node.js. Its code
is as released; two of its packages are others here: `level`, whose database on disk is native code, is
memory-level, and its log is standard error. `LDES.md`, beside it, names every package, with licence and SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "tests" / "conformance" / "vendor"
PACKAGES = {"ldes-client": "0.3.0", "memory-level": "3.1.0", "n3": "1.26.0"}
ESBUILD = "0.28.2"
ALLOWED = {"MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0", "0BSD", "UNLICENSE", "Unlicense"}
# Prints a line of JSON for each member.
ENTRY = """
import { enhanced_fetch, intoConfig, replicateLDES } from './node_modules/ldes-client/dist/lib/client.cjs'
import { Writer } from 'n3'
const [url, order, after] = process.argv.slice(2)
const options = { url, fetch: enhanced_fetch({ retry: {} }) }
if (after) options.after = new Date(after)
const client = replicateLDES(intoConfig(options), order)
const fail = error => { console.error(error); process.exit(1) }
client.on('error', fail)
const writer = new Writer({ format: 'N-Quads' })
const main = async () => {
  for await (const member of client.stream({ highWaterMark: 10 })) {
    console.log(JSON.stringify({ id: member.id.value, quads: writer.quadsToString(member.quads) }))
  }
}
main().catch(fail)
"""
LEVEL = """
import { MemoryLevel } from 'memory-level'
export class Level extends MemoryLevel { constructor (_place, options) { super(options) } }
"""
LOG = """
const nothing = () => undefined
const say = (...words) => console.error(...words)
const logger = { error: say, warn: say, info: nothing, verbose: nothing, debug: nothing, silly: nothing }
const format = { combine: nothing, label: nothing, colorize: nothing, timestamp: nothing, metadata: nothing, printf: nothing }
module.exports = { createLogger: () => logger, transports: { Console: class {} }, format }
"""


def bundled(folder: Path) -> dict[str, dict[str, str]]:
    """The packages of the bundle, by name and version; stops at a licence that is not allowed."""
    found: dict[str, dict[str, str]] = {}
    for path in json.loads((folder / "meta.json").read_text("utf-8"))["inputs"]:
        before, inside, rest = path.rpartition("node_modules/")
        if inside:
            parts = rest.split("/")
            name = "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]
            place = folder / before / inside / name
            package = json.loads((place / "package.json").read_text("utf-8"))
            licence = package.get("license", "")
            if licence not in ALLOWED:
                raise SystemExit(f"{name} {package['version']} is licensed so: {licence}")
            texts = sorted(place.glob("LICEN*")) or sorted(place.glob("licen*"))
            text = texts[0].read_text("utf-8").strip() if texts else f"{licence}, says its package.json."
            found[f"{name} {package['version']}"] = {"licence": licence, "text": text}
    return dict(sorted(found.items()))


def main() -> int:
    with tempfile.TemporaryDirectory() as workplace:
        folder = Path(workplace)
        wanted = {"private": True, "dependencies": {**PACKAGES, "esbuild": ESBUILD}}
        files = {
            "package.json": json.dumps(wanted),
            "entry.js": ENTRY,
            "level.js": LEVEL,
            "log.js": LOG,
        }
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(install, cwd=folder, check=True)
        subprocess.run(
            [
                *(folder / "node_modules/.bin/esbuild", "entry.js", "--bundle", "--minify", "--format=cjs"),
                *("--platform=node", "--target=node20", "--charset=utf8", "--legal-comments=none"),
                *("--alias:level=./level.js", "--alias:winston=./log.js", "--log-level=warning"),
                *("--metafile=meta.json", "--outfile=bundle.cjs"),
            ],
            cwd=folder,
            check=True,
        )
        packages = bundled(folder)
        bundle = (folder / "bundle.cjs").read_bytes()
    (TARGET / "ldes-client.cjs").write_bytes(bundle)
    texts: dict[str, list[str]] = {}
    for name, package in packages.items():
        texts.setdefault(package["text"], []).append(name)
    licences = "\n\n".join(f"{', '.join(names)}:\n\n{text}" for text, names in texts.items())
    (TARGET / "ldes-client-LICENSE.txt").write_text(licences + "\n", "utf-8")
    rows = "".join(f"| {name} | {package['licence']} |\n" for name, package in packages.items())
    listing = (
        "# ldes-client\n\nFetched and bundled by `tools/vendor_ldes.py`; only the tests use it, with the Node.js "
        "that Playwright brings.\n\n"
        f"`ldes-client.cjs`, SHA-256 `{hashlib.sha256(bundle).hexdigest()}`, holds:\n\n"
        f"| package | licence |\n|---|---|\n{rows}"
    )
    (TARGET / "LDES.md").write_text(listing, "utf-8")
    sys.stdout.write(listing)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
