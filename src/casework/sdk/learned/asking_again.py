"""The documents of examples, asked once for all steps that learn from them: what models are fitted
from. A case at a time, in a thread, so that nothing waits and memory stays small."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.base.errors import CaseworkError
from casework.base.hashing import sha256_text
from casework.sdk.learned.examples import Given, documents_of, with_places
from casework.sdk.learned.standing import StepLearning
from casework.sdk.wire import House
from casework.steps.sources import Source, Sources
from casework.types.case import CaseDocument, CaseRecord
from casework.types.label import audience_of, shared_readers
from casework.types.learned import Taught
from casework.types.procedure import Procedure, Step

if TYPE_CHECKING:
    from casework.extraction.extract import Prepared
    from casework.learn.examples import Asked, Reviewed

OnCase = Callable[[int, int, str], None]
"""Cases done, cases in all, and the name of the latest."""

_UNJUDGED = 40
"""Cases on which nobody decided that thresholds are fixed by."""
_SCANNED = 2_000
"""Cases among which they are chosen."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A step asked of a case; without an example it is one on which nobody decided."""

    step: Step
    taught: Taught | None


class AskingAgain:
    """Asks the documents of cases again. `group` tells of a case which others it belongs to."""

    def __init__(self, house: House, procedure: Procedure, group: Callable[[str], str]) -> None:
        self._house = house
        self._procedure = procedure
        self._group = group
        self._sources = Sources(house.parsing)
        self.reviewed: dict[tuple[str, str], Reviewed] = {}
        """By path and id of what was taught; what teaches nothing is not in it."""
        self.unjudged: dict[str, dict[str, list[Asked]]] = {}
        """By path and audience."""

    async def examples(self, tasks: Sequence[StepLearning], on_case: OnCase | None) -> None:
        """Ask the documents of all examples of these steps."""
        questions: dict[str, tuple[CaseRecord, dict[str, _Question]]] = {}
        for task in tasks:
            for one in task.newest:
                _, asked = questions.setdefault(one.case.id, (one.case, {}))
                if task.path not in asked:
                    step = self._procedure.step(task.path)
                    asked[task.path] = _Question(step, await self._placed(one))
        for done, (case, asked) in enumerate(questions.values()):
            await self._ask(case, list(asked.values()))
            if on_case:
                on_case(done + 1, len(questions), case.name)

    async def others(self, worksheet_id: str, tasks: Sequence[StepLearning]) -> None:
        """Ask some cases on which nobody decided: nothing without a step to ask for."""
        if not tasks:
            return
        decided = {(task.path, one.case.id) for task in tasks for one in task.given}
        steps = {task.path: self._procedure.step(task.path) for task in tasks}
        known: list[CaseRecord] = []
        async for case in self._house.store.cases.stream(worksheet_id):
            if any((path, case.id) not in decided for path in steps) and not case.set_aside:
                known.append(case)
            if len(known) >= _SCANNED:
                break
        for case in heapq.nsmallest(_UNJUDGED, known, key=lambda one: sha256_text(one.id)):
            open_ones = [step for path, step in steps.items() if (path, case.id) not in decided]
            await self._ask(case, [_Question(step, None) for step in open_ones])

    async def _placed(self, given: Given) -> Taught:
        if len(given.taught.documents) < 2:
            return given.taught
        return await with_places(self._house, given)

    async def _ask(self, case: CaseRecord, questions: Sequence[_Question]) -> None:
        """Ask all of them of a case. One whose documents cannot be opened teaches nothing."""
        wanted = {d for one in questions for d in documents_of(case, one.step)}
        try:
            sources = await self._sources.open(tuple(d for d in case.documents if d in wanted))
        except CaseworkError:
            return
        if sources:
            await asyncio.to_thread(self._ask_sources, case, questions, sources)

    def _ask_sources(
        self, case: CaseRecord, questions: Sequence[_Question], sources: Sequence[Source]
    ) -> None:
        from casework.extraction.extract import prepare

        prepared = {one.member: prepare(one.document, one.member.name) for one in sources}
        for question in questions:
            members = documents_of(case, question.step)
            self._answer(case, question, members, prepared)
        for each in prepared.values():  # what all candidates were scored by; the best are kept
            each.pools.clear()
            each.known_tables.clear()

    def _answer(
        self,
        case: CaseRecord,
        question: _Question,
        members: Sequence[CaseDocument],
        prepared: Mapping[CaseDocument, Prepared],
    ) -> None:
        from casework.extraction.concepts import lexicon
        from casework.extraction.extract import Wanted, read
        from casework.extraction.meaning import meaning
        from casework.learn.examples import asked_of, reviewed

        documents = [prepared[member] for member in members if member in prepared]
        if not documents:
            return
        step = question.step
        told = Wanted(step.id, step.name, step.instruction, step.type, self._procedure.preamble)
        intent = meaning(step.name, step.instruction, step.type, lexicon())
        reading = read(documents, told)
        if question.taught is None:
            audience = audience_of(shared_readers(member.readers for member in members))
            by_audience = self.unjudged.setdefault(step.id, {})
            by_audience.setdefault(audience, []).append(asked_of(intent, reading))
            return
        group = self._group(case.id)
        cell = reviewed(question.taught, intent, reading, group=group)
        if cell is not None:
            self.reviewed[step.id, question.taught.id] = cell
