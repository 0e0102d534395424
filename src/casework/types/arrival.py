"""Folders that are watched, and the files that arrived in them. Looks at no file itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ArrivalState = Literal["seen", "taken", "refused"]
"""`seen`: there, and not complete yet; `taken`: its bytes are in a case; `refused`: it cannot be
taken, and the reason says why."""

WatchState = Literal["watching", "stopped"]


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How a folder is watched. `grouping` says what makes a case ('' as the worksheet does);
    `runs` whether the worksheet is run when something came; `settle_s` how long a file must have
    stayed as it is before it is taken; `every_s` how often the folder is looked at."""

    grouping: str = ""
    runs: bool = True
    settle_s: float = 3.0
    every_s: float = 2.0
    readers: tuple[str, ...] = ()
    """The groups that may read what comes; none stands for everybody."""


@dataclass(frozen=True, slots=True)
class WatchRecord:
    """A folder that a worksheet is fed from. `problem` says why it cannot be looked at just now
    ('' when it can); `holder` which process watches it now ('' for none)."""

    id: str
    worksheet_id: str
    folder: str
    options: WatchOptions
    state: WatchState
    started_at: str
    stopped_at: str = ""
    problem: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class ArrivalRecord:
    """A file of a watched folder: these bytes under this path. `path` is below the folder, with
    `/`; `sha256` is '' until it was read; `case_id` the case it went into; stamps are UTC."""

    path: str
    size: int
    mtime_ns: int
    state: ArrivalState
    reason: str = ""
    sha256: str = ""
    case_id: str = ""
    seen_at: str = ""
    done_at: str = ""
