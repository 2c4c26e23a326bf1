"""What a query is before it is run: form, graphs, services; and what is refused, with its place."""

from __future__ import annotations

import pytest

from catalogue.endpoint.lexer import Place
from catalogue.endpoint.problems import Malformed, Problem, Refused
from catalogue.endpoint.screening import RIGHT_FORM, SEARCH, Form, Screened, screen

BASE = "http://x.example/sparql"
INNER = '{ ?i pivi:matches "unga" }'
PIVI = "PREFIX pivi: <https://w3id.org/pivi/ns#>\n"


def said(text: str) -> Screened:
    return screen(text, BASE)


def problem(text: str) -> Problem:
    with pytest.raises(Problem) as caught:
        said(text)
    assert caught.value.sentence % caught.value.params
    return caught.value


def refused(text: str) -> Refused:
    found = problem(text)
    assert isinstance(found, Refused), text
    return found


def at(text: str, mark: str) -> Place:
    """The place of a piece of a text, counted by other means than the product's."""
    lines = text[: text.index(mark)].split("\n")
    return Place(len(lines), len(lines[-1]) + 1)


# --- forms ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize(
    "before", ["", "# SELECT\n", "BASE <http://b/> ", "PREFIX : <x> PREFIX select: <y>\n", 'VERSION "1.2" ']
)
def test_the_form_is_the_first_word_after_the_prologue(form: Form, before: str) -> None:
    for word in (form.value, form.value.lower(), form.value.title()):
        assert said(f"{before}{word} {{}}").form is form


def test_a_prologue_says_what_prefixed_names_stand_for() -> None:
    screened = said("BASE <http://b/c/> PREFIX a: <d#> PREFIX : </e> BASE <f/> PREFIX g: <> SELECT * {}")
    assert dict(screened.prefixes) == {"a": "http://b/c/d#", "": "http://b/e", "g": "http://b/c/f/"}
    assert screened.base == "http://b/c/f/"


def test_a_base_that_is_no_base_is_left_to_the_engine() -> None:
    assert said("BASE <http://[x> SELECT * FROM <a> { ?s <b> ?o }").default_graphs == ()


@pytest.mark.parametrize("text", ["", " \n", "# bara en kommentar", "PREFIX a: <b>"])
def test_an_empty_query_is_told_of(text: str) -> None:
    assert isinstance(problem(text), Malformed)


@pytest.mark.parametrize(
    "word", ["INSERT", "delete", "Load", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"]
)
def test_an_update_is_refused_at_its_word(word: str) -> None:
    text = f"PREFIX a: <b>\n {word} DATA {{ <a> <b> <c> }}"
    assert refused(text).place == Place(2, 2)
    assert word.upper() in problem(text).params["word"]


@pytest.mark.parametrize(
    "text", ["SELEKT * {}", "{ ?s ?p ?o }", "<a>", "SELECTDISTINCT ?s {}", "'", "\ufeffASK {}"]
)
def test_what_begins_like_no_query_is_malformed_there(text: str) -> None:
    found = problem(text)
    assert isinstance(found, Malformed) and found.place == Place(1, 1)


# --- volatile -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        *("NOW()", "now ( )", "RAND()", "UUID()", "STRUUID()", "BNODE()", "bnode('x')", "RAND #x\n()"),
        *("COUNT(DISTINCTRAND())", "1+NOW()", "IF(true,NOW(),1)"),
    ],
)
def test_functions_that_answer_anew_make_a_query_volatile(call: str) -> None:
    assert said(f"SELECT ({call} AS ?x) {{}}").volatile


@pytest.mark.parametrize(
    "text", ["SELECT ?now ?rand {}", "SELECT * { ?s <knows> 'i nuet' }", "ASK { ?known ?p ?bnode }"]
)
def test_other_queries_are_not_volatile(text: str) -> None:
    assert not said(text).volatile


# --- graphs ---------------------------------------------------------------------------------------------


