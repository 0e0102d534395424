"""A run done again from its record: proves that the same steps over the same inputs give the same.

Asks no model and writes nothing: models answer out of the spans of the run, documents come as they
were parsed. What cannot be done again is told with its reason, never counted as equal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from casework.base.aio import gather_bounded
from casework.base.errors import NotFoundError, UsageError
from casework.base.hashing import digest
from casework.engine.past_inputs import Past, PastInputs
from casework.engine.replay import Replay, Replayed, Then, grades
from casework.procedures.compile import compile_procedure
from casework.procedures.snapshot import restore
from casework.sdk.action import action
from casework.sdk.following import Following, with_canonical_kinds
from casework.sdk.learned.then import LearnedThen
from casework.sdk.recorded_answers import RecordedAnswers
from casework.sdk.show import shown
from casework.sdk.wire import House
from casework.steps.python import Function
from casework.store.records import WorksheetRecord
from casework.store.replays import Found
from casework.types.case import CaseRecord, Outcome, Recorded
from casework.types.nesting import DOT, procedure_of_rows
from casework.types.procedure import Procedure, Step
from casework.types.run import RunRecord
from casework.types.span import Span
from casework.types.values import Json

LAST = "last"
_NAMED = 5
_ALL = 1_000_000

OnCell = Callable[[int, int, str], None]
"""Told of outcomes done, outcomes in all, and the case and step at hand."""


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """An outcome that is not equal, or could not be worked out again, with what it was (`before`)
    and what it gives now (`after`, '' where it gives nothing) as text."""

    case: str
    step: str
    step_id: str
    reason: str
    before: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """How a run compares with itself. The digests are over what is compared (case, step,
    fingerprint, value, strength of proof), as recorded and as worked out again, of all outcomes
    that could be; `from_memory` counts cells that the run took from earlier runs."""

    run: RunRecord
    worksheet: str
    outcomes: int
    equal: int
    differing: tuple[ReplayLine, ...]
    not_replayable: tuple[ReplayLine, ...]
    from_memory: int
    recorded_digest: str
    replayed_digest: str

    @property
    def proved(self) -> bool:
        """Whether all that could be worked out again is equal, and something could."""
        return not self.differing and (self.equal > 0 or not self.outcomes)


class Replaying:
    """Replays of the runs of one worksheet."""

    def __init__(self, house: House, sheet: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._sheet = sheet
        self._following = following

    @action("edit")
    async def replay(self, run: str = LAST, *, on_cell: OnCell | None = None) -> ReplayReport:
        """Do a run again from its record: its id, the beginning of it, or `last` for the newest
        run that recorded something."""
        chosen = await self._run(run)
        rights, told = self._house.rights, f"The replay of {self._sheet.name}"
        await rights.check_all(self._house.store, self._sheet.id, told)
        version = await self._house.store.procedures.version(
            self._sheet.id, chosen.procedure_version
        )
        procedure, functions = await self._procedure(version.text)
        answers = RecordedAnswers()
        meanings: dict[str, Mapping[str, Json]] = {}
        store, done = self._house.store, 0
        levels, sheets = await self._levels(procedure)
        past = Past(store.cases, store.cells, store.verdicts, store.rows, levels, sheets)
        learned = await LearnedThen.of_worksheet(self._house, self._sheet.id, procedure)
        steps = self._house.steps(functions, recorded=answers, learned=learned)
        replay = Replay(PastInputs(past), steps, Then(meanings, chosen.started_at[:10]))
        tally = _Tally(levels)
        total = await store.replays.count(chosen.id)

        async def one(found: Found) -> tuple[CaseRecord, Replayed]:
            nonlocal done
            case = await store.cases.get(found.case_id)
            meant = meanings.get(found.recorded.meaning, {})
            with answers.of(await self._spans(found.recorded)), learned.as_meant(meant):
                replayed = await replay.cell(case, found.step_id, found.recorded)
            done += 1
            if on_cell is not None:
                on_cell(done, total, f"{case.name} · {tally.name(case, found.step_id)}")
            return case, replayed

        async for batch in store.replays.of_run(chosen.id):
            marks = {found.recorded.meaning for found in batch} - meanings.keys()
            meanings.update(await store.meanings.read(marks))
            for case, replayed in await gather_bounded(one, batch, limit=os.cpu_count() or 1):
                tally.add(case, replayed)
        until = chosen.ended_at or chosen.started_at
        memory = await store.replays.taken_from_memory(self._sheet.id, chosen.started_at, until)
        return tally.report(chosen, self._sheet.name, total, memory)

    async def _spans(self, recorded: Recorded) -> Sequence[Span]:
        """What was done for an outcome, or for the one that it was taken from."""
        store = self._house.store
        found = await store.spans.of_outcome(recorded.id)
        if not found:
            first = await store.replays.worked_out_as(recorded.fingerprint)
            found = await store.spans.of_outcome(first) if first else ()
        return found

    async def _levels(self, procedure: Procedure) -> tuple[dict[str, Procedure], dict[str, str]]:
        """The procedures of cases and of rows by their worksheets, and these by their tables."""
        levels, sheets = {self._sheet.id: procedure}, {}
        found = await self._house.store.rows.sheets(self._sheet.id)
        known = {"": self._sheet.id, **found}
        for path, id in sorted(found.items(), key=lambda item: item[0].count(DOT)):
            around, _, table = path.rpartition(DOT)
            outer = levels.get(known[around])
            step = outer.by_id.get(table) if outer else None
            if outer is not None and step is not None and step.nested:
                levels[id] = procedure_of_rows(outer, step)
                sheets[f"{known[around]}{DOT}{table}"] = id
        return levels, sheets

    async def _run(self, wanted: str) -> RunRecord:
        runs = await self._house.store.runs.latest(self._sheet.id, limit=_ALL)
        if not runs:
            raise NotFoundError(f"{self._sheet.name} was not run yet.", fix="casework run")
        if wanted == LAST:
            for run in runs:
                if await self._house.store.replays.count(run.id):
                    return run
            return runs[0]
        word = wanted.strip().removeprefix("run ").strip()
        places = await self._house.store.past.places(self._sheet.id)
        found = [run for run in runs if word == str(places.get(run.id))]
        found = found or [run for run in runs if word and run.id.startswith(word)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(run.id for run in found[:_NAMED])
            raise UsageError(f"{wanted!r} is the beginning of several runs: {listed}.")
        fix = f"There {'are' if len(runs) > 1 else 'is'} {len(runs)}: casework runs lists them."
        raise NotFoundError(f"There is no run {wanted!r}.", fix=fix)

    async def _procedure(self, text: str) -> tuple[Procedure, Mapping[str, Function]]:
        """The procedure as it stood, with those functions of it that are here and may run."""
        file = self._sheet.procedure_file
        if file and not file.endswith(".py"):
            return with_canonical_kinds(compile_procedure(text, file)), {}
        followed = await self._following.now()
        same = followed.text == text
        if file and not same:
            raise UsageError(
                f"The code of {file} was changed since that run.",
                fix="Put the file back as it was, then replay.",
            )
        procedure = followed.procedure if same else with_canonical_kinds(restore(text))
        return procedure, followed.functions if same else {}


class _Tally:
    """Counts what came out."""

    def __init__(self, levels: Mapping[str, Procedure]) -> None:
        self._levels = levels
        self._equal = 0
        self._differing: list[ReplayLine] = []
        self._not: list[ReplayLine] = []
        self._before: list[list[str]] = []
        self._after: list[list[str]] = []

    def name(self, case: CaseRecord, step_id: str) -> str:
        """The heading of a step then."""
        step = self._step(case, step_id)
        return step.name if step else step_id

    def _step(self, case: CaseRecord, step_id: str) -> Step | None:
        level = self._levels.get(case.worksheet_id)
        return level.by_id.get(step_id) if level else None

    def add(self, case: CaseRecord, replayed: Replayed) -> None:
        """Count one outcome."""
        recorded, after = replayed.recorded, replayed.after
        if after is not None:
            cell = [replayed.case_id, replayed.step_id, recorded.fingerprint]
            self._before.append([*cell, *_compared(recorded.outcome)])
            self._after.append([*cell, *_compared(after)])
        if replayed.result == "equal":
            self._equal += 1
            return
        line = ReplayLine(
            case.name,
            self.name(case, replayed.step_id),
            replayed.step_id,
            replayed.reason,
            _said(self._step(case, replayed.step_id), recorded.outcome),
            _said(self._step(case, replayed.step_id), after) if after else "",
        )
        (self._differing if replayed.result == "differs" else self._not).append(line)

    def report(self, run: RunRecord, worksheet: str, total: int, memory: int) -> ReplayReport:
        """All of it."""
        return ReplayReport(
            run,
            worksheet,
            total,
            self._equal,
            tuple(self._differing),
            tuple(self._not),
            memory,
            digest(sorted(self._before)),
            digest(sorted(self._after)),
        )


def _said(step: Step | None, outcome: Outcome) -> str:
    if outcome.kind == "failed":
        return f"failed: {outcome.reason}"
    if outcome.kind == "skipped" or step is None:
        return outcome.kind
    return shown(outcome.value, outcome.absence or "", step)


def _compared(outcome: Outcome) -> Sequence[str]:
    """What of an outcome is compared: its kind, its value, how strongly it is proved."""
    if outcome.kind == "failed":
        return [outcome.kind, outcome.code, ""]
    return [outcome.kind, outcome.value_digest, grades(outcome.proof)]
