"""Finds the JSON in an answer of a model that could not be held to a schema."""

from __future__ import annotations

import json
import re

_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_FENCE = re.compile(r"```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL)
_LONE_FENCE = re.compile(r"\A\s*```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```\s*\Z", re.DOTALL)
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
    for start in (found.start() for found in re.finditer(r"[\[{]", rest)):
        try:
            _, end = _decoder.raw_decode(rest, start)
        except ValueError:
            continue
        return rest[start:end]
    return text


def without_fence(text: str) -> str:
    """The text without a code fence when nothing else is around it."""
    found = _LONE_FENCE.match(text)
    return str(found.group(1)) if found else text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
