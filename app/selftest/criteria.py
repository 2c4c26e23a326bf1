"""What is checked: the criteria of the self-test, in the order in which they are tried and shown."""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.errors import N_


@dataclass(frozen=True)
class Criterion:
    """One check. `name` stands for it in addresses; `title` and `text` are sentences of ours."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class Area:
    """Checks that belong together."""

    name: str
    title: str
    criteria: tuple[Criterion, ...]


AREAS = (
    Area(
        "adresser",
        N_("Adresser och format"),
        (
            Criterion(
                "insats",
                N_("En insats svarar efter Accept"),
                N_(
                    "303 till sidan eller till datan, 406 med det som finns, HEAD som GET, Link, Vary och CORS."
                ),
            ),
            Criterion(
                "begrepp",
                N_("Ett begrepp svarar efter Accept"),
                N_("Samma sak för ett begrepp med gemensam IRI."),
            ),
            Criterion(
                "ontologi",
                N_("Ontologin svarar efter Accept"),
                N_("Data eller sida på ontologins egen adress."),
            ),
            Criterion(
                "katalog",
                N_("Katalogens beskrivning svarar efter Accept och profil"),
                N_("RDF/XML utan omdirigering för den som inget säger, och den profil som efterfrågas."),
            ),
            Criterion(
                "samma-graf",
                N_("Varje format har samma innehåll"),
                N_("Turtle, N-Triples, JSON-LD och RDF/XML läses och jämförs trippel för trippel."),
            ),
        ),
    ),
    Area(
        "beskrivning",
        N_("Beskrivningen"),
        (
            Criterion(
                "dcat-ap-se",
                N_("Beskrivningen följer DCAT-AP-SE"),
                N_("Den svenska profilens regler prövas på /datasets/dcat."),
            ),
            Criterion(
                "dcat-ap",
                N_("Beskrivningen följer DCAT-AP"),
                N_("EU:s former (SHACL) prövas på /datasets/dcat-ap."),
            ),
            Criterion(
                "katalogflode",
                N_("Katalogflödet ger beskrivningen"),
                N_("Den som följer /datasets/feed har samma uppgifter som /datasets/dcat-ap."),
            ),
            Criterion(
                "lovade-adresser",
                N_("Varje adress i beskrivningen svarar"),
                N_("Filer och tjänster svarar med det format som beskrivningen säger."),
            ),
        ),
    ),
    Area(
        "listor",
        N_("Listor i sidor"),
        (
            Criterion(
                "listor",
                N_("Listor leder till slutet"),
                N_("Sidorna följs; varje post kommer en gång och antalet stämmer."),
            ),
            Criterion(
                "oai",
                N_("OAI-PMH leder till slutet"),
                N_("resumptionToken följs; varje post kommer en gång."),
            ),
        ),
    ),
    Area(
        "flode",
        N_("Ändringsflödet"),
        (
            Criterion(
                "flodets-sidor",
                N_("Flödets sidor hänger ihop"),
                N_("Varje länk leder fram, varje medlem finns på en sida och inom länkens gränser i tid."),
            ),
            Criterion(
                "flode-mot-katalog",
                N_("Flödet ger det som är publicerat"),
                N_("Den som följer flödet har samma poster som dumpen och som posternas egna adresser."),
            ),
        ),
    ),
    Area(
        "borttaget",
        N_("Det som är borta"),
        (
            Criterion(
                "borttaget",
                N_("Det borttagna är borta överallt"),
                N_("410, 308 eller 300 på adressen, borttaget i OAI-PMH och inte i dumpen."),
            ),
        ),
    ),
    Area(
        "dumpar",
        N_("Dumpar"),
        (
            Criterion(
                "kontrollsummor",
                N_("Dumparnas kontrollsummor stämmer"),
                N_(
                    "Filen, .sha256, Repr-Digest och beskrivningen säger samma sak, och filen går att packa upp."
                ),
            ),
            Criterion(
                "dumpens-version",
                N_("Dumparna är av den senaste versionen"),
                N_("Versionen är datamängdens, och båda formaten är av samma."),
            ),
        ),
    ),
)
CRITERIA = {criterion.name: criterion for area in AREAS for criterion in area.criteria}
