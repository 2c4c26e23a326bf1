"""Every setting of an installation: an environment variable, a default and a sentence of help."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from catalogue.errors import N_, InvalidInput


def _setting(default: str, help: str) -> str:
    """A field that is read from `PIVI_<NAME>`; `help` is one sentence for the operators' guide."""
    value: str = field(default=default, metadata={"help": help})
    return value


def _number(default: int, help: str) -> int:
    value: int = field(default=default, metadata={"help": help})
    return value


@dataclass(frozen=True)
class Settings:
    """The settings of one installation. `Settings.from_environment()` reads and checks them."""

    data: Path = field(
        default=Path("data"), metadata={"help": "Directory of the journal and of everything made from it."}
    )
    base: str = _setting(
        "http://127.0.0.1:8000/",
        "The installation's own address; every local IRI begins with it. Ends with a slash.",
    )
    host: str = _setting("127.0.0.1", "Address that the server listens on.")
    port: int = _number(8000, "Port that the server listens on.")
    threads: int = _number(16, "Threads that answer; SPARQL may hold half of them.")
    name: str = _setting("Pivi", "Name of the installation, shown in titles and citations.")
    publisher: str = _setting("Göteborgs Stad", "Organisation that answers for the installation.")
    contact: str = _setting(
        "pivi@example.org",
        "Function mailbox for tips, corrections and accessibility; never a person's address.",
    )
    security_contact: str = _setting(
        "", "Function mailbox for reports of security flaws, in security.txt. Empty: that of PIVI_CONTACT."
    )
    publisher_number: str = _setting(
        "",
        "Organisation number of the publisher, ten digits, as the national data portal knows it. Empty: none.",
    )
    description: str = _setting(
        "",
        "Turtle file with what this installation says of its catalogue itself: themes, area. Empty: none.",
    )
    dump_seconds: int = _number(
        300, "A dump of everything is made after changes, at most once in so many seconds; 0 makes none."
    )
    self_test_seconds: int = _number(
        600,
        "The self-test for harvesters is made when nothing has been published for so many seconds; 0 makes none.",
    )
    load_bytes: int = _number(
        2_000_000_000, "The largest file that is loaded, unpacked, in bytes; stops gzip bombs."
    )
    load_seconds: int = _number(1800, "Seconds that parsing the files of one load may take.")
    load_memory: int = _number(2_000_000_000, "Bytes of memory that parsing foreign files may take.")
    sparql_workers: int = _number(3, "SPARQL queries that may run at the same time.")
    sparql_line: int = _number(
        6, "SPARQL queries that may wait for their turn; the rest are told to come back."
    )
    sparql_share: int = _number(4, "SPARQL queries that one client may have running or waiting.")
    sparql_seconds: int = _number(
        10, "Seconds that a SPARQL query may take; also the longest wait for its turn."
    )
    sparql_memory: int = _number(1_000_000_000, "Bytes of memory that one SPARQL query may take.")
    sparql_bytes: int = _number(50_000_000, "The largest answer to a SPARQL query, in bytes before packing.")
    sparql_query_bytes: int = _number(100_000, "The longest SPARQL query, in bytes.")
    sparql_hits: int = _number(10_000, "The most hits that one text search within SPARQL may have.")
    sparql_cache: int = _number(
        32_000_000, "Bytes of memory for answers to SPARQL queries that are asked again."
    )
    sparql_citations: int = _number(100_000, "Cited queries that are kept; they are never deleted.")
    sparql_citations_hour: int = _number(20, "New citations that one client may make in an hour.")
    sparql_citation_bytes: int = _number(10_000, "The longest query that can be cited, in bytes.")
    sources: str = _setting("", "Turtle file with the sources that are harvested. Empty: none.")
    harvest_bytes: int = _number(500_000_000, "The largest file that is fetched from a source, in bytes.")
    harvest_seconds: int = _number(1800, "Seconds that fetching the files of one source may take.")
    harvest_pages: int = _number(100_000, "The most pages of a change feed that one harvest asks for.")
    harvest_schedule: str = _setting(
        "ja",
        "ja lets the server harvest each source as often as its file says; nej leaves it to pivi harvest --due.",
    )
    proxy: str = _setting(
        "",
        "Address of the reverse proxy in front; its X-Forwarded-For then tells clients apart. Empty: none.",
    )
    request_log: str = _setting(
        "nej",
        "ja writes a line for each request, without address, visitor or search words; nej writes faults only.",
    )
    language: str = _setting(
        "sv",
        "Language of the command line: sv or en. Without it en where the system's locale is English, else sv.",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read `PIVI_…` variables. Raises InvalidInput that names the variable and what it must be."""
        values: dict[str, object] = {"language": command_language(environment)}
        for setting in fields(cls):
            variable = variable_name(setting.name)
            if variable not in environment:
                continue
            text = environment[variable]
            if isinstance(setting.default, Path):
                values[setting.name] = Path(text)
            elif isinstance(setting.default, int):
                values[setting.name] = _whole_number(variable, text)
            else:
                values[setting.name] = text
        settings = cls(**values)  # type: ignore[arg-type]
        _check_base(settings.base)
        _check_contact("PIVI_CONTACT", settings.contact)
        if settings.security_contact:
            _check_contact("PIVI_SECURITY_CONTACT", settings.security_contact)
        _check_number(settings.publisher_number)
        return settings


def command_language(environment: Mapping[str, str]) -> str:
    """The language of the command line: what `PIVI_LANGUAGE` says, else that of the locale, else Swedish.

    The locale of messages is the first of LC_ALL, LC_MESSAGES and LANG that says something (POSIX, section 8.2).
    """
    said = environment.get(variable_name("language"))
    if said is not None:
        return said
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in names if name), "")
    return "en" if re.match("en([_.@-]|$)", locale) else "sv"


def variable_name(setting: str) -> str:
    """The environment variable of a setting: `host` is `PIVI_HOST`."""
    return f"PIVI_{setting.upper()}"


def _whole_number(variable: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InvalidInput(
            N_("%(variable)s är ”%(value)s” men ska vara ett heltal. Rätta miljövariabeln och starta igen."),
            variable=variable,
            value=text,
        ) from None


def _check_base(base: str) -> None:
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc or not base.endswith("/") or parts.query:
        raise InvalidInput(
            N_(
                "PIVI_BASE är ”%(value)s” men ska vara en http- eller https-adress som slutar med snedstreck, "
                "till exempel https://pivi.example.se/. Rätta miljövariabeln och starta igen."
            ),
            value=base,
        )


def _check_contact(variable: str, address: str) -> None:
    # It stands in links and in the catalogue's description as mailto:, so it must be part of a valid IRI.
    if not re.fullmatch(r"""[^\s@<>"{}|\\^`]+@[^\s@<>"{}|\\^`]+""", address):
        raise InvalidInput(
            N_(
                "%(variable)s är ”%(value)s” men ska vara en e-postadress, till exempel pivi@example.se. Rätta "
                "miljövariabeln och starta igen."
            ),
            variable=variable,
            value=address,
        )


def _check_number(number: str) -> None:
    if not re.fullmatch("([0-9]{10})?", number):
        raise InvalidInput(
            N_(
                "PIVI_PUBLISHER_NUMBER är ”%(value)s” men ska vara ett organisationsnummer med tio siffror utan "
                "bindestreck, till exempel 2120001355. Rätta miljövariabeln och starta igen."
            ),
            value=number,
        )
