"""The same question from a program: curl, Python and R, ready to be copied."""

from __future__ import annotations

import shlex

from app.pages.sparql_models import Recipe
from app.translating import gettext as _
from catalogue.endpoint.screening import Form


def recipes(endpoint: str, text: str, form: Form) -> tuple[Recipe, ...]:
    """Programs that send `text` to `endpoint` and print the answer."""
    return (
        Recipe("curl", "curl", _curl(endpoint, text, form), _("Finns i macOS, Linux och Windows.")),
        Recipe("python", "Python", _python(endpoint, text, form), _("Inget att installera.")),
        Recipe("r", "R", _r(endpoint, text, form), 'install.packages("httr2")'),
    )


def _curl(endpoint: str, text: str, form: Form) -> str:
    return (
        f"curl {shlex.quote(endpoint)} \\\n"
        f"  --fail-with-body --header {shlex.quote('Accept: ' + _accept(form))} \\\n"
        f"  --data-urlencode {shlex.quote('query=' + text)}"
    )


def _python(endpoint: str, text: str, form: Form) -> str:
    read = {
        Form.SELECT: '    found = json.load(answer)\nfor row in found["results"]["bindings"]:\n'
        '    print({name: term["value"] for name, term in row.items()})',
        Form.ASK: '    print(json.load(answer)["boolean"])',
    }.get(form, "    print(answer.read().decode())")
    accept = "text/turtle" if form.makes_a_graph else "application/sparql-results+json"
    return (
        ("" if form.makes_a_graph else "import json\n") + "from urllib.parse import urlencode\n"
        "from urllib.request import Request, urlopen\n\n"
        f"query = {_python_text(text)}\n"
        "request = Request(\n"
        f'    "{endpoint}",\n'
        '    data=urlencode({"query": query}).encode(),\n'
        f'    headers={{"Accept": "{accept}"}},\n'
        ")\n"
        "with urlopen(request, timeout=60) as answer:\n" + read
    )


def _python_text(text: str) -> str:
    # A raw text keeps every line as it stands, unless it would end itself too early.
    plain = '"""' not in text and not text.endswith(('"', "\\"))
    return f'r"""\n{text}\n"""' if plain else repr(text)


def _r(endpoint: str, text: str, form: Form) -> str:
    dashes = "-"
    while f"){dashes}" in text:
        dashes += "-"
    read = {
        Form.SELECT: "rows <- read.csv(text = resp_body_string(answer))\nprint(rows)",
        # resp_body_json would want one more package.
        Form.ASK: "print(grepl('\"boolean\":true', resp_body_string(answer), fixed = TRUE))",
    }.get(form, "cat(resp_body_string(answer))")
    return (
        "library(httr2)\n\n"
        f'query <- r"{dashes}({text}){dashes}"\n'
        f'answer <- request("{endpoint}") |>\n'
        "  req_body_form(query = query) |>\n"
        f'  req_headers(Accept = "{_accept(form)}") |>\n'
        "  req_perform()\n" + read
    )


def _accept(form: Form) -> str:
    if form.makes_a_graph:
        return "text/turtle"
    return "application/sparql-results+json" if form is Form.ASK else "text/csv"
