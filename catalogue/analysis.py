"""Words of Swedish and English text as the index and the search know them: normal form, stem, folded form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

# Letters and digits; what follows a colon or an apostrophe is an ending (LSS:s, children's).
_WORD = re.compile(r"[^\W_]+(?:[:'’][^\W_]+)*")
_ENDING = re.compile(r"[:'’]")
# Soft hyphens, zero-width characters and direction marks are invisible: they never split a word.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ODD = re.compile(f"{_CONTROL.pattern[:-1]}{_INVISIBLE.pattern[1:]}")
# Letters that decomposition does not take apart.
_PLAIN = str.maketrans({"æ": "a", "ø": "o", "ß": "ss", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "œ": "oe"})
# Endings that lose their last letter: m and n are single at the end of words (hem, hemmet), and
# Snowball does the same where it took an ending away itself (projekt, projekten).
_DOUBLED = ("nn", "mm")
_DOUBLED_BEFORE_ENDING = ("dd", "gd", "nn", "mm", "dt", "gt", "kt", "tt")
_MEMORY = 300_000
_TOKENS = 100_000  # remembered of each language

LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a text: its normal form and the half-open range of characters that it stands on."""

    text: str
    start: int
    end: int


def normal(text: str) -> str:
    """The text in Unicode normal form C, without invisible characters; NULs and controls become spaces."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if text.isprintable() or not _ODD.search(text):
        return text
    return _CONTROL.sub(" ", _INVISIBLE.sub("", text))


def words(text: str) -> list[str]:
    """The words of a normal text, in lower case, without endings set off by a colon or an apostrophe."""
    found = _WORD.findall(text.lower())
    if ":" in text or "'" in text or "’" in text:
        found = [_ENDING.split(word, maxsplit=1)[0] for word in found]
    return [word[:LONGEST_WORD] for word in found] if len(text) > LONGEST_WORD else found


def placed_words(text: str) -> Iterator[Word]:
    """The same words with their places in `text`, for marking them."""
    for match in _WORD.finditer(text):
        word = _ENDING.split(match.group().lower(), maxsplit=1)[0][:LONGEST_WORD]
        yield Word(word, match.start(), match.end())


@cache
def _folded(letter: str) -> str:
    plain = "".join(
        each for each in unicodedata.normalize("NFD", letter) if unicodedata.category(each) != "Mn"
    )
    return plain.translate(_PLAIN)


def fold(word: str) -> str:
    """The word as typed without å, ä, ö and other accents: `älvsborg` is `alvsborg`."""
    return word if word.isascii() else "".join(map(_folded, word))


class Stemmer(dict[str, str]):
    """Stems of one language by word, remembered: the same word costs one look-up. Threads may share it."""

    def __init__(self, language: str) -> None:
        super().__init__()
        name = "english" if language == "en" else "swedish"
        self._swedish = name == "swedish"
        self._snowball: TextAnalyzer = (
            TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer(name)).build()
        )

    def __call__(self, word: str) -> str:
        """The stem of a word in normal form and lower case."""
        return self[word]

    def __missing__(self, word: str) -> str:
        if len(self) >= _MEMORY:
            self.clear()
        stem = self[word] = self._stem(word)
        return stem

    def _stem(self, word: str) -> str:
        first = ""
        last = word
        if self._swedish:
            first, last = _dictionary_form(word)
        found = self._snowball.analyze(last)
        stem = found[0] if found else last
        if not self._swedish:
            return stem
        stem = _swedish_rest(last, stem)
        # The stem of demens is dem: such a word keeps its whole form, or it would be found in every text.
        if stem in _empty() and not first and word not in stopwords():
            return last
        return first + stem


@cache
def stemmer(language: str) -> Stemmer:
    """The stemmer of a language tag; Swedish for everything that is not English."""
    return Stemmer(language) if language in ("sv", "en") else stemmer("sv")


class TokenStems(dict[str, tuple[str, ...]]):
    """The stems of tokens, remembered: only of those words that `wanted` says yes to. Threads may share it.

    A token is what stands between two spaces of a text in lower case: a word with its punctuation, or several.
    """

    def __init__(self, language: str, wanted: Callable[[str], bool] = bool) -> None:
        super().__init__()
        self._stemmer = stemmer(language)
        self._wanted = wanted

    def __missing__(self, token: str) -> tuple[str, ...]:
        if len(self) >= _TOKENS:
            self.clear()
        found = self[token] = tuple(map(self._stemmer, filter(self._wanted, words(token))))
        return found


def _swedish_rest(word: str, stem: str) -> str:
    """What Snowball's Swedish stemmer leaves: definite -an (skolan), most -et (projektet), -na after -en."""
    doubled: tuple[str, ...] = _DOUBLED
    if word.endswith("ena") and stem.endswith("en") and len(stem) > 4:
        stem = stem[:-2]
    if stem == word.removesuffix("s") or stem == word:  # Snowball took at most a genitive -s
        bare = stem.removesuffix("s")
        if len(bare) > 4 and (_ends_in_an(bare) or _ends_in_et(bare)):
            stem = bare[:-2]
            doubled = _DOUBLED_BEFORE_ENDING
        elif bare.endswith("én"):
            stem = bare[:-1]
    return stem[:-1] if stem.endswith(doubled) and len(stem) > 3 else stem


