"""review: one cell after another, at a terminal, from a script, and as JSON."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.sdk.workspace import Workspace
from casework.types.trust import WHOLE, PromiseMade
from casework.types.verdict import Verdict
from tests.cli.conftest import Cli, invoke
from tests.sdk.trusted import trusted

_PATIENCE_S = 30.0
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Typist:
    """Somebody at a terminal that runs `casework review`."""

    def __init__(self, folder: Path, *words: str) -> None:
        ours, theirs = pty.openpty()
        self._fd = ours
        self.seen = ""
        self._unread = ""
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "50"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "casework.cli.main", "review", *words, "-w", str(folder)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)

    def until(self, words: str) -> str:
        """What is printed up to these words, them included."""
        end = time.monotonic() + _PATIENCE_S
        while words not in self._unread:
            assert time.monotonic() < end, f"{words!r} was not said: {self._unread}"
            self._unread += self._more()
        told, found, self._unread = self._unread.partition(words)
        return told + found

    def types(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def leaves(self) -> int:
        """The exit code, once everything was read."""
        end = time.monotonic() + _PATIENCE_S
        while self.process.poll() is None and time.monotonic() < end:
            self._more()
        self._more()
        return self.process.wait(_PATIENCE_S)

    def echoes(self) -> bool:
        """Whether the terminal shows what is typed, and waits for whole lines."""
        modes = termios.tcgetattr(self._fd)[3]
        return bool(modes & termios.ECHO and modes & termios.ICANON)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._fd)

    def _more(self) -> str:
        if not select.select([self._fd], [], [], 0.2)[0]:
            return ""
        try:
            told = _COLOUR.sub("", os.read(self._fd, 65_536).decode("utf-8", "replace"))
        except OSError:  # the other end was closed
            return ""
        self.seen += told
        return told


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished workspace, in which two cells want a person."""
    folder = shutil.copytree(finished, tmp_path / "copy")
    assert invoke("reject", "alder", "net", "-w", folder).code == 0
    return folder


