"""Reads what stands behind `type:` and writes it again. Knows no values, only their types."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, cast

from casework.base.ids import slug
from casework.procedures.findings import Findings
from casework.procedures.names import fold, listed, nearest
from casework.types.values import TYPE_NAMES, Field, TypeName, ValueType

NOT_HERE: dict[str, str] = {
    "reference": "Links between worksheets come later. Use text for the key of the other case.",
}
"""Types that the design names and that cannot be filled yet, and what to use instead."""

OTHER_WORDS: dict[str, str] = {
    "string": "text", "str": "text", "paragraph": "text", "list": "many: yes beside another type",
    "int": "number", "integer": "number", "float": "number", "decimal": "number",
    "percentage": "percent", "amount": "money", "currency": "money", "price": "money",
    "duration": "quantity", "bool": "yes/no", "boolean": "yes/no", "yes or no": "yes/no",
    "yesno": "yes/no", "enum": "choice", "select": "choice", "multiselect": "choices",
    "object": "record", "dict": "record", "rows": "table", "datetime": "date", "time": "text",
}  # fmt: skip
"""What people write who come from elsewhere, and our word for it."""

_CURRENCY = re.compile(r"[A-Za-z]{3}")
_SIGNS = {"€": "EUR", "£": "GBP"}
_FIELD = re.compile(
    r"(?P<name>[^(:]+?)\s*(?:\((?P<type>.*?)\))?\s*(?::\s*(?P<about>.*))?$", re.DOTALL
)
_SINGULAR = {
    f"{unit}s": unit
    for unit in ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
}
_MAX_DEPTH = 4
_DATE_HINTS = ("day first", "month first")


def read_type(
    text: str, findings: Findings, *, items: tuple[str, ...] = (), depth: int = 0
) -> ValueType | None:
    """The type that a text such as `choice: pay, query` means; None when it has mistakes.

    `items` are nested bullets: further options or fields.
    """
    word, _, rest = text.partition(":")
    name = _type_name(fold(word), findings)
    if name is None:
        return None
    if name == "document" and depth:
        reason = "A document is the type of a whole step, and stands in no other."
        findings.add("procedure.bad_type", reason, "Make it a step with a type of its own.")
        return None
    parts = (*_split(rest), *items)
    if name in ("choice", "choices"):
        return _choice(name, parts, findings)
    if name in ("table", "record"):
        return _fields(name, parts, findings, depth)
    return _plain(name, rest.strip(), items, findings)


def type_text(type: ValueType) -> str:
    """The type as it is written in a procedure; `many` is a key of its own and left out."""
    if type.options:
        return f"{type.name}: {', '.join(_quoted(option) for option in type.options)}"
    if type.fields:
        return f"{type.name}: {', '.join(_field_text(field) for field in type.fields)}"
    detail = type.unit or type.hint
    return f"{type.name}: {detail}" if detail else type.name


def singular(unit: str) -> str:
    """`month` for `months`; other units stay as they are."""
    return _SINGULAR.get(fold(unit), " ".join(unit.split()))


def _type_name(word: str, findings: Findings) -> TypeName | None:
    if word in NOT_HERE:
        findings.add("procedure.type_not_here", f"The type {word} is not here yet.", NOT_HERE[word])
        return None
    if word in TYPE_NAMES:
        return word
    known = [name for name in TYPE_NAMES if name not in NOT_HERE]
    other = OTHER_WORDS.get(word) or nearest(word, known)
    fix = f"Did you mean {other}?" if other else f"The types are {listed(known, 'and')}."
    findings.add("procedure.unknown_type", f"There is no type {word!r}.", fix)
    return None


def _plain(
    name: TypeName, detail: str, items: tuple[str, ...], findings: Findings
) -> ValueType | None:
    if items:
        findings.add(
            "procedure.bad_type",
            f"The type {name} has a list under it.",
            "Only choice, choices, table and record list something.",
        )
        return None
    if not detail:
        return ValueType(name)
    if name == "money":
        return _money(detail, findings)
    if name == "quantity":
        return ValueType(name, unit=singular(detail))
    if name == "date" and fold(detail) in _DATE_HINTS:
        return ValueType(name, hint=cast(Literal["day first", "month first"], fold(detail)))
    fix = f"Write type: {name}."
    if name == "date":
        fix = "Write date: day first or date: month first, or date alone."
    findings.add("procedure.bad_type", f"The type {name} cannot be {detail!r}.", fix)
    return None


def _money(detail: str, findings: Findings) -> ValueType | None:
    code = _SIGNS.get(detail, detail).upper()
    if _CURRENCY.fullmatch(code):
        return ValueType("money", unit=code)
    findings.add(
        "procedure.bad_type",
        f"{detail!r} is no currency code.",
        "Write three letters, such as money: EUR; money alone takes the currency as it is stated.",
    )
    return None


def _choice(name: TypeName, parts: tuple[str, ...], findings: Findings) -> ValueType | None:
    options = tuple(" ".join(part.strip().strip('"').split()) for part in parts)
    fix = f"Write {name}: pay, query, reject, with commas between the options."
    seen: dict[str, str] = {}
    for option in options:
        if fold(option) in seen:
            findings.add("procedure.bad_type", f"The option {option!r} is there twice.", fix)
            return None
        seen[fold(option)] = option
    if len([option for option in options if option]) < max(2, len(options)):
        found = f"only {options[0]!r}" if options and options[0] else "none"
        findings.add("procedure.bad_type", f"A {name} needs two options or more; {found}.", fix)
        return None
    return ValueType(name, options=options)


def _fields(
    name: TypeName, parts: tuple[str, ...], findings: Findings, depth: int
) -> ValueType | None:
    what = "columns" if name == "table" else "fields"
    fix = f"Write {name}: Description, Quantity (number), Amount (money)."
    if not any(part.strip() for part in parts):
        findings.add("procedure.bad_type", f"A {name} needs its {what}.", fix)
        return None
    if depth >= _MAX_DEPTH:
        findings.add("procedure.bad_type", f"This {name} lies too deep inside others.", fix)
        return None
    fields = [_field(part.strip(), findings, depth) for part in parts]
    told: dict[str, str] = {}
    for field in fields:
        if field and slug(field.name) in told:
            reason = f"The {name} has {told[slug(field.name)]!r} and {field.name!r}."
            findings.add("procedure.bad_type", reason, f"Give its {what} different names.")
            return None
        if field:
            told[slug(field.name)] = field.name
    good = tuple(field for field in fields if field)
    return ValueType(name, fields=good) if len(good) == len(fields) else None


def _field(part: str, findings: Findings, depth: int) -> Field | None:
    found = _FIELD.match(part)
    if not found:
        findings.add(
            "procedure.bad_type",
            f"{part!r} is no field.",
            "Write a name, then its type in brackets: Amount (money).",
        )
        return None
    *kinds, last = found["type"].rpartition(",") if found["type"] else ("", "text")
    many = fold(last) == "many" and bool(kinds[0])
    wanted = kinds[0] if many else (found["type"] or "text")
    type = read_type(wanted, findings, depth=depth + 1)
    if type is None:
        return None
    about = " ".join((found["about"] or "").split())
    return Field(" ".join(found["name"].split()), replace(type, many=many), about)


def _split(text: str) -> tuple[str, ...]:
    """The parts between commas; commas in brackets or double quotes do not count."""
    if not text.strip():
        return ()
    parts = [""]
    for piece in re.findall(r'"[^"]*"|[^"]', text):
        depth = parts[-1].count("(") - parts[-1].count(")")
        if piece == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(part.strip() for part in parts)


def _quoted(option: str) -> str:
    return f'"{option}"' if "," in option else option


def _field_text(field: Field) -> str:
    inside = type_text(field.type) + (", many" if field.type.many else "")
    told = field.name if inside == "text" else f"{field.name} ({inside})"
    return f"{told}: {field.instruction}" if field.instruction else told
