"""Money in a text: an amount with what says its currency, before or after it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from casework.types.values import Json
from casework.values.habits import Habits
from casework.values.lexicon import currencies
from casework.values.numbers import (
    SPACES,
    Numeral,
    bracket_signs,
    minus_after,
    numerals,
    plain,
    scale_after,
    scaled,
    sign_before,
    tail_end,
)
from casework.values.quantities import percent_mark
from casework.values.reading import Reading, in_order

_LONGEST_MARK = 5
_GAP = 2
_AFTER = re.compile(
    rf"[{SPACES}]{{0,2}}((?:[^\W\d_]{{1,3}}[$£])|[$€£¥￥₹₽₺₩₪฿₫₴₦₱₡₸₵]|[^\W\d_]+(?:[ -][^\W\d_]+)?)"
)
_CREDIT = re.compile(rf"[{SPACES}]?(CR|DR|Cr|Dr)\.?(?![\w])")
_CENTS = 2
_UNITS = re.compile(r"[^\W\d_]")


class Mark(NamedTuple):
    """A currency mark found beside an amount: what it may mean and the power of ten it carries.

    `shared` is True when it stands with spaces between two amounts and may belong to either.
    """

    edge: int
    meant: tuple[str, ...]
    doubtful: bool = False
    power: int = 0
    shared: bool = False


class Amount(NamedTuple):
    """An amount without its currency resolved."""

    start: int
    end: int
    signs: tuple[int, ...]
    certain: bool
    mark: Mark | None
    power: int


def money_json(amount: Decimal, currency: str | None) -> dict[str, Json]:
    """The JSON of money: at least two decimals, no trailing zeros beyond."""
    return {"amount": money_text(amount), "currency": currency}


def money_text(amount: Decimal) -> str:
    """The amount as JSON writes it: `12.30`, `0.125`, `-5.00`."""
    told = plain(amount)
    whole, _, fraction = told.partition(".")
    return f"{whole}.{fraction.ljust(_CENTS, '0')}"


def money_readings(
    text: str, habits: Habits, unit: str = "", scale: Decimal = Decimal(1)
) -> tuple[Reading, ...]:
    """Every amount of a text. A bare number is one too, uncertain, in the fixed currency `unit`
    or the document's own; what the text itself says always holds."""
    found: list[Reading] = []
    for numeral in numerals(text, habits, "thousands"):
        amount = _around(text, numeral)
        if amount is None:
            continue
        currency, sure = resolve(amount.mark, unit, habits.currency)
        certain = sure and numeral.certain and amount.certain and numeral.whole
        piece = text[amount.start : amount.end]
        for value in numeral.values:
            for sign in amount.signs:
                told = money_json(scaled(value, sign, amount.power, scale), currency)
                found.append(Reading(told, amount.start, amount.end, piece, certain))
                certain = False
    return in_order(found)


def resolve(mark: Mark | None, unit: str, usual: str | None) -> tuple[str | None, bool]:
    """The currency that a mark means here, and whether that is beyond doubt."""
    if mark is None:
        return unit or usual, bool(unit)
    if len(mark.meant) == 1:
        return mark.meant[0], not mark.doubtful
    for wanted in (unit, usual):
        if wanted in mark.meant:
            return wanted, True
    return mark.meant[0], False


def currencies_in(text: str) -> tuple[str, ...]:
    """What the currency mark beside the first amount may mean; empty when none stands there."""
    for numeral in numerals(text, Habits(), "thousands"):
        amount = _around(text, numeral)
        if amount is not None and amount.mark is not None:
            return amount.mark.meant
    return ()


def _around(text: str, numeral: Numeral) -> Amount | None:
    """Sign, currency, scale and brackets around a number; None when it is no amount."""
    start, signed = sign_before(text, numeral.start)
    opened = start > 0 and text[start - 1] == "("
    start -= opened
    mark = _before(text, start)
    if mark is not None and mark.shared and _after(text, tail_end(text, numeral.end)):
        mark = None
    if mark is not None:
        start = mark.edge
        outer, sign = sign_before(text, start)
        start, signed = (outer, sign) if sign else (start, signed)
        if not opened and start and text[start - 1] == "(":
            opened, start = True, start - 1
    elif _glued(text, numeral.start):
        return None
    return _behind(text, numeral, Amount(start, 0, (signed or 1,), True, mark, 0), opened)


