"""`pivi harvest` of a catalogue in DCAT-AP: what follows our ontology is fetched, the rest is told of."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from tests.harvest.conftest import Elsewhere, Here

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix spdx: <http://spdx.org/rdf/terms#> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix ft: <http://publications.europa.eu/resource/authority/file-type/> .
"""
OURS = "dct:conformsTo <https://w3id.org/pivi/ns>"


@dataclass
class Catalogue:
    """What the source's catalogue says of its datasets, and the installation that harvests it."""

    here: Here
    elsewhere: Elsewhere

    def says(self, turtle: str, path: str = "/dcat", **headers: str) -> None:
        headers = {"Content_Type": "text/turtle"} | headers
        self.elsewhere.has((PREFIXES + turtle).encode(), path, **headers)

    def asked(self) -> list[str]:
        return [path for path, _ in self.elsewhere.asked if path != "/robots.txt"]


@pytest.fixture
def catalogue(here: Here, elsewhere: Elsewhere) -> Catalogue:
    here.configure(f"{elsewhere.address}/dcat", profile="dcat")
    return Catalogue(here, elsewhere)


def test_the_dataset_that_follows_our_ontology_is_taken_in_and_the_others_are_named(
    catalogue: Catalogue, records: list[bytes]
) -> None:
    catalogue.says(f"""
        <#katalog> a dcat:Catalog ; dcat:dataset <#ours> , <#lights> , <#part> , <#old> , <#query> .
        <#ours> a dcat:Dataset ; dct:title "Insatser"@sv , "Initiatives"@en ; {OURS} ;
          dcat:distribution [ dcat:downloadURL </dump.nt> ; dcat:mediaType <http://www.iana.org/assignments/media-types/application/n-triples> ] ,
            [ dcat:accessURL </feed> ; dct:conformsTo <https://w3id.org/ldes/specification> ] .
        <#lights> a dcat:Dataset ; dct:title "Belysning" ; dcat:distribution [ dcat:downloadURL </lights.nt> ] .
        <#part> a dcat:Dataset ; {OURS} ; dct:source <#ours> ; dcat:distribution [ dcat:downloadURL </p.nt> ] .
        <#old> a dcat:Dataset ; {OURS} ; dcat:inSeries <#years> ; dcat:distribution [ dcat:downloadURL </o.nt> ] .
        <#query> a dcat:Dataset ; {OURS} ; dcat:distribution [ dcat:accessURL </sparql> ; dcat:accessService <#s> ] .
    """)
    catalogue.elsewhere.has(b"".join(records))
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert len(catalogue.here.theirs()) == len(records)
    assert catalogue.asked() == ["/dcat", "/dump.nt"]
    at = catalogue.elsewhere.address
    for line in (
        "Ej inlästa: 4 av katalogens 5 datamängder.",
        f"”Belysning” ({at}/dcat#lights): följer inte Pivis ontologi.",
        f"({at}/dcat#part): ingår i en datamängd som har tagits in.",
        f"({at}/dcat#old): är en äldre utgåva.",
        f"({at}/dcat#query): har ingen fil med RDF.",
        f"ändringsflöde: {at}/feed.",
    ):
        assert line in result.output, result.output
        assert line in catalogue.here.harvest("--report").output
    # The catalogue may say something else of itself: what counts is the file.
    again = catalogue.here.harvest("boras")
    assert "Inget har ändrats" in again.output, again.output


