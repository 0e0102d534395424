"""A step over documents read by a language model: a value with quotes, each checked by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.base.errors import ContextTooLongError, InvalidAnswerError
from casework.models.structured import ask_structured
from casework.steps.choice import ModelChoice
from casework.steps.prompt import PROMPTS_VERSION, extract_request
from casework.steps.settle import Quote, prove, searched
from casework.steps.sources import Source, Sources, unreadable
from casework.types.case import Outcome
from casework.types.label import Label
from casework.types.needs import Blocked, ModelCalls, StepTask
from casework.types.procedure import Method, Step
from casework.types.proof import Proof
from casework.types.usage import Usage
from casework.types.values import Json, ValueType
from casework.values.shape import settle_json

MODEL_RESOURCE = "model:"


@dataclass(frozen=True, slots=True)
class Read:
    """What a model said of a document, its value made canonical."""

    status: str
    value: Json
    quotes: tuple[Quote, ...]
    note: str


class AskStep:
    """The kind `by: document` when a model reads."""

    def __init__(
        self, calls: ModelCalls, sources: Sources, models: ModelChoice, *, window: int
    ) -> None:
        self._calls = calls
        self._sources = sources
        self._models = models
        self._window = window

    def method(self, step: Step) -> Method:
        """The prompt's version and the requested model."""
        model = self._models.of(step)
        return Method("extract.model", PROMPTS_VERSION, model, resource=MODEL_RESOURCE + model)

    def blocked(self, step: Step) -> Blocked | None:
        """Blocked while no model is set."""
        return self._models.blocked(step)

    async def run(self, task: StepTask) -> Outcome:
        """Ask, then locate and compare every quote."""
        sources = await self._sources.open(task.documents)
        if not sources:
            return Outcome("absent", absence="unreadable", reason=unreadable(task.documents))
        self._fits(task, sources)
        model = self._models.of(task.step)
        request = extract_request(task, sources, model)
        type = task.step.type
        answered = await ask_structured(self._calls, request, lambda told: read_answer(told, type))
        label = Label(frozenset({f"model:{answered.answer.model}"}))
        return self._outcome(
            task, sources, answered.value, _Answering(answered.answer.model, answered.usage, label)
        )

    def _outcome(
        self, task: StepTask, sources: Sequence[Source], read: Read, by: _Answering
    ) -> Outcome:
        if read.status == "found":
            proof = prove(read.value, task.step.type, read.quotes, sources)
            return Outcome(
                "value",
                value=read.value,
                reason=read.note,
                proof=proof,
                label=by.label,
                model=by.model,
                usage=by.usage,
            )
        lost = unreadable(task.documents, sources)
        if read.status == "stated_absent":
            proof = prove(None, ValueType("text"), read.quotes, sources)
            reason = read.note or "the documents say that there is none"
            absence = "stated_absent"
        else:
            proof = Proof("unproved", searched=searched(sources), note="nothing to quote")
            absence = "unreadable" if lost else "not_found"
            reason = f"not found in what could be read; not read: {lost}" if lost else ""
            reason = reason or read.note or f"{by.model} found nothing"
        return Outcome(
            "absent",
            absence=absence,  # type: ignore[arg-type]
            reason=reason,
            proof=proof,
            label=by.label,
            model=by.model,
            usage=by.usage,
        )

    def _fits(self, task: StepTask, sources: Sequence[Source]) -> None:
        size = sum(len(page.text) for source in sources for page in source.document.pages)
        if size > self._window:
            raise ContextTooLongError(
                f"{task.step.name}: the documents have {size:,} characters, more than the "
                f"{self._window:,} that one call may carry.",
                fix="Raise model.window, or read this step with `model: embedded`.",
            )


@dataclass(frozen=True, slots=True)
class _Answering:
    """Who answered, and what it used."""

    model: str
    usage: Usage
    label: Label


def read_answer(told: Json, type: ValueType) -> Read:
    """The answer of a model as data; raises `InvalidAnswerError` or `ValueReadError`."""
    if not isinstance(told, dict):
        raise InvalidAnswerError("The answer is not an object.")
    status = told.get("status", "found" if told.get("value") is not None else "not_found")
    if status not in ("found", "not_found", "stated_absent"):
        raise InvalidAnswerError(
            f"`status` is {status!r}; expected found, not_found or stated_absent."
        )
    value = told.get("value")
    if status == "found" and value in (None, "", []):
        raise InvalidAnswerError("`status` is found, but `value` is empty.")
    settled = settle_json(value, type) if status == "found" else None
    return Read(str(status), settled, _quotes(told.get("quotes")), _words(told.get("note")))


def _quotes(told: Json) -> tuple[Quote, ...]:
    quotes = []
    for item in told if isinstance(told, list) else []:
        if isinstance(item, str):
            quotes.append(Quote(item))
        elif isinstance(item, dict):
            quotes.append(Quote(_words(item.get("quote")), _words(item.get("document"))))
    return tuple(quote for quote in quotes if quote.text.strip())


def _words(told: Json) -> str:
    return told.strip() if isinstance(told, str) else ""
