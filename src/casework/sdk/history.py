"""The history of a cell, made ready to be read: what runs did and what people decided, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from casework.sdk.rights import NOT_YOURS, READS_EVERYTHING, Rights
from casework.sdk.show import shown
from casework.sdk.views import HistoryView
from casework.store.forgetting import FORGOTTEN
from casework.store.store import Store
from casework.types.label import LEARNED, NO_LABEL
from casework.types.past import Happened
from casework.types.procedure import Step

_MACHINE = "casework"
_LAPSED = "no longer in force"


async def history_of(
    store: Store,
    worksheet_id: str,
    case_id: str,
    step: Step,
    *,
    rights: Rights = READS_EVERYTHING,
) -> tuple[HistoryView, ...]:
    """Everything that happened to a cell, oldest first. Of what these rights do not let be read it
    is told that it happened, and what people decided in such a cell is not told."""
    timeline = await store.past.of_case(case_id)
    events = await store.past.with_outcomes(timeline.get(step.id, ()))
    places = await store.past.places(worksheet_id)
    told = list(history_views(events, step, places))
    told = await _with_learned(store, worksheet_id, step, told, events)
    if not rights.all:
        told = _allowed(told, events, rights)
    meant = {event.recorded.meaning for event in events if event.recorded}
    for item in [*await _kept(store, case_id, step), *await _same(store, meant)]:
        after = [at for at, other in enumerate(told, 1) if other.at <= item.at]
        told.insert(after[-1] if after else 0, item)
    return tuple(told)


async def _with_learned(
    store: Store,
    worksheet_id: str,
    step: Step,
    told: Sequence[HistoryView],
    events: Sequence[Happened],
) -> list[HistoryView]:
    """The same with the learned version that had a part in each result of the step."""
    named = [_learned_of(event) for event in events]
    if not any(named):
        return list(told)
    versions = {one.id: one for one in await store.learned.of_worksheet(worksheet_id)}
    whys = [
        [
            f"learned version {versions[id].number}"
            for id in sorted(ids)
            if id in versions and versions[id].path == step.id
        ]
        for ids in named
    ]
    return [
        replace(view, why=", ".join(filter(None, (view.why, *why)))) if why else view
        for view, why in zip(told, whys, strict=True)
    ]


def _learned_of(event: Happened) -> list[str]:
    """The ids of the learned versions that a result came from, those of what it read too."""
    sources = event.recorded.outcome.label.sources if event.recorded else ()
    return [source.removeprefix(LEARNED) for source in sources if source.startswith(LEARNED)]


async def _kept(store: Store, case_id: str, step: Step) -> list[HistoryView]:
    """When a person let the cell stand beside what a change proposed."""
    choices = await store.choices.of_cell(case_id, step.id)
    return [
        HistoryView(choice.at, "kept", "", choice.who, "stands beside what a change proposed")
        for choice in choices
        if choice.decision == "kept"
    ]


async def _same(store: Store, meant: set[str]) -> list[HistoryView]:
    """When a person said of an edit that it changes no result that was found before it."""
    told = []
    for old, _, who, at, undone_by, undone_at in await store.meanings.called_same():
        if old not in meant:
            continue
        told.append(HistoryView(at, "same meaning", "", who, "an edit was called the same"))
        if undone_at:
            taken = "it is not the same after all"
            told.append(HistoryView(undone_at, "same meaning undone", "", undone_by, taken))
    return told


def history_views(
    events: Sequence[Happened], step: Step, places: Mapping[str, int]
) -> tuple[HistoryView, ...]:
    """The views of what happened; `places` number the runs of the worksheet."""
    told: list[HistoryView] = []
    for event in events:
        if event.verdict is not None:
            told.append(_verdict(event, step))
            continue
        place = places.get(event.run_id, 0)
        why = f"run {place}" if place else ""
        if event.what == "lapsed":
            by = event.who or _MACHINE
            told.append(HistoryView(event.at, _LAPSED, "", by, event.reason, why))
            continue
        told.append(_outcome(event, step, why))
    return tuple(told)


def _allowed(
    told: Sequence[HistoryView], events: Sequence[Happened], rights: Rights
) -> list[HistoryView]:
    """The same with what is hidden left out of it."""
    labels = [event.recorded.outcome.label if event.recorded else None for event in events]
    hidden = [label is not None and not rights.may_read(label) for label in labels]
    placed = [event.verdict.label if event.verdict else NO_LABEL for event in events]
    return [
        replace(view, shown="", note=NOT_YOURS, places=())
        if out or (label is None and any(hidden)) or not rights.may_read(place)
        else view
        for view, out, label, place in zip(told, hidden, labels, placed, strict=True)
    ]


def _outcome(event: Happened, step: Step, why: str) -> HistoryView:
    outcome = event.recorded.outcome if event.recorded else None
    value = ""
    if outcome is not None and outcome.kind in ("value", "absent"):
        value = shown(outcome.value, outcome.absence or "", step)
    kind = outcome.kind if outcome else event.state
    what: str = kind if event.what in ("found", "failed", "waited") else event.what
    if outcome is not None and outcome.code == FORGOTTEN:
        what = "forgotten"
    by = event.who or (outcome.model if outcome else "") or _MACHINE
    return HistoryView(event.at, what, value, by, outcome.reason if outcome else event.reason, why)


def _verdict(event: Happened, step: Step) -> HistoryView:
    verdict = event.verdict
    assert verdict is not None
    silent = verdict.value is None and not verdict.absence
    value = "" if silent else shown(verdict.value, verdict.absence, step)
    why = f"shown because: {verdict.shown_because}" if verdict.shown_because else ""
    if verdict.blind:
        why = ", ".join(filter(None, (why, "the machine's value was hidden")))
    return HistoryView(
        event.at, verdict.kind, value, verdict.who, verdict.note, why, verdict.citations
    )
