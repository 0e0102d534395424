"""A document that a language model writes: section by section, every sentence checked by code
against the cells and passages that it names. Knows how Markdown is made only from `page`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from casework.base.errors import ContextTooLongError
from casework.models.structured import Structured, ask_structured
from casework.procedures.sections import Section, sections_of
from casework.steps.ask import MODEL_RESOURCE
from casework.steps.choice import ModelChoice
from casework.steps.page import NOT_SUPPORTED, Notes, escaped
from casework.steps.passages import cited, passage_of
from casework.steps.sentences import Said, read_sentences
from casework.steps.settle import searched
from casework.steps.sources import Source, Sources, letters, unreadable
from casework.steps.write_request import Drafting, write_request
from casework.types.case import Outcome
from casework.types.label import Label
from casework.types.needs import Blocked, ModelCalls, StepInput, StepTask
from casework.types.procedure import Method, Step
from casework.types.proof import Citation, Claim, Proof, Searched
from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json
from casework.values.written import with_footnotes

if TYPE_CHECKING:
    from casework.steps.bearing.facts import Ground
    from casework.steps.long import Library, Window

VERSION = "1"
"""Of the prompt and of what bears a sentence: another one writes documents anew."""
_SECTIONS_AT_ONCE = 4
_MODEL = "model:"


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence with the places of its quotes, and why it is not borne ('' when it is)."""

    section: str
    said: Said
    cells: tuple[str, ...]
    citations: tuple[Citation, ...]
    problem: str

    @property
    def claim(self) -> Claim:
        """The sentence as a part of a proof."""
        return Claim(
            self.said.text, self.cells, self.citations, not self.problem, problem=self.problem
        )

    def as_json(self) -> Json:
        """The sentence as the value of a document holds it."""
        found = [one for one in self.citations if one.page]
        return {
            "section": self.section,
            "text": self.said.text,
            "cells": list(self.cells),
            "passages": [
                {"document": c.document, "name": c.document_name, "page": c.page, "quote": c.quote}
                for c in found
            ],
            "problem": self.problem,
        }


@dataclass(frozen=True, slots=True)
class Written:
    """A section as it was drafted and checked."""

    title: str
    sentences: tuple[Checked, ...]
    usage: Usage
    model: str
    note: str = ""
    window: Window | None = None
    """What of the documents it was written from; None for all of them."""


class WriteStep:
    """The kind of a step of type `document` that a model fills: from cells (`by: model`), or from
    documents too (`by: document`)."""

    def __init__(
        self, calls: ModelCalls, sources: Sources, models: ModelChoice, *, window: int
    ) -> None:
        self._calls = calls
        self._sources = sources
        self._models = models
        self._window = window

    def method(self, step: Step) -> Method:
        """The version of prompt and check, and the requested model."""
        model = self._models.of(step)
        _, sections = sections_of(step.instruction)
        resource = MODEL_RESOURCE + model
        return Method("write.model", VERSION, model, resource=resource, calls=len(sections))

    def blocked(self, step: Step) -> Blocked | None:
        """Blocked while no model is set."""
        return self._models.blocked(step)

    async def run(self, task: StepTask) -> Outcome:
        """Draft every section, check every sentence, and put the document together."""
        sources = await self._sources.open(task.documents)
        lost = unreadable(task.documents, sources)
        if task.documents and not sources and not task.inputs:
            return Outcome("absent", absence="unreadable", reason=lost)
        shared, sections = sections_of(task.step.instruction)
        at_once = asyncio.Semaphore(_SECTIONS_AT_ONCE)

        async def one(section: Section) -> Written:
            async with at_once:
                return await self._section(task, shared, section, sources)

        written = await _all(one, sections)
        return _outcome(task, written, sources, lost)

    async def _section(
        self, task: StepTask, shared: str, section: Section, sources: Sequence[Source]
    ) -> Written:
        inputs = _inputs_of(task, shared, section)
        drafting = Drafting(task, shared, section, inputs, sources, self._models.of(task.step))
        request = write_request(drafting)
        window = None
        if (over := sum(len(m.text) for m in request.messages) - self._window) > 0:
            window = await asyncio.to_thread(self._some_pages, drafting, over)
            request = write_request(drafting, window)
        answered: Structured[tuple[Said, ...]] = await ask_structured(
            self._calls, request, read_sentences
        )
        topics = f"{task.procedure.name} {task.step.name} {section.title}"
        checked = tuple(
            check_sentence(said, section.title, inputs, sources, topics) for said in answered.value
        )
        note = "" if window is None else _left_out(section, sources, window)
        model = answered.answer.model
        return Written(section.title, checked, answered.usage, model, note, window)

    @cached_property
    def _library(self) -> Library:
        from casework.steps.long import Library

        return Library()

    def _some_pages(self, drafting: Drafting, over: int) -> Window:
        """What fits into the window; raises `ContextTooLongError` when the cells alone
        do not."""
        from casework.steps.query import sought_in

        room = letters(drafting.sources) - over
        if room <= 0 or not drafting.sources:
            name = drafting.section.title or drafting.task.step.name
            raise ContextTooLongError(
                f"{name}: what it is written from is {over:,} characters more than the "
                f"{self._window:,} that one call may carry.",
                fix="Raise model.window, or let its sections name fewer steps.",
            )
        section = drafting.section
        sought = sought_in(section.title, section.instruction, drafting.inputs)
        return next(self._library.of(drafting.sources).by_relevance(sought, room))


def check_sentence(
    said: Said,
    section: str,
    inputs: Mapping[str, StepInput],
    sources: Sequence[Source],
    topics: str = "",
) -> Checked:
    """Locate the quotes of a sentence and look whether what it rests on bears it."""
    from casework.steps.bearing.check import problem_of

    citations = tuple(cited(quote, sources) for quote in said.quotes)
    known = tuple(dict.fromkeys(cell for cell in said.cells if cell in inputs))
    strange = [cell for cell in said.cells if cell not in inputs]
    lost = [citation.quote for citation in citations if not citation.page]
    if said.removed:
        problem = f"it held {said.removed}, which was taken out"
    elif strange:
        problem = f"it rests on {strange[0]}, which was not given"
    elif lost:
        problem = f"“{lost[0]}” does not stand in the documents"
    else:
        problem = problem_of(said.text, _ground(known, citations, inputs, sources, topics))
    return Checked(section, said, known, citations, problem)


def _ground(
    cells: Sequence[str],
    citations: Sequence[Citation],
    inputs: Mapping[str, StepInput],
    sources: Sequence[Source],
    topics: str,
) -> Ground:
    from casework.steps.bearing.facts import Fact, Ground, Text, facts_of, texts_of

    facts: list[Fact] = []
    others: list[Fact] = []
    texts: list[Text] = []
    for id, given in inputs.items():
        (facts if id in cells else others).extend(facts_of(id, given))
        texts += texts_of(id, given) if id in cells else ()
    texts += [Text(passage_of(citation, sources)) for citation in citations]
    return Ground(tuple(facts), tuple(texts), tuple(others), topics)


def _inputs_of(task: StepTask, shared: str, section: Section) -> Mapping[str, StepInput]:
    """The cells that a section may read: those that it names and those named for all sections; all
    when there are none."""
    named = [name for name in task.inputs if f"{{{name}}}" in f"{shared}\n{section.instruction}"]
    return {name: task.inputs[name] for name in named or task.inputs}


def _left_out(section: Section, sources: Sequence[Source], window: Window) -> str:
    """What a section was written from, in words."""
    from casework.steps.long import PagesRead

    read = PagesRead(sources)
    read.add(window)
    return f"{section.title or 'the document'}: {read.told()}"


def _read(written: Sequence[Written], sources: Sequence[Source]) -> tuple[Searched, ...]:
    """The pages that the sections were written from."""
    windows = [section.window for section in written if section.window is not None]
    if len(windows) < len(written) or not windows:
        return searched(sources)
    from casework.steps.long import PagesRead

    read = PagesRead(sources)
    for window in windows:
        read.add(window)
    return read.searched()


def _outcome(
    task: StepTask, written: Sequence[Written], sources: Sequence[Source], lost: str
) -> Outcome:
    sentences = [one for section in written for one in section.sentences]
    problems = sum(bool(one.problem) for one in sentences)
    models = sorted({section.model for section in written})
    notes = [section.note for section in written if section.note]
    notes += [f"not read: {lost}"] if lost else []
    value: Json = {
        "markdown": markdown_of(task, written),
        "sentences": [one.as_json() for one in sentences],
    }
    steps = tuple(dict.fromkeys(cell for one in sentences for cell in one.cells))
    note = f"{problems} of {len(sentences)} sentences are not supported" if problems else ""
    proof = Proof(
        "reasoned",
        claims=tuple(one.claim for one in sentences),
        steps=steps,
        searched=_read(written, sources),
        note=note,
    )
    return Outcome(
        "value",
        value=value,
        reason="; ".join(notes),
        proof=proof,
        label=Label(frozenset(f"{_MODEL}{model}" for model in models)),
        model=", ".join(models),
        usage=sum((section.usage for section in written), NO_USAGE),
    )


def markdown_of(task: StepTask, written: Sequence[Written]) -> str:
    """The document: its sections with their headings, reference marks, and footnotes."""
    notes = Notes(task.step.id)
    parts = [f"# {escaped(task.step.name)}"]
    for section in written:
        if section.title:
            parts.append(f"## {escaped(section.title)}")
        parts.append(_paragraphs(section.sentences, task.inputs, notes))
    return with_footnotes("\n\n".join(parts), notes.notes)


def _paragraphs(sentences: Sequence[Checked], inputs: Mapping[str, StepInput], notes: Notes) -> str:
    text = ""
    before = ""
    for one in sentences:
        form = one.said.form
        told = _marked(one, inputs, notes)
        if form == "item":
            text += f"{'' if not text else chr(10) if before == 'item' else chr(10) * 2}- {told}"
        elif not text or form == "paragraph" or before == "item":
            text += f"{chr(10) * 2 if text else ''}{told}"
        else:
            text += f" {told}"
        before = form
    return text


def _marked(one: Checked, inputs: Mapping[str, StepInput], notes: Notes) -> str:
    """A sentence with its marks; one that is not borne says so and why."""
    marks = [notes.cell(cell, inputs) for cell in one.cells]
    marks += [notes.passage(citation) for citation in one.citations if citation.page]
    told = escaped(one.said.text) + "".join(dict.fromkeys(marks))
    return f"{NOT_SUPPORTED} {told} *({escaped(one.problem)})*" if one.problem else told


async def _all(
    work: Callable[[Section], Coroutine[None, None, Written]], sections: Sequence[Section]
) -> list[Written]:
    """All sections at once. When one fails the others still end, so that their answers are kept
    (or, where answers may wait, asked for); then its error is raised."""
    told = await asyncio.gather(*map(work, sections), return_exceptions=True)
    for one in told:
        if isinstance(one, BaseException):
            raise one
    return [one for one in told if isinstance(one, Written)]
