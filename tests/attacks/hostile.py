"""Queries that mean harm, by kind; each must get a right answer or a clean refusal."""

from __future__ import annotations

from dataclasses import dataclass

P = "PREFIX pivi: <https://w3id.org/pivi/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
_ANY = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
_SERVICE = "SELECT * {{ {0} {{ ?s ?p ?o }} }}"


@dataclass(frozen=True)
class Attack:
    """A query, what it tries, and the statuses that are right for it; 200 only where it is harmless after all."""

    kind: str
    query: str
    statuses: tuple[int, ...] = (413, 503)


def _doubled(times: int) -> str:
    steps = " ".join(f"BIND(CONCAT(?s{n}, ?s{n}) AS ?s{n + 1})" for n in range(times))
    return f'SELECT (STRLEN(?s{times}) AS ?n) {{ BIND("ååååååååååååååååååååååååå" AS ?s0) {steps} }}'


def _sub_selects(depth: int) -> str:
    return "SELECT * { " + "{ SELECT * { " * depth + "?s ?p ?o" + " } }" * depth + " }"


ATTACKS = (
    Attack("cross product", f"SELECT * {{ {_ANY} }}"),
    Attack("cross product", f"SELECT (COUNT(*) AS ?n) {{ {_ANY} }}"),
    Attack("cross product", f"ASK {{ {_ANY} FILTER(?a = ?l && ?b = ?a) }}", (200, 413, 503)),
    Attack("cross product of a graph", f"CONSTRUCT {{ ?a ?b ?l }} {{ {_ANY} }}"),
    Attack("sorted cross product", f"SELECT * {{ {_ANY} }} ORDER BY ?c ?f ?i ?l"),
    Attack("sorted cross product", "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY RAND() LIMIT 1"),
    Attack("distinct cross product", "SELECT (COUNT(DISTINCT CONCAT(STR(?a), STR(?d))) AS ?n) { ?a ?b ?c . ?d ?e ?f }"),
    Attack("all pairs by paths", "SELECT (COUNT(*) AS ?n) { ?a (!<x:none>|^!<x:none>)* ?b . ?c (!<x:none>|^!<x:none>)* ?d }"),
    Attack("all pairs by paths", "SELECT * { ?a (!<x:none>)+/(!<x:none>)+/^(!<x:none>)+ ?b } ORDER BY ?b"),
    Attack("exploding strings", _doubled(34)),
    Attack("exploding strings", f'SELECT (STRLEN(REPLACE(REPLACE(REPLACE(?s, ".", ?s), ".", ?s), ".", ?s)) AS ?n) {{ BIND("{"a" * 2000}" AS ?s) }}'),
    Attack("everything in one string", "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f)); separator='x') AS ?all) { ?a ?b ?c . ?d ?e ?f }"),
    Attack("a huge offset", "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } OFFSET 1000000000"),
    Attack("a huge offset", f"SELECT * {{ {_ANY} }} OFFSET 9223372036854775807 LIMIT 1"),
    Attack("nested braces", "SELECT * " + "{" * 3_000 + "}" * 3_000, (400, 503)),
    Attack("nested braces", "SELECT * " + "{" * 40_000, (400, 503)),
    Attack("nested parentheses", "SELECT (" + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) {}", (400, 503)),
    Attack("nested brackets", "SELECT * { " + "[ <x:p> " * 6_000 + "1" + "]" * 6_000 + " }", (400, 413, 503)),
    Attack("nested collections", "SELECT * { ?s ?p " + "(" * 300 + ")" * 300 + " }", (200, 400, 413, 503)),
    Attack("nested operators", "SELECT (" + "!" * 40_000 + "true AS ?x) {}", (400, 503)),
    Attack("nested operators", "SELECT (" + "-(" * 15_000 + "1" + ")" * 15_000 + " AS ?x) {}", (400, 503)),
    Attack("long operators", "SELECT (" + "+".join(["1"] * 40_000) + " AS ?x) {}", (200, 400, 413, 503)),
    Attack("nested paths", "SELECT * { ?a " + "(" * 6_000 + "<x:p>" + ")*" * 6_000 + " ?b }", (400, 413, 503)),
    Attack("nested paths", "SELECT * { ?a " + "^" * 40_000 + "<x:p> ?b }", (400, 413, 503)),
    Attack("long paths", "SELECT * { ?a " + "/".join(["!<x:p>"] * 5_000) + " ?b }", (400, 413, 503)),
    Attack("many unions", "SELECT * { " + " UNION ".join(["{}"] * 20_000) + " }", (200, 400, 413, 503)),
    Attack("nested options", "SELECT * { " + "OPTIONAL { ?a ?b ?c " * 1_500 + "}" * 1_500 + " }", (400, 413, 503)),
    Attack("nested exists", "SELECT * { ?s ?p ?o " + "FILTER NOT EXISTS { ?a ?b ?c " * 1_000 + "}" * 1_000 + " }", (200, 400, 413, 503)),
    Attack("minus", "SELECT * { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?h ?i . ?d ?k ?l FILTER(?i != ?l) } }"),
    Attack("huge values", "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "1 " * 45_000 + "} VALUES ?y { 1 2 3 } ?a ?b ?c FILTER(?x = ?y) ?d ?e ?f }", (413, 503)),
    Attack("a huge list", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STR(?c) NOT IN (" + ", ".join(['""'] * 20_000) + ")) }", (413, 503)),
    Attack("lateral", "SELECT * { ?a ?b ?c LATERAL { SELECT * { ?d ?e ?f LATERAL { ?g ?h ?i } } } }", (400, 413, 503)),
    Attack("deep sub-selects", _sub_selects(1_000), (200, 400, 413, 503)),
    Attack("deep sub-selects", _sub_selects(5_000), (400, 413, 503)),
    Attack("regular expression", 'SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "(a+)+(b*)*(.*.*.*)*x$")) }'),
    Attack("regular expression", 'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "' + "(a{0,500}){0,500}" + '")) }', (200, 400, 413, 503)),
    Attack("hashing", "SELECT (COUNT(DISTINCT SHA512(CONCAT(STR(?a), STR(?d), STR(?g)))) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    Attack("a long literal", f'SELECT ("{"ö" * 45_000}" AS ?x) {{}}', (200,)),
    Attack("a megabyte of query", "SELECT * { ?s ?p ?o } #" + "x" * 950_000, (413,)),
    Attack("two megabytes of query", "SELECT * { ?s ?p ?o } #" + "x" * 2_000_000, (413,)),
    Attack("many prefixes", "".join(f"PREFIX p{n}: <x:{n}> " for n in range(3_500)) + "ASK {}", (200,)),
    Attack("everything described", "DESCRIBE ?a ?d WHERE { ?a ?b ?c . ?d ?e ?f }"),
    Attack("other graphs", "SELECT * { GRAPH ?g { ?s ?p ?o } }", (200,)),
    Attack("other graphs", "SELECT * FROM NAMED <https://w3id.org/pivi/projection> { GRAPH ?g { ?s ?p ?o } }", (400,)),
    Attack("nested quoted triples", "SELECT * { " + "<<( " * 3_000 + "<x:s> <x:p> <x:o>" + " )>>" * 3_000 + " <x:p> ?o }", (400, 503)),
    Attack("an update", "INSERT DATA { <x:a> <x:b> <x:c> }", (400,)),
    Attack("an update", "LOAD <http://127.0.0.1/x>", (400,)),
    Attack("an update behind a query", "ASK {} ; DROP ALL", (400,)),
    Attack("a service", _SERVICE.format("SERVICE <http://127.0.0.1:{port}/>"), (400,)),
    Attack("a service", _SERVICE.format("service silent <http://127.0.0.1:{port}/>"), (400,)),
    Attack("a service", _SERVICE.format("SeRvIcE#x\n\t<http://127.0.0.1:{port}/>"), (400,)),
    Attack("a service", "PREFIX e: <http://127.0.0.1:{port}/> " + _SERVICE.format("SERVICE e:"), (400,)),
    Attack("a service", "BASE <http://127.0.0.1:{port}/> " + _SERVICE.format("SERVICE <x>"), (400,)),
    Attack("a service", "SELECT * { VALUES ?x { <http://127.0.0.1:{port}/> } SERVICE ?x { ?s ?p ?o } }", (400,)),
    Attack("a service", "SELECT * { ?s ?p ?o . FILTER(?s<?o)SERVICE#>\n<http://127.0.0.1:{port}/>{ ?a ?b ?c } }", (400,)),
    Attack("a service", 'SELECT * { ?s ?p ?o . FILTER(?s<?o#> """\n) SERVICE <http://127.0.0.1:{port}/> { ?a ?b ?c } #"""\n}', (400,)),
    Attack("a service", "SELECT * { { SELECT * { { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } } } } }", (400,)),
    Attack("many text searches", P + "SELECT * { " + 'SERVICE pivi:search { ?a pivi:matches "barn" } ' * 300 + "}", (200, 400, 413, 503)),
    Attack("a text search that breaks out", P + 'SELECT * { SERVICE pivi:search { ?a pivi:matches "x\\"} ) } SERVICE <http://127.0.0.1:{port}/> {" } }', (200,)),
    Attack("nothing", "", (400,)),
    Attack("no query", "\x00\x01\x02", (400,)),
)  # fmt: skip
