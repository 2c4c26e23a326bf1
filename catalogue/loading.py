"""Foreign files into a spool of whole records: parsed by a worker that may die without harm."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from catalogue.errors import N_, Busy, CatalogueError, InvalidInput, NoSpace
from catalogue.formats import Format, of_file
from catalogue.locking import make_directory
from catalogue.namespaces import OWL
from catalogue.parsing import ParseRequest
from catalogue.reading import InputFile
from catalogue.settings import Settings
from catalogue.shapes import RecordType
from catalogue.spool import Note, Spool
from catalogue.workers import Cause, Limits, Worker, WorkerLost

# No text of a record comes near a megabyte; what does is a mistake or an attack.
MAX_LITERAL = 1_000_000
MAX_RECORD = 5_000_000
# Pages come first; but somebody waits for the load, so it must go on beside a busy server.
_NICENESS = 10
_STANDARD_INPUT = "-"


@dataclass(frozen=True)
class LoadLimits:
    """What parsing may cost: bytes of one file (unpacked), seconds for all, bytes of memory."""

    max_bytes: int
    seconds: int
    memory: int

    @classmethod
    def of(cls, settings: Settings) -> LoadLimits:
        return cls(settings.load_bytes, settings.load_seconds, settings.load_memory)


# Called with the bytes read so far and the bytes of all files.
Progress = Callable[[int, int], None]


@contextmanager
def parsed(
    files: Sequence[str],
    *,
    installation: str,
    types: Iterable[RecordType],
    directory: Path,
    limits: LoadLimits,
    base: str | None = None,
    format: Format | None = None,
    standard_input: IO[bytes] | None = None,
    names: Sequence[str] | None = None,
    quarantine: bool = False,
    on_progress: Progress = lambda done, total: None,
) -> Iterator[Spool]:
    """Parse files into a spool below `directory`, which is removed at the end.

    `installation` is the base under which records may lie; `base` what relative IRIs are resolved
    against (None: they are refused). `format` overrides what the names of the files tell; "-" is
    `standard_input` and needs it. `names` are what errors call the files, by default their paths. Records of several files must not contradict each other. With
    `quarantine` what is wrong with a record keeps only that one out; `Spool.quarantined` tells of it.

    Raises InvalidInput, NoSpace, or Busy at the deadline, each with a sentence that names the file.
    """
    _check_base(base)
    make_directory(directory)
    _remove_abandoned(directory)
    with tempfile.TemporaryDirectory(prefix=f"load-{os.getpid()}-", dir=directory) as name:
        spool = Path(name)
        inputs = tuple(
            _input(file, number, spool, base, format, standard_input, limits)
            for number, file in enumerate(files)
        )
        if names is not None:
            inputs = tuple(replace(each, name=name) for each, name in zip(inputs, names, strict=True))
        request = ParseRequest(
            directory=name,
            files=inputs,
            base=installation,
            types={type.iri: type.path_word for type in types} | {OWL.Ontology.value: "ns"},
            max_bytes=limits.max_bytes,
            max_literal=MAX_LITERAL,
            max_record=MAX_RECORD,
            quarantine=quarantine,
        )
        triples, notes = _parse(request, limits, on_progress)
        with Spool(spool, tuple(each.name for each in inputs), triples, notes) as result:
            yield result


def _parse(request: ParseRequest, limits: LoadLimits, on_progress: Progress) -> tuple[int, tuple[Note, ...]]:
    total = sum(Path(file.path).stat().st_size for file in request.files)
    triples, notes, reading = 0, [], request.files[0].name if request.files else ""
    # A record takes up to some times the room of its Turtle; what grows further is a bomb.
    allowed = Limits(
        memory=limits.memory,
        cpu_seconds=limits.seconds + 1,
        file_bytes=max(8 * limits.max_bytes, 2**28),
        niceness=_NICENESS,
    )
    with Worker.start("catalogue.parsing", allowed) as worker:
        try:
            for message in worker.ask(request.encode(), seconds=limits.seconds):
                said = json.loads(message)
                if "file" in said:
                    reading = said["file"]
                elif "progress" in said:
                    on_progress(said["progress"], total)
                elif "note" in said:
                    notes.append(Note(said["note"], said["params"]))
                elif "error" in said:
                    raise _told(said)
                else:
                    triples = said["done"]
        except WorkerLost as lost:
            raise _explained(lost, reading, limits) from lost
    return triples, tuple(notes)


def _told(said: Mapping[str, object]) -> CatalogueError:
    """The error that the child found."""
    kind = NoSpace if said["kind"] == "space" else InvalidInput
    params = said["params"]
    assert isinstance(params, dict)
    return kind(str(said["error"]), **params)


_LOST = {
    Cause.MEMORY: N_(
        "%(file)s krävde mer än %(memory)s MB minne och lästes inte vidare; inget har ändrats. Är filen liten "
        "är den för djupt nästlad eller växer när den läses. Är den stor, dela upp den eller spara den som "
        "N-Triples; är den betrodd kan PIVI_LOAD_MEMORY höjas."
    ),
    Cause.DEPTH: N_(
        "%(file)s är för djupt nästlad och lästes inte vidare; inget har ändrats. Skriv om den plattare, "
        "till exempel som N-Triples."
    ),
    Cause.FILE_SIZE: N_(
        "%(file)s växer för mycket när den läses; inget har ändrats. Dela upp den, eller höj PIVI_LOAD_BYTES "
        "om den är betrodd."
    ),
    Cause.CRASH: N_(
        "%(file)s gick inte att läsa: läsaren avbröts oväntat (%(detail)s). Inget har ändrats. Prova att "
        "spara filen som N-Triples."
    ),
}
_TOO_LONG = N_(
    "%(file)s tog längre tid att läsa än %(seconds)s sekunder och avbröts; inget har ändrats. Dela upp "
    "filen, eller höj PIVI_LOAD_SECONDS."
)


def _explained(lost: WorkerLost, file: str, limits: LoadLimits) -> CatalogueError:
    """What the loss of the child means for the person who sent the file."""
    if lost.cause is Cause.DEADLINE:
        return Busy(_TOO_LONG, file=file, seconds=limits.seconds)
    detail = lost.detail.splitlines()[-1][:200] if lost.detail else "-"
    return InvalidInput(_LOST[lost.cause], file=file, memory=limits.memory // 10**6, detail=detail)


def _input(
    file: str,
    number: int,
    spool: Path,
    base: str | None,
    format: Format | None,
    standard_input: IO[bytes] | None,
    limits: LoadLimits,
) -> InputFile:
    """A file to parse. What is no ordinary file (a pipe, standard input) is copied to one first."""
    if file == _STANDARD_INPUT and standard_input is not None:
        if format is None:
            raise InvalidInput(
                N_(
                    "Formatet på det som läses från standard in måste anges med --format, till exempel --format ttl."
                )
            )
        path = _copied(standard_input, spool / f"input-{number}", file, limits)
        return InputFile(str(path), file, format.extension, base)
    path = Path(file)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InvalidInput(
                N_("%(file)s är en katalog. Ange filerna i den, till exempel %(file)s/*.ttl."), file=file
            )
        found = format or of_file(file)
        with path.open("rb") as stream:
            if not stat.S_ISREG(mode):
                path = _copied(stream, spool / f"input-{number}", file, limits)
    except (FileNotFoundError, NotADirectoryError):
        raise InvalidInput(
            N_("%(file)s finns inte. Kontrollera sökvägen; inget har ändrats."), file=file
        ) from None
    except OSError as error:
        raise InvalidInput(
            N_("%(file)s går inte att öppna (%(reason)s). Kontrollera filens rättigheter."),
            file=file,
            reason=error.strerror,
        ) from error
    except ValueError:
        # A NUL in the name.
        raise InvalidInput(N_("%(file)s är inget filnamn."), file=repr(file)) from None
    return InputFile(str(path.absolute()), file, found.extension, base)


def _copied(stream: IO[bytes], path: Path, name: str, limits: LoadLimits) -> Path:
    written = 0
    with path.open("wb") as copy:
        while chunk := stream.read(2**20):
            written += len(chunk)
            if written > limits.max_bytes:
                raise InvalidInput(
                    N_(
                        "%(file)s är större än %(limit)s MB och lästes inte vidare. "
                        "Dela upp den, eller höj PIVI_LOAD_BYTES om den är betrodd."
                    ),
                    file=name,
                    limit=limits.max_bytes // 10**6,
                )
            copy.write(chunk)
    return path


def _check_base(base: str | None) -> None:
    if base is None:
        return
    parts = urlsplit(base)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or re.search(r"[\s<>\"{}|\\^`\x00-\x1f]", base)
    ):
        raise InvalidInput(
            N_(
                "--base är ”%(base)s” men ska vara en hel http- eller https-adress, till exempel https://pivi.example.se/."
            ),
            base=base,
        )


def _remove_abandoned(directory: Path) -> None:
    """Remove the spools of loads that were killed."""
    for path in directory.glob("load-*"):
        owner = re.match(r"load-(\d+)-", path.name)
        if owner is not None and not _is_alive(int(owner[1])):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
