"""What a parser's error means to the person who sent the file: where, what, and what to do."""

from __future__ import annotations

from catalogue.errors import N_, InvalidInput
from catalogue.formats import Format

RELATIVE_IRI = N_(
    "%(place)s: en IRI är relativ (%(reason)s). Ange vad den räknas från med --base, "
    "till exempel --base https://pivi.example.se/."
)
TRIPLE_TERM = N_(
    "%(place)s: filen har tripplar om tripplar (RDF-star), som inte kan läsas in. "
    "Beskriv uppgiften med en egen nod i stället."
)
TOO_LONG = N_(
    "%(place)s: ett värde är längre än 16 MB (%(reason)s). Korta det, eller länka till texten i stället."
)

# A piece of the parser's message, and the sentence that explains it. The first that fits is used.
_EXPLANATIONS = {
    "LoadDocumentCallback": N_(
        "%(place)s hänvisar till en JSON-LD-kontext på nätet, och inget hämtas därifrån. "
        "Lägg in kontexten i filen, som ett objekt under @context."
    ),
    "UTF-8": N_(
        "%(place)s: filen är inte skriven i UTF-8 (%(reason)s). Spara den i UTF-8 och läs in den igen; "
        "äldre program kallar ofta sin kodning Latin-1, ISO 8859-1 eller Windows-1252."
    ),
    "No scheme found": RELATIVE_IRI,
    "stack size": N_("%(place)s: filen är för djupt nästlad (%(reason)s). Skriv om den plattare."),
    "Invalid IRI": N_(
        "%(place)s: en IRI har ett otillåtet tecken (%(reason)s). Blanksteg och citattecken i en IRI "
        "skrivs kodade, till exempel %%20."
    ),
    "parsing IRI": N_("%(place)s: en IRI är felaktig (%(reason)s). Rätta den och läs in filen igen."),
}
_OTHERWISE = N_(
    "%(place)s: filen är inte giltig %(format)s (%(reason)s). Rätta stället och läs in filen igen."
)


def syntax_error(error: SyntaxError, format: Format, name: str) -> InvalidInput:
    """The error of pyoxigraph's parser as a sentence with its place: file, line and column where told."""
    reason = _reason(error.msg)
    sentence = next((text for piece, text in _EXPLANATIONS.items() if piece in error.msg), _OTHERWISE)
    place = name if error.lineno is None else f"{name}:{error.lineno}:{error.offset or 1}"
    return InvalidInput(sentence, place=place, format=format.name, reason=reason)


def _reason(message: str) -> str:
    """The parser's message without the place, which is told beside it, and no longer than a line."""
    _, marker, rest = message.partition(": ") if message.startswith("Parser error at") else ("", "", "")
    text = rest if marker else message
    text = text.splitlines()[0].strip() if text.strip() else text
    return text if len(text) <= 200 else text[:200] + "…"