def _behind(text: str, numeral: Numeral, amount: Amount, opened: bool) -> Amount | None:
    end = tail_end(text, numeral.end)
    signs, certain, mark = amount.signs, True, amount.mark
    closed = opened and text[end : end + 1] == ")"
    end += closed
    if minus_after(text, end):
        end, signs = end + 1, (-1,)
    end, power = scale_after(text, end, money=True)
    if mark is None:
        mark = _after(text, end)
        if mark is not None:
            end = mark.edge
            if minus_after(text, end):
                end, signs = end + 1, (-1,)
    elif len(mark.meant) > 1 and (named := _after(text, end)) and named.meant[0] in mark.meant:
        mark, end = named._replace(power=mark.power), named.edge
    if mark is None and not power and (_UNITS.match(text, end) or percent_mark().match(text, end)):
        return None
    if opened and not closed:
        closed = text[end : end + 1] == ")"
        end += closed
    start = amount.start
    if closed:
        plain_inside = not any(letter.isalpha() for letter in text[start:end])
        signs, certain = bracket_signs(text, start, plain_inside)
    elif opened:
        start += 1
    if credit := _CREDIT.match(text, end):
        end, certain = credit.end(), False
        signs = (-1, 1) if credit[1].upper() == "CR" else (1, -1)
    return Amount(start, end, signs, certain, mark, power or (mark.power if mark else 0))


def _before(text: str, at: int) -> Mark | None:
    """The currency mark that ends right before `at`, with up to two spaces between."""
    edge = at
    while edge and at - edge < _GAP and text[edge - 1] in SPACES:
        edge -= 1
    if not edge:
        return None
    last = text[edge - 1]
    if last.isdigit() or last in "\n,;)":
        return None
    table = currencies()
    for length in range(min(_LONGEST_MARK, edge), 0, -1):
        name, first = text[edge - length : edge], edge - length
        meant = table.marks.get(name)
        if meant and not (name[0].isalpha() and _runs_on(text, first)):
            before = text[max(0, first - _GAP) : first].rstrip(SPACES)
            shared = edge < at and before[-1:].isdigit()
            power = table.scaled.get(name, 0)
            return Mark(first, meant, name in table.doubtful or shared, power, shared)
    return None


def _runs_on(text: str, first: int) -> bool:
    """Whether a word runs into the one that begins here: `xEUR`, `Mo.-Fr.`."""
    if not first:
        return False
    if text[first - 1] == "-":
        return first > 1 and not text[first - 2].isspace() and text[first - 2] not in "(:"
    return text[first - 1].isalnum()


def _after(text: str, at: int) -> Mark | None:
    """The currency mark or word that begins at `at`, with up to two spaces between; a mark that
    is written right before the next figures is theirs (`1 $125.00`)."""
    match = _AFTER.match(text, at)
    if not match:
        return None
    table, name = currencies(), match[1]
    for told in dict.fromkeys((name, re.split("[ -]", name)[0])):
        meant = table.marks.get(told) or table.words.get(told.casefold())
        if meant:
            edge = match.start(1) + len(told)
            following = text[edge : edge + _GAP]
            if following[:1].isdigit():
                return None
            edge += following[:1] == "." and told + "." in table.marks
            shared = match.start(1) > at and following.lstrip(SPACES)[:1].isdigit()
            doubtful = told in table.doubtful or shared
            return Mark(edge, meant, doubtful, table.scaled.get(told, 0), shared)
    return None


def _glued(text: str, start: int) -> bool:
    """Whether letters run into the number, as in `INV2024` or `A-12`."""
    if not start:
        return False
    before = text[start - 1]
    if before.isalpha() or before == "_":
        return True
    return before in "-/#" and start > 1 and text[start - 2].isalnum()
