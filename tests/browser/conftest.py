"""A real server over the example catalogue, and Debian's Chromium in front of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from catalogue.applier import wait_until_applied
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.settings import Settings
from tests.conformance.conftest import LONGEST, until
from tests.harvest.mixed import SOURCES, SPACE, everything

PIVI = Path(sys.executable).with_name("pivi")
CHROMIUM = os.environ.get("PIVI_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BASE = "http://127.0.0.1:8000/"
# What a page promises comes, however busy the machine is. Milliseconds; less than elsewhere, as a fault fails many tests.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)

# Records of the example that are taken away before the tests: one gone, one become two.
GONE = "film/jc5k"
SPLIT = "berattelse/dtj6"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the server answers, without the last slash."""
    data = tmp_path_factory.mktemp("browser") / "data"
    log = data.with_name("log")
    sources = data.with_name("sources.ttl")
    sources.write_text(SOURCES)
    environment = os.environ | {
        "PIVI_DATA": str(data),
        "PIVI_BASE": BASE,
        "PIVI_SOURCES": str(sources),
        # Time enough for a busy machine.
        "PIVI_SPARQL_SECONDS": "300",
    }
    with log.open("w+") as written:
        server = subprocess.Popen(
            [PIVI, "serve", "--example", "--port", "0"], env=environment, stdout=written, stderr=written
        )
        try:
            where = _address(server, log)
            _take_away(environment)
            last = _harvest(data)
            # Answers to queries follow a little later.
            until(lambda: _version(where) == last)
            yield where
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=LONGEST)


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    """What the server says that it listens on; fails with its log when it ends instead."""
    while True:
        for line in log.read_text("utf-8").splitlines():
            if '"event": "serving"' in line:
                return str(json.loads(line)["address"]).rstrip("/")
        try:
            server.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(log.read_text("utf-8"))


def _take_away(environment: dict[str, str]) -> None:
    commands = (
        ["withdraw", f"{BASE}id/{GONE}", "--reason", "Föreningen bad om det.", "--anyway"],
        ["replace", f"{BASE}id/{SPLIT}", f"{BASE}id/berattelse/nv5k", f"{BASE}id/berattelse/4qgh"],
    )
    for command in commands:
        subprocess.run([PIVI, *command], env=environment, check=True)


def _harvest(data: Path) -> int:
    """Records as they are when they have come from Borås; returns the dataset version with them."""
    journal = Journal.open(Layout(data).journal)
    try:
        theirs = [each for each in everything() if each.iri.startswith(SPACE)]
        last = journal.append(theirs)[-1]
    finally:
        journal.close()
    wait_until_applied(Settings(data=data, base=BASE), last)
    return last


def _version(address: str) -> int:
    """The dataset version that queries are answered from."""
    with urlopen(f"{address}/sparql?query=ASK%7B%7D", timeout=LONGEST) as answer:
        return int(answer.headers["Pivi-Dataset-Version"])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS), timeout=PATIENCE)
        yield browser
        browser.close()


Opened = Callable[..., Any]


@pytest.fixture
def opened(chromium: Browser, address: str) -> Opened:
    """`with opened(width=320) as page:` – a page that fails the test when it breaks a promise of every page.

    Nothing is asked of another host, nothing is refused by the Content-Security-Policy, no script fails.
    """

    @contextmanager
    def open_page(width: int = 1280, **options: Any) -> Iterator[Page]:
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": 900}, locale="sv-SE", **options
        )
        context.set_default_timeout(PATIENCE)
        broken = _watch(context, address)
        page = context.new_page()
        yield page
        context.close()
        assert broken == []

    return open_page


def _watch(context: BrowserContext, address: str) -> list[str]:
    broken: list[str] = []

    def foreign(url: str) -> None:
        if not url.startswith((address + "/", "data:", "blob:")):
            broken.append(f"asked {url}")

    def said(kind: str, text: str) -> None:
        # The browser itself reports every answer of 4xx; those pages are asked for on purpose.
        if kind == "error" and "the server responded with a status of 4" not in text:
            broken.append(text)

    context.on("request", lambda request: foreign(request.url))
    context.on("console", lambda message: said(message.type, message.text))
    context.on("weberror", lambda error: broken.append(str(error.error)))
    return broken