def test_from_and_from_named_are_read_in_every_way_of_writing() -> None:
    screened = said(
        "BASE <http://b/c> PREFIX x: <http://x/> SELECT * FROM <http://a> from <d>#c\nFROM x:e FROM NAMED<f> "
        "From\tNamed x:g FROM<#h>{ ?s ?p ?o }"
    )
    assert screened.default_graphs == ("http://a", "http://b/d", "http://x/e", "http://b/c#h")
    assert screened.named_graphs == ("http://b/f", "http://x/g")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'FROM <a>' } # FROM <a>",
        "SELECT ?from { ?from <FROM> <from> }",
        "PREFIX from: <a> SELECT * { from:x from:y from:z FILTER(from:f(1)) }",
        "PREFIX a: <a#> SELECT * { a:FROM a:from ?x }",
    ],
)
def test_from_elsewhere_names_no_graph(text: str) -> None:
    screened = said(text)
    assert (screened.default_graphs, screened.named_graphs) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX : <http://e/> SELECT * FROM:x { ?s ?p ?o }",
        "PREFIX : <http://e/> PREFIX from: <http://e/> SELECT * FROM:x { ?s ?p ?o }",
        "SELECT * FROMNAMED<http://e/> { ?s ?p ?o }",
        "PREFIX : <http://e/> SELECT * FROMNAMED:x { ?s ?p ?o }",
        "PREFIX x: <http://e/> SELECT * FROMx:y { ?s ?p ?o }",
    ],
)
def test_a_from_without_its_borders_is_refused(text: str) -> None:
    assert refused(text).place == at(text, "FROM")


# --- services -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "service",
    [
        "SERVICE <http://e/>",
        "service<http://e/>",
        "SeRvIcE\n#<b>\n<http://e/>",
        "SERVICE SILENT <http://e/>",
        "SERVICE silent<http://e/>",
        "SERVICE e:x",
        "SERVICE :x",
        "SERVICE ?e",
        "SERVICE $e",
        "SERVICE </relative>",
        "SERVICE <>",
        "SERVICE service:x",
        "SERVICE <https://w3id.org/pivi/ns#Search>",
        "SERVICE <https://w3id.org/pivi/ns#search/>",
        "#'\nSERVICE <http://e/>",
        "<a#b> <c> '#' . SERVICE <http://e/>",
        "?s ?p 1.SERVICE <http://e/>",
        "?s ?p true SERVICE <http://e/>",
        "FILTER(1 < 2)SERVICE <http://e/>",
    ],
)
def test_another_service_is_refused_at_its_word_in_every_spelling(service: str) -> None:
    text = (
        "BASE <http://b/> PREFIX e: <http://e/> PREFIX : <http://e/> PREFIX service: <http://e/>\n"
        f"SELECT * {{\n {service} {{ ?s ?p ?o }} }}"
    )
    found = refused(text)
    assert found.place == at(text, service[service.upper().index("SERVICE") :])
    assert found.params["form"] == RIGHT_FORM


@pytest.mark.parametrize(
    "group",
    [
        "OPTIONAL {{ {0} }}",
        "{{ {0} }} UNION {{}}",
        "MINUS {{ {0} }}",
        "FILTER EXISTS {{ {0} }}",
        "GRAPH ?g {{ {0} }}",
    ],
)
def test_another_service_is_refused_wherever_it_stands(group: str) -> None:
    assert refused("SELECT * { " + group.format("SERVICE <http://e/> { ?s ?p ?o }") + " }").place


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://e/> {}' }",
        'SELECT * { ?s ?p """ " SERVICE <http://e/> {} """ }',
        "SELECT * { ?s ?p ?o } # SERVICE <http://e/> {}",
        "SELECT * { <service> <http://e/SERVICE> ?service }",
        "PREFIX service: <a> SELECT * { service:x service:y service:z . GRAPH service:g { ?s ?p ?o } }",
        "PREFIX a: <a#> SELECT * { ?service a:service a:SERVICE . _:service ?p 'x'@service }",
        "SELECT * { VALUES (?x ?y) { (<http://a#b> <http://a#service>) } FILTER(?x<?y && ?y>1) }",
    ],
)
def test_the_word_elsewhere_is_no_service(text: str) -> None:
    assert said(text).services == ()


@pytest.mark.parametrize(
    "name", [f"<{SEARCH}>", "pivi:search", ":search", "å:search", "<search>", "SILENT pivi:search"]
)
def test_our_own_service_is_known_by_its_iri(name: str) -> None:
    text = (
        "BASE <https://w3id.org/pivi/ns#> PREFIX pivi: <https://w3id.org/pivi/ns#> PREFIX : <#> PREFIX å: <#>\n"
        f"SELECT * {{ SERVICE {name.replace('<search>', '<#search>')} {INNER} }}"
    )
    [service] = said(text).services
    assert text[service.start : service.end].startswith("SERVICE") and text[service.end - 1] == "}"
    assert [token.text for token in service.inner] == ["?i", "pivi:matches", '"unga"']


