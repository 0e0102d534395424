"""Transcripts → turns with times and speakers: WebVTT, SRT, SBV, and plain text as Zoom, Teams,
Otter and Whisper write it. Knows nothing of pages.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_CUE = re.compile(rf"^\s*({_TIME})\s*-->\s*({_TIME})(?:\s.*)?$")
_CUE_SBV = re.compile(r"^\d{1,2}:\d{2}:\d{2}\.\d{3},\d{1,2}:\d{2}:\d{2}\.\d{3}$")
_SPEAKER = r"[^\W\d_][\w.,'’()/& -]{0,58}?"
_SPOKEN = re.compile(rf"^({_SPEAKER})\s*:\s+(\S.*)$")
_STAMPED = re.compile(
    rf"^\s*[\[(]?({_TIME})(?:\s*(?:-->|-|–)\s*{_TIME})?[\])]?\s*[-–:|]?\s+(\S.*)$"
)
_NAMED_AT = re.compile(
    rf"^\[?({_SPEAKER})\]?(?:\s*:)?\s+[\[(]?((?:\d{{1,2}}:)?\d{{1,2}}:\d{{2}})[\])]?\s*:?\s*(.*)$"
)
_ALONE = re.compile(rf"^\s*[\[(]?({_TIME})[\])]?\s*$")
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]*)>")
_TAG = re.compile(r"</?[a-zA-Z][^>]{0,200}>|<\d[\d:.]*>|\{\\[^}]*\}")
_LOGGED = re.compile(r"\b(?:DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|TRACE|CRITICAL|NOTICE)\b", re.I)
_TOLD = re.compile(r"\b(transcript|interview|hearing|meeting|recording|protokoll|call)\b", re.I)
_SAMPLE: Final = 40_000
_FEWEST_TURNS: Final = 3
_MOSTLY: Final = 0.5


class Turn(NamedTuple):
    """Something that was said. `at` is the time as `00:12:33` ('' when none is stated); `speaker`
    is '' when nobody is named; `line` is the number of its line in the file, from 1."""

    at: str
    speaker: str
    text: str
    line: int


def is_transcript(text: str) -> bool:
    """Whether the text is subtitles, or turns with times at most of its paragraphs."""
    begin = text[:_SAMPLE].lstrip()
    if begin.startswith("WEBVTT"):
        return True
    lines = begin.split("\n")
    cues = sum(bool(_CUE.match(line) or _CUE_SBV.match(line)) for line in lines)
    if cues and any(_CUE.match(line) or _CUE_SBV.match(line) for line in lines[:12]):
        return True
    return _is_plain(lines)


def turns_of(text: str) -> Iterator[Turn]:
    """The turns of a transcript, one for each cue or paragraph, in the order of the file."""
    lines = text.split("\n")
    if any(_CUE.match(line) for line in lines):
        yield from _cues(lines)
    elif any(_CUE_SBV.match(line) for line in lines[:50]):
        yield from _cues([_as_cue(line) for line in lines])
    else:
        yield from _plain(lines)


def _is_plain(lines: list[str]) -> bool:
    """Whether plain lines are turns: with times, or of few speakers in a text that says so."""
    filled = [line for line in lines if line.strip()]
    if len(filled) < _FEWEST_TURNS:
        return False
    told = bool(_TOLD.search("\n".join(filled[:8])))
    named = [found for line in filled if (found := _NAMED_AT.match(line)) and _said(found)]
    if len(named) >= _FEWEST_TURNS and _few({found[1] for found in named}, len(named)):
        return len(named) * 4 >= len(filled)
    stamped = [found[2] for line in filled if (found := _STAMPED.match(line))]
    spoken = [found[1] for line in stamped if (found := _SPOKEN.match(line))]
    if any(_LOGGED.search(name) for name in spoken):
        return False
    if len(spoken) >= _FEWEST_TURNS and len(stamped) >= _MOSTLY * len(filled):
        return _few(set(spoken), len(spoken))
    if told and len(stamped) >= _FEWEST_TURNS and len(stamped) >= _MOSTLY * len(filled):
        return True
    return told and _is_dialogue(filled)


def _said(found: re.Match[str]) -> bool:
    """Whether `Name 0:05` stands there alone, or with what was said in full words."""
    return not found[3] or " " in found[3]


def _few(speakers: set[str], turns: int) -> bool:
    return len(speakers) * 2 <= turns or (turns < 8 and len(speakers) < turns)


def _is_dialogue(filled: list[str]) -> bool:
    """Whether turns without times are of a few speakers that come back and speak in sentences."""
    found = [match for line in filled if (match := _SPOKEN.match(line))]
    if len(found) < 6 or len(found) < _MOSTLY * len(filled):
        return False
    times = Counter(match[1] for match in found)
    again = [name for name, count in times.items() if count >= 2]
    letters = sum(len(match[2]) for match in found) / len(found)
    return len(again) >= 2 and len(times) * 2 <= len(found) and letters >= 20


def _as_cue(line: str) -> str:
    return line.replace(",", " --> ", 1) if _CUE_SBV.match(line) else line


def _cues(lines: list[str]) -> Iterator[Turn]:
    """The cues of subtitles: a line with times, then what is said, up to an empty line."""
    index = 0
    while index < len(lines):
        found = _CUE.match(lines[index])
        index += 1
        if not found:
            continue
        first = index
        while index < len(lines) and lines[index].strip() and not _CUE.match(lines[index]):
            index += 1
        if index < len(lines) and _CUE.match(lines[index]) and index > first:
            index -= lines[index - 1].strip().isdecimal()  # the number of the next cue
        yield from _said_in_cue(clock(found[1]), lines[first:index], first + 1)


def _said_in_cue(at: str, lines: list[str], number: int) -> Iterator[Turn]:
    speaker, parts = "", list[str]()
    for offset, line in enumerate(lines):
        voice = _VOICE.search(line)
        plain = " ".join(html.unescape(_TAG.sub("", line)).split())
        named = None if voice else _SPOKEN.match(plain)
        if plain.startswith(("- ", "– ")) and parts:
            yield Turn(at, speaker, " ".join(parts), number + offset)
            speaker, parts = "", []
        if voice or named:
            if parts:
                yield Turn(at, speaker, " ".join(parts), number + offset)
            speaker = html.unescape(voice[1]).strip() if voice else named[1] if named else ""
            parts = [plain if voice else named[2] if named else ""]
        elif plain:
            parts.append(plain)
    if any(parts):
        yield Turn(at, speaker, " ".join(parts), number)


def _plain(lines: list[str]) -> Iterator[Turn]:
    """Turns in plain text; a line without a time or speaker goes on with the turn before it."""
    at, speaker = "", ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        alone, stamped, named = _ALONE.match(line), _STAMPED.match(line), _NAMED_AT.match(line)
        if alone:
            at = clock(alone[1])
        elif stamped:
            at, said = clock(stamped[1]), stamped[2]
            spoken = _SPOKEN.match(said)
            speaker = spoken[1] if spoken else ""
            yield Turn(at, speaker, spoken[2] if spoken else said, number)
        elif named and _said(named):
            speaker, at = named[1].strip(), clock(named[2])
            if named[3]:
                yield Turn(at, speaker, named[3], number)
        elif spoken := _SPOKEN.match(line.strip()):
            speaker = spoken[1]
            yield Turn(at, speaker, spoken[2], number)
        else:
            yield Turn(at, speaker, line.strip(), number)


def clock(time: str) -> str:
    """A time of any length as `00:12:33`."""
    parts = re.split(r"[.,]", time)[0].split(":")
    hours, minutes, seconds = [0] * (3 - len(parts)) + [int(part) for part in parts]
    return f"{hours:02}:{minutes:02}:{seconds:02}"
