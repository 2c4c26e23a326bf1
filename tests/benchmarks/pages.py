"""Processor time of pages, request by request: `python -m tests.benchmarks.pages LARGE SMALL` prints JSON.

A process of its own opens two data directories as the server does, waits until the stores have settled,
and calls the applications as the server would. What the whole process, all its threads, used between
two requests is what one request cost; the time of the answering thread is told beside it.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
import re
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.test import Client, create_environ, run_wsgi_app

from app.factory import create_app
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.benchmarks.machine import percentile
from tests.benchmarks.processes import until_quiet

WORDS = (
    "läxhjälp", "missbruk", "fritidsgård", "hemlöshet", "våld", "anhöriga", "trygghet", "mötesplats",
    "språkcafé", "praktik", "ensamhet", "föräldrar", "idrott", "bibliotek", "skola", "äldre",
)  # fmt: skip
AREAS = ("fritid", "halsa", "skola-forskola", "beroende", "boende-miljo", "arbete-forsorjning")
TARGETS = ("barn", "unga", "vuxna", "aldre", "befolkning")


# Asked before anything is measured; no measured search has one of these words.
WARMING = ("musik", "hälsa", "odling", "arbete")


def searches(words: Sequence[str]) -> list[str]:
    """Searches with a text and two facets, each different, so that no cache of answers can help."""
    addresses = []
    for number, (word, area, target) in enumerate(itertools.product(words, AREAS, TARGETS)):
        addresses.append(
            "/sok?" + urlencode({"q": word, "omrade": area, "malgrupp": target, "sida": 1 + number % 2})
        )
    random.Random(1).shuffle(addresses)
    return addresses


@dataclass(frozen=True)
class Asked:
    """Addresses that an application is asked for, the first of them before anything is measured."""

    client: Client
    warming: Sequence[str]
    addresses: Sequence[str]


def measure(*asked: Asked) -> list[dict[str, float]]:
    """Of each: p50 and p99 in milliseconds of processor time, and the mean size in bytes, over the addresses.

    Several are asked by turns, so that the noise of the machine hits all of them. Pages after the last one (404), which
    cost little, do not count. `share` is what the answering thread used of it all.
    """
    costs = [_Costs() for _ in asked]
    for each in asked:
        for address in each.warming:
            each.client.get(address)
    for addresses in zip(*(each.addresses for each in asked), strict=False):
        for each, address, cost in zip(asked, addresses, costs, strict=True):
            cost.add(each.client, address)
    return [each.figures() for each in costs]


class _Costs:
    def __init__(self) -> None:
        self._times: list[float] = []
        self._own = 0.0
        self._size = 0

    def add(self, client: Client, address: str) -> None:
        environ = create_environ(address, headers={"Accept-Encoding": "gzip"})
        before, before_own = time.process_time(), time.thread_time()
        # As the server calls it; what the client of the tests does around a call costs a twentieth of a page.
        parts, status, _headers = run_wsgi_app(client.application, environ, buffered=True)
        body = b"".join(parts)
        used, used_own = time.process_time() - before, time.thread_time() - before_own
        if status.startswith("404"):
            return
        if not status.startswith("200"):
            raise RuntimeError(f"{address} answered {status}")
        self._times.append(used * 1000)
        self._own += used_own * 1000
        self._size += len(body)

    def figures(self) -> dict[str, float]:
        return {
            "p50": percentile(self._times, 0.5),
            "p99": percentile(self._times, 0.99),
            "share": self._own / sum(self._times),
            "bytes": self._size / len(self._times),
            "requests": len(self._times),
        }


def main(large: str, small: str) -> None:
    """Measure searches, initiatives as pages and as Turtle, and suggestions over one data directory.

    The pages of initiatives are measured over another one too.
    """
    with ExitStack() as open:
        clients = []
        for data in (large, small):
            settings = dataclasses.replace(Settings.from_environment(), data=Path(data))
            projections = open.enter_context(Projections.open(settings))
            clients.append(Client(create_app(settings, projections).wsgi_app))
        found = [initiative_addresses(client, 920) for client in clients]
        until_quiet(time.process_time)
        client = clients[0]
        (search,) = measure(Asked(client, searches(WARMING)[:20], searches(WORDS)))
        (page,) = measure(Asked(client, found[0][:20], found[0][20:470]))
        # Others than before: a page that was shown already costs less.
        of_many, of_few = measure(
            *(Asked(each, of[:20], of[470:]) for each, of in zip(clients, found, strict=True))
        )
        (turtle,) = measure(Asked(client, as_turtle(found[0][:20]), as_turtle(found[0][20:])))
        (suggest,) = measure(Asked(client, suggestions(WARMING), suggestions(WORDS)))
    figures = {
        "search": search,
        "initiative": page,
        "of many": of_many,
        "of few": of_few,
        "turtle": turtle,
        "suggest": suggest,
    }
    json.dump(figures, sys.stdout)


def as_turtle(addresses: Sequence[str]) -> list[str]:
    """The addresses of the data of some pages."""
    return [f"{address}.ttl" for address in addresses]


def suggestions(words: Sequence[str]) -> list[str]:
    """What is asked while the words are being typed."""
    return ["/forslag?" + urlencode({"q": word[:n]}) for word in words for n in (2, 3, 5)]


def initiative_addresses(client: Client, count: int) -> list[str]:
    """Addresses of distinct initiatives, as the search pages link to them."""
    found: dict[str, None] = {}
    for page in range(1, 200):
        html = client.get(f"/sok?sortera=titel&sida={page}").get_data(as_text=True)
        links = re.findall(r'href="(/insats/[^"/.?#]+)"', html)
        if not links or len(found) >= count:
            break
        found.update(dict.fromkeys(links))
    return list(found)[:count]


if __name__ == "__main__":
    main(*sys.argv[1:])
