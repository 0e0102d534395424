"""What makes a figure in a quote doubtful although it can be read: that it is only about right, the
end of a range, part of a number, or denied. Reads what stands beside it, not the figure itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from casework.types.values import Json, ValueType
from casework.values.lexicon import longest_first, words
from casework.values.numbers import exact, plain
from casework.values.reading import Reading

_FIGURES = frozenset({"number", "percent", "money", "quantity"})
_BLANK = r"[ \t\r\n\u00a0\u2009\u202f]"
_MARK = r"(?:[^\W\d_]{0,3}[$€£¥%]|[^\W\d_]{1,12})"
_TO_WORD = "to|bis|à|au|al|a|hasta|tot|through|thru|until|up to"
_TO = rf"(?:-|–|—|−|\.\.|(?<![^\W\d_])(?:{_TO_WORD})(?![^\W\d_]))"
_RANGE_BEFORE = re.compile(
    rf"[0-9]{_BLANK}*\)?{_BLANK}*(?:{_MARK}{_BLANK}*)?{_TO}{_BLANK}*(?:{_MARK}{_BLANK}*)?$",
    re.IGNORECASE,
)
_RANGE_AFTER = re.compile(
    rf"{_BLANK}*(?:{_MARK}{_BLANK}*)?{_TO}{_BLANK}*(?:{_MARK}{_BLANK}*)?[0-9]", re.IGNORECASE
)
_BETWEEN_WORDS = ("between", "zwischen", "entre", "tra", "fra", "tussen")
_BETWEEN = re.compile(
    rf"(?<!\w)(?:{'|'.join(_BETWEEN_WORDS)})(?!\w)[^.;\n]{{0,60}}$", re.IGNORECASE
)
_SHORT_SCALE = re.compile(rf"{_BLANK}?(?:[mkbtMKBT]|[mM]n|[bB]n|[mM]io|[mM]rd)\.?(?!\w)")
_POWER = re.compile(rf"{_BLANK}?(?:[x×·*]{_BLANK}?10|\^|[eE][+-]?[0-9])")
_PIECE = re.compile(rf"{_BLANK}?[0-9]+/[0-9]+|/[0-9]|{_BLANK}?/{_BLANK}?[0-9]")
_OR_SO = re.compile(rf"{_BLANK}*\(?(?:or so|or thereabouts|approx|circa)(?!\w)", re.IGNORECASE)
_REPEATED = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)\s*\(\s*([0-9]{1,3})\s*\)")
_LAST_WORD = re.compile(rf"(?<![\w-])([^\W\d_]+){_BLANK}*$")
_LOOK_BACK = 80
_NEAR = 36
_NEARLY = ("~", "≈", "≃", "∼")
_NUMBER_SIGNS = frozenset({"no", "ne", "mai", "sin", "ni"})
"""Negations that stand before figures for another reason (`No 4711`)."""


def doubtful(quote: str, reading: Reading, type: ValueType) -> bool:
    """Whether what stands beside a reading keeps it from being what the quote says."""
    before, after = quote[max(0, reading.start - _LOOK_BACK) : reading.start], quote[reading.end :]
    if before.rstrip().endswith(_NEARLY) or _stands_before(before, words().about, _about):
        return True
    if _OR_SO.match(after):
        return True
    last = _LAST_WORD.search(before)
    if last and last[1].casefold() in words().negations - _NUMBER_SIGNS:
        return True
    if type.name not in _FIGURES:
        return False
    return (
        _of_a_range(before, after)
        or _part_of_a_number(quote, reading)
        or _repeated_otherwise(quote, reading)
    )


def takes_sign(quote: str, reading: Reading, type: ValueType) -> bool:
    """Whether a word right before a figure says that it is negative: `minus 5`."""
    before = quote[max(0, reading.start - _NEAR) : reading.start]
    return type.name in _FIGURES and _stands_before(before, words().minus, _minus)


def negated(value: Json) -> Json:
    """A number, an amount or a quantity with the other sign."""
    if isinstance(value, dict):
        return {**value, "amount": negated(value.get("amount"))}
    told = exact(value) if isinstance(value, str) else None
    return value if told is None else plain(told.copy_negate())


def _of_a_range(before: str, after: str) -> bool:
    if _RANGE_AFTER.match(after) or _RANGE_BEFORE.search(before[-_NEAR:]):
        return True
    told = before.casefold()
    return any(word in told for word in _BETWEEN_WORDS) and bool(_BETWEEN.search(before))


def _part_of_a_number(quote: str, reading: Reading) -> bool:
    """Whether letters, signs or a fraction run into the figures: `A-12`, `5 m`, `1e6`, `2½`."""
    start, end = reading.start, reading.end
    first, following = quote[start : start + 1], quote[end : end + 1]
    ends_in_figures = quote[end - 1 : end].isdecimal()
    if first.isdecimal() and start:
        left = quote[start - 1]
        if left.isalpha() or left == "_" or unicodedata.category(left) == "No":
            return True
        if left in "-/" and quote[start - 2 : start - 1].isalnum():
            return True
    if not ends_in_figures or not following:
        return False
    if following.isalpha() or unicodedata.category(following) == "No":
        return True
    after = quote[end : end + 16]
    return bool(_SHORT_SCALE.match(after) or _POWER.match(after) or _PIECE.match(after)) or (
        following in "-/_" and quote[end + 1 : end + 2].isalnum()
    )


def _repeated_otherwise(quote: str, reading: Reading) -> bool:
    """Whether a number word beside the figures says another number: `twelve (13)`."""
    for match in _REPEATED.finditer(quote) if "(" in quote else ():
        said = words().numbers.get(match[1].casefold())
        overlaps = match.start() < reading.end and reading.start < match.end()
        if overlaps and said is not None and said != int(match[2]):
            return True
    return False


def _stands_before(
    before: str, names: tuple[str, ...], pattern: Callable[[], re.Pattern[str]]
) -> bool:
    """Whether one of these names ends a text; most texts have none, which is quickly seen."""
    near = before[-_NEAR:].casefold()
    return any(name in near for name in names) and bool(pattern().search(near))


@cache
def _about() -> re.Pattern[str]:
    return _right_before(words().about, r"[\s\u00a0:]*(?:of\s+|the\s+)*")


@cache
def _minus() -> re.Pattern[str]:
    return _right_before(words().minus, r"[\s\u00a0]+")


def _right_before(names: tuple[str, ...], gap: str) -> re.Pattern[str]:
    told = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first(names))
    return re.compile(rf"(?<!\w)(?:{told})\.?(?!\w){gap}$", re.IGNORECASE)