def test_the_best_distribution_that_can_be_read_is_chosen(catalogue: Catalogue, records: list[bytes]) -> None:
    catalogue.says(f"""
        <#ours> a dcat:Dataset ; {OURS} ; dcat:distribution
          [ dcat:downloadURL </a.rdf> ; dct:format ft:RDF_XML ] ,
          [ dcat:downloadURL </a.ttl> ; dct:format "text/turtle" ] ,
          [ dcat:downloadURL </a> ; dct:format ft:RDF_N_TRIPLES ] ,
          [ dcat:downloadURL </a.nt.gz> ; dct:format ft:RDF_N_TRIPLES ; dcat:compressFormat <http://www.iana.org/assignments/media-types/application/gzip> ] ,
          [ dcat:downloadURL </a.nt.zip> ; dct:format ft:RDF_N_TRIPLES ; dcat:compressFormat <http://www.iana.org/assignments/media-types/application/zip> ] ,
          [ dcat:downloadURL </a.nt.tar> ; dct:format ft:RDF_N_TRIPLES ; dcat:packageFormat <http://www.iana.org/assignments/media-types/application/x-tar> ] ,
          [ dcat:downloadURL </other.nt> ; dct:format ft:RDF_N_TRIPLES ; dct:conformsTo <http://schema.org/> ] ,
          [ dcat:downloadURL </a.csv> ; dct:format "text/csv" ] .
    """)
    # Says nothing of use of its type: the catalogue knows.
    catalogue.elsewhere.has(
        gzip.compress(b"".join(records)), "/a.nt.gz", Content_Type="application/octet-stream"
    )
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert catalogue.asked() == ["/dcat", "/a.nt.gz"]
    assert len(catalogue.here.theirs()) == len(records)


@pytest.mark.parametrize("algorithm", ["sha256", "sha1", "md5"])
def test_a_checksum_is_verified(catalogue: Catalogue, records: list[bytes], algorithm: str) -> None:
    content = b"".join(records)
    right = hashlib.new(algorithm, content).hexdigest()

    def says(value: str) -> None:
        catalogue.says(f"""
            <#ours> a dcat:Dataset ; {OURS} ; dcat:distribution [ dcat:downloadURL </dump.nt> ; spdx:checksum
              [ spdx:algorithm spdx:checksumAlgorithm_{algorithm} ; spdx:checksumValue "{value}" ] ] .
        """)

    catalogue.elsewhere.has(content)
    says("0" * len(right))
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 1 and "inte den kontrollsumma som katalogen" in result.output, result.output
    assert not catalogue.here.theirs()
    says(right.upper())
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert len(catalogue.here.theirs()) == len(records)


def test_a_file_that_changed_after_the_catalogue_was_read_is_no_fault(
    catalogue: Catalogue, records: list[bytes]
) -> None:
    old, new = b"".join(records[:-1]), b"".join(records)

    def says(content: bytes) -> None:
        catalogue.says(f"""
            <#ours> a dcat:Dataset ; {OURS} ; dcat:distribution [ dcat:downloadURL </dump.nt> ; spdx:checksum
              [ spdx:algorithm spdx:checksumAlgorithm_sha256 ;
                spdx:checksumValue "{hashlib.sha256(content).hexdigest()}" ] ] .
        """)

    says(old)
    catalogue.elsewhere.has(new)
    sends = catalogue.elsewhere.answers["/dump.nt"]

    def published_anew(request: object) -> None:
        says(new)
        sends(request)  # type: ignore[arg-type]

    catalogue.elsewhere.answers["/dump.nt"] = published_anew
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert len(catalogue.here.theirs()) == len(records)


@pytest.mark.parametrize("format", [RdfFormat.RDF_XML, RdfFormat.JSON_LD, RdfFormat.N_TRIPLES])
def test_a_catalogue_in_pages_and_in_any_format(
    catalogue: Catalogue, records: list[bytes], format: RdfFormat
) -> None:
    at = catalogue.elsewhere.address

    def says(turtle: str, path: str, **headers: str) -> None:
        triples = parse(PREFIXES + turtle, format=RdfFormat.TURTLE, base_iri=at + path)
        catalogue.elsewhere.has(
            serialize(triples, format=format) or b"", path, Content_Type=format.media_type, **headers
        )

    says("<#katalog> a dcat:Catalog ; dcat:dataset <#a> . </dcat> hydra:next </2> .", "/dcat")
    says(f"<#b> a dcat:Dataset ; {OURS} ; dcat:distribution <#b1> .", "/2", Link='</3?a=b,c>; rel="x next"')
    says("</2#b1> dcat:downloadURL </dump.nt> .", "/3?a=b,c")
    catalogue.elsewhere.has(b"".join(records))
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert "Ej inlästa: 1 av katalogens 2 datamängder" in result.output
    assert catalogue.asked() == ["/dcat", "/2", "/3?a=b,c", "/dump.nt"]


