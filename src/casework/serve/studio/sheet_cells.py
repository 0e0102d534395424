"""Rows of the grid as compact JSON: what a cell shows, and nothing that it does not. The page
draws them with `textContent`, so nothing of a document is ever taken for markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC

from casework.base.clock import moment
from casework.sdk.sheet.marks import TONES, Tone, mark_of, tone_of
from casework.sdk.sheet.views import StepHead
from casework.sdk.views import CellView, RowView
from casework.serve.words import plainly
from casework.types.procedure import Step
from casework.types.values import Json

NUMERIC = ("number", "percent", "money", "quantity")
"""Types whose values stand on the right, with equal decimals."""
_MOST_LETTERS = 160
"""A cell of the grid shows no more of a text; the case shows all of it."""
_WAITS: Mapping[str, str] = {
    "input": "its inputs",
    "person": "a person",
    "document": "a document",
    "model": "a model",
    "budget": "budget used up",
    "batch": "a batch",
    "system": "another system",
}
_STATES: Mapping[str, str] = {
    "idle": "not asked yet",
    "set_aside": "set aside",
}
_NOBODY: Mapping[tuple[str, str], str] = {}
_NOT_RUN = "not run yet"
_IN_A_RUN: Mapping[str, str] = {"queued": "its turn comes", "running": "at work"}
"""What a run under way does with a cell, in few words; all of it is told beside it."""
_SHOWN_AS_TEXT = frozenset({"quoted", "derived", "reasoned"})
_RIVALS = re.compile(r", page \d+: (.+?) and .+?, page \d+: (.+?)\.?$")
"""The two values in the reason of documents that contradict each other."""
_NOT_RUN_BECAUSE = re.compile(r"skipped: (not )?(.+) is not so")
_TIMED = frozenset({"waiting", "queued", "running"})


def row_json(
    row: RowView, steps: Sequence[Step], asked: Mapping[tuple[str, str], str] = _NOBODY
) -> list[object]:
    """A row: the id of the case, its name, how many documents, why it is set aside, its cells.
    `asked` tells by case and step who was asked to decide."""
    case = row.case
    cells = [
        cell_json(cell, step, asked.get((case.id, step.id), ""))
        for cell, step in zip(row.cells, steps, strict=True)
    ]
    return [case.id, case.name, len(case.documents), case.set_aside, cells]


def cell_json(cell: CellView, step: Step, whose: str = "") -> dict[str, object]:
    """What a cell shows. `m` its mark, `g` its ground (`look` or `wrong`), `k` whether its corner
    is cut, `v` its first line, or `n`/`d` a number, date or period (its two ends) that the page
    writes in the viewer's way, `w` what is proposed, `s` the second line, `t` all of the reason
    where that line is shorter, `a` since when (seconds of the epoch) where an age is told, `c`
    confidence in per cent, `u` sureness in words, `p` who decided, `z` that its first line is no
    value. `whose` decision it waits for ('' for anybody's)."""
    mark = mark_of(cell)
    told: dict[str, object] = {"m": mark}
    if mark == "person" and cell.proof.kind in _SHOWN_AS_TEXT:
        told["m"] = cell.proof.kind
    if mark == "audit":  # the machine's value is not shown before a person has read it anew
        return {**told, "g": "look", "v": "drawn for audit", "z": 1, "s": "read it in the review"}
    tone = tone_of(cell)
    if mark == "stale":
        told["k"] = 1
    elif tone in ("look", "wrong"):
        told["g"] = tone
    if cell.proposed_shown or "stale" in cell.flags:
        told["k"] = 1
    _first_line(cell, step, told, whose)
    if cell.proposed_shown and cell.proposed_shown == cell.shown:
        told["s"] = "the draft says the same"
    elif cell.proposed_shown and not cell.hidden:
        told["w"] = _cut(cell.proposed_shown)
    elif second := _second_line(cell, whose).removeprefix(f"{told.get('v')}: "):
        told["s"] = _cut(second)
    shorter = (_searched(cell), _IN_A_RUN.get(cell.state), _rivals(cell)[1], _unmet(cell))
    if cell.reason and told.get("s") in shorter:
        told["t"] = cell.reason
    if cell.age_s is not None and cell.since and (cell.state in _TIMED or "z" in told):
        told["a"] = int(moment(cell.since).astimezone(UTC).timestamp())
    if cell.confidence is not None:
        told["c"] = round(100 * cell.confidence)
    elif cell.sureness and cell.shown:
        told["u"] = cell.sureness
    if cell.verdict is not None and cell.verdict.kind in ("accepted", "corrected", "adopted"):
        told["p"] = cell.verdict.who
        told["pk"] = cell.verdict.kind
    return told


def head_json(head: StepHead) -> dict[str, object]:
    """The head of a column."""
    step = head.step
    return {
        "id": step.id,
        "name": step.name,
        "type": type_words(step),
        "by": step.by,
        "numeric": step.type.name in NUMERIC and not step.type.many,
        "tones": dict(head.tones),
        "settled": head.settled,
        "cost": head.cost_usd,
        "exact": head.exact,
        "owner": step.owner,
    }


def type_words(step: Step) -> str:
    """The type of a step in a word or two."""
    return f"{step.type.name}, many" if step.type.many else step.type.name


def columns_json(steps: Sequence[Step]) -> list[dict[str, object]]:
    """Columns of which nothing is counted yet."""
    nothing: dict[Tone, int] = dict.fromkeys(TONES, 0)
    return [head_json(StepHead(step, nothing, 0, None, exact=False)) for step in steps]


def _first_line(cell: CellView, step: Step, told: dict[str, object], whose: str) -> None:
    """Its value, or else its state in words."""
    if cell.hidden:
        told |= {"v": "not yours to read", "z": 1}
    elif _rivals(cell)[0]:
        told |= {"v": _rivals(cell)[0], "z": 1}
    elif cell.absence:
        told |= {"v": cell.absence.replace("_", " "), "z": 1}
    elif cell.shown:
        told |= _value(cell.value, step) or {"v": _cut(cell.shown)}
    elif cell.state == "waiting":
        person = whose if cell.waiting_for == "person" else ""
        told |= {"v": person or _WAITS[cell.waiting_for or "input"], "z": 1}
    else:
        told |= {"v": _STATES.get(cell.state, cell.state), "z": 1}


def _second_line(cell: CellView, whose: str) -> str:
    """Why it is as it is; '' where the value says it all."""
    if cell.hidden:
        return ""
    if cell.conflict and cell.machine_shown:
        return f"machine: {cell.machine_shown}"
    if cell.outdated:
        return cell.outdated
    if cell.provisional:
        return cell.provisional
    if cell.state == "value":
        return f"for {whose}: {cell.needs}" if whose and cell.needs else cell.needs
    if cell.reason == _NOT_RUN:
        return ""
    if cell.state in _IN_A_RUN:
        return _IN_A_RUN[cell.state]
    return _searched(cell) or _rivals(cell)[1] or _unmet(cell) or plainly(cell.reason) or cell.needs


def _rivals(cell: CellView) -> tuple[str, str]:
    """The values of documents that contradict each other, as two lines; '' for all else."""
    found = _RIVALS.search(cell.reason) if cell.absence == "conflict" else None
    if found is None:
        return "", ""
    return _cut(found[1]), _cut(f"or {found[2]}")


def _unmet(cell: CellView) -> str:
    """The condition of a skipped cell in words that need no braces, and '' for all else."""
    found = _NOT_RUN_BECAUSE.fullmatch(cell.reason) if cell.state == "skipped" else None
    if found is None:
        return ""
    condition = re.sub(r"[{}]", "", found[2])
    simple = not re.search(r" (and|or) ", condition)
    if found[1] and simple:
        return f"because {condition}"
    return f"only when {found[1] or ''}{condition}"


def _searched(cell: CellView) -> str:
    """How many pages were read where nothing was found, and '' for all else."""
    pages = sum(len(one.pages) for one in cell.proof.searched)
    if cell.absence != "not_found" or not pages:
        return ""
    return f"{pages} {'page' if pages == 1 else 'pages'} searched"


def _value(value: Json, step: Step) -> dict[str, object]:
    """A number or date for the page to write in the viewer's way; nothing for all else."""
    if step.type.many:
        return {}
    if isinstance(value, dict) and step.type.name in ("money", "quantity"):
        return {"n": [value.get("amount"), value.get("currency") or value.get("unit") or ""]}
    if isinstance(value, str) and step.type.name in ("number", "percent"):
        return {"n": [value, "%" if step.type.name == "percent" else ""]}
    if isinstance(value, dict) and step.type.name == "period":
        ends = [value.get("from"), value.get("to")]
        return {"d": ends} if all(ends) else {}
    return {"d": value} if isinstance(value, str) and step.type.name == "date" else {}


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
