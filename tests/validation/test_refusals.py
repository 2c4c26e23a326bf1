"""What is refused and what passes, side by side: one statement is added to a valid record, or put in its place."""

from __future__ import annotations

import pytest

from tests.validation.conftest import Judge, told
from tests.validation.samples import EVENT, INITIATIVE, MEETING, ORGANISATION, PARTNERSHIP, RECORDS

_ORGANISATION = "<id/aktor/xqzk>"
_INITIATIVE = "<id/insats/bcdf>"


def replaced(turtle: str, old: str, new: str) -> str:
    assert old in turtle
    return turtle.replace(old, new)


def long(length: int) -> str:
    return ("ord " * length)[:length]


# Statements on the initiative: refused, passing, and words that the refusal must say.
STATEMENTS = {
    "an end before the start": (
        'schema:startDate "2020-05-01"^^xsd:date ; schema:endDate "2020-04-30"^^xsd:date',
        'schema:startDate "2020-05-01"^^xsd:date ; schema:endDate "2020-05-01"^^xsd:date',
        ("När började det? är 2020-05-01", "När slutade det? som är 2020-04-30", "Rätta"),
    ),
    "a date that does not exist": (
        'schema:startDate "2020-02-30"^^xsd:date',
        'schema:startDate "2020-02-29"^^xsd:date',
        ("2020-02-30", "ett datum som"),
    ),
    "a date that is a text": (
        'schema:startDate "våren 2020"@sv',
        'schema:startDate "2020-03-01"^^xsd:date',
        ("våren 2020", "ett datum som"),
    ),
    "two start dates": (
        'schema:startDate "2020-01-01"^^xsd:date , "2021-01-01"^^xsd:date',
        'schema:startDate "2020-01-01"^^xsd:date',
        ("2 angivna men högst 1",),
    ),
    "a text without language": (
        'pivi:why "Många visste inte vart de skulle vända sig."',
        'pivi:why "Många visste inte vart de skulle vända sig."@sv',
        ("Varför är ”Många visste", "märkt med sitt språk"),
    ),
    "a text in a language that the catalogue does not have": (
        'pivi:why "Viele wussten nicht, wohin sie gehen sollten."@de',
        'pivi:why "Many people did not know where they should turn."@en',
        ("språket ska vara sv, en",),
    ),
    "two texts in one language": (
        'pivi:results "Tjugo fick arbete."@sv , "Trettio fick arbete."@sv',
        'pivi:results "Tjugo fick arbete."@sv , "Twenty found work."@en',
        ("flera gånger på samma språk (sv)",),
    ),
    "a text that is too short to say anything": (
        'pivi:how "I samverkan."@sv',
        'pivi:how "Två fritidsledare och en förening turas om att hålla öppet."@sv',
        ("Hur har 12 tecken men behöver minst 40",),
    ),
    "a wish that is too long": (
        f'pivi:collaborationWish "{long(201)}"@sv',
        f'pivi:collaborationWish "{long(200)}"@sv',
        ("201 tecken men får ha högst 200", "Korta med 1"),
    ),
    "a blank text": (
        'pivi:results " \\n "@sv',
        'pivi:results "Det blev lugnare."@sv',
        ("Resultat är tom",),
    ),
    "a line break where there is one line": (
        'pivi:collaborationWish "Fler\\nföreningar"@sv',
        'pivi:collaborationWish "Fler föreningar"@sv',
        ("radbrytning",),
    ),
    "a link with another scheme": (
        "foaf:page <javascript:alert(1)>",
        "foaf:page <https://goteborg.se/insats?id=1#mer>",
        ("javascript:alert(1)", "https://"),
    ),
    "a link with a user name in it": (
        "foaf:page <https://goteborg.se@example.org/>",
        "foaf:page <http://goteborg.se>",
        ("Läs mer",),
    ),
    "a link that is a text": (
        'foaf:page "https://goteborg.se/"',
        "foaf:page <https://goteborg.se/>",
        ("en adress (IRI), inte en text",),
    ),
    "HTML in a text": (
        'pivi:results "Det blev <b>lugnare</b>."@sv',
        'pivi:results "Det blev **lugnare**, med < 5 ärenden i veckan."@sv',
        ("HTML", "<b>lugnare</b>"),
    ),
    "a heading in a text": (
        'pivi:results "Först.\\n\\n## Sedan\\n\\nDet blev lugnare."@sv',
        'pivi:results "Nr #1 av alla.\\n\\n- ett\\n- två\\n\\n1. tre"@sv',
        ("rubrik",),
    ),
    "an image in a text": (
        'pivi:results "Se ![bild](https://example.se/bild.png)"@sv',
        'pivi:results "Se [rapporten](https://example.se/rapport.pdf)!"@sv',
        ("bild",),
    ),
    "a script behind a link in a text": (
        'pivi:results "Se [rapporten](javascript:alert(1))."@sv',
        'pivi:results "Se [rapporten](https://example.se/a(b)) och [sic] det."@sv',
        ("länk som inte börjar med https://",),
    ),
    "a script behind brackets": (
        'pivi:results "Se [a]](javascript:alert(1))."@sv',
        'pivi:results "Se [[a]](https://example.se/)."@sv',
        ("länk som inte börjar med https://",),
    ),
    "a reference link": (
        'pivi:results "Se [a].\\n\\n[a]: data:text/html,x"@sv',
        'pivi:results "Se [a]: det är bra."@sv',
        ("länkreferens",),
    ),
    "a yes or no that is neither": (
        'pivi:researchLinked "ja"^^xsd:boolean',
        "pivi:researchLinked true",
        ("true eller false",),
    ),
    "six key figures": (
        "pivi:keyFigure " + " , ".join(f"<id/insats/bcdf#{number}>" for number in range(6)),
        'pivi:caseNumber "SN 2015-00123"',
        ("6 angivna men högst 5",),
    ),
}