# The engine reads each of these as a service; a reader of tokens would see a name, a string, an IRI.
E, B = "<http://e/>", "{ ?s ?p ?o }"
HIDDEN = {
    "silent": f"SELECT * {{ SERVICESILENT{E} {B} }}",
    "silent, a variable": f"SELECT * {{ SERVICESILENT?x {B} }}",
    "a name": f"PREFIX : {E} SELECT * {{ SERVICE:x {B} }}",
    "a declared name": f"PREFIX service: <a> PREFIX : {E} SELECT * {{ service:x {B} }}",
    "a name with silent": f"PREFIX x: {E} SELECT * {{ serviceSILENTx:y {B} }}",
    "a truth before": f"SELECT * {{ ?s ?p trueSERVICE {E} {B} }}",
    "a truth before a name": f"PREFIX : {E} SELECT * {{ ?s ?p falseSERVICE:x {B} }}",
    "after a second point": f"PREFIX x: <http://x/> SELECT * {{ ?s ?p x:a.b.SERVICE {E} {B} }}",
    "after a port": f"PREFIX a: <http://x:> SELECT * {{ ?s a:0SERVICE {E} {B} }}",
    "a string with no escape": f'SELECT * {{ VALUES ?x {{ """a" }} SERVICE {E} {B} #\\q"""\n }}',
    "a string with half a character": f"SELECT * {{ VALUES ?x {{ '''a' }} SERVICE {E} {B} #\\uD800'''\n }}",
    "an operator": f"SELECT * {{ ?s ?p ?o FILTER(?s<?o)SERVICE#>\n{E} {B} }}",
    "an operator beside an IRI with a quotation mark": (
        f"SELECT * {{ VALUES (?a ?b) {{ (1 <http://a'>) }} FILTER(?s<?o)SERVICE#>\n{E} {B} FILTER(?s='1') }}"
    ),
    "an operator that hides a bracket": f"SELECT * {{ FILTER(?a<str(?b>?c)&&?s<?o)SERVICE#>\n{E} {B} }}",
    "a triple term": f"SELECT * {{ <<?s?p#>'''\n?o>> ?q ?r . SERVICE {E} {B} #'''\n }}",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_service_that_only_the_engine_sees_is_refused(name: str) -> None:
    assert refused(HIDDEN[name]).place is not None


@pytest.mark.parametrize(
    ("group", "said_there"),
    [
        ("OPTIONAL SERVICE {0} {1}", True),
        ("{{}} UNION SERVICE {0} {1}", True),
        ("SERVICE {0} {1} UNION {{}}", True),
        ("FILTER EXISTS SERVICE {0} {1}", True),
        ("GRAPH ?g SERVICE {0} {1}", True),
        ("OPTIONAL {{ SERVICE {0} {1} }}", False),
        ("?s ?p true SERVICE {0} {1} . ?s ?p ?o", False),
    ],
)
def test_our_service_stands_only_where_sparql_lets_one_stand(group: str, said_there: bool) -> None:
    text = PIVI + "SELECT * { " + group.format("pivi:search", INNER) + " }"
    if said_there:
        assert refused(text).place == at(text, "SERVICE")
    else:
        assert len(said(text).services) == 1


def test_our_service_stands_within_braces() -> None:
    assert refused(PIVI + f"SELECT * SERVICE pivi:search {INNER}").place == Place(2, 10)


def test_a_service_that_is_not_closed_is_malformed() -> None:
    found = problem(PIVI + "SELECT * { SERVICE pivi:search { ?i pivi:matches 'x'")
    assert isinstance(found, Malformed) and found.place == Place(2, 12)


def test_a_missing_prefix_of_ours_is_told_of_with_what_to_write() -> None:
    found = problem(f"SELECT * {{ SERVICE pivi:search {INNER} }}")
    assert isinstance(found, Malformed) and found.place == Place(1, 20)
    assert found.params["lines"] == "PREFIX pivi: <https://w3id.org/pivi/ns#>"


# --- text search elsewhere ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        '?i pivi:matches "unga"',
        '?i a pivi:Initiative ; pivi:matches "unga"@sv',
        "SERVICE pivi:search { ?i pivi:matches 'unga' } ?i pivi:score ?score",
        "?i pivi:limit 10",
        "?i <https://w3id.org/pivi/ns#relaxed> true",
        "?i ^pivi:score ?x",
    ],
)
def test_the_terms_of_our_search_are_refused_outside_its_service(pattern: str) -> None:
    text = PIVI + f"SELECT * {{ {pattern} }}"
    assert refused(text).params["form"] == RIGHT_FORM


