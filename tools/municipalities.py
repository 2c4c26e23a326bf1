"""Write vocab/kommuner.ttl: Sweden's counties and municipalities as shared places.

Usage: python tools/municipalities.py se_publicbodies.csv > vocab/kommuner.ttl

The list comes from the repository okfse/myndigheterna (PDDL 1.0): of each row that has a
municipality code, the code and the name are read, and nothing else.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

COUNTIES = {
    "01": "Stockholms län",
    "03": "Uppsala län",
    "04": "Södermanlands län",
    "05": "Östergötlands län",
    "06": "Jönköpings län",
    "07": "Kronobergs län",
    "08": "Kalmar län",
    "09": "Gotlands län",
    "10": "Blekinge län",
    "12": "Skåne län",
    "13": "Hallands län",
    "14": "Västra Götalands län",
    "17": "Värmlands län",
    "18": "Örebro län",
    "19": "Västmanlands län",
    "20": "Dalarnas län",
    "21": "Gävleborgs län",
    "22": "Västernorrlands län",
    "23": "Jämtlands län",
    "24": "Västerbottens län",
    "25": "Norrbottens län",
}

# Places whose own name ends in s, so that the s of “Alingsås kommun” is no genitive.
ENDS_IN_S = {
    "Alingsås", "Bengtsfors", "Bollnäs", "Borås", "Degerfors", "Grums", "Hagfors", "Hofors", "Hällefors",
    "Höganäs", "Kramfors", "Munkfors", "Mönsterås", "Robertsfors", "Sotenäs", "Storfors", "Strängnäs",
    "Torsås", "Tranås", "Vännäs", "Västerås",
}  # fmt: skip

# Names that no rule gives.
PLAIN_NAMES = {"Falu kommun": "Falun", "Region Gotland": "Gotland"}

ENGLISH = {"Göteborg": "Gothenburg"}

HEAD = """\
# Sveriges län och kommuner, med SCB:s koder. Skriven av tools/municipalities.py: ändra där, inte här.

@prefix plats: <https://w3id.org/pivi/id/plats/> .
@prefix platsslag: <https://w3id.org/pivi/begrepp/platsslag/> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pivi: <https://w3id.org/pivi/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def plain_name(official: str) -> str:
    """The name without kommun, stad and the genitive s: “Göteborgs stad” is Göteborg."""
    if official in PLAIN_NAMES:
        return PLAIN_NAMES[official]
    name = re.sub(r" (kommun|stad)$", "", official)
    return name[:-1] if name.endswith("s") and name not in ENDS_IN_S else name


def genitive(name: str) -> str:
    return name if name.endswith("s") else name + "s"


def county_in_english(county: str) -> str:
    """“Skåne län” is Skåne County; the genitive s goes, as in the English of the counties themselves."""
    name = county.removesuffix(" län")
    return (name[:-1] if name.endswith("s") else name) + " County"


def municipalities(rows: Iterator[dict[str, str]]) -> list[tuple[str, str]]:
    """Code and official name of each municipality, by code."""
    found = [(row["shortcode"].zfill(4), row["name"]) for row in rows if len(row["shortcode"]) in (3, 4)]
    return sorted(found)


def county(code: str, name: str) -> str:
    english = county_in_english(name)
    return f"""
plats:{code} a pivi:Place ;
    skos:prefLabel "{name}"@sv , "{english}"@en ;
    pivi:placeKind platsslag:lan ;
    pivi:scbCode "{code}" .
"""


def municipality(code: str, official: str) -> str:
    name = plain_name(official)
    english = ENGLISH.get(name, name)
    # Everybody says “X kommun”, also where the municipality calls itself a city or a region.
    swedish = dict.fromkeys([official, _municipality_of(name, official)])
    in_english = [f"{english} Municipality"] + ([name] if english != name else [])
    labels = [f'"{label}"@sv' for label in swedish] + [f'"{label}"@en' for label in in_english]
    return f"""
plats:{code} a pivi:Municipality , cv:AdminUnit ;
    skos:prefLabel "{name}"@sv , "{english}"@en ;
    skos:altLabel {" , ".join(labels)} ;
    pivi:placeKind platsslag:kommun ;
    pivi:scbCode "{code}" ;
    dct:isPartOf plats:{code[:2]} .
"""


def _municipality_of(name: str, official: str) -> str:
    if official.endswith(" kommun"):
        return official
    if official.endswith(" stad"):
        return official.removesuffix(" stad") + " kommun"
    return genitive(name) + " kommun"


def main(path: str) -> None:
    with Path(path).open(encoding="utf-8", newline="") as file:
        listed = municipalities(csv.DictReader(file))
    sys.stdout.write(HEAD)
    sys.stdout.writelines(county(code, name) for code, name in COUNTIES.items())
    sys.stdout.writelines(municipality(code, name) for code, name in listed)


if __name__ == "__main__":
    main(sys.argv[1])
