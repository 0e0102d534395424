"""trust: what is promised, how it stands, and what is said of it."""

from __future__ import annotations

import io
import xml.etree.ElementTree as Xml
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from casework.base.errors import UsageError
from casework.cli.signs import sign, word_of
from casework.cli.terminal import PLAIN
from casework.cli.trust import share
from casework.cli.trust_drawing import draw_trust
from casework.cli.words import first_line, look_line, second_line
from casework.review.queue import AUDIT
from casework.sdk.notebook import MARKS
from casework.sdk.promised.views import TrustView
from casework.sdk.promised.words import sentence
from casework.types.proof import Proof
from tests.cli.conftest import Cli
from tests.cli.views import NET, cell
from tests.sdk.promised.test_pictures import VIEW

WEAK = Proof("unproved", note="no quote was given")


def test_without_a_promise_it_says_how_to_make_one(cli: Cli) -> None:
    answer = cli("trust")
    assert answer.code == 0
    assert "Nothing is promised" in answer.flat
    assert "casework trust --error 5% --confidence 90%" in answer.flat


def test_a_promise_is_made_shown_and_taken_back(cli: Cli) -> None:
    told = cli("trust", "--error", "2%", "--json").json
    (promise,) = told["promises"]
    assert (promise["epsilon"], promise["delta"], promise["step"]) == (0.02, 0.1, "")
    assert promise["threshold"] is None
    shown = cli("trust")
    assert "at most 2 % wrong, with 90 % confidence" in shown.flat
    assert "how sure the machine is was not measured here" in shown.flat
    assert cli("trust", "--withdraw", "--json").json["promises"] == []


def test_one_step_may_be_promised_alone(cli: Cli) -> None:
    told = cli("trust", "net", "--error", "5%", "--confidence", "0.95", "--json").json
    (promise,) = told["promises"]
    assert (promise["name"], promise["delta"]) == ("Net", 0.05)
    answer = cli("trust", "sums agree", "--error", "5%")
    assert answer.code == 1
    assert "Nothing can be promised for Sums agree" in answer.flat


def test_pictures_are_written(cli: Cli, tmp_path: Path) -> None:
    cli("trust", "--error", "5%")
    told = cli("trust", "--pictures", str(tmp_path / "out"), "--json").json
    assert len(told["files"]) == 2
    for file in told["files"]:
        assert Xml.parse(file).getroot().tag.endswith("svg")


def test_making_a_promise_and_taking_it_back_are_two_things(cli: Cli) -> None:
    answer = cli("trust", "--withdraw", "--error", "5%")
    assert answer.code == 1
    assert "not both" in answer.flat


@pytest.mark.parametrize(
    ("words", "value"), [("5%", 0.05), ("5 %", 0.05), ("0.05", 0.05), ("2,5%", 0.025)]
)
def test_a_share_is_read_as_people_write_it(words: str, value: float) -> None:
    assert share(words, "--error") == value


@pytest.mark.parametrize("words", ["5", "a few", "0", "100%", "-1%", "nan", ""])
def test_what_is_no_share_is_refused_with_the_option(words: str) -> None:
    with pytest.raises(UsageError, match="--error"):
        share(words, "--error")


def test_a_promise_is_drawn_with_what_it_rests_on() -> None:
    view = replace(VIEW, sentence=sentence(VIEW))
    console = Console(file=io.StringIO(), width=120)
    draw_trust(console, TrustView((view,), 400, 200), [])
    assert isinstance(console.file, io.StringIO)
    told = console.file.getvalue()
    assert "61 % pass without a person" in told
    assert "3 drawn cases wait to be read: casework review" in told
    assert "2 of 180" in told
    assert "60 % (42 % to 76 %)" in told
    assert "200 cases of 400 drawn at random so far." in told


def test_what_was_learned_and_waits_is_said_beside_a_promise_that_it_would_serve() -> None:
    console = Console(file=io.StringIO(), width=80)
    draw_trust(console, TrustView((VIEW,), 400, 200), [], ["Net", "VAT"])
    assert isinstance(console.file, io.StringIO)
    told = console.file.getvalue()
    assert "What was learned of Net, VAT waits to be adopted, and its" in told
    lines = told.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert len([line for line in lines if line.startswith(("●", "○"))]) == len(VIEW.points)
    assert len([line for line in lines if line.startswith("0.")]) == len(VIEW.bins)


def test_a_drawn_cell_is_not_shown_in_lists_but_where_it_is_asked_for_by_name() -> None:
    drawn = cell(NET, "12.30", flags=("audit",), needs=AUDIT, proof=WEAK)
    assert first_line(drawn) == "not shown yet"
    assert second_line(drawn, {}) == ""
    assert look_line(drawn) == AUDIT
    assert first_line(drawn, unread=True) == "12.30"
    assert (word_of(drawn), sign(drawn).plain) == ("audit", "◇")


def test_an_accepted_cell_has_a_sign_and_a_word_of_its_own() -> None:
    accepted = cell(NET, "12.30", flags=("accepted",), proof=WEAK)
    assert (word_of(accepted), sign(accepted).plain) == ("accepted", "◉")
    assert word_of(cell(NET, "12.30", proof=WEAK)) == "unproved"
    assert word_of(replace(accepted, outdated="its step changed")) == "out_of_date"


def test_signs_can_be_told_apart_on_a_poor_terminal() -> None:
    plain = [PLAIN[ord(one)] for one in MARKS.values() if one not in ("≠",)]
    assert len(set(plain)) == len(plain)