@pytest.mark.parametrize("what", STATEMENTS)
def test_it_is_refused_in_plain_words(judge: Judge, what: str) -> None:
    refused, _, words = STATEMENTS[what]
    report = judge(INITIATIVE + f"{_INITIATIVE} {refused} .")
    assert not report.conforms
    for word in words:
        assert word in told(report)


@pytest.mark.parametrize("what", STATEMENTS)
def test_its_neighbour_passes(judge: Judge, what: str) -> None:
    _, passing, _ = STATEMENTS[what]
    report = judge(INITIATIVE + f"{_INITIATIVE} {passing} .")
    assert not report.results, report.text()


@pytest.mark.parametrize(("length", "passes"), [(300, True), (301, False)])
def test_an_ingress_has_at_most_300_characters(judge: Judge, length: int, passes: bool) -> None:
    turtle = replaced(INITIATIVE, "Varje torsdag lagar unga mat tillsammans.", "å" * length)
    report = judge(turtle)
    assert report.conforms is passes
    if not passes:
        assert "Ingress har 301 tecken men får ha högst 300. Korta med 1" in told(report)


def test_a_text_in_english_alone_lacks_its_swedish(judge: Judge) -> None:
    report = judge(replaced(INITIATIVE, '"Öppen verkstad"@sv', '"Open workshop"@en'))
    assert told(report) == "Titel saknas på svenska. Skriv texten på svenska och märk den med sv."


def test_a_missing_field_is_told_once(judge: Judge) -> None:
    report = judge(replaced(INITIATIVE, '    dct:title "Öppen verkstad"@sv ;\n', ""))
    assert told(report) == "Titel saknas: 0 angivna men minst 1 behövs. Fyll i det som fattas."


def test_a_language_with_a_region_is_refused(judge: Judge) -> None:
    report = judge(replaced(INITIATIVE, '"Öppen verkstad"@sv', '"Öppen verkstad"@sv-SE'))
    assert "språkmärket sv-se" in told(report)


# ---------------------------------------------------------------- The municipality's role

_CIVIL = replaced(INITIATIVE, "<id/aktor/namnd>", "<id/aktor/bcdf>")


def test_an_initiative_without_the_municipality_is_refused(judge: Judge) -> None:
    report = judge(_CIVIL)
    assert told(report).startswith("Kommunens roll saknas")
    assert not report.conforms


@pytest.mark.parametrize("role", ["drivande", "samverkanspart"])
@pytest.mark.parametrize("kind", ["kommun", "namnd", "forvaltning", "stadsdelsforvaltning"])
def test_a_body_of_the_municipality_in_either_role_is_enough(judge: Judge, role: str, kind: str) -> None:
    report = judge(
        _CIVIL
        + f"""{_INITIATIVE} cv:hasParticipation <id/insats/bcdf#kommunen> .
        <id/insats/bcdf#kommunen> a cv:Participation ; pivi:participant <id/aktor/ny> ;
            cv:role <https://w3id.org/pivi/begrepp/roll/{role}> .
        <id/aktor/ny> a pivi:Organisation ; foaf:name "Nytt"@sv ;
            pivi:actorKind <https://w3id.org/pivi/begrepp/aktorsslag/{kind}> ."""
    )
    assert not report.results, report.text()


