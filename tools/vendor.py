"""Renew the files of others that the site serves itself: `.venv/bin/python tools/vendor.py`.

Each package is fetched with `npm pack` from whatever registry npm is set to use, at the version named here.
Of Designsystemet only the parts that our pages use are taken, each in the cascade layer that it has in the
package's own index.css. `VENDORED.md`, beside the files, names version, licence and SHA-256 of everything.
"""

from __future__ import annotations

import hashlib
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
    table = "\n".join(["| file | package | licence | SHA-256 |", "|---|---|---|---|", *rows])
    text = (
        "# Files of others\n\nFetched and written by `tools/vendor.py`; do not edit them by hand. "
        "Nothing here is loaded from another host.\n\n" + table + "\n"
    )
    (STATIC / "vendor/VENDORED.md").write_text(text, "utf-8")
    sys.stdout.write(table + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
