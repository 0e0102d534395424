"""In which language a text is written, by its script and its most frequent small words. Works
offline, knows some 45 languages, and says nothing rather than guess from a few words.

The words are data (`data/languages.json`): a word that several languages share counts less.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

UNKNOWN = ""
_SAMPLE = 250
"""Words of a page that are looked at; more change nothing."""
_SAMPLED_LETTERS = 400
_LETTERS_A_WORD = 12
_FEWEST_WORDS = 6
_FEWEST_POINTS = 2.0
_POINTS_A_WORD = 0.05
_AHEAD = 1.3
"""By what the best must lead over the second best."""
_MANY_POINTS, _FAR_AHEAD = 6.0, 2.0
"""The same where a page is said to be in another language than its document."""
_COUNTED = 3
"""How often a word of a page counts at most: `AM` in a list of times is no German."""
_LETTER_POINTS = 0.5
_SCRIPTS = (
    ("Latin", 0x0041, 0x024F),
    ("Latin", 0x1E00, 0x1EFF),
    ("Greek", 0x0370, 0x03FF),
    ("Greek", 0x1F00, 0x1FFF),
    ("Cyrillic", 0x0400, 0x052F),
    ("Armenian", 0x0530, 0x058F),
    ("Hebrew", 0x0590, 0x05FF),
    ("Arabic", 0x0600, 0x06FF),
    ("Arabic", 0xFB50, 0xFEFC),
    ("Devanagari", 0x0900, 0x097F),
    ("Bengali", 0x0980, 0x09FF),
    ("Tamil", 0x0B80, 0x0BFF),
    ("Thai", 0x0E00, 0x0E7F),
    ("Georgian", 0x10A0, 0x10FF),
    ("Kana", 0x3040, 0x30FF),
    ("Han", 0x3400, 0x4DBF),
    ("Han", 0x4E00, 0x9FFF),
    ("Hangul", 0xAC00, 0xD7AF),
)
_LAST_LATIN = "\u024f"
_SPACELESS = frozenset({"Kana", "Han", "Thai"})
_FEWEST_LETTERS = 12
"""Of a script that writes no blanks, for a language to be named."""
_KANA_SHARE = 0.05
"""Of Chinese signs and kana together: from this share on it is Japanese."""
_WORD = re.compile(r"[^\W\d_]+")
_NOT_LATIN = "[\u0370-\u1dff\u1f00-\u1fff\u2c00-\ud7ff\uf900-\ufaff\ufb50-\ufefc]"

Points = dict[str, float]


@dataclass(frozen=True, slots=True)
class _Profiles:
    """For each script its words with the languages that use them and their points; letters that
    tell of a language; scripts that one language alone is written in."""

    words: Mapping[str, Mapping[str, tuple[tuple[str, float], ...]]]
    letters: frozenset[str]
    telling: Mapping[str, tuple[str, ...]]
    alone: Mapping[str, str]


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language of a text, `UNKNOWN` when there is too little to say."""
    return decided(points_of(text))


def points_of(text: str, words: Sequence[str] | None = None) -> Points:
    """What speaks for each language in this text; under `*` how many words were looked at. `words`
    are those of the text in small letters, where somebody has them already."""
    profiles = _profiles()
    text = text[: _SAMPLE * _LETTERS_A_WORD]
    ascii_only = text.isascii()
    script = "Latin" if ascii_only else _script(text)
    if script in profiles.alone:
        letters = sum(letter.isalpha() for letter in text)
        enough = letters >= _FEWEST_LETTERS if script in _SPACELESS else letters > 2
        return {"*": 1.0, profiles.alone[script]: _FEWEST_POINTS + letters if enough else 0.0}
    sample = _WORD.findall(text.lower())[:_SAMPLE] if words is None else words[:_SAMPLE]
    points: Points = {"*": float(sum(map(str.isalpha, sample)))}
    known = profiles.words.get(script, {})
    counts = Counter(sample)
    for word in counts.keys() & known.keys():
        times = min(counts[word], _COUNTED)
        for language, worth in known[word]:
            points[language] = points.get(language, 0.0) + worth * times
    if not ascii_only:
        for letter in profiles.letters.intersection("".join(sample)):
            for language in profiles.telling[letter]:
                points[language] = points.get(language, 0.0) + _LETTER_POINTS
    return points


def together(pages: Iterable[Points]) -> Points:
    """What speaks for each language on all of these pages."""
    total: Points = {}
    for points in pages:
        for language, worth in points.items():
            total[language] = total.get(language, 0.0) + worth
    return total


def decided(points: Points, *, against: str = UNKNOWN) -> str:
    """The language that clearly leads, else `UNKNOWN`. `against` another language (that of the
    whole document, say) much more is wanted, and that one itself is no answer."""
    words = points.get("*", 0.0)
    ranked = sorted(
        ((worth, language) for language, worth in points.items() if language != "*"), reverse=True
    )
    if not ranked:
        return UNKNOWN
    best, language = ranked[0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    least, ahead = (_MANY_POINTS, _FAR_AHEAD) if against else (_FEWEST_POINTS, _AHEAD)
    if language == against or best < least or best < second * ahead:
        return UNKNOWN
    if language in _profiles().alone.values():
        return language
    return language if words >= _FEWEST_WORDS and best >= words * _POINTS_A_WORD else UNKNOWN


def name_of(language: str) -> str:
    """What a language is called in English; `unknown` for none."""
    return _names().get(language, language) or "unknown"


def _script(text: str) -> str:
    """The script of most letters."""
    if not re.search(_NOT_LATIN, text):
        return "Latin"
    found: Counter[str] = Counter()
    letters = [letter for letter in text if letter.isalpha()][:_SAMPLED_LETTERS]
    for letter, times in Counter(letters).items():
        code = ord(letter)
        for script, first, last in _SCRIPTS:
            if first <= code <= last:
                found[script] += times
                break
    if not found:
        return "Latin"
    signs = found["Kana"] + found["Han"]
    if signs and found["Kana"] >= signs * _KANA_SHARE:
        found["Kana"], found["Han"] = signs, 0
    return found.most_common(1)[0][0]


@lru_cache(maxsize=1)
def _read() -> dict[str, dict[str, object]]:
    text = (files("casework.documents") / "data" / "languages.json").read_text("utf-8")
    read: dict[str, dict[str, object]] = json.loads(text)
    return read


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {code: str(name) for code, name in _read()["names"].items()}


@lru_cache(maxsize=1)
def _profiles() -> _Profiles:
    read = _read()
    words = {script: _words_of(codes) for script, codes in read["scripts"].items()}
    telling: dict[str, tuple[str, ...]] = {}
    for language, told in read["letters"].items():
        for letter in str(told):
            telling[letter] = (*telling.get(letter, ()), language)
    alone = {script: str(code) for script, code in read["alone"].items()}
    return _Profiles(words, frozenset(telling), telling, alone)


def _words_of(languages: object) -> dict[str, tuple[tuple[str, float], ...]]:
    """The words of the languages of one script; one that several use is worth less for each."""
    assert isinstance(languages, list)
    users: dict[str, set[str]] = {}
    for language in languages:
        for word in str(_read()["words"][language]).split():
            if len(word) == 1 and word <= _LAST_LATIN:
                continue  # initials and spaced letters are in all languages
            users.setdefault(word, set()).add(language)
    return {
        word: tuple((language, 1.0 / len(found)) for language in sorted(found))
        for word, found in users.items()
    }