@pytest.mark.parametrize("kind", ["region", "myndighet", "foretag", "larosate", "stiftelse"])
def test_another_actor_is_not_the_municipality(judge: Judge, kind: str) -> None:
    report = judge(
        replaced(INITIATIVE, "<id/aktor/namnd>", "<id/aktor/ny>")
        + f"""<id/aktor/ny> a pivi:Organisation ; foaf:name "Nytt"@sv ;
            pivi:actorKind <https://w3id.org/pivi/begrepp/aktorsslag/{kind}> ."""
    )
    assert "Kommunens roll saknas" in told(report)


# ---------------------------------------------------------------- Partnerships, meetings, events, places


def test_a_partnership_must_come_from_civil_society(judge: Judge) -> None:
    report = judge(replaced(PARTNERSHIP, "proposedBy <id/aktor/bcdf>", "proposedBy <id/aktor/namnd>"))
    assert "Förslaget ska komma från civilsamhället" in told(report)


def test_a_partnership_needs_a_public_party(judge: Judge) -> None:
    report = judge(replaced(PARTNERSHIP, "participant <id/aktor/namnd>", "participant <id/aktor/bcdf>"))
    assert "Ingen part är offentlig" in told(report)


def test_a_partnership_needs_a_party_from_civil_society(judge: Judge) -> None:
    report = judge(replaced(PARTNERSHIP, "participant <id/aktor/bcdf>", "participant <id/aktor/namnd>"))
    assert "Ingen part kommer från civilsamhället" in told(report)


def test_each_party_of_a_partnership_says_what_it_contributes(judge: Judge) -> None:
    report = judge(replaced(PARTNERSHIP, '    dct:description "Håller i kvällarna."@sv .', "    ."))
    assert "En part saknar sitt bidrag" in told(report)


@pytest.mark.parametrize(
    ("when", "passes"),
    [('"2015-10-26T16:00:00+01:00"^^xsd:dateTime', True), ('"26 oktober"@sv', False), ("2015", False)],
)
def test_a_meeting_is_on_a_day_or_at_a_time(judge: Judge, when: str, passes: bool) -> None:
    report = judge(replaced(MEETING, '"2015-10-26"^^xsd:date', when))
    assert report.conforms is passes
    assert passes or "ska vara en dag som" in told(report)


def test_an_event_does_not_end_before_it_starts(judge: Judge) -> None:
    def ending(time: str) -> bool:
        return judge(EVENT + f'<id/handelse/xqzk> schema:endDate "{time}"^^xsd:dateTime .').conforms

    assert ending("2015-11-24T12:00:00+01:00")
    assert ending("2015-11-24T11:30:00Z")
    assert not ending("2015-11-24T10:30:00+01:00")


def test_a_county_has_a_code_of_two_digits_and_a_municipality_one_of_four(judge: Judge) -> None:
    county = """<https://w3id.org/pivi/id/plats/99> a pivi:Place ; skos:prefLabel "Provlän"@sv ;
        pivi:placeKind <https://w3id.org/pivi/begrepp/platsslag/lan> """
    assert judge(county + '; pivi:scbCode "99" .').conforms
    assert "Ett län ska ha en kod" in told(judge(county + "."))
    assert "Ett län ska ha en kod" in told(judge(county + '; pivi:scbCode "9999" .'))
    assert not judge(replaced(RECORDS["kommun"], '"9999"', '"99"')).conforms


@pytest.mark.parametrize(
    ("number", "passes"),
    [
        ("212000-1355", True),
        ("857202-1234", True),
        ("2120001355", False),
        ("811218-9876", False),  # a sole trader's is a personal number
        ("212000-1355\\n", False),
        ("212000-13555", False),
    ],
)
def test_an_organisation_number_is_an_organisation_s(judge: Judge, number: str, passes: bool) -> None:
    report = judge(ORGANISATION + f'{_ORGANISATION} pivi:organisationNumber "{number}" .')
    assert report.conforms is passes, report.text()
    assert passes or "212000-1355" in told(report)
