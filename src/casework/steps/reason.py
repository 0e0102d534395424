"""A step that a language model reasons out from other cells: a value with claims, each pointing to
cells that exist."""

from __future__ import annotations

from dataclasses import dataclass

from casework.base.errors import ContextTooLongError, InvalidAnswerError
from casework.models.structured import ask_structured
from casework.steps.ask import MODEL_RESOURCE
from casework.steps.choice import ModelChoice
from casework.steps.prompt import PROMPTS_VERSION, reason_request
from casework.types.case import Outcome
from casework.types.label import Label
from casework.types.needs import Blocked, ModelCalls, StepTask
from casework.types.procedure import Method, Step
from casework.types.proof import Claim, Proof
from casework.types.values import Json, ValueType
from casework.values.shape import settle_json


@dataclass(frozen=True, slots=True)
class Reasoned:
    """What a model concluded, its value made canonical (None: not applicable)."""

    applies: bool
    value: Json
    claims: tuple[Claim, ...]
    note: str


class ReasonStep:
    """The kind `by: model`."""

    def __init__(self, calls: ModelCalls, models: ModelChoice, *, window: int) -> None:
        self._calls = calls
        self._models = models
        self._window = window

    def method(self, step: Step) -> Method:
        """The prompt's version and the requested model."""
        model = self._models.of(step)
        return Method("reason.model", PROMPTS_VERSION, model, resource=MODEL_RESOURCE + model)

    def blocked(self, step: Step) -> Blocked | None:
        """Blocked while no model is set."""
        return self._models.blocked(step)

    async def run(self, task: StepTask) -> Outcome:
        """Ask, then check that every claim points to cells that were given."""
        request = reason_request(task, self._models.of(task.step))
        self._check(task, sum(len(message.text) for message in request.messages))
        given = frozenset(task.inputs)
        type = task.step.type
        answered = await ask_structured(
            self._calls, request, lambda told: read_reasoning(told, type, given)
        )
        found = answered.value
        return Outcome(
            "value" if found.applies else "absent",
            value=found.value,
            absence=None if found.applies else "not_applicable",
            reason=found.note or ("" if found.applies else "the model found it not applicable"),
            proof=_proof(found),
            label=Label(frozenset({f"model:{answered.answer.model}"})),
            model=answered.answer.model,
            usage=answered.usage,
        )

    def _check(self, task: StepTask, letters: int) -> None:
        """Cells are never cut: what they say does not fit in part."""
        if letters > self._window:
            raise ContextTooLongError(
                f"{task.step.name}: what it is reasoned from has {letters:,} characters, more than "
                f"the {self._window:,} that one call may carry.",
                fix="Raise model.window, or let its instruction name fewer steps.",
            )


def read_reasoning(told: Json, type: ValueType, given: frozenset[str]) -> Reasoned:
    """The answer of a model as data; raises `InvalidAnswerError` or `ValueReadError`."""
    if not isinstance(told, dict):
        raise InvalidAnswerError("The answer is not an object.")
    note = told.get("note")
    words = note.strip() if isinstance(note, str) else ""
    claims = _claims(told.get("claims"), given)
    if told.get("status") == "not_applicable":
        return Reasoned(False, None, claims, words)
    if told.get("value") in (None, "", []):
        raise InvalidAnswerError("`value` is empty; `status` must then be not_applicable.")
    return Reasoned(True, settle_json(told["value"], type), claims, words)


def _claims(told: Json, given: frozenset[str]) -> tuple[Claim, ...]:
    claims = []
    for item in told if isinstance(told, list) else []:
        if not isinstance(item, dict) or not isinstance(item.get("text"), str):
            continue
        cells = item.get("cells")
        named = tuple(str(cell) for cell in cells) if isinstance(cells, list) else ()
        known = tuple(cell for cell in named if cell in given)
        claims.append(Claim(str(item["text"]), known, holds=bool(known) and known == named))
    return tuple(claims)


def _proof(found: Reasoned) -> Proof:
    steps = tuple(dict.fromkeys(step for claim in found.claims for step in claim.steps))
    if not any(claim.holds for claim in found.claims):
        return Proof("unproved", claims=found.claims, note="no claim points to a cell")
    weak = sum(not claim.holds for claim in found.claims)
    note = f"{weak} of {len(found.claims)} claims point to nothing" if weak else ""
    return Proof("reasoned", claims=found.claims, steps=steps, note=note)
