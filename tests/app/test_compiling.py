"""Templates compiled our way give the same pages as Jinja's own code generator, to the letter."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import Undefined, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup, escape

from app import rendering
from app.compiling import escaped
from app.factory import create_app
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.app.conftest import BASE

TEMPLATE = """
{% macro pair(first, second='<b>', third=3) %}{{ first }}{{ second }}{{ caller() if caller }}{% endmacro %}
{% macro many() %}{{ varargs|join('&') }}{{ kwargs|length }}{% endmacro %}
{% set ns = namespace(found='') %}
{% for item in items recursive %}{{ loop.index }}{{ pair(item) }}{{ loop(item.within) if item.within }}{% endfor %}
{% for number in range(2) %}{{ seen('number') }}{{ plain(number, class='<i>') }}{% endfor %}
{% call pair('<a>', second=text) %}{{ text }}{% endcall %}
{{ many(*items, **{'class': 1}) }}{{ pair(none) }}{{ pair(missing) }}{{ missing }}{{ 1.5 }}{{ items[0] }}
{% block main scoped %}{% set inner = '<x>' %}{{ seen('inner') }}{{ pair(inner) }}{{ dict(a=1) }}{{ ns.found }}{% endblock %}
{% autoescape false %}{{ text }}{{ pair(text) }}{% endautoescape %}{{ text|upper }}{{ markup }}{{ shown }}
"""


class Shown:
    """An object that says itself how it stands in HTML."""

    def __html__(self) -> str:
        return "<em>shown</em>"


class Item(str):
    """A text in a list that has lists in it."""

    within: tuple[Item, ...] = ()


@pass_context
def seen(context: Context, name: str) -> str:
    """What a variable is, as the context knows it."""
    return f"<{context.get(name)}>"


def plain(*values: object, **named: object) -> str:
    return f"{values}{named}"


def _rendered(generator: type[CodeGenerator]) -> str:
    kind = type("Environment", (rendering.Environment,), {"code_generator_class": generator})
    environment = kind(Flask("test"), autoescape=True)
    environment.globals |= {"seen": seen, "plain": plain}
    outer = Item("a&b")
    outer.within = (Item("c<d"),)
    said = {"items": [outer, Item("e")], "text": '"<b>"', "markup": Markup("<p>"), "shown": Shown()}
    return str(environment.from_string(TEMPLATE).render(said))


def test_a_template_of_everything_that_is_called_and_printed_is_the_same() -> None:
    ours = _rendered(rendering.Environment.code_generator_class)
    assert ours == _rendered(CodeGenerator)
    assert "a&amp;b&lt;b&gt;" in ours


@pytest.mark.parametrize(
    "value",
    ["<a href='x'>&\"", "", Markup("<b>"), None, 7, 1.5, Shown(), Undefined(name="x"), Item("<")],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_escaped_as_markupsafe_does(value: object) -> None:
    assert str(escaped(value)) == str(escape(value))


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/en/",
        "/sok?q=läxhjälp&omrade=fritid",
        "/en/sok?q=zzzz",
        "/aktor/",
        "/begrepp/omrade/fritid",
        "/om",
        "/ns",
    ],
)
def test_a_page_is_the_same(example: Projections, address: str) -> None:
    ours, jinjas = (create_app(Settings(base=BASE), example) for _ in range(2))
    jinjas.jinja_env.code_generator_class = CodeGenerator
    assert ours.test_client().get(address).text == jinjas.test_client().get(address).text
