"""Wrong values that look like a right one: a figure changed, a sign, a unit, a day, a word.

What a check of quotes is tried on: none of them may be judged as said by a quote of the right one.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from decimal import Decimal

from casework.types.values import Json, ValueType
from casework.values.equal import same
from casework.values.money import money_text
from casework.values.numbers import plain

_TRIES = 400
_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "SEK", "PLN")
_UNITS = ("day", "week", "month", "year", "hour", "kilogram", "gram", "metre", "piece", "litre")
_WORDS = ("not", "other", "gross", "former", "Ltd", "second", "void", "5", "without")


def near_misses(value: Json, type: ValueType, chance: random.Random, count: int = 20) -> list[Json]:
    """Up to `count` values that are not the same as this one; fewer where there are not so many."""
    found: list[Json] = []
    for _ in range(_TRIES):
        wrong = _changed(value, type, chance)
        if wrong is None or same(wrong, value, type) or wrong in found:
            continue
        found.append(wrong)
        if len(found) == count:
            break
    return found


def _changed(value: Json, type: ValueType, chance: random.Random) -> Json:
    if type.many and isinstance(value, list) and value:
        at = chance.randrange(len(value))
        return [*value[:at], _changed(value[at], type.one(), chance), *value[at + 1 :]]
    if type.name in ("choice", "choices"):
        return _other_options(value, type, chance)
    return _CHANGES[type.name](value, type, chance)


def _other_number(told: str, chance: random.Random) -> str:
    """A number with another figure, order, size, length or sign."""
    number = Decimal(told)
    places = max(0, -int(number.as_tuple().exponent))
    digits = list(told.lstrip("-"))
    at = chance.choice([i for i, digit in enumerate(digits) if digit.isdigit()])
    ways: list[Callable[[], str]] = [
        lambda: plain(number.copy_negate()),
        lambda: plain(number * chance.choice((10, 100, 1000))),
        lambda: plain(number / chance.choice((10, 100, 1000))),
        lambda: plain(number + chance.choice((-1, 1)) * Decimal(1).scaleb(-places)),
        lambda: plain(number + chance.choice((-1, 1))),
        lambda: plain(number.to_integral_value()),
        lambda: _with(digits, at, chance.choice("0123456789")),
        lambda: _with(digits, at, digits[at] + chance.choice("0123456789")),
        lambda: _with(digits, at, "") if len(digits) > 1 else "0",
        lambda: _swapped(digits, at),
    ]
    made = chance.choice(ways)()
    try:
        return plain(Decimal(made))
    except ArithmeticError:
        return told


def _with(digits: list[str], at: int, put: str) -> str:
    return "".join([*digits[:at], put, *digits[at + 1 :]])


def _swapped(digits: list[str], at: int) -> str:
    other = (at + 1) % len(digits)
    told = list(digits)
    if told[other].isdigit():
        told[at], told[other] = told[other], told[at]
    return "".join(told)


def _figure(value: Json, _: ValueType, chance: random.Random) -> Json:
    return _other_number(str(value), chance)


def _amount(value: Json, _: ValueType, chance: random.Random) -> Json:
    assert isinstance(value, dict)
    if chance.random() < 0.15 and value.get("currency"):
        return {**value, "currency": chance.choice(_CURRENCIES)}
    amount = _other_number(str(value["amount"]), chance)
    return {**value, "amount": money_text(Decimal(amount))}


def _measure(value: Json, _: ValueType, chance: random.Random) -> Json:
    assert isinstance(value, dict)
    if chance.random() < 0.3:
        return {**value, "unit": chance.choice(_UNITS)}
    return {**value, "amount": _other_number(str(value["amount"]), chance)}


def _day(value: Json, _: ValueType, chance: random.Random) -> Json:
    day = dt.date.fromisoformat(str(value))
    ways = (
        lambda: day + dt.timedelta(days=chance.choice((-30, -7, -1, 1, 7, 31))),
        lambda: day.replace(year=day.year + chance.choice((-100, -10, -1, 1, 10))),
        lambda: day.replace(month=chance.randint(1, 12)),
        lambda: day.replace(day=chance.randint(1, 28)),
        lambda: day.replace(month=day.day, day=day.month),
    )
    try:
        return chance.choice(ways)().isoformat()
    except ValueError:
        return value


def _stretch(value: Json, type: ValueType, chance: random.Random) -> Json:
    assert isinstance(value, dict)
    edge = chance.choice([edge for edge in ("from", "to") if value.get(edge)] or ["label"])
    if edge == "label":
        return {**value, "label": f"{value['label']} {chance.randint(1, 9)}"}
    return {**value, edge: _day(value[edge], type, chance)}


def _answer(value: Json, *_: object) -> Json:
    return not value


def _other_options(value: Json, type: ValueType, chance: random.Random) -> Json:
    if type.name == "choice":
        return chance.choice(type.options)
    return chance.sample(list(type.options), chance.randint(1, len(type.options)))


def _other_text(value: Json, _: ValueType, chance: random.Random) -> Json:
    """Words that are not those of the text: one changed, put in or taken out."""
    words = str(value).split()
    at = chance.randrange(len(words))
    letters = words[at]
    cut = chance.randrange(len(letters))
    ways = (
        lambda: [
            *words[:at],
            letters[:cut] + chance.choice("aeioumnrst0159") + letters[cut:],
            *words[at + 1 :],
        ],
        lambda: [*words[:at], chance.choice(_WORDS), *words[at:]],
        lambda: [*words[:at], *words[at + 1 :]] if 0 < at < len(words) - 1 else [*words, "Ltd"],
        lambda: words[::-1],
        lambda: [word.translate(_NEXT) for word in words],
    )
    return " ".join(chance.choice(ways)())


_NEXT = str.maketrans("0123456789", "1234567890")


def _fields(value: Json, type: ValueType, chance: random.Random) -> Json:
    """A record with one field wrong, or two of a kind the other way round."""
    assert isinstance(value, dict)
    names = [f.name for f in type.fields if value.get(f.name) is not None]
    kinds = {f.name: f.type for f in type.fields}
    one, other = chance.choice(names), chance.choice(names)
    if one != other and kinds[one].name == kinds[other].name and chance.random() < 0.5:
        return {**value, one: value[other], other: value[one]}
    return {**value, one: _changed(value[one], kinds[one], chance)}


_CHANGES: dict[str, Callable[[Json, ValueType, random.Random], Json]] = {
    "number": _figure,
    "percent": _figure,
    "money": _amount,
    "quantity": _measure,
    "date": _day,
    "period": _stretch,
    "yes/no": _answer,
    "text": _other_text,
    "record": _fields,
}


def writings(value: Json, type: ValueType) -> Iterator[str]:
    """The ways in which a number, an amount or a day is commonly written."""
    if type.name == "date":
        day = dt.date.fromisoformat(str(value))
        for form in ("%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%d. %B %Y", "%d %b %Y"):
            yield day.strftime(form)
        if day.day > 12:
            yield from (day.strftime("%d.%m.%Y"), day.strftime("%d/%m/%Y"))
    elif type.name in ("number", "money"):
        told = value.get("amount") if isinstance(value, dict) else value
        number = Decimal(str(told))
        places = max(0, -int(number.as_tuple().exponent))
        english = f"{number:,.{places}f}"
        if number < 1000 or places:
            yield english
        yield f"{number:.{places}f}"
        if places and places != 3:
            yield english.translate(str.maketrans(",.", ".,"))
