"""Transcripts and subtitles: what each speaker said as a paragraph; the places are times."""

from __future__ import annotations

from collections.abc import Iterator

from casework.documents.formats.spoken import Turn, turns_of
from casework.documents.reading import Reading, Source, too_large
from casework.documents.typesetting.flow import Element, Text
from casework.documents.typesetting.typeset import typeset

READER = "transcript"
VERSION = "1"
MEDIA_TYPE = "text/vtt"

_PARAGRAPH_LETTERS = 600
_PAUSE_S = 20
_SPEAKERS_SHOWN = 40


def read(source: Source) -> Reading:
    """The pages of a transcript; facts are its speakers and the time of the last turn. A turn
    without a time has the number of its line as its place."""
    if len(source.text) > source.limits.characters:
        raise too_large(f"Its text is longer than {source.limits.characters:,} characters.")
    turns = list(turns_of(source.text))
    speakers = list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker))
    facts = {"speakers": ", ".join(speakers[:_SPEAKERS_SHOWN])} if speakers else {}
    if turns and turns[-1].at:
        facts["until"] = turns[-1].at
    made = typeset(_flow(turns), source)
    return Reading(
        MEDIA_TYPE, READER, VERSION, made.pages, facts=facts, tables=made.tables, notes=made.notes
    )


def _flow(turns: list[Turn]) -> Iterator[Element]:
    """A paragraph for each speaker in turn; each of its lines keeps the time of its own cue."""
    before: Turn | None = None
    letters = 0
    for turn in turns:
        place = turn.at or f"line {turn.line}"
        goes_on = before is not None and _goes_on(before, turn, letters)
        head = "" if goes_on else " ".join(filter(None, (turn.at, turn.speaker)))
        colon = ":" if head and turn.speaker else ""
        yield Text(f"{head}{colon} {turn.text}", place, joined=goes_on)
        letters = letters + len(turn.text) if goes_on else len(turn.text)
        before = turn


def _goes_on(before: Turn, turn: Turn, letters: int) -> bool:
    """Whether a turn belongs to the paragraph under way."""
    if before.speaker != turn.speaker or _seconds(turn.at) - _seconds(before.at) > _PAUSE_S:
        return False
    ended = before.text.rstrip().endswith((".", "!", "?", "…", "。"))
    return not (letters > _PARAGRAPH_LETTERS and ended)


def _seconds(at: str) -> int:
    hours, minutes, seconds = (int(part) for part in at.split(":")) if at else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds
