"""Scale and unit in the heading or the note of a table: `€ in thousands`, `TEUR`, `in Mio. EUR`,
`$m`, `(in millions, except per share data)`, `%`.

Reads short texts of headings, no figures. What a figure itself says (`1.2m`) always holds; that
is the business of `numbers`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple, cast

from casework.values.lexicon import currencies, longest_first

_DATA = Path(__file__).with_name("data") / "scales.json"
_THOUSAND = 3
_LONG = 4
"""Letters of a word that is unlikely inside of another one."""
_LONGEST = 200
"""Letters of a note; a longer text is a paragraph."""


class Scale(NamedTuple):
    """What a heading says of the figures under it: a power of ten (0: nothing said), a currency,
    whether they are percentages, and whether figures per share are excepted."""

    power: int = 0
    currency: str | None = None
    percent: bool = False
    except_per_share: bool = False

    @property
    def factor(self) -> Decimal:
        """What the figures are multiplied by."""
        return Decimal(10) ** self.power

    @property
    def says(self) -> bool:
        """Whether it says anything."""
        return bool(self.power or self.currency or self.percent)


NO_SCALE = Scale()


@dataclass(frozen=True, slots=True)
class _Words:
    powers: Mapping[str, int]
    beside_money: frozenset[str]
    per_share: re.Pattern[str]
    excepts: re.Pattern[str]
    counts: re.Pattern[str]
    ratios: re.Pattern[str]
    led: re.Pattern[str]
    bare: re.Pattern[str]
    beside: re.Pattern[str]
    marks: re.Pattern[str]


@lru_cache(maxsize=4096)
def scale_in(text: str) -> Scale:
    """What a heading or a note says; `NO_SCALE` when it says nothing or is no short text."""
    if len(text) > _LONGEST:
        return NO_SCALE
    words = _words()
    told = " ".join(text.split())
    power, currency = 0, None
    marks = currencies()
    for match in words.marks.finditer(told):
        meant = marks.marks.get(match.group()) or marks.words.get(match.group().casefold(), ())
        currency = currency or (meant[0] if meant else None)
        power = power or marks.scaled.get(match.group(), 0)
    if not power:
        power = _power(told, words, bool(currency))
    percent = not power and not currency and "%" in told
    excepted = bool(words.excepts.search(told) and words.per_share.search(told))
    return Scale(power, currency, percent, excepted)


def _power(told: str, words: _Words, money: bool) -> int:
    patterns = [words.led, words.beside, words.bare] if money else [words.led, words.bare]
    for pattern in patterns:
        for match in pattern.finditer(told):
            name = next(group for group in match.groups() if group).casefold()
            if money or name not in words.beside_money:
                return words.powers.get(name, _THOUSAND)
    return 0


def may_name_scale(text: str) -> bool:
    """Whether a text of any length holds a word of a scale at all: quick, and often so for nothing;
    False where `scale_in` would find no power in any piece of it."""
    folded = text.casefold()
    roots, short = _any_scale()
    return any(root in folded for root in roots) or bool(short.search(text))


def is_per_share(label: str) -> bool:
    """Whether the figures of a row are per share: no scale of the table holds for them."""
    return bool(_words().per_share.search(label))


def is_count(label: str) -> bool:
    """Whether the figures of a row count people or things: a scale of money does not hold."""
    return bool(_words().counts.search(label))


def is_ratio(label: str) -> bool:
    """Whether the figures of a row may be ratios, to be looked at with their `%`."""
    return bool(_words().ratios.search(label))


@cache
def _any_scale() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Words of scales that are unlikely inside of others, and a pattern of the short ones."""
    names = {name.casefold() for name in (*_words().powers, *currencies().scaled)}
    long = [name for name in names if len(name) >= _LONG]
    roots = tuple(name for name in long if not any(n != name and n in name for n in long))
    short = "|".join(re.escape(name) for name in longest_first(names - {*long}))
    begins = "".join(sorted({re.escape(name[0]) for name in names - {*long}}))
    every = (
        rf"(?=[{begins}{begins.upper()}1])(?:1[.,'’ ]?000|(?<![a-zß-ÿ0-9])(?i:{short})(?![^\W_]))"
    )
    return roots, re.compile(every)


@cache
def _words() -> _Words:
    table = json.loads(_DATA.read_text("utf-8"))

    def any_of(names: list[str]) -> str:
        return "|".join(re.escape(name) for name in longest_first(names))

    def whole(key: str) -> re.Pattern[str]:
        told = any_of(cast("list[str]", table[key]))
        return re.compile(rf"(?<![^\W\d_])(?:{told})(?![^\W\d_])", re.IGNORECASE)

    powers = cast("dict[str, int]", table["powers"])
    scale = any_of(list(powers))
    money = currencies()
    marks = any_of([mark for mark in money.marks if mark not in money.doubtful])
    named = any_of([word for word in money.words if len(word) > 2])
    end = r"(?![^\W_])"
    mark = rf"(?:(?<![^\W_])(?:{marks})|(?<![^\W_])(?i:{named}))"
    leads = any_of(cast("list[str]", table["leads"]))
    return _Words(
        powers,
        frozenset(cast("list[str]", table["only_beside_money"])),
        whole("per_share"),
        whole("excepts"),
        whole("counts"),
        whole("ratios"),
        # `in thousands`, `en milliers d'euros`, `in € thousand`
        re.compile(
            rf"(?<![^\W_])(?:{leads})\s+(?:{mark}\s*)?({scale}|1[.,'’ ]?000)\.?{end}", re.IGNORECASE
        ),
        # the whole text or what stands in brackets: `(Mio.)`, `thousands`, `'000`
        re.compile(
            rf"^[(\[]?({scale})\.?[)\]]?$|[(\[]({scale})\.?[)\]]$", re.IGNORECASE
        ),
        # `€m`, `EUR million`, `Tsd. €`, `£'000`, `millions of euros`
        re.compile(
            rf"{mark}\s?[(]?({scale})\.?{end}"
            rf"|(?<![^\W_])({scale})\.?\s?(?:of\s|d['’]|de\s|von\s|di\s|van\s)?\s?{mark}",
            re.IGNORECASE,
        ),
        re.compile(rf"(?<![^\W_])(?:{any_of(list(money.scaled))}){end}|{mark}(?=m|k|bn|th|’|'|{end}|\d)"),
    )  # fmt: skip
