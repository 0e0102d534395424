"""A line that is being edited at a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from casework.cli.edited_line import EditedLine
from casework.cli.terminal import harmless

_KEYS = st.sampled_from(
    [*"aé字 ", "left", "right", "home", "last", "clear", "backspace", "delete", "", "\x07"]
)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["x"], "EUR 12x"),
        (["backspace", "backspace", "9"], "EUR 9"),
        (["home", "delete", "delete", "delete", "delete"], "12"),
        (["home", "-"], "-EUR 12"),
        (["left", "left", "clear"], "12"),
        (["left", "right", "right", "3"], "EUR 123"),
        (["clear"], ""),
        (["\x1b", "escape"], "EUR 12"),
    ],
)
def test_keys_do_what_their_names_say(keys: list[str], text: str) -> None:
    line = EditedLine("EUR 12")
    for key in keys:
        line.take(key)
    assert line.text == text


@given(st.text(max_size=30), st.lists(_KEYS, max_size=30), st.integers(20, 60))
def test_whatever_is_typed_the_cursor_stays_in_the_text_and_the_line_on_the_screen(
    text: str, keys: list[str], width: int
) -> None:
    line = EditedLine(text)
    for key in keys:
        line.take(key)
        assert 0 <= line.at <= len(line.text)
        drawn = line.drawn("value: ", width).removeprefix("\r\x1b[K")
        shown = drawn.partition("\x1b")[0]
        assert cell_len(shown) < width
        assert harmless(shown) == shown


def test_of_a_long_text_the_part_around_the_cursor_is_drawn() -> None:
    line = EditedLine("a" * 50 + "z")
    assert line.drawn("v: ", 20).endswith("aaaz")
    line.take("home")
    assert "z" not in line.drawn("v: ", 20)


def test_what_stands_there_first_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in EditedLine("\x1b[2Jgone\n").text
