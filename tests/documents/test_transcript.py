"""Transcripts: places are times, speakers are kept, and other texts are not taken for them."""

from __future__ import annotations

import pytest

from casework.documents.formats.spoken import clock, is_transcript, turns_of
from tests.documents.samples import document, places

_VTT = """WEBVTT - Meeting

NOTE made by a program

STYLE
::cue { color: red }

abc-12/0
00:00:01.000 --> 00:00:04.000 align:start position:0%
<v Anna Berg>Good morning,
everybody.</v>

2
00:00:04.000 --> 00:00:06.000
<v Anna Berg>Shall we <i>begin</i> &amp; go?</v>

3
01:02:03.500 --> 01:02:09.000
<v.loud Tom O'Hara>The rent is 1,200 EUR.</v>
"""
_SRT = """1
00:00:01,000 --> 00:00:04,000
Hello there.

2
00:00:05,000 --> 00:00:07,000
{\\an8}Anna: the price
is 12 EUR
"""


def test_a_subtitle_file_gives_paragraphs_by_speaker_with_times_as_places() -> None:
    found = document(_VTT.encode(), "meeting.vtt")
    assert (found.reader, found.state) == ("transcript", "read")
    assert found.facts == {"speakers": "Anna Berg, Tom O'Hara", "until": "01:02:03"}
    seen = places(found.pages[0])
    assert seen["00:00:01"] == "00:00:01 Anna Berg: Good morning, everybody."
    assert seen["00:00:04"] == "Shall we begin & go?"
    assert seen["01:02:03"] == "01:02:03 Tom O'Hara: The rent is 1,200 EUR."
    assert len(found.pages[0].blocks) == 2


def test_subrip_is_read_under_any_name() -> None:
    for name in ("a.srt", "a.txt", "a"):
        seen = places(document(_SRT.replace("\n", "\r\n").encode(), name).pages[0])
        assert seen["00:00:05"] == "00:00:05 Anna: the price is 12 EUR"


def test_cues_of_one_line_each_without_empty_lines_between_are_read() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n2\n00:02.000 --> 00:03.000\nTwo\n"
    assert [(turn.at, turn.text) for turn in turns_of(text)] == [
        ("00:00:01", "One"),
        ("00:00:02", "Two"),
    ]


_PLAIN = {
    "stamps first": "[00:00:05] Anna: hello to you\n[00:00:15] Tom: yes\n[00:01:05] Anna: 12 EUR\n",
    "names first": "Anna Berg  0:05\nhello to you\n\nTom  0:15\nyes\nindeed\n\n"
    "Anna Berg  1:05\n12 EUR\n",
    "names in brackets": "[Anna] 00:00:05\nhello to you\n\n[Tom] 00:00:15\nyes\n\n"
    "[Anna] 00:01:05\n12 EUR\n",
    "ranges": "Recording of the call\n[00:00:05.000 --> 00:00:15.000]  hello to you\n"
    "[00:00:15.000 --> 00:01:05.000]  yes\n[00:01:05.000 --> 00:01:09.000]  12 EUR\n",
}


@pytest.mark.parametrize("text", _PLAIN.values(), ids=_PLAIN.keys())
def test_plain_transcripts_of_several_programs_are_known(text: str) -> None:
    found = document(text.encode(), "talk.txt")
    assert found.reader == "transcript"
    seen = places(found.pages[0])
    assert "12 EUR" in seen["00:01:05"]
    assert "hello to you" in seen["00:00:05"]


def test_a_dialogue_without_times_has_lines_as_places() -> None:
    text = "Transcript of the interview\n\n" + (
        "Q: Where did you stand when the water came in?\nA: I stood beside the door, I believe.\n"
        * 4
    )
    assert places(document(text.encode(), "talk.txt").pages[0])["line 4"].startswith("A: I stood")


@pytest.mark.parametrize(
    "text",
    [
        "Name: Anna\nAmount: 12\nName: Tom\nAmount: 13\nName: Ben\nAmount: 14\n",
        "10:00 Opening: the chair\n10:15 Report of the board\n11:00 Lunch: all\n",
        "12:00:01 ERROR: no disk\n12:00:02 INFO: retry\n12:00:03 ERROR: no disk\n" * 5,
        "Invoice 12\nDate: 1 March 2024\nTotal: 12 EUR\nDue: 1 April 2024\n",
        "Dear Ann,\nwe met at 10:15 in Berlin.\nYours, Tom\n",
        "Net: 10\nVAT: 2\nTotal: 12\n" * 6,
    ],
)
def test_other_texts_are_not_taken_for_transcripts(text: str) -> None:
    assert not is_transcript(text)


def test_times_of_any_length_are_shown_alike() -> None:
    assert [clock(time) for time in ("0:05", "12:33", "1:02:03.5", "00:00:01,250")] == [
        "00:00:05",
        "00:12:33",
        "01:02:03",
        "00:00:01",
    ]


def test_broken_cues_lose_no_words() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n\n\n00:00:xx --> y\nhello\n\n"
    text += "00:03.000 --> 00:04.000\n12 EUR"
    assert [turn.text for turn in turns_of(text)] == ["12 EUR"]
