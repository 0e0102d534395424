"""Word and PowerPoint files before 2007 (doc, dot, ppt, pps): turned into today's formats by
LibreOffice, where it is installed, and read as these.

LibreOffice gets a profile of its own that runs no macros, a time limit, and no network. Who made
the new format is part of the version that a document was read with.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import time
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from casework.base.errors import DocumentError
from casework.documents.fenced.programs import Ended, run_program
from casework.documents.readers import slides, word
from casework.documents.reading import Reading, Source, WantsPrograms, too_slow

READER = "old_office"
VERSION = f"2-{word.VERSION}-{slides.VERSION}"

_PROGRAMS: Final = ("soffice", "libreoffice")
_OFFICE: Final = "soffice.bin"  # what these start, after questions that do not matter here
_START_AGAIN: Final = 81  # how it ends when it has just made its profile
_MADE_BY: Final = re.compile(rb"<Application>LibreOffice/([0-9.]+)")
_LARGEST_FACTS: Final = 1 << 20
_NOISE: Final = (
    "warning:",
    "convert ",
    "unspecified application",
    "fatal exception",
    "stack:",
    "/",
)
_SHARE_OF_TIME: Final = 0.9
_LONGEST_S: Final = 120.0
_NO_MACROS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


class _Kind(NamedTuple):
    """An old format, what it becomes, and its media type."""

    suffix: str
    target: str
    media_type: str


_WORD = _Kind("doc", "docx", "application/msword")
_SLIDES = _Kind("ppt", "pptx", "application/vnd.ms-powerpoint")


def read(source: Source) -> Reading:
    """The pages of what LibreOffice makes of the file."""
    slides_stream = "PowerPoint Document".encode("utf-16-le")
    kind = _SLIDES if slides_stream in source.data else _WORD
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise DocumentError(
            f"The file is of an old Office format (.{kind.suffix}), which is read by way of "
            "LibreOffice, and LibreOffice is not installed here.",
            state="unsupported",
            fix=f"Install LibreOffice, or save the file as {kind.target} or PDF and add that.",
        )
    if not source.programs:
        raise WantsPrograms(READER)
    data = _converted(program, kind, source)
    office = f"LibreOffice {_version(data)}".strip()
    made = replace(source, data=data)
    reading = word.read(made) if kind is _WORD else slides.read(made)
    note = f"Read by way of {office}, which turned it from .{kind.suffix} into .{kind.target}."
    return replace(
        reading,
        media_type=kind.media_type,
        reader=READER,
        version=f"{VERSION}+{office.lower().replace(' ', '-')}",
        notes=(note, *reading.notes),
    )


def _converted(program: str, kind: _Kind, source: Source) -> bytes:
    """The file in its new format."""
    with tempfile.TemporaryDirectory(prefix="casework-") as name:
        folder = Path(name)
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_NO_MACROS, "utf-8")
        given = folder / f"given.{kind.suffix}"
        given.write_bytes(source.data)
        argv = [
            _office(program),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
            *("--nofirststartwizard", "--convert-to", kind.target),
            *("--outdir", str(folder / "made"), str(given)),
        ]
        until = min(source.deadline, time.monotonic() + min(source.limits.seconds, _LONGEST_S))
        try:
            ended = _run(argv, folder, until)
            if ended.code == _START_AGAIN:
                ended = _run(argv, folder, until)
        except DocumentError as error:
            if error.state == "too_slow":
                raise too_slow(source.limits.seconds) from error
            raise
        made = folder / "made" / f"given.{kind.target}"
        if not made.is_file():
            raise _not_converted(ended, kind)
        return made.read_bytes()


def _run(argv: list[str], folder: Path, until: float) -> Ended:
    return run_program(
        argv,
        folder=folder,
        seconds=(until - time.monotonic()) * _SHARE_OF_TIME,
        environment={"SAL_USE_VCLPLUGIN": "svp"},
    )


def _office(program: str) -> str:
    """The program itself where it lies beside its starter: one process, which ends when it is
    ended. Where it does not (snaps), the starter."""
    beside = Path(program).resolve().with_name(_OFFICE)
    return str(beside) if beside.is_file() else program


def _not_converted(ended: Ended, kind: _Kind) -> DocumentError:
    """Why there is nothing to read. LibreOffice ends well even where it cannot open a file."""
    fix = f"Open it in its program and save it as {kind.target} or PDF."
    if ended.code:
        how = f"signal {-ended.code}" if ended.code < 0 else f"exit status {ended.code}"
        return DocumentError(
            f"LibreOffice crashed on the file or ran out of memory ({_said(ended) or how}).",
            fix=fix,
        )
    return DocumentError(
        "LibreOffice cannot open the file: it is damaged, protected by a password, or of another "
        "kind.",
        fix=fix,
    )


def _said(ended: Ended) -> str:
    """What LibreOffice said of what went wrong, without what it always says."""
    lines = (line.strip() for line in (ended.errors or ended.output).splitlines())
    return " ".join(line for line in lines if line and not line.lower().startswith(_NOISE))[:200]


def _version(data: bytes) -> str:
    """The version of LibreOffice that made this file, as it says itself; '' if it does not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open("docProps/app.xml") as facts:
            found = _MADE_BY.search(facts.read(_LARGEST_FACTS))
    except (KeyError, OSError, zipfile.BadZipFile, zlib.error):
        return ""
    return found[1].decode() if found else ""
