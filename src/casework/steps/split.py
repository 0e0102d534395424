"""A table whose rows are parts of the documents, filled without a model: each part begins at a page
that looks like a first page. The other columns stay empty: steps of the rows can fill them."""

from __future__ import annotations

from casework.documents.boxes import boxes_of
from casework.documents.splitting.parts import parts_of
from casework.steps.extract import CPU
from casework.steps.sources import Source, Sources, unreadable
from casework.types.case import Outcome
from casework.types.document import Page
from casework.types.needs import Blocked, StepTask
from casework.types.procedure import Method, Step
from casework.types.proof import Citation, Proof, Searched
from casework.types.values import Json

_QUOTED = 80
"""Letters of the first line of a part that stand for it."""


class SplitStep:
    """The kind `by: document` of a table with `split`, without a model."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def method(self, step: Step) -> Method:
        """The way in which first pages are told."""
        return Method("split.embedded", "2", resource=CPU)

    def blocked(self, step: Step) -> Blocked | None:
        """It can always look."""
        return None

    async def run(self, task: StepTask) -> Outcome:
        """The parts of all documents, in their order."""
        sources = await self._sources.open(task.documents)
        if not sources:
            lost = unreadable(task.documents)
            return Outcome("absent", absence="unreadable", reason=lost)
        named = len(task.case.documents) > 1
        rows: list[Json] = []
        places: list[Citation] = []
        searched: list[Searched] = []
        for source in sources:
            searched.append(source.searched)
            for first, last in parts_of(source.document):
                rows.append(_row(task.step, _words(source, first, last, named=named)))
                place = _place(source, first)
                places += [place] if place else []
        if not rows:
            proof = Proof("unproved", searched=tuple(searched), note="no pages")
            return Outcome("absent", absence="not_found", reason="there are no pages", proof=proof)
        return Outcome("value", rows, proof=Proof("quoted", tuple(places)))


def _row(step: Step, words: str) -> Json:
    names = {one.id: one.first_name for one in step.nested}
    columns: dict[str, Json] = {field.name: None for field in step.type.fields}
    return {**columns, names[step.split]: words}


def _words(source: Source, first: int, last: int, *, named: bool) -> str:
    pages = str(first) if first == last else f"{first}-{last}"
    return f"{source.member.name} {pages}" if named else pages


def _place(source: Source, number: int) -> Citation | None:
    """The head of a part's first page."""
    page = next(page for page in source.document.pages if page.number == number)
    span = _head(page)
    if span is None:
        return None
    start, end = span
    return Citation(
        source.document.sha256,
        source.member.name,
        number,
        start,
        end,
        page.text[start:end],
        boxes_of(page, start, end),
        "exact",
        "yes",
    )


def _head(page: Page) -> tuple[int, int] | None:
    for line in page.lines:
        if page.text[line.start : line.end].strip():
            return line.start, min(line.end, line.start + _QUOTED)
    return None
