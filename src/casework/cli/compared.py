"""A comparison drawn: the sentence about what people verified first, then what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.planned import plan_sentence
from casework.cli.signs import LOOK, QUIET, WRONG
from casework.cli.terminal import join, said
from casework.cli.words import many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from casework.types.change import (
        ChangeDecision,
        Comparison,
        Difference,
        DifferenceGroup,
        DifferenceKind,
        Disagreement,
        Regression,
        SameMeaning,
        Side,
    )

_KINDS: dict[DifferenceKind, str] = {
    "value": "another value",
    "lost": "had a value, now absent",
    "found": "was absent, now has a value",
    "absence": "another kind of absence",
    "skipped": "now skipped by its condition",
    "unskipped": "no longer skipped",
    "new": "a new step",
    "removed": "a step that is gone",
    "failed": "fails now",
    "waiting": "waits now",
    "proof": "the same value with another proof",
    "confidence": "the same value, surer or less sure",
}
_SHOWN = 12
"""Cells of a group that are drawn; the rest is counted, and whole in JSON."""


def verified_sentence(measured: Regression) -> str:
    """How the change agrees with what people verified, in one sentence."""
    if not measured.verified:
        return "No cell was verified by a person yet, so nothing measures the change."
    yours = f"your {measured.verified:,} verified values"
    yours = "your one verified value" if measured.verified == 1 else yours
    after = f"It agrees with {measured.agrees:,} of {yours}"
    if measured.verified == 1:
        after = f"It {'agrees' if measured.agrees else 'does not agree'} with {yours}"
    return f"{after}; before {measured.before:,}."


def draw_comparison(console: Console, found: Comparison, *, asking: str = "") -> None:
    """What people verified, then each group of cells that differ, old beside new."""
    if found.stale:
        told = "The procedure was edited since: this is what the edit before gave."
        _lines(console, f"{told} To go on: casework try", WRONG)
    for change in found.changes:
        for number, line in enumerate(fold(change, max(20, console.width - 4), 6)):
            console.print(said(("    " if number else "  - ") + line, QUIET))
    console.print()
    measured = found.regression
    worse = measured.agrees < measured.before
    _lines(console, verified_sentence(measured), f"bold {WRONG}" if worse else "bold")
    _draw_disagreements(console, measured.disagreements)
    _draw_groups(console, found)
    _draw_rest(console, found, asking)


def _draw_disagreements(console: Console, found: Sequence[Disagreement]) -> None:
    """Verified values that it does not find: those that it found before, then those that are wrong
    in another way now. What is wrong as it was before is only counted."""
    worse = [one for one in found if one.before]
    other = [one for one in found if not one.before and one.old != one.new]
    for one in [*worse, *other][:_SHOWN]:
        _lines(console, _disagreement(one), LOOK if one.before else QUIET, indent="  ")
    _more(console, len(worse) + len(other) - _SHOWN)
    same = len(found) - len(worse) - len(other)
    if same:
        told = f"{same:,} other than you said, as before (--json names them)."
        _lines(console, told, QUIET, indent="  ")


def _draw_groups(console: Console, found: Comparison) -> None:
    if not found.groups:
        console.print()
        console.print("Nothing differs from what is in force.")
        return
    for group in found.groups:
        console.print()
        head = f"{group.step_name}: {_KINDS[group.kind]}"
        count = many(len(group.cells), "cell")
        decided = len(group.cells) - group.undecided
        count += f", {decided:,} decided" if decided else ""
        console.print(join(said(head, "bold"), said(f"  ({count}, --kind {group.kind})", QUIET)))
        width = min(24, max(len(cell.case_name) for cell in group.cells))
        for cell in group.cells[:_SHOWN]:
            _draw_cell(console, group, cell, width)
        _more(console, len(group.cells) - _SHOWN)


def _draw_cell(console: Console, group: DifferenceGroup, cell: Difference, width: int) -> None:
    old, new = _side(cell.old), _side(cell.new)
    told = f"{old} → {new}" if group.kind != "new" else new
    if group.kind in ("proof", "confidence"):
        told = f"{new}: {_proof(cell.old)} → {_proof(cell.new)}"
    if cell.verified:
        word = "agrees" if cell.agrees else "does not agree"
        told += f"  [verified: {cell.verified}; {word}]"
    if cell.decided:
        told += f"  [{cell.decided}]"
    style = LOOK if cell.agrees is False and not cell.decided else QUIET if cell.decided else ""
    heads = fold(cell.case_name, width, 2)
    room = max(16, console.width - width - 4)
    for number, line in enumerate(fold(told, room, 4)):
        head = heads[number] if number < len(heads) else ""
        console.print(join(f"  {head:<{width}}  ", said(line, style)))


def _draw_rest(console: Console, found: Comparison, asking: str) -> None:
    console.print()
    parts = [f"{many(found.tried, 'cell')} tried", f"{found.equal:,} came out the same"]
    if found.left:
        parts.append(f"{found.left:,} not tried yet (casework try)")
    _lines(console, f"{', '.join(parts)}.", QUIET)
    if asking and found.undecided:
        _lines(console, f"Say what to {asking}: --all, --step, --kind, --case or --cell CASE/STEP.")
    elif found.undecided:
        _lines(console, "Decide with: casework adopt, casework keep; or casework drop.", QUIET)


def _disagreement(one: Disagreement) -> str:
    before = "agreed before" if one.before else f"before: {one.old}"
    return f"{one.case_name}, {one.step_name}: you said {one.said}; now {one.new} ({before})"


def _side(side: Side) -> str:
    if side.shown:
        return side.shown
    return side.absence.replace("_", " ") or f"{side.state.replace('_', ' ')}: {side.reason}"


def _proof(side: Side) -> str:
    parts = [side.proof_word, side.grade]
    if side.confidence is not None:
        parts.append(f"{side.confidence:.0%}")
    return " ".join(part for part in parts if part) or "no proof"


def draw_decision(console: Console, done: ChangeDecision) -> None:
    """What was decided, what is left, and what a run would do now."""
    if done.decided == "adopted":
        told = f"Adopted: {many(done.cells, 'cell')}."
    else:
        verb = "stands as it is" if done.cells == 1 else "stand as they are"
        told = f"Kept: {many(done.cells, 'cell')} {verb}."
    if done.taken_up:
        told += f" Version {done.version} of the procedure is in force."
    for name in done.learned:
        told += f" {name[:1].upper()}{name[1:]} is at work."
    _lines(console, told, "bold")
    if done.conflicts:
        one = done.conflicts == 1
        told = f"{many(done.conflicts, 'cell')} {'disagrees' if one else 'disagree'} with what a "
        _lines(console, told + "person said, which stays in force: look at them.", LOOK)
    if done.left:
        verb = "that differs is" if done.left == 1 else "that differ are"
        told = f"{many(done.left, 'cell')} {verb} still to decide"
        told += "; what you leave open, the next run takes up." if done.taken_up else "."
        _lines(console, told)
    elif done.state == "open":
        _lines(console, "All is decided. To take the procedure up: casework adopt --all")
    if done.next is not None and done.taken_up:
        _lines(console, plan_sentence(done.next), QUIET)


def draw_same(
    console: Console, found: Sequence[SameMeaning], sentence: str, *, undone: bool
) -> None:
    """What was called the same, by whom, and what a run would do now."""
    if not found:
        console.print("Nothing was called the same yet.")
    for one in found:
        told = f"{one.step_name}: called the same by {one.who} on {one.at[:10]}"
        if one.undone_at:
            told += f", taken back by {one.undone_by} on {one.undone_at[:10]}"
        _lines(console, f"{told}.", QUIET if one.undone_at and not undone else "")
    if sentence:
        _lines(console, sentence, "bold")


def comparison_json(found: Comparison) -> dict[str, object]:
    """A comparison as JSON, the sentence with it."""
    measured = found.regression
    return {
        "sentence": verified_sentence(measured),
        "change": found.change.id,
        "edited_since": found.stale,
        "changes": found.changes,
        "verified": measured.verified,
        "agrees": measured.agrees,
        "agreed_before": measured.before,
        "disagreements": measured.disagreements,
        "groups": [
            {
                "step": group.step_id,
                "name": group.step_name,
                "kind": group.kind,
                "cells": [_cell_json(cell) for cell in group.cells],
            }
            for group in found.groups
        ],
        "differ": found.cells,
        "undecided": found.undecided,
        "tried": found.tried,
        "equal": found.equal,
        "not_tried": found.left,
    }


def decision_json(done: ChangeDecision) -> dict[str, object]:
    """A decision as JSON."""
    return {
        "decided": done.cells,
        "as": done.decided,
        "version": done.version,
        "taken_up": done.taken_up,
        "learned": done.learned,
        "undecided": done.left,
        "state": done.state,
        "conflicts": done.conflicts,
        "next": plan_sentence(done.next) if done.next else None,
    }


def _cell_json(cell: Difference) -> dict[str, object]:
    return {
        "case": cell.case_name,
        "case_id": cell.case_id,
        "old": cell.old,
        "new": cell.new,
        "verified": cell.verified or None,
        "agrees": cell.agrees,
        "decided": cell.decided or None,
    }


def _lines(console: Console, text: str, style: str = "", *, indent: str = "") -> None:
    for line in fold(text, max(20, console.width - len(indent)), 6):
        console.print(join(indent, said(line, style)))


def _more(console: Console, count: int) -> None:
    if count > 0:
        console.print(said(f"  and {count:,} more (all of them with --json)", QUIET))
