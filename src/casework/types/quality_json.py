"""Reports and sketches of documents ↔ JSON, for processes and the store. Knows neither."""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from casework.types.quality import (
    Assessed,
    HiddenText,
    LowPage,
    PageLanguage,
    Quality,
    Sketch,
)
from casework.types.values import Json


def assessed_json(assessed: Assessed) -> dict[str, Json]:
    """What reading a document found out, as JSON."""
    sketch = assessed.sketch
    return {
        "quality": quality_json(assessed.quality),
        "sketch": None if sketch is None else sketch_json(sketch),
    }


def assessed_of(told: Mapping[str, Any]) -> Assessed:
    """What `assessed_json` wrote."""
    sketch = told["sketch"]
    return Assessed(quality_of(told["quality"]), None if sketch is None else sketch_of(sketch))


def quality_json(quality: Quality) -> dict[str, Json]:
    """A report, without what is as it always is."""
    usual = asdict(Quality())
    return {name: value for name, value in asdict(quality).items() if value != usual[name]}


def quality_of(told: Mapping[str, Any]) -> Quality:
    """The report that `quality_json` wrote."""
    known: dict[str, Any] = {}
    for name, value in told.items():
        make = _ROWS.get(name)
        if make is not None:
            known[name] = tuple(make(**row) for row in value)
        else:
            known[name] = tuple(value) if isinstance(value, list) else value
    return Quality(**known)


_ROWS: dict[str, Any] = {
    "hidden": HiddenText,
    "low_pages": LowPage,
    "other_languages": PageLanguage,
}


def sketch_json(sketch: Sketch) -> list[Json]:
    """A sketch as a short list; numbers are packed, lowest byte first."""
    return [
        sketch.text,
        sketch.count,
        _packed("I", sketch.shingles),
        sketch.marks_count,
        _packed("I", sketch.marks),
        _packed("Q", sketch.keys),
    ]


def sketch_of(told: Sequence[Any]) -> Sketch:
    """The sketch that `sketch_json` wrote."""
    text, count, shingles, marks_count, marks, keys = told
    return Sketch(
        text,
        count,
        _unpacked("I", shingles),
        marks_count,
        _unpacked("I", marks),
        _unpacked("Q", keys),
    )


def _packed(kind: Literal["I", "Q"], numbers: Sequence[int]) -> str:
    column = array(kind, numbers)
    if sys.byteorder == "big":
        column.byteswap()
    return base64.b64encode(column.tobytes()).decode("ascii")


def _unpacked(kind: Literal["I", "Q"], packed: str) -> tuple[int, ...]:
    column = array(kind)
    column.frombytes(base64.b64decode(packed))
    if sys.byteorder == "big":
        column.byteswap()
    return tuple(column)
