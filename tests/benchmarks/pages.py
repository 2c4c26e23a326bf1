"""Processor time of pages, request by request: `python -m tests.benchmarks.pages DATA` prints JSON.

A process of its own opens the data directory as the server does and calls the application as the
server would; the time of all its threads between two requests is what one request cost.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
import re
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.test import Client

from app.factory import create_app
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.benchmarks.machine import percentile

WORDS = (
    "läxhjälp", "missbruk", "fritidsgård", "hemlöshet", "våld", "anhöriga", "trygghet", "mötesplats",
    "språkcafé", "praktik", "ensamhet", "föräldrar", "idrott", "bibliotek", "skola", "äldre",
)  # fmt: skip
AREAS = ("fritid", "halsa", "skola-forskola", "beroende", "boende-miljo", "arbete-forsorjning")
TARGETS = ("barn", "unga", "vuxna", "aldre", "befolkning")


def searches() -> list[str]:
    """Searches with a text and two facets, each different, so that no cache of answers can help."""
    addresses = []
    for number, (word, area, target) in enumerate(itertools.product(WORDS, AREAS, TARGETS)):
        addresses.append(
            "/sok?" + urlencode({"q": word, "omrade": area, "malgrupp": target, "sida": 1 + number % 2})
        )
    random.Random(1).shuffle(addresses)
    return addresses


def measure(client: Client, addresses: list[str]) -> dict[str, float]:
    """p50 and p99 in milliseconds of processor time, and the mean size in bytes, over the addresses."""
    for address in addresses[:20]:
        client.get(address)
    times: list[float] = []
    size = 0
    for address in addresses:
        before = time.process_time()
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        body = answer.get_data()
        times.append((time.process_time() - before) * 1000)
        if answer.status_code not in (200, 404):
            raise RuntimeError(f"{address} answered {answer.status}")
        size += len(body)
    return {
        "p50": percentile(times, 0.5),
        "p99": percentile(times, 0.99),
        "bytes": size / len(addresses),
        "requests": len(addresses),
    }


def main(data: str) -> None:
    """Measure searches, initiative pages and the start page over one data directory."""
    settings = dataclasses.replace(Settings.from_environment(), data=Path(data))
    with Projections.open(settings) as projections:
        client = Client(create_app(settings, projections).wsgi_app)
        found = initiative_addresses(client, 400)
        figures = {
            "search": measure(client, searches()),
            "initiative": measure(client, found),
            "suggest": measure(
                client, ["/forslag?" + urlencode({"q": word[:n]}) for word in WORDS for n in (2, 3, 5)]
            ),
        }
    json.dump(figures, sys.stdout)


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
