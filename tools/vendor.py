"""Renew the files of others that the site serves itself: `.venv/bin/python tools/vendor.py`.

Each package is fetched with `npm pack` from whatever registry npm is set to use, at the version named here.
Of Designsystemet only the parts that our pages use are taken, each in the cascade layer that it has in the
package's own index.css. Of CodeMirror, esbuild makes one module that exports what `codemirror.js` beside this
file names. `VENDORED.md`, beside the files, names version, licence and SHA-256 of everything.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "app" / "static"

COMPONENTS = ("button", "input", "table", "pagination", "breadcrumbs")


@dataclass(frozen=True)
class Package:
    """One npm package: what is copied (path in the package -> path under static) and under which licence."""

    name: str
    version: str
    licence: str
    files: tuple[tuple[str, str], ...]


def _font(family: str, version: str) -> Package:
    return Package(
        f"@fontsource-variable/{family}",
        version,
        "OFL-1.1",
        (
            (f"files/{family}-latin-wght-normal.woff2", f"fonts/{family}.woff2"),
            ("LICENSE", f"fonts/{family}-OFL.txt"),
        ),
    )


DESIGNSYSTEMET = Package(
    "@digdir/designsystemet-css", "1.22.0", "MIT", (("LICENSE", "vendor/designsystemet-LICENSE.txt"),)
)
PACKAGES = (
    DESIGNSYSTEMET,
    _font("familjen-grotesk", "5.3.0"),
    _font("inter", "5.3.0"),
    _font("jetbrains-mono", "5.3.0"),
)

# Every package that ends up in the bundle, none left to what is newest on the day; all of them are MIT.
CODEMIRROR = {
    "@codemirror/autocomplete": "6.20.4",
    "@codemirror/commands": "6.11.1",
    "@codemirror/language": "6.13.1",
    "@codemirror/legacy-modes": "6.5.5",
    "@codemirror/state": "6.7.6",
    "@codemirror/streamparser": "6.0.0",
    "@codemirror/view": "6.43.15",
    "@lezer/common": "1.5.5",
    "@lezer/highlight": "1.2.5",
    "@lezer/lr": "1.4.12",
    "@marijn/find-cluster-break": "1.0.4",
    "crelt": "1.0.7",
    "style-mod": "4.1.4",
    "w3c-keyname": "2.2.8",
}
ESBUILD = "0.28.2"


def fetch(package: Package, workplace: Path) -> Path:
    """The package unpacked; raises CalledProcessError when npm cannot fetch it."""
    folder = workplace / package.name.replace("/", "-")
    folder.mkdir()
    subprocess.run(
        ["npm", "pack", f"{package.name}@{package.version}", "--pack-destination", str(folder), "--silent"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def stylesheet(source: Path) -> str:
    """Designsystemet's base and the used components in their layers, as index.css orders them."""
    head = f"/* Designsystemet {DESIGNSYSTEMET.version}, MIT, the parts: base {' '.join(COMPONENTS)} */\n"
    layers = "@layer ds.theme, ds.base, ds.components;\n"
    base = (source / "base.css").read_text("utf-8").strip()
    parts = [(source / f"{name}.css").read_text("utf-8").strip() for name in COMPONENTS]
    return f"{head}{layers}@layer ds.base{{{base}}}\n@layer ds.components{{\n" + "\n".join(parts) + "\n}\n"


def editor(workplace: Path) -> tuple[str, str]:
    """CodeMirror as one module, and the licences of its parts. Raises CalledProcessError when npm or esbuild fails."""
    folder = workplace / "codemirror"
    folder.mkdir()
    wanted = {"private": True, "dependencies": {**CODEMIRROR, "esbuild": ESBUILD}}
    (folder / "package.json").write_text(json.dumps(wanted), "utf-8")
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True)
    shutil.copyfile(Path(__file__).with_name("codemirror.js"), folder / "codemirror.js")
    bundle = [
        folder / "node_modules/.bin/esbuild",
        "codemirror.js",
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--charset=utf8",
        "--legal-comments=none",
        "--outfile=bundle.js",
        "--log-level=warning",
        "--metafile=meta.json",
    ]
    subprocess.run(bundle, cwd=folder, check=True)
    _check_bundled(folder)
    licences: dict[str, list[str]] = {}
    for name in CODEMIRROR:
        text = (folder / "node_modules" / name / "LICENSE").read_text("utf-8").strip()
        licences.setdefault(text, []).append(name)
    said = "\n\n".join(f"{', '.join(names)}:\n\n{text}" for text, names in licences.items())
    head = (
        f"/* CodeMirror: {', '.join(f'{name} {version}' for name, version in CODEMIRROR.items())}; MIT */\n"
    )
    return head + (folder / "bundle.js").read_text("utf-8"), said + "\n"


def _check_bundled(folder: Path) -> None:
    """Nothing may be in the bundle that is not named, with its version, above."""
    for path in json.loads((folder / "meta.json").read_text("utf-8"))["inputs"]:
        if not path.startswith("node_modules/"):
            continue
        parts = path.split("/")[1:]
        name = "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]
        found = json.loads((folder / "node_modules" / name / "package.json").read_text("utf-8"))["version"]
        if CODEMIRROR.get(name) != found:
            raise SystemExit(f"{name} {found} is in the bundle; name it in CODEMIRROR.")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    rows: list[str] = []
    (STATIC / "vendor").mkdir(parents=True, exist_ok=True)
    (STATIC / "fonts").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as workplace:
        for package in PACKAGES:
            source = fetch(package, Path(workplace))
            targets = []
            for inside, outside in package.files:
                shutil.copyfile(source / inside, STATIC / outside)
                targets.append(outside)
            if package is DESIGNSYSTEMET:
                (STATIC / "vendor/designsystemet.css").write_text(stylesheet(source / "dist/src"), "utf-8")
                targets.append("vendor/designsystemet.css")
            rows += [
                f"| `{target}` | {package.name} {package.version} | {package.licence} | `{sha256(STATIC / target)}` |"
                for target in sorted(targets)
            ]
        module, licences = editor(Path(workplace))
        for target, text in (("vendor/codemirror-LICENSE.txt", licences), ("vendor/codemirror.js", module)):
            (STATIC / target).write_text(text, "utf-8")
            parts = ", ".join(f"{name} {version}" for name, version in CODEMIRROR.items())
            rows.append(f"| `{target}` | {parts} | MIT | `{sha256(STATIC / target)}` |")
    table = "\n".join(["| file | package | licence | SHA-256 |", "|---|---|---|---|", *rows])
    listing = (
        "# Files of others\n\nFetched and written by `tools/vendor.py`; do not edit them by hand. "
        "Nothing here is loaded from another host.\n\n" + table + "\n"
    )
    (STATIC / "vendor/VENDORED.md").write_text(listing, "utf-8")
    sys.stdout.write(table + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
