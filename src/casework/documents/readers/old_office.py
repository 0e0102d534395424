"""Word and PowerPoint files before 2007 (doc, dot, ppt, pps): turned into today's formats by
LibreOffice, where it is installed, and read as these.

LibreOffice gets a profile of its own that runs no macros, a time limit, and no network.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from casework.base.errors import DocumentError
from casework.documents.fenced.programs import run_program
from casework.documents.readers import slides, word
from casework.documents.reading import Reading, Source, WantsPrograms

READER = "old_office"
VERSION = "1"

_PROGRAMS: Final = ("soffice", "libreoffice")
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
    made = replace(source, data=_converted(program, kind, source))
    reading = word.read(made) if kind is _WORD else slides.read(made)
    note = f"Read by way of LibreOffice, which turned it from .{kind.suffix} into .{kind.target}."
    return replace(
        reading,
        media_type=kind.media_type,
        reader=READER,
        version=f"{VERSION}+{reading.version}",
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
        left = min(source.deadline - time.monotonic(), source.limits.seconds) * _SHARE_OF_TIME
        ended = run_program(
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
                *("--nofirststartwizard", "--convert-to", kind.target),
                *("--outdir", str(folder / "made"), str(given)),
            ],
            folder=folder,
            seconds=min(left, _LONGEST_S),
            environment={"SAL_USE_VCLPLUGIN": "svp"},
        )
        made = folder / "made" / f"given.{kind.target}"
        if not made.is_file():
            said = " ".join((ended.errors or ended.output).split())[:200]
            raise DocumentError(
                "LibreOffice cannot open the file: it is damaged, protected by a password, or of "
                f"another kind{f' ({said})' if said else ''}.",
                fix=f"Open it in its program and save it as {kind.target} or PDF.",
            )
        return made.read_bytes()
