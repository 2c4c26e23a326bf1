"""The sentences of validation results: the messages of the shapes, with field, value and limit filled in.

A `sh:message` replaces what an engine would say of the value, so the whole sentence is made here, from
the shape's own message or from that of its constraint component in `shapes/messages.ttl`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from catalogue import identity
from catalogue.fields import Wording
from catalogue.findings import Finding
from catalogue.namespaces import PIVIS, PREFIXES, RDF, RDFS, SH
from catalogue.reports import Result, Severity
from catalogue.shape_graph import Term
from catalogue.shapes import Shapes

_PLACE = re.compile(r"\{[$?](\w+)\}")
_LONGEST = 80

# The parameter that holds the limit, by component.
_LIMITS = {
    SH.MinCountConstraintComponent: SH.minCount,
    SH.MaxCountConstraintComponent: SH.maxCount,
    SH.QualifiedMinCountConstraintComponent: SH.qualifiedMinCount,
    SH.QualifiedMaxCountConstraintComponent: SH.qualifiedMaxCount,
    SH.MinLengthConstraintComponent: SH.minLength,
    SH.MaxLengthConstraintComponent: SH.maxLength,
    SH.MinInclusiveConstraintComponent: SH.minInclusive,
    SH.MaxInclusiveConstraintComponent: SH.maxInclusive,
    SH.DatatypeConstraintComponent: SH.datatype,
    SH.NodeKindConstraintComponent: SH.nodeKind,
    SH.ClassConstraintComponent: SH["class"],
    SH.PatternConstraintComponent: SH.pattern,
    SH.LanguageInConstraintComponent: SH.languageIn,
    PIVIS.ManageableCount: RDF.value,
    SH.InConstraintComponent: SH["in"],
    SH.HasValueConstraintComponent: SH.hasValue,
}
_COMPARED = {
    SH.LessThanOrEqualsConstraintComponent: SH.lessThanOrEquals,
    SH.LessThanConstraintComponent: SH.lessThan,
}

# What a subject says: its predicates' values.
Said = Mapping[str, Sequence[Term]]


@dataclass(frozen=True)
class Rule:
    """A rule that a value broke: the shape whose rule it is and the component."""

    shape: NamedNode | None
    component: NamedNode


class Sentences:
    """Writes the sentence for a broken rule in Swedish and English."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._graph = shapes.graph

    def of(self, finding: Finding, types: Iterable[str], said: Said) -> tuple[Wording, ...]:
        """The sentences of one result: one, or one for each nested rule that has words of its own.

        `types` are the classes of the focus node and `said` what it says.
        """
        rules = self._rules(finding)
        return tuple(self.sentence(rule, finding, types, said) for rule in dict.fromkeys(rules))

    def sentence(self, rule: Rule, finding: Finding, types: Iterable[str], said: Said) -> Wording:
        """The message of a rule with its places filled in for the focus node, path and value of a result."""
        message = self._message(rule)
        types = tuple(types)
        return Wording(
            *(
                _PLACE.sub(
                    lambda place, language=language: self._fill(  # type: ignore[misc]
                        place[1], rule, finding, types, said, language
                    ),
                    message[language],
                )
                for language in ("sv", "en")
            )
        )

    def field_name(self, path: str | None, types: Iterable[str], shape: str | None = None) -> Wording:
        """The name of a field: what the property shape says, else the form of the class, else the IRI."""
        own = _node(shape) if shape else None
        if own is not None and self._graph.all(own, SH.path) and (name := self._graph.wording(own, SH.name)):
            return name
        for type in types:
            if type not in self._shapes.types:
                continue
            form = self._shapes.form(type)
            if path is None:
                return form.name
            if (field := form.field(path)) is not None:
                return field.name
        return Wording(*[compact(path)] * 2) if path else Wording("Posten", "The record")

    # ------------------------------------------------------------ Which rule

    def _rules(self, finding: Finding) -> list[Rule]:
        """The rules that say something of their own: of a shape within a shape, the innermost with words."""
        shape = _node(finding.shape)
        rule = Rule(shape, NamedNode(finding.component))
        if shape is not None and self._graph.wording(shape, SH.message):
            return [rule]
        found: list[Rule] = []
        for detail in finding.details:
            within = self._nested(shape, detail)
            if within is not None and self._graph.wording(within, SH.message):
                found.append(Rule(within, NamedNode(detail.component)))
            else:
                found.extend(self._rules(detail))
        if found:
            return found
        if rule.component == SH.QualifiedMinCountConstraintComponent and shape is not None:
            wanted = self._graph.iri(shape, SH.qualifiedValueShape)
            if wanted is not None and self._graph.wording(wanted, SH.message):
                return [Rule(wanted, rule.component)]
        return [rule]

    def _nested(self, shape: NamedNode | None, detail: Finding) -> NamedNode | None:
        """Which of the shapes that `shape` refers to by sh:node the detail comes from."""
        source = _node(detail.shape)
        for each in self._graph.all(shape, SH.node):
            if isinstance(each, NamedNode) and (
                each == source or source in self._graph.all(each, SH.property)
            ):
                return each
        return None

    def _message(self, rule: Rule) -> Wording:
        for node in (rule.shape, rule.component, SH.ConstraintComponent):
            if node is not None and (message := self._graph.wording(node, SH.message)):
                return message
        return Wording("{$name}: {$value}", "{$name}: {$value}")

    # ------------------------------------------------------------ What stands in the places

    def _fill(
        self, place: str, rule: Rule, finding: Finding, types: tuple[str, ...], said: Said, language: str
    ) -> str:
        values = said.get(finding.path, ()) if finding.path else ()
        text = _text(finding.value)
        match place:
            case "name":
                return self._named(finding, types, language)
            case "type":
                return self._type_name(types, language)
            case "value":
                shown = [finding.value] if finding.value is not None else values
                return ", ".join(quoted(each, language) for each in list(shown)[:3]) or "–"
            case "count":
                return str(len(values))
            case "length":
                return str(len(text))
            case "over":
                top = self._graph.whole(rule.shape, SH.maxLength) or 0
                return str(len(text) - top)
            case "limit":
                return self._limit(rule, language)
            case "found":
                return self._found(rule, finding, values, language)
            case "other" | "otherName":
                return self._other(place, rule, types, said, language)
        return ""

    def _named(self, finding: Finding, types: tuple[str, ...], language: str) -> str:
        name = self.field_name(finding.path, types, finding.shape)[language]
        return name if finding.path else f"{name} {shortened(finding.focus)}"

    def _type_name(self, types: tuple[str, ...], language: str) -> str:
        known = [self._shapes.form(type).name[language] for type in types if type in self._shapes.types]
        return known[0] if known else ", ".join(compact(type) for type in types)

    def _limit(self, rule: Rule, language: str) -> str:
        parameter = _LIMITS.get(rule.component)
        if parameter is None or rule.shape is None:
            return ""
        values = self._graph.list(rule.shape, parameter) or self._graph.all(rule.shape, parameter)
        return ", ".join(self._in_words(value, language) for value in values)

    def _in_words(self, value: Term, language: str) -> str:
        if not isinstance(value, NamedNode):
            return value.value
        if value.value in self._shapes.types:
            return self._shapes.form(value.value).name[language]
        label = self._graph.wording(value, RDFS.label)
        return label[language] or compact(value.value)

    def _found(self, rule: Rule, finding: Finding, values: Sequence[Term], language: str) -> str:
        """The words that break the rule: what the pattern that must not match does match."""
        if rule.component == SH.UniqueLangConstraintComponent:
            return ", ".join(_repeated_languages(values))
        if rule.component == PIVIS.PlainLanguageTag and isinstance(finding.value, Literal):
            return finding.value.language or ""
        for refused in self._graph.all(rule.shape, SH["not"]):
            text = _text(finding.value)
            patterns = [
                each
                for node in self._graph.with_nodes(refused)
                for each in self._graph.texts(node, SH.pattern)
            ]
            matches = [match for each in patterns if (match := re.search(each, text))]
            if matches:
                longest = max(matches, key=lambda match: len(match[0]))
                if refused == PIVIS.PersonalNumber:
                    return identity.masked(longest[0])
                return shortened(_whole_words(text, longest), 60)
            if refused == PIVIS.PersonalNumber:
                return self._hidden_number(finding)
        return quoted(finding.value, language)

    def _hidden_number(self, finding: Finding) -> str:
        """A number that the pattern does not see: in unusual writing, or in a link."""
        (usual,) = self._graph.texts(PIVIS.PersonalNumberForm, SH.pattern)
        text = _text(finding.value)
        found = (
            identity.in_link(text) if isinstance(finding.value, NamedNode) else identity.in_text(text, usual)
        )
        return identity.masked(found or text)

    def _other(self, place: str, rule: Rule, types: tuple[str, ...], said: Said, language: str) -> str:
        compared = self._graph.iri(rule.shape, _COMPARED.get(rule.component, SH.lessThanOrEquals))
        if compared is None:
            return ""
        if place == "otherName":
            return self.field_name(compared.value, types)[language]
        return ", ".join(quoted(each, language) for each in said.get(compared.value, ())) or "–"


