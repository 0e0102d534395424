"""The types that a value can have, and values as plain JSON. Reads and compares nothing.

How a value looks as JSON, by type:

| type | JSON |
|---|---|
| text, choice | a string |
| number | a decimal string, `"1234.5"` |
| percent | a decimal string of percentage points, `"19"` is 19 % |
| money | `{"amount": "12.30", "currency": "EUR" or null}` |
| quantity | `{"amount": "24", "unit": "month"}` |
| date | `"2026-11-21"` |
| period | `{"from": "2025-01-01", "to": "2025-12-31", "label": "FY 2025"}`; an open end is null |
| yes/no | `true` or `false` |
| choices | a list of strings |
| table | a list of records |
| record | an object, one key a field |
| file, reference | `{"document": sha256, "name": …}` · `{"worksheet": …, "case": …}` |
| document | `{"markdown": …, "sentences": [...]}`, see below; without sentences a person wrote it |

With `many: yes` the value is a list of these, without repeats.

A sentence of a written document is `{"section": …, "text": …, "cells": [ids], "passages":
[{"document": sha256, "name": …, "page": …, "quote": …}], "problem": …}`; `problem` says why it is
not borne by what it rests on, and is '' when it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

TypeName = Literal[
    "text",
    "number",
    "percent",
    "money",
    "quantity",
    "date",
    "period",
    "yes/no",
    "choice",
    "choices",
    "table",
    "record",
    "file",
    "document",
    "reference",
]
TYPE_NAMES: tuple[TypeName, ...] = get_args(TypeName)
DateHint = Literal["", "day first", "month first"]
"""How dates are to be read where that is doubtful; '' where nothing says so."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record or column of a table."""

    name: str
    type: ValueType
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class ValueType:
    """What kind of value a step gives.

    `options` are the words of a choice in their written order; `unit` the currency of money or the
    unit of a quantity when the procedure fixes one; `fields` the fields of a record or table;
    `hint` how dates are to be read when they are ambiguous (`day first`, `month first`, or '').
    """

    name: TypeName = "text"
    many: bool = False
    options: tuple[str, ...] = ()
    unit: str = ""
    fields: tuple[Field, ...] = ()
    hint: DateHint = ""

    def one(self) -> ValueType:
        """The type of a single item of a many-valued type."""
        return ValueType(self.name, False, self.options, self.unit, self.fields, self.hint)

    def as_json(self) -> dict[str, Json]:
        """The type as JSON, leaving out what is default: part of a step's meaning."""
        told: dict[str, Json] = {"name": self.name}
        if self.many:
            told["many"] = True
        if self.options:
            told["options"] = list(self.options)
        if self.unit:
            told["unit"] = self.unit
        if self.hint:
            told["hint"] = self.hint
        if self.fields:
            told["fields"] = [
                {"name": f.name, "type": f.type.as_json(), "instruction": f.instruction}
                for f in self.fields
            ]
        return told
