"""The pages that every rule is tried on: each template, and each type of record."""

from __future__ import annotations

from tests.browser.conftest import GONE, SPLIT

PAGES = (
    "/",
    "/sok",
    "/sok?q=l%C3%A4xhj%C3%A4lp&omrade=fritid&malgrupp=unga",
    "/sok?q=kvantfysik&omrade=fritid",
    "/insats/7k3f",
    "/aktor/",
    "/aktor/wvk9",
    "/plats/",
    "/plats/2hgm",
    "/plats/1280",
    "/begrepp/",
    "/begrepp/omrade",
    "/begrepp/omrade/halsa",
    "/ns",
    "/om",
    "/tillganglighet",
    "/personuppgifter",
    "/grupp/mz7d",
    "/mote/w637",
    "/iop/7k8w",
    "/film/3cks",
    "/handelse/w2h9",
    "/dokument/2zz3",
    "/stodmodell/df8t",
    "/berattelse/nv5k",
    "/film/",
    "/en/",
    "/en/insats/7k3f",
    "/en/sok?q=youth",
    f"/{GONE}",
    f"/{SPLIT}",
    "/finns-inte",
    "/sok?omrade=finns-inte",
)
