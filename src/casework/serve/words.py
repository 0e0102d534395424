"""Numbers, moments and states as people read them. Dates and money are finished by the browser in
its own locale (`<time>` and `<data>`); what stands here is right without it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from casework.base.clock import moment

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
WORDS: Mapping[str, str] = {
    "quoted": "proved, quoted",
    "derived": "proved, derived",
    "reasoned": "proved, reasoned",
    "unproved": "unproved",
    "person": "verified by a person",
    "conflict": "conflict",
    "stated_absent": "stated absent",
    "not_found": "not found",
    "unreadable": "unreadable",
    "not_applicable": "not applicable",
    "waiting_person": "waiting for a person",
    "waiting_document": "waiting for a document",
    "waiting_model": "waiting for a model",
    "waiting_input": "waiting for an input",
    "waiting_budget": "waiting: a budget is used up",
    "waiting_batch": "waiting for a batch",
    "waiting_system": "waiting for another system",
    "idle": "not asked yet",
    "queued": "queued",
    "running": "running",
    "failed": "failed",
    "set_aside": "set aside",
    "skipped": "skipped",
    "stale": "out of date",
    "audit": "audit, drawn at random",
    "hidden": "not yours to read",
}
"""What each mark is called, read aloud and in filters."""
_NO_MODEL = re.compile(r"No language model is configured[^.]*\.(?: Set model\.default.*?-mini\.)?")
"""What is said where no model is set, with how that is done in files and at a terminal."""
_ADD_ONE = "add one in Settings, Models"


def mark_words(mark: str) -> str:
    """What a mark is called."""
    return WORDS.get(mark, mark.replace("_", " "))


def plainly(reason: str) -> str:
    """A reason as the studio says it: a model is added in its settings, not in a file."""
    return _NO_MODEL.sub(f"It needs a language model: {_ADD_ONE}.", reason)


def reason_html(reason: str) -> Markup:
    """The same with the way to where that is."""
    before, found, after = plainly(reason).partition(_ADD_ONE)
    if not found:
        return escape(reason)
    link = Markup('<a href="/settings/models">{0}</a>').format(found)
    return escape(before) + link + escape(after)


def age(seconds: float | None) -> str:
    """A span of time as people say it: `40 s`, `7 min`, `2 h 40`, `3 d 4 h`; '' for None."""
    if seconds is None:
        return ""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        hours, minutes = whole // _HOUR, whole % _HOUR // _MINUTE
        return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"
    days, hours = whole // _DAY, whole % _DAY // _HOUR
    return f"{days} d {hours} h" if hours else f"{days} d"


def since(at: str) -> float | None:
    """For how many seconds it has been so; None for ''. Never below 0, whatever a clock says."""
    if not at:
        return None
    return max(0.0, (dt.datetime.now(dt.UTC) - moment(at)).total_seconds())


def seconds(took_s: float | None) -> str:
    """How long something took: `0.4 ms`, `320 ms`, `1.4 s`, `7 min`; a dash for None."""
    if took_s is None:
        return "–"
    if took_s < 0.01:
        return f"{took_s * 1000:.1f} ms"
    if took_s < 1:
        return f"{took_s * 1000:.0f} ms"
    return f"{took_s:.1f} s" if took_s < _MINUTE else age(took_s)


def count(number: float | None) -> Markup:
    """A whole number, grouped by the browser in the viewer's way; a dash for None."""
    if number is None:
        return Markup("–")
    return Markup('<data class="n" value="{0}">{1}</data>').format(int(number), f"{int(number):,}")


def money(usd: float | None) -> Markup:
    """Cost in US dollars; a dash where it is not known."""
    if usd is None:
        return Markup("–")
    figures = 2 if usd == 0 or usd >= 0.005 else 4
    return Markup('<data class="usd" value="{0}">${1}</data>').format(usd, f"{usd:,.{figures}f}")


def share(part: float) -> str:
    """A share of 0 to 1 in per cent."""
    return f"{part:.0%}".replace("%", " %")


def moment_html(at: str, style: str = "short") -> Markup:
    """A stamp as `<time>`, which the browser shows in the viewer's zone and locale."""
    if not at:
        return Markup("")
    seen = moment(at).astimezone(dt.UTC)
    return Markup('<time datetime="{0}" data-style="{1}">{2}</time>').format(
        at, style, escape(f"{seen:%Y-%m-%d %H:%M} UTC")
    )


def size(bytes: float) -> str:
    """A number of bytes as people say it: `980 B`, `12 kB`, `11.2 MB`."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if bytes >= factor:
            return (
                f"{bytes / factor:.1f} {unit}"
                if bytes < 100 * factor
                else f"{bytes / factor:.0f} {unit}"
            )
    return f"{bytes:.0f} B"


def rough(seconds: float) -> str:
    """A span that is only guessed: to the next ten seconds, or minutes."""
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    return (
        f"{round(seconds / 10) * 10} s"
        if seconds < 2 * _MINUTE
        else f"{round(seconds / _MINUTE)} min"
    )
