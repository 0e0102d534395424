"""What actions give back, as JSON for scripts: one document on stdout and nothing else."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from casework.types.values import Json

_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Letters that JSON lets stand as they are and that steer a terminal: controls, and the order of
writing."""


def plain(value: object) -> Json:
    """Frozen views as plain JSON: fields by their names, tuples and sets as lists."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if dataclasses.is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.repr
        }
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return [plain(item) for item in sorted(value)]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.as_posix() if isinstance(value, Path) else str(value)


def write(document: object) -> None:
    """Write one JSON document to stdout."""
    encoding = (sys.stdout.encoding or "").lower()
    ascii_only = not encoding.startswith("utf")
    text = json.dumps(plain(document), ensure_ascii=ascii_only, indent=1)
    text = _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    sys.stdout.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")
    sys.stdout.flush()
