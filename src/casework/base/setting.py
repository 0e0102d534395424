"""What a setting is: its name, kind, default and what people are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool
Kind = Literal["text", "integer", "number", "yes/no"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, kind, default, unit and one sentence for people."""

    name: str
    kind: Kind
    default: Value
    sentence: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    least: float = 1
    """The least value of a number."""
