"""The cells of a row as a grid shows them, kept as text beside the index and made into views again:
what the very code of the views said of them, without the places and signals behind a value.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from collections.abc import Sequence
from typing import Any, cast

from casework.sdk.show import age_s
from casework.sdk.views import CellView, RowView
from casework.types.case import CaseRecord, CellState, Flag
from casework.types.procedure import Step
from casework.types.proof import Proof, ProofKind
from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json
from casework.types.verdict import Verdict, VerdictKind

_QUICK = 1
"""The level of compression: more costs time and saves little."""
_PROOFS: dict[str, Proof] = {}
"""Proofs of which only their kind is kept."""


def packed(row: RowView) -> str:
    """A row as text; '' for one that is not to be kept: somebody may not read all of it, or it has
    tables, whose rows are views of their own."""
    if row.nested or any(view.readers is not None or view.hidden for view in row.cells):
        return ""
    if any(document.readers is not None for document in row.case.documents):
        return ""
    told = json.dumps([_told(view) for view in row.cells], separators=(",", ":"))
    return base64.b64encode(zlib.compress(told.encode(), _QUICK)).decode()


def unpacked(
    text: str, case: CaseRecord, steps: Sequence[Step], now: dt.datetime
) -> RowView | None:
    """The row of a case; None where it was kept of other steps."""
    cells = json.loads(zlib.decompress(base64.b64decode(text)))
    if len(cells) != len(steps):
        return None
    return RowView(
        case, tuple(_view(cell, case, step, now) for cell, step in zip(cells, steps, strict=True))
    )


def _told(view: CellView) -> list[object]:
    verdict, used = view.verdict, view.usage
    decided: list[Json] | int = 0
    if verdict is not None:
        decided = [
            verdict.id, verdict.kind, verdict.value, verdict.absence, verdict.against, verdict.who,
            verdict.at, verdict.note,
        ]  # fmt: skip
    spent: list[Json] | int = 0
    if used != NO_USAGE:
        spent = [
            used.calls, used.input_tokens, used.output_tokens, used.cached_tokens, used.cost_usd,
            used.duration_s,
        ]  # fmt: skip
    return [
        view.state, view.shown, view.value, view.absence, view.reason, view.since,
        view.waiting_for, view.proof.kind, view.proof_word, view.needs, view.conflict,
        0 if view.machine_shown == view.shown else view.machine_shown, decided, view.model, spent,
        view.score, view.confidence, list(view.flags), view.outdated, view.proposed_shown,
        view.provisional, view.sureness,
    ]  # fmt: skip


def _view(told: list[Any], case: CaseRecord, step: Step, now: dt.datetime) -> CellView:
    (state, shown, value, absence, reason, since, waiting_for, kind, word, needs, conflict, machine,
     decided, model, spent, score, confidence, flags, outdated, proposed, provisional,
     sureness) = told  # fmt: skip
    return CellView(
        case.id,
        case.name,
        step.id,
        step.name,
        cast("CellState", state),
        shown,
        value,
        absence,
        reason,
        since,
        waiting_for,
        _PROOFS.get(kind) or _PROOFS.setdefault(kind, Proof(cast("ProofKind", kind))),
        word,
        needs,
        conflict,
        machine if machine != 0 else shown,
        _verdict(decided, case.id, step.id) if decided else None,
        model,
        Usage(*spent) if spent else NO_USAGE,
        score,
        confidence,
        age_s(since, now),
        cast("tuple[Flag, ...]", tuple(flags)),
        outdated,
        proposed,
        provisional,
        sureness=sureness,
    )


def _verdict(told: list[Any], case_id: str, step_id: str) -> Verdict:
    id, kind, value, absence, against, who, at, note = told
    return Verdict(
        id, case_id, step_id, cast("VerdictKind", kind), value, absence, against, who, at, note
    )
