"""Documents that are longer than one call may carry, read by a model: one value by relevance, call
after call until it is found; everything of a kind from all of it, part after part.

Quotes are looked for in what was shown. One that stands only elsewhere was not read there: its
place is given, and proves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace

from casework.base.errors import ContextTooLongError
from casework.steps.answer import Read
from casework.steps.gathered import Gathered
from casework.steps.long import InOrder, LongDocuments, PagesRead, Window, parts
from casework.steps.outcome import Answered, By, found_outcome, nothing_found, stated_absent
from casework.steps.prompt import Part
from casework.steps.query import sought_by
from casework.steps.reach import Reach, wants_all
from casework.steps.settle import prove, quoted
from casework.steps.sources import Source, unreadable
from casework.types.case import Outcome
from casework.types.needs import StepTask
from casework.types.proof import Citation, Proof

_SOME = "some_pages"
_ONE = "one_part"
_AT_ONCE = 4


Ask = Callable[[StepTask, list[Source], Part | None], Awaitable[Answered]]


@dataclass(frozen=True, slots=True)
class LongReading:
    """One cell over long documents. `ask` asks about one part of them."""

    task: StepTask
    long: LongDocuments
    reach: Reach
    ask: Ask

    async def outcome(self) -> Outcome:
        """Read as much as the value needs and the bounds allow."""
        if wants_all(self.task.step.type):
            return await self._everything()
        return await self._by_relevance()

    @property
    def _sources(self) -> list[Source]:
        return list(self.long.sources)

    async def _by_relevance(self) -> Outcome:
        sought = await asyncio.to_thread(sought_by, self.task)
        windows = self.long.by_relevance(sought, self.reach.window)
        pages, by, note, made = PagesRead(self.long.sources), By(), "", 0
        while made < self.reach.most(self.task.step.type):
            window = await asyncio.to_thread(next, windows, None)
            if window is None:
                break
            if not any(shown.stretches for shown in window.shown):
                raise self._too_narrow()
            answered = await self.ask(self.task, self._sources, Part(window, _SOME))
            made += 1
            pages.add(window)
            by += answered.by
            read = answered.read
            if read.status == "found":
                proof = self._proof(read, InOrder(window, window))
                words = [read.note, pages.told()]
                proof = replace(proof, searched=pages.searched())
                return found_outcome(read.value, proof, "; ".join(filter(None, words)), by)
            if read.status == "stated_absent":
                return self._stated(read, window, pages, by, pages.told())
            note = read.note
        if pages.everything:
            return nothing_found(self.task, self.long.sources, note, by)
        return self._not_in_part(pages, by, made)

    def _too_narrow(self) -> ContextTooLongError:
        return ContextTooLongError(
            f"{self.task.step.name}: no passage of the documents fits into the "
            f"{self.reach.window:,} characters that one call may carry.",
            fix="Raise model.window, or read this step with `model: embedded`.",
        )

    def _not_in_part(
        self, pages: PagesRead, by: By, made: int, setting: str = "extract.calls"
    ) -> Outcome:
        lost = unreadable(self.task.documents, self.long.sources)
        calls = f"{made} calls" if made != 1 else "1 call"
        reason = (
            f"not found in the part that was read: {pages.told()} in {calls}. Not read: "
            f"{pages.unread()}. Look there, or raise {setting} or model.window and run it "
            "with --force."
        )
        return Outcome(
            "absent",
            absence="unreadable" if lost else "not_found",
            reason=f"{reason} Nor could be read: {lost}" if lost else reason,
            proof=Proof("unproved", searched=pages.searched(), note="nothing to quote"),
            label=by.label,
            model=by.model,
            usage=by.usage,
        )

    async def _everything(self) -> Outcome:
        read = await self._parts()
        at_once = asyncio.Semaphore(_AT_ONCE)

        async def one(part: InOrder) -> Answered:
            async with at_once:
                return await self.ask(self.task, self._sources, Part(part.window, _ONE))

        answers = await _all(one, read)
        pages, by = PagesRead(self.long.sources), By()
        gathered = Gathered(self.task.step.type, self.long.sources)
        for part, answered in zip(read, answers, strict=True):
            pages.add(part.window)
            by += answered.by
            if answered.read.status == "found":
                gathered.add(answered.read, self._proof(answered.read, part), part)
        told = f"read in {len(read)} parts" if pages.everything else pages.told()
        if gathered.items:
            return self._all_found(gathered, pages, by, told)
        for part, answered in zip(read, answers, strict=True):
            if answered.read.status == "stated_absent":
                return self._stated(answered.read, part.window, pages, by, told)
        if pages.everything:
            return nothing_found(self.task, self.long.sources, "", by)
        return self._not_in_part(pages, by, len(read), "extract.all_calls")

    def _stated(self, read: Read, window: Window, pages: PagesRead, by: By, told: str) -> Outcome:
        found = stated_absent(read, parts(self.long.sources, window), by, told)
        return replace(found, proof=replace(found.proof, searched=pages.searched()))

    def _all_found(self, gathered: Gathered, pages: PagesRead, by: By, told: str) -> Outcome:
        proof, notes = gathered.proof(), [*gathered.notes, told]
        if not pages.everything:
            doubt = f"there may be more: {pages.told()}; not read: {pages.unread()}"
            proof = Proof("unproved", proof.citations, note=doubt)
            notes.append("raise extract.all_calls or model.window to read the rest")
        proof = replace(proof, searched=pages.searched())
        return found_outcome(gathered.items, proof, "; ".join(dict.fromkeys(notes)), by)

    async def _parts(self) -> list[InOrder]:
        """The parts to read, in order: all of them, or those most like what is sought."""
        found = await asyncio.to_thread(self.long.in_order, self.reach.window)
        if not found:
            raise self._too_narrow()
        most = self.reach.most(self.task.step.type)
        if len(found) <= most:
            return found
        sought = await asyncio.to_thread(sought_by, self.task)
        scores = await asyncio.to_thread(self.long.scores_of, found, sought)
        best = sorted(range(len(found)), key=lambda n: (-scores[n], n))[:most]
        return [found[n] for n in sorted(best)]

    def _proof(self, read: Read, part: InOrder) -> Proof:
        """The proof by what was shown, in what the part alone shows first; quotes that stand only
        elsewhere prove nothing."""
        type, sources = self.task.step.type, self.long.sources
        proof = prove(read.value, type, read.quotes, parts(sources, part.own))
        for wider in (parts(sources, part.window), sources):
            if all(self._shown(one, part.window) for one in proof.citations):
                return proof
            other = prove(read.value, type, read.quotes, wider)
            if len(other.citations) == len(proof.citations):
                proof = self._joined(proof, other, part.window)
        return proof

    def _joined(self, proof: Proof, other: Proof, window: Window) -> Proof:
        """A proof with the places of another one where it has none that was shown."""
        citations = tuple(
            one
            if self._shown(one, window)
            else more
            if self._shown(more, window)
            else _unread(more)
            for one, more in zip(proof.citations, other.citations, strict=True)
        )
        away = [one.page for one in citations if one.page and not self._shown(one, window)]
        note = f"the quote stands on page {away[0]}, which the model was not shown" if away else ""
        if not any(self._shown(one, window) for one in citations):
            return Proof("unproved", citations, note=note or proof.note)
        return quoted(citations, note or other.note)

    def _shown(self, citation: Citation, window: Window) -> bool:
        return any(
            source.member.sha256 == citation.document
            and window.holds(at, citation.page, citation.start, citation.end)
            for at, source in enumerate(self.long.sources)
        )


def _unread(citation: Citation) -> Citation:
    """A place that was not read: it tells where the words stand, not that they were read there."""
    return replace(citation, support="cannot_tell") if citation.page else citation


async def _all(
    ask: Callable[[InOrder], Coroutine[None, None, Answered]], read: Sequence[InOrder]
) -> list[Answered]:
    """The answers about all parts. When one call fails the others still end, so that their answers
    are kept (or, where answers may wait, asked for); then its error is raised."""
    told = await asyncio.gather(*map(ask, read), return_exceptions=True)
    for one in told:
        if isinstance(one, BaseException):
            raise one
    return [one for one in told if isinstance(one, Answered)]
