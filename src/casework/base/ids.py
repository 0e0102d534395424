"""Identifiers: UUIDv7 for what happens, slugs for what is named."""

from __future__ import annotations

import os
import random
import re
import time
import unicodedata
from threading import Lock

_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "&": " and "}
_COUNTER_BITS = 12

_lock = Lock()
_last = [0, 0]
_dice = random.Random(os.urandom(32))
"""Seeded by the system: unique, not secret. A forked process throws dice of its own."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _dice.seed(os.urandom(32)))


def uuid7() -> str:
    """A UUIDv7 (RFC 9562 §5.7): sorts by time, strictly rising within this process."""
    with _lock:
        now_ms = time.time_ns() // 1_000_000
        if now_ms > _last[0]:
            _last[0], _last[1] = now_ms, _dice.getrandbits(8)
        else:
            _last[1] += 1
            if _last[1] >> _COUNTER_BITS:
                _last[0], _last[1] = _last[0] + 1, 0
        stamp_ms, counter = _last
    tail = _dice.getrandbits(62) | (0b10 << 62)
    digits = f"{(stamp_ms << 80) | (0x7 << 76) | (counter << 64) | tail:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def span_id() -> str:
    """Sixteen hexadecimal digits, as OpenTelemetry has them; unique, not secret."""
    return f"{_dice.getrandbits(64):016x}"


def slug(name: str) -> str:
    """The id that a name gives: lower-case ASCII words joined by `-`; `step` when none is left."""
    lowered = "".join(_LETTERS.get(letter, letter) for letter in name.casefold())
    plain = unicodedata.normalize("NFKD", lowered)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.findall(r"[^\W_]+", letters)
    return "-".join(words) or "step"
