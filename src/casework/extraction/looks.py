"""How a piece of text looks by itself: like a name, an address, a title, a sentence.

Pure functions of the text, remembered, because pages repeat their heads and blocks their lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from casework.extraction.candidates.names import forms, has_legal_form, legal_form, runs

PLAIN = ("words", "digits", "colon_end")
WORDY = (
    "capitals", "form", "form_only", "contact", "title_word", "long_number", "upper_start",
    "sentence", "prose", "lines_fit", "address",
)  # fmt: skip

_DIGIT = re.compile(r"\d")
_CONTACT = re.compile(
    r"@|www\.|https?:|\.com\b|\b(?:tel|fax|phone|fon|mobile|e-?mail|hotline|gst|vat|reg|roc|iban|bic|ust|nif|siret)\b",
    re.IGNORECASE,
)
_CONTACT_WORDS = frozenset(
    (
        "tel", "fax", "phone", "fon", "mobile", "email", "mail", "hotline", "gst", "vat", "reg",
        "roc", "iban", "bic", "ust", "nif", "siret",
    )
)  # fmt: skip
_CONTACT_PARTS = ("@", "www.", "http", ".com")
"""Without one of these words and parts a text need not be searched for `_CONTACT`."""
_POSTCODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}\b")
_TELEPHONE = re.compile(
    r"(?<!\d)\+?\d{1,4}[ -]?\(?\d{2,4}\)?[ -]\d{3,5}[ -]?\d{2,5}(?!\d)|^\s*\d{2,4}[- ]\d{6,9}\s*$"
)
_REGISTERED = re.compile(
    r"\(?[A-Z]{0,3}\d{5,}[-–]?[A-Z]{0,2}\)?\s*$|^\s*\(?[A-Z\d-]*\d{5,}[A-Z\d-]*\)?\s*$"
)
_MONEY = re.compile(r"\d[.,]\d{2}(?!\d)")
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")
_HOUSE = re.compile(r"^\s*(?:no\.?\s*)?\d{1,5}[a-z]?\b(?![.:]\d)", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{7,}|\d{5,}-[A-Z]")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_PUNCTUATION = re.compile(r"[\s,./:;()]+")
_SENTENCE = re.compile(r"[.;]\s+[A-Z]|\b(?:shall|hereby|please|thank|the|is|are|with)\b", re.I)
_MANY_WORDS = 12.0
_SENTENCE_WORDS = 7
_PLAIN = -0.35
_PLAIN_BETWEEN = 0.05
_REMEMBERED = 1 << 14


@lru_cache(maxsize=_REMEMBERED)
def plain_looks(text: str) -> tuple[float, ...]:
    """The features `PLAIN` of a text."""
    words = len(text.split())
    digits = len(_DIGIT.findall(text)) / max(len(text), 1)
    return min(words / _MANY_WORDS, 2.0), digits, float(":" in text)


@lru_cache(maxsize=_REMEMBERED)
def wordy_looks(text: str) -> tuple[float, ...]:
    """The features `WORDY` of a text; all 0 for one without words."""
    words = text.split()
    if not words:
        return (0.0,) * len(WORDY)
    capitals = sum(1 for word in words if word[0].isupper()) / len(words)
    lowered = text.casefold()
    names = _PUNCTUATION.split(lowered)
    found = runs(lowered)
    has_form = has_legal_form(lowered, found)
    rest = legal_form().sub(" ", lowered) if has_form else lowered
    named = not _organisation_words().isdisjoint(names)
    lines = _joined([line_score(line) for line in text.splitlines() if line.strip()])
    return (
        capitals,
        1.0 if has_form else 0.6 if named else 0.0,
        float(has_form and not any(letter.isalnum() for letter in rest)),
        float(_has_contact(text, lowered, found)),
        float(not _title_words().isdisjoint(names)),
        float(bool(_LONG_NUMBER.search(text))),
        float(text[0].isupper() or text[0].isdigit()),
        float(len(words) > _SENTENCE_WORDS and bool(_SENTENCE.search(text))),
        float(len(words) > _SENTENCE_WORDS + 1 and capitals < 0.4),
        sum(lines) / 4,
        max(0.0, *lines) if lines else 0.0,
    )


def _has_contact(text: str, lowered: str, found: Sequence[str]) -> bool:
    """Whether `_CONTACT` is in a text with these runs, searched for where it can be."""
    can = (
        not text.isascii()
        or not _CONTACT_WORDS.isdisjoint(found)
        or any(part in lowered for part in _CONTACT_PARTS)
    )
    return can and bool(_CONTACT.search(text))


def _joined(scores: list[float]) -> list[float]:
    """The scores of lines that follow each other: a plain one between two lines of an address, the
    name of a quarter perhaps, does not break it."""
    return [
        max(score, _PLAIN_BETWEEN)
        if 0 < at < len(scores) - 1 and score >= _PLAIN and min(scores[at - 1], scores[at + 1]) > 0
        else score
        for at, score in enumerate(scores)
    ]


@lru_cache(maxsize=_REMEMBERED)
def line_score(line: str) -> float:
    """How much a line looks like a line of an address: above 0 it belongs to one."""
    lowered = line.casefold()
    found = runs(lowered)
    score = -0.35
    score += 0.35 * min(len(_street_words().intersection(_PUNCTUATION.split(lowered))), 2)
    score += 0.45 * bool(_places_named().search(lowered))
    score += 0.3 * line.rstrip().endswith(",") + 0.2 * ("," in line.rstrip(" ,"))
    score -= 0.8 * has_legal_form(line, found) + 0.5 * (":" in line)
    score -= 0.3 * (not _LETTERS.search(line))
    score -= 1.2 * _has_contact(line, lowered, found)
    if _DIGIT.search(line):
        score += 0.5 * bool(_POSTCODE.search(line)) * bool(_LETTERS.search(line))
        score += 0.15 * bool(_HOUSE.search(line))
        score -= 1.2 * bool(_TELEPHONE.search(line)) + 0.6 * bool(_REGISTERED.search(line))
        score -= 0.5 * bool(_MONEY.search(line)) + 0.5 * bool(_DAY.search(line))
    return max(min(score, 0.6), -1.0)


@cache
def _places_named() -> re.Pattern[str]:
    names = sorted(forms()["place_words"], key=len, reverse=True)
    return re.compile("|".join(re.escape(name) for name in names))


@cache
def _street_words() -> frozenset[str]:
    return frozenset(forms()["street_words"])


@cache
def _organisation_words() -> frozenset[str]:
    return frozenset(forms()["organisation_words"])


@cache
def _title_words() -> frozenset[str]:
    return frozenset(forms()["title_words"])
