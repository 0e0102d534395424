"""Values that are words: yes and no, ticked boxes, and the options of a choice."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from casework.types.values import Json
from casework.values.lexicon import longest_first, words
from casework.values.reading import Reading, outermost

_NUMBERED = re.compile(r"[.:º°]?\s*[0-9]")
_ASKED = re.compile(r"(?:[:?|\t\n]|\A)[ \u00a0]*$|[ \u00a0]{3,}$")
_STOPPED = re.compile(r"[ \u00a0]*(?:[.,;!|)\t\n]|\Z)|[ \u00a0]{3,}")
_LOOK_BACK = 12
_LETTERS = 2
"""Shorter words for yes and no (`y`, `n`) count only when they are the whole text."""
_CLOSE = 0.6
_WORD = re.compile(r"[^\W\d_]+")
_REACH = 40
_WORDS_BACK = 3


def folded(text: str) -> str:
    """The letters and digits of a text, casefolded: what two texts are compared by."""
    return "".join(filter(str.isalnum, text.casefold()))


def answer_readings(text: str) -> tuple[Reading, ...]:
    """Every yes or no of a text. A ticked box is yes, or the answer written beside it; an empty
    box beside an answer takes that answer away. A word inside a sentence is uncertain; on its own,
    or behind a colon or question mark and before a stop, it is an answer."""
    found: list[Reading] = []
    taken: list[tuple[int, int]] = []
    for match in _box_pattern().finditer(text):
        ticked, word = match[1] in words().ticked, match[2]
        if word is None and match[1][0] == "(" and match[1] != text.strip():
            continue
        if word is None:
            found.append(Reading(ticked, match.start(), match.end(1), match[1]))
        elif ticked:
            told = words().answers[word.casefold()]
            found.append(Reading(told, match.start(), match.end(), match.group()))
        taken.append(match.span())
    bare = text.strip(" \t\r\n.!:")
    for match in _answer_pattern().finditer(text):
        word = match.group()
        alone = word == bare
        hidden = any(start <= match.start() < end for start, end in taken)
        if hidden or (len(word) < _LETTERS and not alone):
            continue
        if _NUMBERED.match(text, match.end()):
            continue
        told = words().answers[word.casefold()]
        answers = alone or _answers(text, match.start(), match.end())
        found.append(Reading(told, match.start(), match.end(), word, answers))
    return tuple(outermost(found))


def _answers(text: str, start: int, end: int) -> bool:
    """Whether a word stands where an answer stands, and not in a sentence."""
    back = max(0, start - _LOOK_BACK)
    return bool(_ASKED.search(text, back, start)) and bool(_STOPPED.match(text, end))


@cache
def _box_pattern() -> re.Pattern[str]:
    known = words()
    boxes = "|".join(re.escape(box) for box in longest_first((*known.ticked, *known.unticked)))
    answers = "|".join(longest_first(known.answers))
    return re.compile(rf"({boxes})(?:[ \t\u00a0]*({answers})(?!\w))?", re.IGNORECASE)


@cache
def _answer_pattern() -> re.Pattern[str]:
    answers = "|".join(longest_first(words().answers))
    return re.compile(rf"(?<![\w'’-])(?:{answers})(?![\w'’-])", re.IGNORECASE)


def choice_readings(text: str, options: tuple[str, ...]) -> tuple[Reading, ...]:
    """Every option that stands in a text as whole words, in the spelling of the options."""
    if not options:
        return ()
    pattern, spelled = _options_pattern(options)
    return tuple(
        Reading(spelled[_option_key(match.group())], match.start(), match.end(), match.group())
        for match in pattern.finditer(text)
    )


def denied(text: str, at: int) -> bool:
    """Whether a word of negation stands shortly before an offset: `shall not pay`."""
    before = _WORD.findall(text, max(0, at - _REACH), at)[-_WORDS_BACK:]
    return any(word.casefold() in words().negations for word in before)


def choices_readings(text: str, options: tuple[str, ...]) -> tuple[Reading, ...]:
    """One reading: all options that stand in a text, in the order of the options."""
    found = choice_readings(text, options)
    if not found:
        return ()
    stated = {reading.value for reading in found}
    told: Json = [option for option in options if option in stated]
    start, end = found[0].start, found[-1].end
    return (Reading(told, start, end, text[start:end]),)


@lru_cache(maxsize=512)
def _options_pattern(options: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    told = "|".join(
        r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", option.strip()))
        for option in longest_first(options)
    )
    spelled = {_option_key(option): option for option in options}
    return re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE), spelled


def _option_key(option: str) -> str:
    """What an option is known by in a text: `1.5` and `15` are two options."""
    return re.sub(r"[\s-]+", " ", option.strip()).casefold()


def option_named(text: str, options: tuple[str, ...]) -> str | None:
    """The option that this text names, None when it names none."""
    if text in options:
        return text
    wanted = folded(text)
    return next((option for option in options if wanted and folded(option) == wanted), None)


def nearest(text: str, options: tuple[str, ...]) -> str:
    """The option most like this text, '' when none is close."""
    import difflib

    by_fold = {option.casefold(): option for option in options}
    close = difflib.get_close_matches(text.casefold(), by_fold, n=1, cutoff=_CLOSE)
    return by_fold[close[0]] if close else ""
