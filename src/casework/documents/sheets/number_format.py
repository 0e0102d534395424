"""Numbers and dates as a spreadsheet shows them, by the format codes of Excel (ECMA-376, 18.8.31).

A code that is not understood gives None, and the value is then shown as it is. Thousands are parted
by commas and decimals by a point, because the file does not say whose habits its reader has. A full
date is shown as YYYY-MM-DD, which nobody can misread; part of one is shown as its code says.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple

_TOKEN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|General|AM/PM|A/P|[eE][+-]|y+|m+|d+|h+|s+|\.0+(?=\D|$)|.',
    re.IGNORECASE | re.DOTALL,
)
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[[<>=]")
_DIGITS = "#0?"
_LONGEST_CODE = 255
_MOST_DECIMALS = 30
_LAST_DAY: Final = 2_958_466  # 10000-01-01
_MONTHS = "January February March April May June July August September October November December"
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
BUILT_IN: Final[dict[int, str]] = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    41: '#,##0;(#,##0);"-"',
    42: '#,##0;(#,##0);"-"',
    43: '#,##0.00;(#,##0.00);"-"',
    44: '#,##0.00;(#,##0.00);"-"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
    48: "##0.0E+0",
}
"""The codes behind the numbers that files need not spell out. Those of money (42, 44) stand here
without a currency, which is that of whoever opens the file."""


class _Number(NamedTuple):
    """A section of a code for numbers."""

    before: str
    after: str
    least_whole: int
    thousands: bool
    least_decimals: int
    most_decimals: int
    shift: int
    """By how many powers of ten the value is moved: 2 for a percentage, -3 for thousands."""
    scientific: bool
    bare: bool
    """Whether there is no digit at all, only text."""


def shown_number(value: float, code: str) -> str | None:
    """A number by this code; None when the code is not understood, '' when it shows nothing."""
    try:
        exact = Decimal(f"{value:.15g}")
        sections = _sections(code)
        if sections is None:
            return None
        section, signed = _section(exact, sections)
        return None if section is None else _set(abs(exact) if signed else exact, section)
    except (InvalidOperation, ValueError, OverflowError):
        return None


def is_date(code: str) -> bool:
    """Whether a code shows a date or a time."""
    if len(code) > _LONGEST_CODE:
        return False
    first = code.split(";")[0]
    tokens = _TOKEN.findall(first)
    if any(token.lower() == "general" or token[0] in _DIGITS for token in tokens):
        return False
    return any(token[0] in "yYmMdDhHsS" or _ELAPSED.fullmatch(token) for token in tokens)


def shown_date(serial: float, code: str, *, from_1904: bool = False) -> str | None:
    """The date or time that a number of days stands for, by this code; None when it is none."""
    if not 0 <= serial < _LAST_DAY:
        return None
    tokens = _TOKEN.findall(code.split(";")[0])
    if any(_ELAPSED.fullmatch(token) for token in tokens):
        return _elapsed(serial, tokens)
    moment = _moment(serial, from_1904=from_1904)
    letters = {token[0].lower() for token in tokens if token[0] in "yYmMdDhHsS"}
    has_time = "h" in letters or ("s" in letters and not letters & {"y", "d"})
    seconds = "seconds" if "s" in letters else "minutes"
    if {"y", "d"} <= letters:
        day = moment.date().isoformat()
        return f"{day} {moment.time().isoformat(seconds)}" if has_time else day
    if has_time and not letters & {"y", "d"}:
        return moment.time().isoformat(seconds)
    return _dated(moment, tokens)


def _moment(serial: float, *, from_1904: bool) -> datetime.datetime:
    """Days since 1900 as Excel counts them (it has a 29 February 1900), to the full second."""
    if from_1904:
        first = datetime.datetime(1904, 1, 1)  # noqa: DTZ001 - spreadsheets know no zones
    else:
        first = datetime.datetime(1899, 12, 31 if serial < 60 else 30)  # noqa: DTZ001
    return first + datetime.timedelta(seconds=round(serial * 86_400))


def _elapsed(serial: float, tokens: list[str]) -> str:
    """A duration such as 27:30 hours."""
    seconds = round(serial * 86_400)
    largest = next(token[1].lower() for token in tokens if _ELAPSED.fullmatch(token))
    if largest == "s":
        return str(seconds)
    minutes, seconds = divmod(seconds, 60)
    if largest == "m":
        return f"{minutes:02d}:{seconds:02d}"
    hours, minutes = divmod(minutes, 60)
    with_seconds = any(token[0] in "sS" for token in tokens)
    return f"{hours}:{minutes:02d}" + (f":{seconds:02d}" if with_seconds else "")


def _dated(moment: datetime.datetime, tokens: list[str]) -> str:
    """A part of a date, token by token."""
    month, weekday = _MONTHS.split()[moment.month - 1], _DAYS.split()[moment.weekday()]
    names = {
        "y": f"{moment.year % 100:02d}",
        "m": str(moment.month),
        "mm": f"{moment.month:02d}",
        "mmm": month[:3],
        "mmmm": month,
        "mmmmm": month[0],
        "d": str(moment.day),
        "dd": f"{moment.day:02d}",
        "ddd": weekday[:3],
        "dddd": weekday,
    }
    parts = []
    for token in tokens:
        low = token.lower()
        if low[0] == "y":
            parts.append(f"{moment.year:04d}" if len(low) > 2 else names["y"])
        else:
            parts.append(names.get(low, _literal(token)))
    return " ".join("".join(parts).split())


@lru_cache(maxsize=2_000)
def _sections(code: str) -> tuple[_Number | None, ...] | None:
    """The sections of a code for numbers; None when it is none of ours."""
    if len(code) > _LONGEST_CODE or _CONDITION.search(code):
        return None
    parts: list[list[str]] = [[]]
    for token in _TOKEN.findall(code):
        if token == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    if len(parts) > 4:
        return None
    return tuple(_number(part) for part in parts[:3])


def _section(value: Decimal, sections: tuple[_Number | None, ...]) -> tuple[_Number | None, bool]:
    """The section for this value, and whether it says the sign itself."""
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _number(tokens: list[str]) -> _Number | None:
    """A section: text, digits, text. None when text stands between its digits."""
    at = [index for index, token in enumerate(tokens) if token[0] in _DIGITS or token[0] == "."]
    at = [index for index in at if tokens[index] != "."] or at[:0]
    if any(token.lower() == "general" for token in tokens):
        return None
    if "/" in tokens or "@" in tokens:
        return None
    percent = tokens.count("%")
    if not at:
        return _Number("".join(map(_literal, tokens)), "", 0, False, 0, 0, 0, False, True)
    first, last = at[0], at[-1]
    if tokens[first - 1 : first] == ["."]:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1] in (",", "."):
        last += 1
    core = "".join(tokens[first : last + 1])
    exponent = re.search(r"[eE][+-]", core)
    mantissa = core[: exponent.start()] if exponent else core
    if re.search(r"[^#0?.,]", mantissa):
        return None
    bare = mantissa.rstrip(",")
    thousands_off = len(mantissa) - len(bare)
    whole, _, decimals = bare.partition(".")
    return _Number(
        "".join(map(_literal, tokens[:first])),
        "".join(map(_literal, tokens[last + 1 :])),
        whole.count("0"),
        "," in whole,
        decimals.count("0"),
        min(sum(map(decimals.count, _DIGITS)), _MOST_DECIMALS),
        2 * percent - 3 * thousands_off,
        exponent is not None,
        False,
    )


def _literal(token: str) -> str:
    """What a token that is no digit shows."""
    currency = _CURRENCY.fullmatch(token)
    if currency:
        return currency[1]
    if token[0] == '"' and len(token) > 1:
        return token[1:-1]
    if token[0] == "\\":
        return token[1:]
    if token[0] in "[*":
        return ""
    return " " if token[0] == "_" else token


def _set(value: Decimal, section: _Number) -> str:
    """The value by this section."""
    if section.bare:
        return section.before.strip()
    before, after = section.before, section.after
    value = value.scaleb(section.shift)
    if section.scientific:
        digits = f"{value:.{section.most_decimals}E}"
    else:
        step = Decimal(1).scaleb(-section.most_decimals)
        rounded = value.quantize(step, ROUND_HALF_UP) if value.adjusted() < 25 else value
        digits = _digits(abs(rounded), section)
        if not digits and rounded == 0 and not (before + after).strip():
            return ""
        before = f"-{before}" if rounded < 0 else before
    return " ".join(f"{before}{digits}{after}".split())


def _digits(value: Decimal, section: _Number) -> str:
    whole, _, decimals = f"{value:f}".partition(".")
    kept = decimals.rstrip("0")
    decimals = kept.ljust(section.least_decimals, "0")
    whole = "" if whole == "0" and not section.least_whole and decimals else whole
    if whole == "0" and not section.least_whole:
        return ""
    whole = whole.rjust(section.least_whole, "0")
    if section.thousands and whole:
        whole = f"{int(whole):,}".rjust(section.least_whole, "0")
    return f"{whole}.{decimals}" if decimals else whole
