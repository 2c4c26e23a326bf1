"""Processor time of pages, request by request: `python -m tests.benchmarks.pages DATA` prints JSON.

A process of its own opens the data directory as the server does, waits until the store has settled,
and calls the application as the server would. What the whole process, all its threads, used between
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
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.test import Client

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


def measure(client: Client, warming: list[str], addresses: list[str]) -> dict[str, float]:
    """p50 and p99 in milliseconds of processor time, and the mean size in bytes, over the addresses.

    Pages after the last one (404), which cost little, do not count. `share` is what the answering
    thread used of it all.
    """
    for address in warming:
        client.get(address)
    times: list[float] = []
    own: list[float] = []
    size = 0
    for address in addresses:
        before, before_own = time.process_time(), time.thread_time()
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        body = answer.get_data()
        used, used_own = time.process_time() - before, time.thread_time() - before_own
        if answer.status_code == 404:
            continue
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
        times.append(used * 1000)
        own.append(used_own * 1000)
        size += len(body)
    return {
        "p50": percentile(times, 0.5),
        "p99": percentile(times, 0.99),
        "share": sum(own) / sum(times),
        "bytes": size / len(times),
        "requests": len(times),
    }


def main(data: str) -> None:
    """Measure searches, initiatives as pages and as Turtle, and suggestions over one data directory."""
    settings = dataclasses.replace(Settings.from_environment(), data=Path(data))
    with Projections.open(settings) as projections:
        client = Client(create_app(settings, projections).wsgi_app)
        found = initiative_addresses(client, 420)
        until_quiet(time.process_time)
        figures = {
            "search": measure(client, searches(WARMING)[:20], searches(WORDS)),
            "initiative": measure(client, found[:20], found[20:]),
            "turtle": measure(client, as_turtle(found[:20]), as_turtle(found[20:])),
            "suggest": measure(client, suggestions(WARMING), suggestions(WORDS)),
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
    main(sys.argv[1])