@pytest.mark.parametrize(
    "text",
    [
        "DESCRIBE pivi:matches",
        "SELECT * { pivi:matches ?p ?o }",
        "SELECT * { ?p a ?t . pivi:score ?p ?o }",
        "SELECT * { ?s ?p pivi:limit }",
        "SELECT * { VALUES ?s { pivi:matches } ?s ?p ?o FILTER(?s = pivi:score) FILTER(?s IN (pivi:limit, pivi:score)) }",
    ],
)
def test_but_one_may_ask_what_they_mean(text: str) -> None:
    assert said(PIVI + text).services == ()


def test_a_score_may_be_written_into_a_graph() -> None:
    found = "SERVICE pivi:search { ?i pivi:matches 'unga' ; pivi:score ?score }"
    made = "?i a pivi:Initiative ; pivi:score ?score ."
    assert len(said(PIVI + f"CONSTRUCT {{ {made} }} WHERE {{ {found} }}").services) == 1
    for text in (
        f"CONSTRUCT {{ {made} }} WHERE {{ {found} ?i pivi:score ?other }}",
        f"CONSTRUCT WHERE {{ {made} }}",
        f"CONSTRUCT {{ ?i a ?t }} {{ ?i a ?t . {made} }}",
    ):
        assert refused(PIVI + text).params["form"] == RIGHT_FORM
    for cut in ("CONSTRUCT", "CONSTRUCT {", "CONSTRUCT { ?i pivi:score ?s"):
        assert said(PIVI + cut).form is Form.CONSTRUCT  # the engine tells what is missing


def test_a_name_after_graph_is_known() -> None:
    screened = said("PREFIX a: <a#> SELECT * { GRAPH<x> {} graph a:b {} GRAPH ?g { ?graph ?p 'GRAPH <y>' } }")
    assert [screened.iri(token) for token in screened.graphs] == [
        "http://x.example/x",
        "http://x.example/a#b",
        None,
    ]


OTHERS = [
    ("PREFIX text: <http://jena.apache.org/text#>", "?s text:query 'x'"),
    ("PREFIX t: <http://jena.apache.org/text#>", "?s t:query ('x' 10)"),
    ("", "?s text:query 'x'"),
    ("", "?s ?p ?o . ?o bif:contains 'x'"),
    ("", "?s ?p ?o . ?o <bif:contains> 'x'"),
    ("PREFIX bif: <http://www.openlinksw.com/schemas/bif#>", "?s ?p ?o FILTER(bif:contains(?o, 'x'))"),
    ("PREFIX bds: <http://www.bigdata.com/rdf/search#>", "?o bds:search 'x'"),
    ("PREFIX search: <http://www.openrdf.org/contrib/lucenesail#>", "?s search:matches [ search:query 'x' ]"),
    ("PREFIX luc: <http://www.ontotext.com/connectors/lucene#>", "?s luc:query 'x'"),
    ("PREFIX luc: <http://www.ontotext.com/owlim/lucene#>", "?s luc:myIndex 'x'"),
    ("", "?s <tag:stardog:api:property:textMatch> 'x'"),
    ("PREFIX ql: <http://qlever.cs.uni-freiburg.de/builtin-functions/>", "?t ql:contains-word 'x'"),
    ("PREFIX ql: <http://qlever.cs.uni-freiburg.de/builtin-functions/>", "?t ql:contains-entity ?s"),
    ("PREFIX fti: <http://franz.com/ns/allegrograph/2.2/textindex/>", "?s fti:match 'x'"),
    ("PREFIX onto: <http://www.ontotext.com/>", "?s onto:luceneQuery 'x'"),
    ("PREFIX elastic: <http://www.ontotext.com/connectors/elasticsearch#>", "?s elastic:query 'x'"),
]


@pytest.mark.parametrize(("prologue", "pattern"), OTHERS)
def test_the_text_search_of_another_engine_is_answered_with_the_right_form(
    prologue: str, pattern: str
) -> None:
    text = f"{prologue}\nSELECT * {{ {pattern} }}"
    found = refused(text)
    assert found.params["form"] == RIGHT_FORM
    assert found.place is not None and found.place.line == 2


def test_the_function_contains_of_sparql_is_not_one_of_them() -> None:
    assert said("SELECT * { ?s ?p ?o FILTER(CONTAINS(?o, 'text:query')) }").form is Form.SELECT
