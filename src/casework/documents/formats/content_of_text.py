"""What a text is that does not say so: JSON, lines of JSON, a grid of values."""

from __future__ import annotations

import json
import re
from typing import Final

_JSON_LETTERS: Final = 1_000_000
"""A longer text is taken for JSON by its begin and end, without parsing it."""
_JSON_BEGIN = re.compile(r'\s*(?:\{\s*"|\[\s*[\[{"\d-])')
_JSON_LINES = re.compile(r'\s*(?:\{"[^\n]*\}[ \t]*(?:\n|\Z)){2}')
_CLOSING: Final = {"{": "}", "[": "]"}
_DELIMITERS: Final = ",;\t|"
_FEWEST_ROWS = 3
_FEWEST_DELIMITERS = 2


def is_json(text: str) -> bool:
    """Whether the text is JSON, or one value of JSON a line."""
    begin = text.lstrip()[:1]
    if begin not in _CLOSING:
        return False
    if len(text) > _JSON_LETTERS:
        closed = text.rstrip()[-1:] == _CLOSING[begin]
        return closed and bool(_JSON_BEGIN.match(text))
    try:
        json.loads(text)
    except RecursionError:
        return bool(_JSON_BEGIN.match(text))
    except ValueError:
        return bool(_JSON_LINES.match(text))
    return True


def is_grid(text: str) -> bool:
    """Whether every line has the same number, at least two, of one delimiter."""
    lines = [line for line in text.strip().split("\n")[:200] if line.strip()]
    if len(lines) < _FEWEST_ROWS:
        return False
    return any(
        len({line.count(each) for line in lines}) == 1
        and lines[0].count(each) >= _FEWEST_DELIMITERS
        for each in _DELIMITERS
    )
