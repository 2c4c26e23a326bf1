"""The worker's side of `catalogue.workers`: confine, import, then answer requests until the parent hangs up.

Imports little, as queries may wait for a worker to replace a killed one: each import here is paid at every start.
"""

from __future__ import annotations

import importlib
import socket
import sys
from collections.abc import Iterable

from catalogue.confinement import confine
from catalogue.link import Link


def main(module: str, descriptor: str, parent: str, *limits: str) -> None:
    """`limits` are those of `workers.Limits`, each as `name=number`; one that is not given is none."""
    given = {name: int(number) for name, _, number in (each.partition("=") for each in limits)}
    confine(parent=int(parent), **given)
    work = importlib.import_module(module).work
    link = Link(socket.socket(fileno=int(descriptor)))
    while True:
        try:
            request = link.receive(None)
        except EOFError:
            return
        answer: Iterable[bytes] = work(request)
        if isinstance(answer, list):  # whole already: one system call less than one by one
            link.send(*answer, b"")
            continue
        for message in answer:
            link.send(message)
        # An empty message ends an answer.
        link.send(b"")


if __name__ == "__main__":
    main(*sys.argv[1:])
