"""A deed: something that somebody did, as it stands in the audit log. Holds no document text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what, when (UTC), on what. `person` and `key` are ids ('' for whoever sits at the
    machine, and for no key); `what` is the action (`Worksheet.correct`); `worksheet` and `case` are
    ids, `step` as it was named, `on` what else it was done on; `ended` says `done`, `refused`,
    `failed: CODE` or `broken off`."""

    at: dt.datetime
    person: str
    who: str
    key: str
    what: str
    worksheet: str = ""
    case: str = ""
    step: str = ""
    on: str = ""
    ended: str = "done"
    n: int = 0
    """Its place in the log, growing; 0 until it stands there."""
