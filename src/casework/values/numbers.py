"""Numbers in a text: digits with their separators, signs, brackets and scale words.

Knows no currency and no unit; money, percent and quantities build on `numerals`.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from casework.values.habits import Habits
from casework.values.lexicon import longest_first, words
from casework.values.reading import Reading, in_order

Lean = Literal["thousands", "decimal"]
"""What `1.234` is taken for when the document has no habit."""

SPACES = " \u00a0\u2009\u202f"
_SPACE = f"[{SPACES}]"
WORD = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?:-[^\W\d_]+)*(?![\w-])")
"""A word, with its hyphens: `twenty-four`."""
_RUN = re.compile(
    rf"[0-9]+(?:[.,'’´/:–-](?=[0-9])[0-9]+|{_SPACE}(?=[0-9]{{3}}(?![0-9]))[0-9]{{3}})*"
    r"|(?<![\w.,])[.,][0-9]+(?![0-9.,])"
)
_SPACED = re.compile(rf"[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+(?:[.,][0-9]+)?")
_QUOTED = re.compile(r"[0-9]{1,3}(?:['’´][0-9]{3})+(?:[.,][0-9]+)?")
_THREES = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_RANGE = re.compile(r"[–-]|/")
_TAIL = re.compile(r"[.,][-–—]{1,2}(?![0-9\w])")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_GROUP = 3
_LOOK_BACK = 120
"""How far before brackets words are looked for."""
_LISTED_DIGITS = 2
"""Bare figures in brackets up to this length may number a list: `(2)`."""


class Numeral(NamedTuple):
    """Digits in a text without their sign. `values` are what they may mean, likeliest first;
    `whole` is False for a piece of a longer run that may also be read as one number."""

    start: int
    end: int
    values: tuple[Decimal, ...]
    certain: bool
    whole: bool = True


def plain(value: Decimal) -> str:
    """The one way in which a number is written: no exponent, no trailing zeros, no `-0`."""
    if not value:
        return "0"
    told = format(value, "f")
    return told.rstrip("0").rstrip(".") if "." in told else told


def exact(text: str) -> Decimal | None:
    """The number that a plain decimal string says, None when it is not one."""
    if not _PLAIN.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def numerals(text: str, habits: Habits, lean: Lean) -> list[Numeral]:
    """All runs of digits that may be a number; dates, times and dotted numbers are none."""
    found: list[Numeral] = []
    comma = habits.decimal_comma
    for match in _RUN.finditer(text):
        run, start = match.group(), match.start()
        if run.isdigit():
            found.append(Numeral(start, match.end(), (Decimal(run),), True))
            continue
        for offset, length, values, certain, whole in _parts(run, comma, lean):
            at = start + offset
            found.append(Numeral(at, at + length, values, certain, whole))
    return found


_Part = tuple[int, int, tuple[Decimal, ...], bool, bool]


@lru_cache(maxsize=8192)
def _parts(run: str, comma: bool | None, lean: Lean) -> tuple[_Part, ...]:
    """The numbers of one run: itself, or the two sides of a range, or the parts between spaces."""
    if ":" in run:
        return ()
    if _RANGE.search(run):
        return _split(run, _RANGE, comma, lean) if len(_RANGE.split(run)) == 2 else ()
    values, certain = parse(run, comma, lean)
    spaced = " " in run
    found: list[_Part] = []
    if values:
        found.append((0, len(run), values, certain and not spaced, True))
    if any(space in run for space in SPACES) and (spaced or not values):
        pieces = _split(run, re.compile(_SPACE), comma, lean)
        found += [(*piece[:4], not values) for piece in pieces]
    return tuple(found)


def _split(run: str, at: re.Pattern[str], comma: bool | None, lean: Lean) -> tuple[_Part, ...]:
    found: list[_Part] = []
    offset = 0
    for piece in at.split(run):
        values, certain = parse(piece, comma, lean)
        if values:
            found.append((offset, len(piece), values, certain, True))
        offset += len(piece) + 1
    return tuple(found)


@lru_cache(maxsize=8192)
def parse(run: str, comma: bool | None, lean: Lean) -> tuple[tuple[Decimal, ...], bool]:
    """What digits with separators mean, likeliest first, and whether there is no doubt."""
    if run.isdigit():
        return (Decimal(run),), True
    if run[0] in ".,":
        return (Decimal("0." + run[1:]),), True
    for pattern, marks in ((_SPACED, SPACES), (_QUOTED, "'’´")):
        if any(mark in run for mark in marks):
            if not pattern.fullmatch(run):
                return (), False
            bare = "".join(letter for letter in run if letter not in marks)
            return (Decimal(bare.replace(",", ".")),), True
    dots, commas = run.count("."), run.count(",")
    if dots and commas:
        return _mixed(run), True
    if dots + commas > 1:
        grouped = _THREES.fullmatch(run) or _INDIAN.fullmatch(run)
        return ((_bare(run),), True) if grouped else ((), False)
    return _single(run, "," if commas else ".", comma, lean)


def _single(
    run: str, mark: str, comma: bool | None, lean: Lean
) -> tuple[tuple[Decimal, ...], bool]:
    whole, fraction = run.split(mark)
    decimal = Decimal(f"{whole}.{fraction}")
    if len(fraction) != _GROUP or len(whole) > _GROUP or whole.startswith("0"):
        return (decimal,), True
    grouped = _bare(run)
    if comma is None:
        return _usual(grouped, decimal, mark, lean)
    if (mark == ",") != comma:
        return (grouped,), True
    if lean == "thousands":
        return (grouped, decimal), False
    return (decimal, grouped), True


def _usual(
    grouped: Decimal, decimal: Decimal, mark: str, lean: Lean
) -> tuple[tuple[Decimal, ...], bool]:
    """`1,234` and `1.234` in a document without a habit."""
    if mark == ",":
        return ((grouped,) if lean == "thousands" else (grouped, decimal)), True
    return ((grouped, decimal) if lean == "thousands" else (decimal, grouped)), False


def _mixed(run: str) -> tuple[Decimal, ...]:
    """Both separators stand: the last one is the decimal one and stands once."""
    last = max(run.rfind("."), run.rfind(","))
    head, tail = run[:last], run[last + 1 :]
    if run[last] in head or not (_THREES.fullmatch(head) or _INDIAN.fullmatch(head)):
        return ()
    return (Decimal(f"{_bare(head)}.{tail}"),)


def _bare(run: str) -> Decimal:
    return Decimal(run.replace(".", "").replace(",", ""))


def scaled(value: Decimal, sign: int, power: int, scale: Decimal) -> Decimal:
    """The value with its sign, times ten to `power` or, where that is 0, times `scale`."""
    told = value.copy_negate() if sign < 0 else value
    if power:
        return told * Decimal(10) ** power
    return told if scale == 1 else told * scale


class Signed(NamedTuple):
    """An amount with its sign: `signs` likeliest first."""

    start: int
    end: int
    signs: tuple[int, ...]
    certain: bool = True


def tail_end(text: str, end: int) -> int:
    """Where the amount ends when `.-` or `,--` stands for no cents."""
    match = _TAIL.match(text, end)
    return match.end() if match else end


def sign_before(text: str, start: int) -> tuple[int, int]:
    """Where the amount begins with a sign that stands right before it, and the sign (0: none)."""
    mark = text[start - 1] if start else ""
    if not mark or mark not in "-−–+":
        return start, 0
    before = text[start - 2] if start > 1 else " "
    if before.isalnum() or before in ")-.,_/" or (mark == "–" and before not in " (\t\n"):
        return start, 0
    return start - 1, 1 if mark == "+" else -1


def minus_after(text: str, end: int) -> bool:
    """Whether a trailing minus stands right behind the amount: `1.234,50-`."""
    if end >= len(text) or text[end] not in "-−":
        return False
    following = text[end + 1 : end + 2]
    return not following or not (following.isalnum() or following in "-−(")


def bracket_signs(text: str, start: int, content_is_plain: bool) -> tuple[tuple[int, ...], bool]:
    """What brackets around an amount mean: minus, unless words stand before them on the line.

    `thirty (30)` repeats the number, `Net loss (30)` is negative: both readings are given, with
    plus first behind a number word or when the brackets also hold a currency.
    """
    back = max(0, start - _LOOK_BACK)
    line = text[max(back, text.rfind("\n", back, start) + 1) : start].rstrip()
    if not line or not any(letter.isalpha() for letter in line):
        return (-1,), True
    last = re.split(r"[\s(]", line)[-1].strip(".,:;").casefold()
    if not content_is_plain or last in words().numbers or last in words().scales:
        return (1, -1), False
    return (-1, 1), False


@cache
def _scale_pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in longest_first(words().scales))
    return re.compile(rf"[{SPACES}\n]?({names})(?![^\W\d_])\.?", re.IGNORECASE)


def scale_after(text: str, end: int, money: bool) -> tuple[int, int]:
    """Where a scale word after the amount ends, and its power of ten (0: there is none)."""
    match = _scale_pattern().match(text, end)
    if not match:
        return end, 0
    word = match[1].casefold()
    if word in words().money_scales:
        attached = match.start(1) == end
        if not money or not (attached or word in ("mn", "md")):
            return end, 0
    return match.end(), words().scales[word]


def number_readings(text: str, habits: Habits, scale: Decimal = Decimal(1)) -> tuple[Reading, ...]:
    """Every number of a text; numbers written as words are uncertain."""
    found: list[Reading] = []
    known = words()
    for numeral in numerals(text, habits, "decimal"):
        start, end = numeral.start, numeral.end
        if start and text[start - 1].isalpha():
            continue
        loose = end < len(text) and (text[end].isalpha() or text[end] == "%")
        signed = _signed(text, start, end)
        reach, power = scale_after(text, signed.end, money=False)
        certain = numeral.certain and signed.certain and numeral.whole and not loose
        for value in numeral.values:
            for sign in signed.signs:
                told = plain(scaled(value, sign, power, scale))
                at = signed.start
                found.append(Reading(told, at, reach, text[at:reach], certain))
                certain = False
    for match in WORD.finditer(text):
        word = match.group().casefold()
        if word in known.numbers and word not in known.also_words:
            told = plain(Decimal(known.numbers[word]))
            found.append(Reading(told, match.start(), match.end(), match.group(), False))
    return in_order(found)


def _signed(text: str, start: int, end: int) -> Signed:
    end = tail_end(text, end)
    at, sign = sign_before(text, start)
    if sign:
        return Signed(at, end, (sign,))
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        signs, certain = bracket_signs(text, start - 1, content_is_plain=True)
        if signs == (-1,) and text[start:end].isdigit() and end - start <= _LISTED_DIGITS:
            return Signed(start - 1, end + 1, (-1, 1), False)
        return Signed(start - 1, end + 1, signs, certain)
    if minus_after(text, end):
        return Signed(start, end + 1, (-1,))
    return Signed(start, end, (1,))
