"""Pictures in the terminal, or as files beside it."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest

from casework.base.errors import UsageError
from casework.cli.inline_pictures import Pictures, Way, way_of

PNG = b"\x89PNG" + bytes(range(256)) * 30


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"LC_TERMINAL": "iTerm2"}, "iterm"),
        ({"TERM_PROGRAM": "WezTerm"}, "iterm"),
        ({"TERM": "xterm-256color"}, "write"),
        ({"TERM": "tmux-256color", "LC_TERMINAL": "iTerm2"}, "write"),
        ({"TMUX": "/tmp/x", "KITTY_WINDOW_ID": "1"}, "write"),
    ],
)
def test_a_terminal_is_known_by_its_environment(environ: dict[str, str], way: Way) -> None:
    assert way_of("", environ, terminal=True) == way
    assert way_of("no", environ, terminal=True) == "no"
    assert way_of("write", environ, terminal=True) == "write"


def test_where_nobody_looks_there_are_no_pictures_unless_asked_for() -> None:
    assert way_of("", {"TERM": "xterm-kitty"}, terminal=False) == "no"
    assert way_of("write", {}, terminal=False) == "write"
    with pytest.raises(UsageError, match="--pictures write"):
        way_of("show", {"TERM": "xterm-kitty"}, terminal=False)


def test_kitty_is_given_the_picture_in_pieces_and_answers_nothing() -> None:
    out = io.StringIO()
    assert Pictures("kitty", out, 80).give(PNG, "page.png") == ""
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", out.getvalue())
    assert pieces[0][0] == "f=100,a=T,q=2,c=76,m=1"
    assert [head for head, _ in pieces[1:]] == ["m=1"] * (len(pieces) - 2) + ["m=0"]
    assert all(len(text) <= 4096 for _, text in pieces)
    assert base64.b64decode("".join(text for _, text in pieces)) == PNG


def test_iterm_is_given_the_picture_in_one_piece() -> None:
    out = io.StringIO()
    Pictures("iterm", out, 40).give(PNG, "page.png")
    found = re.fullmatch(r"\x1b]1337;File=inline=1;size=(\d+);width=36;.*:(.*)\a\n", out.getvalue())
    assert found
    assert int(found[1]) == len(PNG)
    assert base64.b64decode(found[2]) == PNG


def test_files_are_ones_own_and_gone_afterwards() -> None:
    out = io.StringIO()
    pictures = Pictures("write", out, 80)
    path = Path(pictures.give(PNG, "page.png"))
    assert path.read_bytes() == PNG
    assert path.parent.stat().st_mode & 0o077 == 0
    pictures.close()
    assert not path.parent.exists()
    assert out.getvalue() == ""


def test_without_pictures_nothing_is_written() -> None:
    out = io.StringIO()
    assert Pictures("no", out, 80).give(PNG, "page.png") == ""
    assert out.getvalue() == ""
