"""Finds the JSON in an answer of a model that could not be held to a schema.

Models get stuck: in blanks, in brackets. No answer may cost more than a glance at each letter.
"""

from __future__ import annotations

import json
import re
from itertools import islice

_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_FENCE = re.compile(r"```[\w-]*[ \t]*\n(.*?)```", re.DOTALL)
_OPENING = re.compile(r"```[\w-]*[ \t]*")
_CLOSING = "```"
_START = re.compile(r'\{(?=\s*["}])|\[(?=\s*[\[\]{"\dtfn-])')
_MOST_STARTS = 1000
_decoder = json.JSONDecoder()


def json_text_in(text: str) -> str:
    """The JSON in a text, without thoughts, fence and words around; the text when there is none.

    A fenced block that is JSON comes first; otherwise the first object or list that can be read to
    its end.
    """
    rest = _THOUGHT.sub("", text, count=1).strip()
    for candidate in (rest, *_FENCE.findall(rest)):
        if _is_json(candidate):
            return str(candidate).strip()
    for found in islice(_START.finditer(rest), _MOST_STARTS):
        try:
            _, end = _decoder.raw_decode(rest, found.start())
        except (ValueError, RecursionError):
            continue
        return rest[found.start() : end]
    return text


def without_fence(text: str) -> str:
    """The text without a code fence when nothing else is around it."""
    head, newline, rest = text.strip().partition("\n")
    if not newline or not _OPENING.fullmatch(head) or not rest.endswith(_CLOSING):
        return text
    return rest.removesuffix(_CLOSING).rstrip(" \t").removesuffix("\n")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
