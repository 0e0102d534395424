"""Which encoding bytes are in that say nothing of it: by the letters that languages use.

An encoding is likely when what it makes of the bytes are letters of one language, in words as
people write them: no sign and no capital within a word. Letters are data (`data/encodings.json`).
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

_SIGNS: Final = frozenset("„“”‚‘’–—…€§°«»·• ©®™¿¡ºª²³½¼¾±×µ£№՚،؛؟")
_APART: Final = frozenset("’'‑")
_WORD = re.compile(r"[^\W\d_²³¹½¼¾]+(?:[\u0300-\u036f]+[^\W\d_²³¹½¼¾]*)*")
_SIGN = re.compile(r"[^\x00-\x7f\w\s]|[²³½¼¾]")
_CAPITALS: Final = 0.85
_RARE: Final = 0.85
_COMMON: Final = 10
"""So many letters at the begin of a list are common; the others count a little less."""
_MOST_LATIN: Final = 0.45
_FEW: Final = 12
_ENOUGH_BYTES: Final = 6_000
_SURE: Final = 0.75
_BETTER: Final = 0.08
"""By so much another encoding has to be likelier than one that stands before it in the list."""
_WIDE_SHARE: Final = 0.5
_FEWEST_WIDE: Final = 6


@dataclass(frozen=True, slots=True)
class _Language:
    """Letters beyond ASCII that a language uses, and the encodings that it was written in."""

    letters: str
    encodings: tuple[str, ...]
    share: float = 0.0
    latin: bool = True

    def weight(self, letter: str) -> float:
        """How much a letter speaks for this language."""
        small = letter.lower()
        if small not in self.letters and letter not in self.letters:
            return 0.0
        return 1.0 if self.latin or small in self.letters[:_COMMON] else _RARE


def guess_encoding(sample: bytes) -> str | None:
    """The likeliest encoding of these bytes, or None when none is likely."""
    if b"\x1b$" in sample and b"\x1b(" in sample and sample.isascii():
        return "iso2022_jp"
    sample = _telling(sample)
    languages, scripts = _data()
    best, most = None, 0.0
    for script in scripts:
        for encoding in script.encodings:
            score = _wide_score(sample, encoding, script)
            if score > most:
                best, most = encoding, score
    if best is not None:
        return best
    seen: dict[str, str | None] = {}
    for language in languages:
        for encoding in language.encodings:
            if encoding not in seen:
                seen[encoding] = _decoded(sample, encoding)
            text = seen[encoding]
            score = _score(text, language) if text is not None else 0.0
            if score > most + (_BETTER if best and language.latin else 0.0):
                best, most = encoding, score
    return best if most >= _SURE else None


def _telling(sample: bytes) -> bytes:
    """The lines of a sample that hold bytes beyond ASCII, as many as are needed to tell."""
    kept: list[bytes] = []
    size = 0
    for line in sample.split(b"\n"):
        if not line.isascii():
            kept.append(line)
            size += len(line)
            if size > _ENOUGH_BYTES:
                break
    return b"\n".join(kept)[: _ENOUGH_BYTES * 2]


def _decoded(sample: bytes, encoding: str) -> str | None:
    """The text of a sample, whose last letter may be cut; None when it is not in this encoding."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except (UnicodeDecodeError, LookupError):
        return None


def _score(text: str, language: _Language) -> float:
    """The share of letters beyond ASCII that stand where this language has them."""
    good = total = 0.0
    letters = ascii_letters = mixed = 0
    for found in _WORD.finditer(text):
        word = found[0]
        high = [letter for letter in word if letter >= "\x80"]
        letters += len(high)
        ascii_letters += len(word) - len(high)
        total += len(high)
        if not high:
            continue
        mixed += len(high) if len(high) < len(word) else 0
        good += _shape(word) * sum(map(language.weight, high))
    if language.latin and letters > _MOST_LATIN * (letters + ascii_letters) and letters > _FEW:
        return 0.0
    if not language.latin and (not letters or mixed * 4 > letters):
        return 0.0
    for found in _SIGN.finditer(text):
        total += 1
        good += _sign(found[0], text[found.start() - 1 : found.start()], text[found.end() :][:1])
    return good / total if total else 0.0


def _shape(word: str) -> float:
    """How much a word looks like one: small letters, with a capital at its begin; all in capitals
    is rarer; capitals within it are none."""
    if word[1:] == word[1:].lower():
        return 1.0
    return _CAPITALS if word == word.upper() else 0.3


def _sign(sign: str, before: str, after: str) -> float:
    """How much a sign looks as if it stood there on purpose."""
    if sign not in _SIGNS or (sign in "®©™" and after.isalpha()):
        return 0.0
    between = before.isalpha() and after.isalpha()
    return 0.0 if between and sign not in _APART else 1.0


def _wide_score(sample: bytes, encoding: str, script: _Language) -> float:
    """The share of common letters of a script that takes several bytes a letter; 0 when it is not
    that: too few of them, or beyond ASCII only now and then."""
    high = sum(byte > 127 for byte in sample)
    if high < _FEWEST_WIDE or (text := _decoded(sample, encoding)) is None:
        return 0.0
    wide = [letter for letter in text if letter > "\u2e80"]
    odd = sum("\x80" <= letter < "\u2000" or "\uff61" <= letter <= "\uff9f" for letter in text)
    if len(wide) * 2 < high * _WIDE_SHARE or odd * 4 > len(wide):
        return 0.0
    common = sum(letter in script.letters for letter in wide) / len(wide)
    private = sum("\ue000" <= letter <= "\uf8ff" for letter in wide)
    return common if common >= script.share and not private else 0.0


@lru_cache(maxsize=1)
def _data() -> tuple[list[_Language], list[_Language]]:
    text = (files("casework.documents") / "data" / "encodings.json").read_text("utf-8")
    data = json.loads(text)
    return (
        [
            _Language(each[1], tuple(each[2]), latin=each[3] == "latin")
            for each in data["languages"]
        ],
        [_Language(each[1], tuple(each[2]), each[3]) for each in data["scripts"]],
    )