def test_files_on_other_hosts_are_fetched_only_when_the_operator_lists_them(
    catalogue: Catalogue, records: list[bytes]
) -> None:
    port = catalogue.elsewhere.port
    catalogue.says(f"""
        <#ours> a dcat:Dataset ; dct:title "Våra" ; {OURS} ;
          dcat:distribution [ dcat:downloadURL <http://localhost:{port}/dump.nt> ] .
    """)
    catalogue.elsewhere.has(b"".join(records))
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 1 and not catalogue.here.theirs()
    assert f"ligger på localhost:{port}, som inte hör till källans värdar" in result.output
    assert f'harvest:host "localhost:{port}"' in result.output
    assert catalogue.asked() == ["/dcat"]
    more = f'harvest:privateAddresses true ; harvest:host "localhost:{port}" ;'
    catalogue.here.configure(f"{catalogue.elsewhere.address}/dcat", profile="dcat", more=more)
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert len(catalogue.here.theirs()) == len(records)


def test_the_operator_may_choose_among_the_datasets(catalogue: Catalogue, records: list[bytes]) -> None:
    at = catalogue.elsewhere.address
    catalogue.says(f"""
        <#a> a dcat:Dataset ; {OURS} ; dcat:distribution [ dcat:downloadURL </dump.nt> ] .
        <#b> a dcat:Dataset ; dct:title "Den andra" ; {OURS} ; dcat:distribution [ dcat:downloadURL </b.nt> ] .
    """)
    catalogue.elsewhere.has(b"".join(records))
    more = "harvest:privateAddresses true ; harvest:dataset <%s> ;"
    catalogue.here.configure(f"{at}/dcat", profile="dcat", more=more % f"{at}/dcat#a")
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert "”Den andra”" in result.output and "har inte valts i källfilen" in result.output
    catalogue.here.configure(f"{at}/dcat", profile="dcat", more=more % f"{at}/dcat#c")
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 1 and f"{at}/dcat#c" in result.output


@pytest.mark.parametrize(
    ("turtle", "words"),
    [
        (
            "<#a> a dcat:Dataset ; dcat:distribution [ dcat:downloadURL </a.nt> ] .",
            "ingen av dem går att ta in",
        ),
        ("<#a> dct:title 'Något annat' .", "är ingen katalogbeskrivning"),
        ("</dcat> hydra:next </dcat> .", "går i en cirkel"),
        ("</dcat> hydra:next </2> , </3> .", "flera sidor kommer efter den"),
        ("</dcat> hydra:next <http://10.0.0.1/> .", "hör inte till källans värdar"),
        ("</dcat> hydra:next <http://[broken/> .", "inte giltig Turtle"),
        ("<#a> a dcat:Dataset ; dcat:distribution [", "Turtle"),
    ],
)
def test_a_catalogue_that_cannot_be_followed_changes_nothing(
    catalogue: Catalogue, turtle: str, words: str
) -> None:
    catalogue.says(turtle)
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 1 and words in result.output, result.output
    assert not catalogue.here.theirs()
    assert not list(catalogue.here.data.glob("harvest-*"))


def test_a_catalogue_that_kills_its_reader_changes_nothing(catalogue: Catalogue) -> None:
    depth = 200_000
    bomb = b"<a> <b> " + b"<<( <a> <b> " * depth + b"<c>" + b" )>>" * depth + b" ."
    catalogue.elsewhere.has(bomb, "/dcat", Content_Type="text/turtle")
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 1 and "nästlat" in result.output, result.output
    assert not catalogue.here.theirs()


def test_the_files_of_a_catalogue_are_together_no_larger_than_a_file_may_be(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.says(
        "".join(
            f"<#d{number}> a dcat:Dataset ; {OURS} ; dcat:distribution [ dcat:downloadURL </{number}.nt> ] ."
            for number in range(5)
        )
    )
    for number in range(5):
        catalogue.elsewhere.has(b"#" * 400_000, f"/{number}.nt")
    monkeypatch.setenv("PIVI_HARVEST_BYTES", "1000000")
    result = catalogue.here.harvest("boras")
    assert result.exit_code == 1 and "tillsammans större än 1 MB" in result.output, result.output
    assert catalogue.asked() == ["/dcat", "/0.nt", "/1.nt", "/2.nt"]
