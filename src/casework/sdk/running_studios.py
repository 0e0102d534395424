"""Which studio serves a workspace on this machine, kept with the user's state, so that a command
can say where it is. Nothing of it stands in the workspace."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from casework.base.hashing import sha256_text
from casework.base.processes import lives
from casework.base.settings import state_folder


@dataclass(frozen=True, slots=True)
class RunningStudio:
    """A studio: where it answers, its process, and whether others than this machine reach it."""

    url: str
    pid: int
    public: bool


def note_studio(folder: Path, url: str, *, public: bool) -> None:
    """Keep that this process serves a workspace."""
    file = _file(folder)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    told = {"url": url, "pid": os.getpid(), "public": public}
    file.write_text(json.dumps(told), "utf-8")


def forget_studio(folder: Path) -> None:
    """Keep that this process serves it no more."""
    known = _read(folder)
    if known is not None and known.pid == os.getpid():
        _file(folder).unlink(missing_ok=True)


def running_studio(folder: Path) -> RunningStudio | None:
    """The studio of a workspace on this machine; None when none runs."""
    known = _read(folder)
    return known if known is not None and lives(known.pid) else None


def _read(folder: Path) -> RunningStudio | None:
    try:
        told = json.loads(_file(folder).read_text("utf-8"))
        return RunningStudio(str(told["url"]), int(told["pid"]), bool(told["public"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _file(folder: Path) -> Path:
    return state_folder() / "studios" / f"{sha256_text(str(folder.resolve()))[:24]}.json"
