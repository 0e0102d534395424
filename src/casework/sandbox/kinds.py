"""Kinds: what a piece of a rule is (money in EUR, a date, a list of texts) and how it is called.

Knows no operators (`units`) and no syntax (`lower`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from casework.types.values import TypeName, ValueType
from casework.values.lexicon import currencies, units

KindName = Literal[
    "number", "share", "percent", "money", "quantity", "date", "period", "yes/no", "text",
    "choice", "list", "record", "file", "any",
]  # fmt: skip
"""`share` is a number that came from dividing like by like; `any` is a piece with a mistake in it,
which fits everywhere so that one mistake is told once."""

_AND = " and "
"""Stands between the units of a list that holds several: no unit has it in its name."""

NUMERIC: frozenset[KindName] = frozenset({"number", "share", "percent", "money", "quantity"})
TEXTS: frozenset[KindName] = frozenset({"text", "choice"})
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_WORDS: dict[str, str] = {
    "number": "a number", "share": "a share", "percent": "a percentage", "money": "money",
    "quantity": "a quantity", "date": "a date", "period": "a period", "yes/no": "yes or no",
    "text": "a text", "choice": "a choice", "record": "a record", "file": "a file",
    "any": "something unclear",
}  # fmt: skip
_MANY: dict[str, str] = {
    "number": "numbers", "share": "numbers", "percent": "percentages", "money": "money",
    "quantity": "quantities", "date": "dates", "period": "periods", "yes/no": "yes and no",
    "text": "texts", "choice": "choices", "list": "lists", "record": "rows", "file": "files",
    "any": "something unclear",
}  # fmt: skip
_UNSTATED = "no currency"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a piece of a rule is.

    `unit` is the currency of money or the unit of a quantity: None while nobody knows it (before
    a run, or an empty list), '' when it is not stated, `EUR and CHF` when a list mixes them.
    `literal` is a bare number or text of the rule itself: a number takes the unit of the other
    side. `worked` money was multiplied or divided; it is rounded when it is compared or given.
    `scaled` has a percentage multiplied in. `words` are the texts that it can be, if they are
    known. `fields` are those of a record.
    """

    name: KindName
    unit: str | None = None
    literal: bool = False
    worked: bool = False
    scaled: bool = False
    words: tuple[str, ...] = ()
    item: Kind | None = None
    fields: tuple[tuple[str, Kind], ...] = ()

    @property
    def bare(self) -> bool:
        """Whether it is a number written in the rule, without a unit of its own."""
        return self.literal and self.name == "number"

    @property
    def several(self) -> bool:
        """Whether it stands for several units at once."""
        return self.unit is not None and _AND in self.unit


NUMBER = Kind("number")
LITERAL = Kind("number", literal=True)
SHARE = Kind("share")
PERCENT = Kind("percent")
DAYS = Kind("quantity", "day")
DATE = Kind("date")
YES_NO = Kind("yes/no")
TEXT = Kind("text")
ANY = Kind("any")

_PLAIN: dict[TypeName, Kind] = {
    "text": TEXT, "number": NUMBER, "percent": PERCENT, "date": DATE, "period": Kind("period"),
    "yes/no": YES_NO, "file": Kind("file"), "reference": Kind("file"), "document": TEXT,
}  # fmt: skip


def kind_of(type: ValueType) -> Kind:
    """The kind that a declared type promises; a unit that it leaves open is None."""
    if type.many:
        return Kind("list", item=kind_of(type.one()))
    if type.name in _PLAIN:
        return _PLAIN[type.name]
    match type.name:
        case "money":
            return Kind("money", type.unit or None)
        case "quantity":
            return Kind("quantity", type.unit or None)
        case "choice":
            return Kind("choice", words=type.options)
        case "choices":
            return Kind("list", item=Kind("choice", words=type.options))
    record = Kind("record", fields=tuple((f.name, kind_of(f.type)) for f in type.fields))
    return Kind("list", item=record) if type.name == "table" else record


def told(kind: Kind) -> str:
    """The kind in words: `money in EUR`, `a number`, `a list of dates`."""
    if kind.name == "list":
        item = kind.item
        return f"a list of {_MANY[item.name]}{_in_unit(item)}" if item else "an empty list"
    return f"{_WORDS[kind.name]}{_in_unit(kind)}"


def _in_unit(kind: Kind) -> str:
    if kind.unit is None:
        return ""
    if not kind.unit:
        return " without a stated currency"
    return f" in {units().many.get(kind.unit, kind.unit)}"


def joined_units(one: str, other: str) -> str:
    """The unit of a list that has both."""
    known = one.split(_AND)
    return (
        one if (other or _UNSTATED) in known else _AND.join([one or _UNSTATED, other or _UNSTATED])
    )


def minor_digits(currency: str | None) -> int:
    """Decimals of the currency's smallest coin (ISO 4217); 2 for an unstated one."""
    if currency in currencies().no_minor:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def common(a: Kind, b: Kind) -> Kind | None:
    """The kind that both can be brought to; None when they are unlike."""
    if "any" in (a.name, b.name):
        return b if a.name == "any" else a
    if a.name in NUMERIC and b.name in NUMERIC:
        return _common_number(a, b)
    if a.name in TEXTS and b.name in TEXTS:
        words = tuple(dict.fromkeys((*a.words, *b.words))) if a.words and b.words else ()
        both: KindName = "choice" if a.name == b.name == "choice" else "text"
        return Kind(both, words=words, literal=a.literal and b.literal)
    if a.name != b.name:
        return None
    if a.name == "list":
        return _common_list(a, b)
    if a.name == "record":
        return a if a == b else None
    return a


def _common_number(a: Kind, b: Kind) -> Kind | None:
    chosen = _common_dimension(a, b)
    if chosen is None or chosen.several:
        return None
    return replace(
        chosen,
        literal=a.literal and b.literal,
        worked=a.worked or b.worked,
        scaled=a.scaled or b.scaled,
    )


def _common_dimension(a: Kind, b: Kind) -> Kind | None:
    if a.bare or b.bare:
        return b if a.bare else a
    names = {a.name, b.name}
    if names == {"number", "share"}:
        return NUMBER
    if names == {"share", "percent"}:
        return SHARE
    if len(names) > 1:
        return None
    if a.name not in ("money", "quantity"):
        return a
    return replace(a, unit=_common_unit(a, b))


def _common_unit(a: Kind, b: Kind) -> str | None:
    if a.unit is None or b.unit is None or a.unit == b.unit:
        return b.unit if a.unit is None else a.unit
    if a.name == "quantity":
        if unit_factor(a.unit, b.unit) is not None:
            return b.unit
        if unit_factor(b.unit, a.unit) is not None:
            return a.unit
    return joined_units(a.unit, b.unit)


def _common_list(a: Kind, b: Kind) -> Kind | None:
    if a.item is None or b.item is None:
        return b if a.item is None else a
    item = common(a.item, b.item)
    if item is None or (a.item.name, a.item.unit) != (b.item.name, b.item.unit):
        return None
    return Kind("list", item=item)


def unit_factor(unit: str, wanted: str) -> Decimal | None:
    """How many whole `wanted` one `unit` is (a year is 12 months); None when that is not whole."""
    if unit == wanted:
        return Decimal(1)
    table = units().made_of
    base, times = table.get(unit, (unit, Decimal(1)))
    wanted_base, wanted_times = table.get(wanted, (wanted, Decimal(1)))
    if base != wanted_base or times % wanted_times:
        return None
    return times / wanted_times
