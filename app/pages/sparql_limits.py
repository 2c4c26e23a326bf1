"""The limits of the SPARQL service and its problems, in words, from the settings and from `app.sparql.problems`."""

from __future__ import annotations

from app.formatting import decimal, number
from app.pages.sparql_models import Limit, Rule
from app.sparql import problems
from app.translating import gettext as _
from app.translating import language
from catalogue.endpoint.asking import line_length
from catalogue.endpoint.problems import (
    Failed,
    Malformed,
    Problem,
    Refused,
    TooBusy,
    TooDeep,
    TooLarge,
    TooLong,
    TooMany,
    TooSlow,
    Vanished,
)
from catalogue.settings import Settings


def limits(settings: Settings) -> tuple[Limit, ...]:
    """What stands beside the button, so that it is known before the run."""
    return (
        Limit(_("Högst"), _("%(count)s sekunder", count=settings.sparql_seconds)),
        Limit(_("Svar på högst"), _("%(size)s MB", size=_in(settings.sparql_bytes, 10**6))),
        Limit(_("Bara läsning")),
    )


def rules(settings: Settings) -> tuple[Rule, ...]:
    """What a query can meet instead of an answer. Each name is the fragment of the problem's type."""
    said: tuple[tuple[type[Problem], str], ...] = (
        (
            Malformed,
            _(
                "Frågan följer inte SPARQL:s grammatik. Felet säger rad och tecken. Ofta saknas en punkt, en "
                "klammer eller en PREFIX-rad."
            ),
        ),
        (
            Refused,
            _(
                "Frågan ber om något som tjänsten inte gör: att ändra, att hämta från andra tjänster med SERVICE, "
                "eller grafer som inte finns. Felet säger vad du kan skriva i stället."
            ),
        ),
        (
            TooDeep,
            _("Parenteser och klamrar ligger i för många lager. Dela upp frågan eller skriv den plattare."),
        ),
        (
            TooLong,
            _(
                "En fråga får vara högst %(size)s kB. Beskriv urvalet med villkor i stället för att räkna upp värden.",
                size=_in(settings.sparql_query_bytes, 1000),
            ),
        ),
        (
            TooLarge,
            _(
                "Svaret får vara högst %(size)s MB och frågan använda högst %(memory)s MB minne. En sökning i texterna "
                "får ge högst %(hits)s träffar. Välj färre kolumner, lägg till villkor eller dela upp med LIMIT och "
                "OFFSET.",
                size=_in(settings.sparql_bytes, 10**6),
                memory=_in(settings.sparql_memory, 10**6),
                hits=number(settings.sparql_hits, language()),
            ),
        ),
        (
            TooSlow,
            _(
                "En fråga får ta högst %(seconds)s sekunder. Lägg till villkor och ta bort mönster som inte hänger ihop "
                "med resten. Behöver du allt kan du hämta hela datamängden.",
                seconds=settings.sparql_seconds,
            ),
        ),
        (
            TooBusy,
            _(
                "Du får ha högst %(count)s frågor i gång samtidigt. För alla tillsammans körs %(running)s åt gången och "
                "%(waiting)s får vänta, högst %(seconds)s sekunder. Vänta de sekunder som Retry-After säger och fråga igen.",
                count=settings.sparql_share,
                running=settings.sparql_workers,
                waiting=line_length(settings),
                seconds=settings.sparql_seconds,
            ),
        ),
        (
            TooMany,
            _(
                "Du får citera högst %(hour)s nya frågor i timmen, på högst %(size)s kB var, och %(most)s sparas i allt. "
                "Vänta en stund, eller spara frågan själv med version och datum.",
                hour=settings.sparql_citations_hour,
                size=_in(settings.sparql_citation_bytes, 1000),
                most=number(settings.sparql_citations, language()),
            ),
        ),
        (Vanished, _("Du avbröt, eller förbindelsen bröts. Då stoppas frågan hos oss också.")),
        (Failed, _("Felet är vårt och har antecknats. Pröva att skriva frågan på ett annat sätt.")),
    )
    return tuple(_rule(kind, advice) for kind, advice in said)


def protocol_rules() -> tuple[Rule, ...]:
    """What a program can meet that does not keep to the protocol."""
    said = (
        (
            "not-acceptable",
            406,
            _("Formatet finns inte för den här sortens fråga. Be om ett av dem som felet räknar upp."),
        ),
        ("no-query", 400, _("Formuläret saknar fältet query.")),
        (
            "repeated-parameter",
            400,
            _("Ett fält som får anges en gång står där flera gånger."),
        ),
        ("too-many-parameters", 400, _("Förfrågan har för många fält.")),
        ("bad-timeout", 400, _("timeout ska vara ett antal sekunder större än noll.")),
        ("bad-encoding", 400, _("Frågan är inte giltig UTF-8.")),
        ("read-only", 403, _("Tjänsten tar inte emot uppdateringar.")),
        ("method-not-allowed", 405, _("Fråga med GET eller POST.")),
        (
            "unsupported-media-type",
            415,
            _("Skicka frågan som application/sparql-query eller som ett formulär."),
        ),
        ("unsupported-charset", 415, _("Teckenkodningen kan inte läsas. Skicka UTF-8.")),
        ("unsupported-coding", 415, _("Frågan är packad. Skicka den som den är.")),
    )
    return tuple(Rule(name, status, name, advice) for name, status, advice in said)


def _rule(kind: type[Problem], advice: str) -> Rule:
    error = kind("")
    return Rule(kind.name, problems.status_of(error), problems.title_of(error, language()), advice)


def _in(amount: int, unit: int) -> str:
    if amount % unit == 0:
        return number(amount // unit, language())
    return decimal(f"{amount / unit:.1f}", language())
