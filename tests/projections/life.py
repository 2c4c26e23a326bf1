"""A process that holds a data directory and publishes in it until it is killed; forked anew for each life.

Reads a seed per line from standard input and answers on standard output with the process number of
that life, what it did (`ack FIRST LAST` once revisions are durable, `shown LAST` once they are shown),
and `dead` after its end.
"""

from __future__ import annotations

import os
import random
import secrets
import sys
from pathlib import Path

from catalogue.applier import Applier
from catalogue.journal import Journal, NewRevision
from catalogue.layout import Layout, write_durably
from catalogue.namespaces import DCT, PIVI, RDF
from catalogue.projections import Projections
from catalogue.publishing import publish, replace, withdraw
from catalogue.settings import Settings

BASE = "http://x.example/"
LOAD = 25


def main() -> None:
    data, large = Path(sys.argv[1]), int(sys.argv[2])
    for line in sys.stdin:
        life = os.fork()
        if life == 0:
            # Said by itself: so it comes before all else that it says.
            say(f"life {os.getpid()}")
            live(Settings(data=data, base=BASE), int(line), large)
        os.waitpid(life, 0)
        say("dead")


def live(settings: Settings, seed: int, large: int) -> None:
    chance = random.Random(seed)
    with Projections.open(settings) as projections, Applier(projections) as applier:
        say("open")
        turn = 0
        while True:
            turn += 1
            numbers = act(projections.journal, settings, chance, f"{seed}-{turn}", large)
            if not numbers:
                continue
            say(f"ack {numbers[0]} {numbers[-1]}")
            applier.wake()
            if chance.random() < 0.5:
                while projections.version < numbers[-1]:
                    os.sched_yield()
                say(f"shown {numbers[-1]}")


def act(journal: Journal, settings: Settings, chance: random.Random, name: str, large: int) -> range:
    """One thing that an editor or a command does; returns the numbers of its revisions."""
    published = [r.iri for r in journal.current_all() if r.published and "/id/insats/" in r.iri]
    kind = chance.choice(
        ["one", "one", "load", "change", "withdraw", "replace", "rebuild"] + ["large"] * bool(large)
    )
    if kind == "large":
        return publish(journal, (initiative(f"g{name}k{n}", "Stor") for n in range(large)))
    if kind == "load":
        return publish(journal, (initiative(f"l{name}k{n}", "Laddad") for n in range(LOAD)))
    if kind == "change" and published:
        return publish(journal, [initiative(chance.choice(published).rpartition("/")[2], name)])
    if kind == "withdraw" and published:
        seq = withdraw(journal, chance.choice(published), reason="Fel", by="x", anyway=True)
        return range(seq, seq + 1)
    if kind == "replace" and len(published) > 1:
        seq = replace(journal, published[0], [published[1]], by="x", anyway=True).seq
        return range(seq, seq + 1)
    if kind == "rebuild":
        write_durably(Layout(settings.data).rebuild_request, secrets.token_hex(4))
    return publish(journal, [initiative(f"e{name}", "En")])


def initiative(ref: str, title: str) -> NewRevision:
    iri = f"{BASE}id/insats/{ref}"
    lines = [f"<{iri}> {RDF.type} {PIVI.Initiative} .\n", f'<{iri}> {DCT.title} "{title}"@sv .\n']
    content = "".join(sorted(lines)).encode()
    return NewRevision(iri, PIVI.Initiative.value, content, by="pivi load", origin="load")


def say(line: str) -> None:
    # One write is one line, whoever else writes; and nothing is lost in a buffer when killed.
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