@pytest.fixture
def typist(folder: Path) -> Iterator[Typist]:
    made = Typist(folder, "--pictures", "no", "--case", "birch")
    yield made
    made.close()


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A workspace in which the one case was drawn at random."""
    folder = tmp_path / "drawn"

    async def make() -> None:
        async with await Workspace.create(folder) as workspace:
            made = await trusted(workspace, tmp_path, 1)
            at = "2026-01-02T00:00:00.000Z"
            promise = PromiseMade(WHOLE, 0.05, 0.1, "Ada", at)
            await made.store.promises.make(made.sheet_id, promise)
            await made.store.audits.draw(
                list(made.cases.values()), 0.5, list(made.cases.values()), at
            )

    asyncio.run(make())
    return folder


def verdicts(folder: Path) -> list[Verdict]:
    """What was decided in review: the rejection came before."""

    async def read() -> list[Verdict]:
        async with await Workspace.open(folder) as workspace:
            store = workspace._house.store
            (sheet,) = await store.worksheets.all()
            given = await store.verdicts.of_worksheet(sheet.id)
            return [one for one in given if one.kind != "rejected"]

    return asyncio.run(read())


def test_answers_of_a_script_are_kept_line_by_line(cli: Cli) -> None:
    waiting = cli("review", "--json").json["waiting"]
    answer = cli("review", input="a\nc a lot\nc EUR 1.00\ns\nq\n")
    assert answer.code == 0
    assert "Accepted: no" in answer.flat
    told = cli("review", "--json").json
    assert told["waiting"] == waiting - 1
    assert f"1 done (1 accepted); {waiting - 1} left." in answer.flat


def test_to_say_that_there_is_none_where_none_was_found_is_to_accept(
    tmp_path: Path,
) -> None:
    folder, bill = tmp_path / "made", tmp_path / "bill.txt"
    bill.write_text("Supplier: Alder Ltd\n", "utf-8")
    (tmp_path / "p.md").write_text("# P\n\n## Due date\n- type: date\n", "utf-8")
    invoke("init", folder)
    invoke("add", bill, "-s", "bills", "-p", tmp_path / "p.md", "-w", folder)
    assert "One after another: casework review" in invoke("run", "-w", folder).flat
    assert "Accepted: not found" in invoke("review", "-w", folder, input="n\n").flat


def test_without_answers_nothing_is_decided_and_it_ends(cli: Cli) -> None:
    answer = cli("review", input="")
    assert answer.code == 0
    assert "0 done" in answer.flat


def test_json_lists_what_comes_next_and_asks_nothing(cli: Cli) -> None:
    told = cli("review", "--json", "--case", "birch", "--step", "sums agree").json
    (item,) = told["items"]
    assert (item["case"], item["step"], item["shown"]) == ("birch", "Sums agree", "no")
    assert (item["blind"], item["because"]) == (False, "the rule says no")
    assert told["waiting"] == 1


def test_a_drawn_cell_hides_the_machines_value_in_json_and_on_the_screen(drawn: Path) -> None:
    told = invoke("review", "--json", "--step", "net", "-w", drawn).json
    assert (told["items"][0]["blind"], told["items"][0]["shown"]) == (True, "")
    answer = invoke("review", "--step", "net", "-w", drawn, input="a\nc EUR 11.00\n")
    before, _, after = answer.flat.partition("You say")
    assert "picked at random" in before
    assert "EUR 10" not in before
    assert "EUR 11.00; the machine found EUR 10" in after
    (verdict,) = verdicts(drawn)
    assert (verdict.kind, verdict.stream, verdict.blind) == ("corrected", "audit", True)


def test_a_second_person_reads_blind_and_their_agreement_is_said(drawn: Path) -> None:
    words = ("review", "--step", "net", "-w", drawn)
    invoke(*words, "--who", "Ada", input="c EUR 10.00\n")
    answer = invoke(*words, "--who", "Grace", input="c EUR 10.00\n")
    assert "read it once more" in answer.flat
    assert "Kept as a second reading: EUR 10.00" in answer.flat
    assert "the machine" not in answer.flat
    assert "agreed on 1 of 1" in answer.flat
    assert "Nothing waits for you." in invoke(*words, "--who", "Joan", input="").flat


def test_only_drawn_cells_can_be_asked_for(drawn: Path, cli: Cli) -> None:
    assert invoke("review", "--blind-only", "--json", "-w", drawn).json["waiting"] == 2
    assert "Nothing waits for you." in cli("review", "--blind-only").flat


def test_pictures_are_refused_where_they_cannot_be_shown(cli: Cli) -> None:
    answer = cli("review", "--pictures", "show", input="")
    assert answer.code == 1
    assert "not known to show pictures" in answer.flat
    assert "Use one of show, write, no" in cli("review", "--pictures", "all", input="").flat


def test_a_person_accepts_with_one_key_and_stops(typist: Typist, folder: Path) -> None:
    assert "birch · Sums agree" in typist.until("> ")
    typist.types("\r")
    typist.until("Accepted: no")
    assert typist.leaves() == 0
    (verdict,) = verdicts(folder)
    assert verdict.kind == "accepted"
    assert verdict.seconds is not None
    assert verdict.shown_because == "the rule says no"


def test_a_correction_begins_with_what_was_found_and_is_asked_again_until_it_can_be_read(
    typist: Typist, folder: Path
) -> None:
    typist.until("> ")
    typist.types("c")
    typist.until("value: no")
    typist.types("\x7f\x7fperhaps\r")
    typist.until("is not")
    typist.until("value: perhaps")
    typist.types("\x15yes\x1b[D\x1b[D\x1b[C\r")
    typist.until("Corrected: yes")
    assert typist.leaves() == 0
    assert [one.value for one in verdicts(folder)] == [True]


def test_the_last_answer_is_undone_and_its_cell_comes_again(folder: Path) -> None:
    typist = Typist(folder, "--pictures", "write")
    try:
        first = typist.until("> ")
        typist.types("n")
        typist.until("> ")
        typist.types("z")
        again = typist.until("> ")
        assert "taken back" in again
        assert _head(first) == _head(again)
        typist.types("q")
        assert typist.leaves() == 0
    finally:
        typist.close()
    assert [one.kind for one in verdicts(folder)] == ["corrected", "undone"]


def test_an_interrupt_loses_nothing_and_sets_the_terminal_back(folder: Path) -> None:
    typist = Typist(folder, "--pictures", "no")
    try:
        typist.until("> ")
        assert not typist.echoes()
        typist.types("n")
        typist.until("> ")
        os.kill(typist.process.pid, signal.SIGINT)
        assert typist.leaves() == 130
        assert "1 done" in typist.seen
        assert typist.echoes()
    finally:
        typist.close()
    assert len(verdicts(folder)) == 1


def test_after_a_blind_answer_the_person_may_take_what_the_machine_found(drawn: Path) -> None:
    typist = Typist(drawn, "--step", "net")
    try:
        assert "EUR 10" not in typist.until("> ")
        typist.types("\r")
        typist.until("value: ")
        typist.types("EUR 11.00\r")
        typist.until("something else")
        typist.types("a")
        typist.until("what you read first is kept beside it")
        assert typist.leaves() == 0
    finally:
        typist.close()
    first, later = verdicts(drawn)
    assert (first.kind, first.blind) == ("corrected", True)
    assert (later.kind, later.blind, later.stream) == ("accepted", False, "")


def test_help_instruction_text_and_pictures_are_shown_when_asked_for(folder: Path) -> None:
    typist = Typist(folder, "--pictures", "write", "--case", "birch")
    try:
        typist.until("> ")
        typist.types("?")
        assert "take" not in typist.until("> ")
        typist.types("t")
        assert "Supplier: Birch & Sons" in typist.until("> ")
        typist.types("p")
        told = typist.until(".png")
        path = Path(told[told.rindex(" /") + 1 :].strip())
        assert path.read_bytes().startswith(b"\x89PNG")
        typist.types("q")
        assert typist.leaves() == 0
        assert not path.exists()
    finally:
        typist.close()
    assert verdicts(folder) == []


def _head(told: str) -> str:
    return next(line for line in told.splitlines() if " of " in line and " · " in line)
