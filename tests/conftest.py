"""What holds for every test: the commands answer in Swedish, wherever the tests are run."""

from __future__ import annotations

import os

os.environ["PIVI_LANGUAGE"] = "sv"
