"""A recorded outcome worked out again, from what it read then, and compared by digest.

Who answers for a model is handed in; nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from casework.base.errors import CaseworkError, NotRecordedError
from casework.base.hashing import digest
from casework.engine.fingerprint import TODAY
from casework.engine.past_inputs import NotReplayable, PastInputs, documents_then
from casework.types.case import CaseRecord, Outcome, Recorded
from casework.types.learned import without_learned
from casework.types.needs import Steps, StepTask
from casework.types.procedure import GIVEN, Procedure, Step
from casework.types.proof import Citation, Proof
from casework.types.values import Json

_EMBEDDED = "embedded"
ReplayResult = Literal["equal", "differs", "not_replayable"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one recorded outcome. `after` is what it gives now, None where it could not be
    worked out; `reason` says why, or what differs."""

    case_id: str
    step_id: str
    recorded: Recorded
    result: ReplayResult
    reason: str = ""
    after: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Then:
    """What steps meant when a run was made: meanings by their digests. `today` is the date that
    rules without one of their own are given."""

    meanings: Mapping[str, Mapping[str, Json]]
    today: str


class Replay:
    """Works outcomes of one run out again."""

    def __init__(self, inputs: PastInputs, steps: Steps, then: Then) -> None:
        self._inputs = inputs
        self._steps = steps
        self._then = then

    async def cell(self, case: CaseRecord, step_id: str, recorded: Recorded) -> Replayed:
        """Work one outcome out again. `case` holds its documents as they are now."""
        try:
            procedure = self._inputs.procedure(case)
            step = procedure.by_id.get(step_id)
            if step is None:
                raise NotReplayable("the procedure of that run has no such step")
            if step.by == GIVEN:
                after = given(case, step_id, recorded)
            else:
                after = await self._again(await self._task(case, procedure, step, recorded))
        except NotReplayable as why:
            return Replayed(case.id, step_id, recorded, "not_replayable", str(why))
        reason = difference(recorded.outcome, after)
        result: ReplayResult = "differs" if reason else "equal"
        return Replayed(case.id, step_id, recorded, result, reason, after)

    async def _task(
        self, case: CaseRecord, procedure: Procedure, step: Step, recorded: Recorded
    ) -> StepTask:
        step = self._as_asked_then(step, recorded)
        inputs = await self._inputs.of(case, step, recorded)
        case = await self._inputs.with_documents(case)
        documents = documents_then(case, step, recorded)
        today = recorded.inputs.get(TODAY, self._then.today)
        return StepTask(procedure, step, case, documents, inputs, today, recorded.attempt)

    def _as_asked_then(self, step: Step, recorded: Recorded) -> Step:
        """The step with the model that it had; raises when other code would carry it out now."""
        told = self._then.meanings.get(recorded.meaning, {})
        step = with_models(step, told)
        blocked = self._steps.blocked(step)
        if blocked is not None and blocked.waiting_for == "person":
            raise NotReplayable(blocked.reason)
        method = self._steps.method(step)
        before = (str(told.get("method") or ""), str(told.get("method_version") or ""))
        if told and before != (method.name, method.version):
            if gone := _gone(before[1], method.version):
                raise NotReplayable(gone)
            raise NotReplayable(
                f"it was done by {' '.join(before)}; this casework has {method.name}"
                f" {method.version}"
            )
        return _as_routed(step, recorded)

    async def _again(self, task: StepTask) -> Outcome:
        """The outcome of now; a failure of the case is one too."""
        try:
            if task.step.when is not None:
                outcome = await self._steps.applies(task)
                if outcome is not None:
                    return outcome
            return await self._steps.run(task)
        except NotRecordedError as error:
            raise NotReplayable(error.message) from error
        except CaseworkError as error:
            if not error.blames_case:
                raise NotReplayable(str(error)) from error
            return Outcome("failed", reason=str(error), code=error.code, blames_case=True)
        except Exception as error:  # noqa: BLE001 - as in the run: it spoils one cell
            words = f"{task.step.name}: unexpected {type(error).__name__}: {error}"
            return Outcome("failed", reason=words, code="internal.error", blames_case=True)


def _as_routed(step: Step, recorded: Recorded) -> Step:
    """The step with those of its readers alone that were asked then: who answered was decided by
    what was known that day."""
    asked = len(recorded.outcome.proof.readings)
    return replace(step, readers=step.readers[:asked]) if step.readers and asked else step


def _gone(before: str, now: str) -> str:
    """Which learned version it had that is there no more; '' where something else is different."""
    (plain, had), (code, has) = without_learned(before), without_learned(now)
    gone = [mark.partition(".")[0] for mark in had if mark not in has]
    if plain != code or not gone:
        return ""
    return f"it was done with learned version {' and '.join(gone)}, which was deleted since"


def with_models(step: Step, meaning: Mapping[str, Json]) -> Step:
    """The step with the models by name that its readers were, whatever the roles mean today."""
    model = str(meaning.get("model") or "")
    settings = meaning.get("settings")
    readers = settings if isinstance(settings, dict) else {}
    order = readers.get("readers")
    if isinstance(order, list):
        return replace(step, model="", readers=tuple(map(_who, order)))
    if model and step.by != "rule":
        step = replace(step, model=model)
    second, third = (_reader(readers.get(name)) for name in ("second", "third"))
    return replace(step, second=second or step.second, third=third or step.third)


def _who(told: Json) -> str:
    """The name of a reader in an order of them."""
    return str(told.get("who")) if isinstance(told, dict) else str(told)


def _reader(told: Json) -> str:
    """The model of a reader as its method tells it; '' where there is none."""
    return str(told.get("model") or _EMBEDDED) if isinstance(told, dict) else ""


def given(case: CaseRecord, step_id: str, recorded: Recorded) -> Outcome:
    """A column of a table in one of its rows: what stands in the row."""
    value = case.fields.get(step_id)
    if recorded.inputs.get(f"field:{step_id}") != digest(value):
        raise NotReplayable("the row holds something else since")
    if recorded.outcome.kind != "value":
        return recorded.outcome
    return replace(recorded.outcome, value=value)


def difference(before: Outcome, after: Outcome) -> str:
    """What differs between two outcomes, in words; '' when they say the same and prove it alike."""
    if before.kind != after.kind:
        return f"it was {_said(before)} and is {_said(after)}"
    if before.kind == "failed":
        same = before.code == after.code
        return "" if same else f"it failed with {before.code} and fails with {after.code}"
    if before.value_digest != after.value_digest:
        return "another value" if before.kind == "value" else f"{before.absence}, {after.absence}"
    told, found = grades(before.proof), grades(after.proof)
    return "" if told == found else f"the same value, proved otherwise: {told}, now {found}"


def grades(proof: Proof) -> str:
    """A proof in a few words that are the same when it is as strong: its kind, and for each place
    how the quote was found and whether it bears the value."""
    told = [_place(citation) for citation in proof.citations]
    for claim in proof.claims:
        told.append("claim holds" if claim.holds else "claim hangs")
        told += [_place(citation) for citation in claim.citations]
    return f"{proof.kind}: {', '.join(told)}" if told else proof.kind


def _place(citation: Citation) -> str:
    return f"{citation.grade} {citation.support}"


def _said(outcome: Outcome) -> str:
    return {"absent": outcome.absence or "absent", "failed": f"failed ({outcome.code})"}.get(
        outcome.kind, f"a {outcome.kind}" if outcome.kind == "value" else outcome.kind
    )
