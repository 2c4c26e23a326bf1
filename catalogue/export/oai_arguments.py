"""What is asked of OAI-PMH: arguments, dates and resumption tokens, read strictly."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta

from catalogue.export.oai_writing import element

IDENTIFIER_SCHEME = re.compile(r"oai:[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]*)+:[^\s]+")
_LISTS = ({"metadataPrefix"}, {"from", "until", "set"})
# By verb: what is needed, and what may be given beside it.
_ARGUMENTS: Mapping[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), set()),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": _LISTS,
    "ListRecords": _LISTS,
}
_RESUMED = {"ListSets", "ListIdentifiers", "ListRecords"}
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?", re.ASCII)
_SET = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")
_PREFIX = re.compile(r"[A-Za-z0-9\-_.!~*'()]+")
# What an anyURI may hold (RFC 3986).
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_CHECK = 24


class Fault(Exception):
    """An error of the protocol (section 3.6): its code, and a sentence for whoever reads the log."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence

    def written(self) -> str:
        return element("error", self.sentence, code=self.code)


@dataclass(frozen=True)
class Arguments:
    """A request that the protocol allows: the verb, and everything that was given, the verb among it."""

    verb: str
    given: Mapping[str, str]


@dataclass(frozen=True)
class Moment:
    """The beginning of a day or of a second, and how long that is."""

    at: datetime
    step: timedelta


@dataclass(frozen=True)
class Position:
    """A place in a list. The list began when `version` was the last number, and is of records whose numbers are
    after `first`, up to `last`; the page begins after number `after`, as the record at `cursor`, from 0."""

    verb: str
    prefix: str
    set: str
    version: int
    first: int
    last: int
    after: int
    cursor: int


def arguments_of(given: Sequence[tuple[str, str]]) -> Arguments:
    """The arguments of a request. Raises Fault: badVerb, badArgument."""
    verbs = [value for name, value in given if name == "verb"]
    if len(verbs) != 1:
        raise Fault("badVerb", "One verb is needed." if not verbs else "verb is repeated.")
    verb = verbs[0]
    if verb not in _ARGUMENTS:
        raise Fault("badVerb", f"The verbs are {', '.join(_ARGUMENTS)}.")
    found = dict(given)
    if len(found) < len(given):
        raise Fault("badArgument", "An argument is repeated.")
    names = set(found) - {"verb"}
    needed, allowed = _ARGUMENTS[verb]
    if "resumptionToken" in names and verb in _RESUMED:
        if len(names) > 1:
            raise Fault("badArgument", "resumptionToken stands alone.")
        return Arguments(verb, found)
    if unknown := names - needed - allowed:
        raise Fault("badArgument", f"{verb} has no argument {min(unknown)[:60]}.")
    if missing := needed - names:
        raise Fault("badArgument", f"{verb} needs {' and '.join(sorted(missing))}.")
    for name, form in (("set", _SET), ("metadataPrefix", _PREFIX), ("identifier", _IDENTIFIER)):
        if name in found and form.fullmatch(found[name]) is None:
            raise Fault("badArgument", f"{name} is not written as the protocol says.")
    for name in ("from", "until"):
        moment_of(found.get(name))
    return Arguments(verb, found)


def moment_of(text: str | None) -> Moment | None:
    """A date or a time (section 3.3); None for none. Raises Fault: badArgument."""
    if text is None:
        return None
    matched = _MOMENT.fullmatch(text)
    if matched is not None:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            matched = None
    if matched is None:
        raise Fault("badArgument", "Dates are written YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")
    return Moment(at.replace(tzinfo=UTC), timedelta(seconds=1) if matched[1] else timedelta(days=1))


def token_of(position: Position, stamp: str | None) -> str:
    """The position as a token, checked by `stamp`: what tells the journal at its version from others."""
    written = json.dumps(astuple(position), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(written, stamp) + written).decode().rstrip("=")


def position_of(token: str, stamp: Callable[[int], str | None]) -> Position:
    """The position that `token_of` made a token of. Raises Fault for anything else: badResumptionToken."""
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
        check, written = packed[:_CHECK], packed[_CHECK:]
        position = Position(*json.loads(written))
        known = isinstance(position.version, int) and 0 <= position.version < 2**62
        if known and (found := stamp(position.version)) is not None and _check(written, found) == check:
            return position
    except (binascii.Error, ValueError, TypeError, RecursionError):
        pass
    raise Fault("badResumptionToken", "The token is none of ours. Begin the list again.")


def _check(written: bytes, stamp: str | None) -> bytes:
    return hashlib.sha256(f"{stamp} ".encode() + written).digest()[:_CHECK]