def compact(iri: str) -> str:
    """An IRI for people: `dct:title`, or its last part where no prefix of the catalogue's fits."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return shortened(f"{prefix}:{iri.removeprefix(namespace)}")
    return shortened(iri)


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The text on one line, cut with an ellipsis."""
    text = " ".join(text[: longest * 4].split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def quoted(term: Term | None, language: str) -> str:
    """A value as it stands in a sentence: words in quotation marks, the rest as it is."""
    if isinstance(term, NamedNode):
        return compact(term.value)
    if isinstance(term, Literal):
        text = shortened(term.value)
        if term.language is None and text and not re.search(r"[^\W\d_]{2}", text):
            return text
        return f"“{text}”" if language == "en" else f"”{text}”"
    return "–"


def _text(term: Term | None) -> str:
    return "" if term is None else term.value


def _node(iri: str) -> NamedNode | None:
    return NamedNode(iri) if ":" in iri and not iri.startswith("_:") else None


def _whole_words(text: str, match: re.Match[str]) -> str:
    """What matched, out to the spaces around it, without the punctuation there."""
    start = match.end() - len(match[0].lstrip())
    end = match.start() + len(match[0].rstrip())
    while start > 0 and end - start < _LONGEST and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and end - start < 2 * _LONGEST and not text[end].isspace():
        end += 1
    return text[start:end].strip(" \n\t,.;:!?()")


def _repeated_languages(values: Sequence[Term]) -> list[str]:
    count = Counter(each.language for each in values if isinstance(each, Literal) and each.language)
    return sorted(language for language, times in count.items() if times > 1)


def unreadable(shapes: Shapes, iri: str, reason: str) -> Result:
    """The result for a record whose bytes are no N-Triples."""
    message = shapes.graph.wording(PIVIS.ReadableRecord, SH.message)
    said = (
        message[language].replace("{$name}", shortened(iri)).replace("{$value}", shortened(reason))
        for language in ("sv", "en")
    )
    return Result(
        record=iri,
        focus=iri,
        path=None,
        field=Wording(),
        value=None,
        message=Wording(*said),
        severity=Severity.VIOLATION,
        component=PIVIS.ReadableRecord.value,
    )
