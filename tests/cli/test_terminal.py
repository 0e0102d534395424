"""Nothing in a document can steer a terminal, and poor terminals still show every sign."""

from __future__ import annotations

import io
import json
import unicodedata

import pytest

from casework.cli import as_json
from casework.cli.terminal import PLAIN, console_for, harmless, said, shows_signs
from casework.sdk.notebook import MARKS, STATE_MARKS


@pytest.mark.parametrize(
    "text",
    ["\x1b[31mred\x1b[0m", "a\x07b", "a\x9b2Jb", "\u202etxt.exe", "\x1b]0;title\x07", "a\rb\nc\td"],
)
def test_control_characters_of_documents_never_reach_the_terminal(text: str) -> None:
    told = harmless(text)
    assert told.isprintable()
    assert "\n" not in told


def test_text_that_is_harmless_stays_as_it_is() -> None:
    assert harmless("Zürich – 1 234,50 €") == "Zürich – 1 234,50 €"


def stream(encoding: str) -> io.TextIOWrapper:
    """A stream in an encoding, as a terminal or a file would be."""
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_stream_that_cannot_carry_the_signs_gets_ascii_ones(encoding: str) -> None:
    target = stream(encoding)
    console = console_for(target)
    console.print(said("● quoted ⌕ not found → “日本” ─"))
    target.flush()
    target.seek(0)
    assert target.read().rstrip() == '* quoted o not found > "??" -'


def test_a_stream_in_utf_8_keeps_them() -> None:
    assert shows_signs(stream("utf-8"))
    assert not shows_signs(stream("ascii"))


def test_every_sign_has_an_ascii_form_of_its_own_of_the_same_width() -> None:
    signs = [*MARKS.values(), *STATE_MARKS.values()]
    plain = [sign.translate(PLAIN) for sign in signs if sign != "…"]
    assert all(text.isascii() and len(text) == 1 for text in plain)
    assert len(set(plain)) == len(plain)


def test_json_carries_nothing_that_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    steering = "\x1b]52;c;eA==\x07 \x9b31m \x7f \x85 \u202e \u2066 \u2028 \\u009b é"
    as_json.write({steering: [steering]})
    told = capsys.readouterr().out
    assert json.loads(told) == {steering: [steering]}
    assert not any(unicodedata.category(one) in ("Cc", "Cf", "Zl") for one in told if one != "\n")
    assert "é" in told


def test_markup_in_documents_is_only_text() -> None:
    target = stream("utf-8")
    console_for(target).print(said("[bold]not bold[/bold] :smile:"))
    target.flush()
    target.seek(0)
    assert target.read() == "[bold]not bold[/bold] :smile:\n"
