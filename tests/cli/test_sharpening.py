"""sharpen, for people and for scripts."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from casework.cli import sharpening
from casework.types.instruction import Effect, SharperInstruction
from tests.cli.conftest import Cli

DIFF = ("--- p.md", "+++ p.md", "@@ -1,2 +1,2 @@", " ## Supplier", "-The company.", "+The issuer.")


def proposal(
    *, before: int = 4, after: int = 6, left_out: int = 0, taken: bool = False
) -> SharperInstruction:
    lost = ("birch",) if after < before else ()
    return SharperInstruction(
        "supplier", "Supplier", "model", "The company.", "The issuer.", "It was the other one.",
        DIFF, Effect(), Effect(7, before, after, lost), 3, left_out, "text", "over", "big",
        taken=taken,
    )  # fmt: skip


def drawn(found: SharperInstruction) -> str:
    console = Console(file=io.StringIO(), width=90, highlight=False, markup=False)
    sharpening._draw(console, found)
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


def test_a_proposal_is_a_diff_with_what_it_does_to_verified_cells() -> None:
    told = drawn(proposal())
    assert told.startswith("Supplier: a sharper instruction, big It was the other one.")
    assert "## Supplier -The company. +The issuer." in told
    assert "held out 7 verified cells: 4 right before, 6 with it." in told
    assert "shown no verified cell" in told
    assert told.endswith("Nothing was changed. Take it with --take, or say more with --note.")


def test_a_proposal_that_makes_cells_worse_names_them() -> None:
    told = drawn(proposal(before=4, after=3, left_out=2))
    assert "no longer right: birch" in told
    assert "With it fewer verified cells are right." in told
    assert "2 cells left out, since not everybody may read them." in told


def test_a_proposal_that_was_taken_says_what_is_next() -> None:
    assert drawn(proposal(taken=True)).endswith("Try it on all cells: casework try")


@pytest.mark.parametrize(
    ("step", "code"), [("Net", "not_found"), ("Sums agree", "usage.invalid"), ("Nett", "not_found")]
)
def test_what_cannot_be_sharpened_is_told(cli: Cli, step: str, code: str) -> None:
    told = cli("sharpen", step, "--json").json
    assert told["error"]["code"] == code


def test_a_step_that_the_embedded_extractor_reads_is_told_to_learn_instead(cli: Cli) -> None:
    cli("correct", "alder", "Net", "EUR 1.00")
    told = cli("sharpen", "Net", "--json").json
    assert told["error"]["code"] == "instruction.no_reader"
    assert "casework learn" in told["error"]["fix"]