def _ends_in_an(word: str) -> bool:
    """Whether -an is the definite ending: skolan, mamman; not handlingsplan, rådman."""
    if not word.endswith("an") or word.endswith("plan") or word in forms().keep:
        return False
    return word.endswith("mman") or not word.endswith("man")


def _ends_in_et(word: str) -> bool:
    """Whether -et is the definite ending: projektet; not kvalitet, paket."""
    return word.endswith("et") and not word.endswith("itet") and word not in forms().keep


@dataclass(frozen=True)
class Forms:
    """The curated list of irregular Swedish forms (swedish_forms.txt)."""

    whole: dict[str, str]
    endings: dict[str, str]
    keep: frozenset[str]


@cache
def forms() -> Forms:
    """Read once: `lemma: form form`, `-lemma: …` also at the end of compounds, `= word` keeps its ending."""
    whole: dict[str, str] = {}
    endings: dict[str, str] = {}
    keep: set[str] = set()
    plain: dict[str, str] = {}  # as typed without dots
    for line in listed("swedish_forms.txt"):
        if line.startswith("="):
            keep.update(line[1:].split())
            continue
        lemma, _, rest = line.partition(":")
        target = endings if lemma.startswith("-") else whole
        lemma = lemma.removeprefix("-")
        for form in (lemma, *rest.split()):
            whole[form] = lemma
            plain.setdefault(fold(form), fold(lemma))
            if target is endings:
                endings[form] = lemma
    return Forms({**plain, **whole}, endings, frozenset(keep))


def _dictionary_form(word: str) -> tuple[str, str]:
    """What stands before an irregular head, and the head's dictionary form: `storstäder` is stor + stad."""
    known = forms()
    if word in known.whole:
        return "", known.whole[word]
    for length in range(min(12, len(word) - 2), 2, -1):
        lemma = known.endings.get(word[-length:])
        if lemma is not None:
            return word[:-length], lemma
    return "", word


@cache
def stopwords() -> frozenset[str]:
    """Words that say too little to search for on their own, in Swedish and English (stopwords.txt)."""
    return frozenset(word for line in listed("stopwords.txt") for word in line.split())


@cache
def _empty() -> frozenset[str]:
    """The words that say too little, and their stems."""
    snowball = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer("swedish")).build()
    return stopwords() | {stem for word in stopwords() for stem in snowball.analyze(word)}


def listed(name: str) -> list[str]:
    """The lines of a word list beside this module, without comments and empty lines."""
    text = files("catalogue").joinpath(name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
