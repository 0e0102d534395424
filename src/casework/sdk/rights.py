"""What the person who asks may read: the one place that every view goes through.

This hides; it does not authenticate. Who asks is told by a setting of this machine, or by whoever
opens the workspace for somebody else (a server). Runs work on everything, whoever started them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from casework.base.errors import RightsError
from casework.base.ids import slug
from casework.store.store import Store
from casework.types.case import CaseDocument, CaseRecord, Cell
from casework.types.label import Label, shared_readers

NOT_YOURS = "not yours to read"


@dataclass(frozen=True, slots=True)
class Rights:
    """What members of these groups may read; None for somebody who may read everything.
    `worksheets` are the slugs of those that they may know of; None for all."""

    groups: frozenset[str] | None = None
    worksheets: frozenset[str] | None = None

    @property
    def all(self) -> bool:
        """Whether nothing is hidden from this person."""
        return self.groups is None

    def may_know(self, worksheet: str) -> bool:
        """Whether this person may know of the worksheet of this name."""
        return self.worksheets is None or slug(worksheet) in self.worksheets

    def may_see(self, readers: frozenset[str] | None) -> bool:
        """Whether this person is among the readers; None stands for everybody."""
        return self.groups is None or readers is None or not self.groups.isdisjoint(readers)

    def may_read(self, label: Label) -> bool:
        """Whether this person may read what bears this label."""
        return self.may_see(label.readers)

    def may_read_cell(self, case: CaseRecord, cell: Cell) -> bool:
        """Whether this person may read what stands in a cell, what is proposed for it and what was
        decided on it. A value that no machine found was read in the documents of its case, and one
        that a person took from a page in that document."""
        if self.groups is None:
            return True
        told = [known.outcome.label for known in (cell.machine, cell.proposed) if known]
        said = [cell.human.label] if cell.human else []
        if not all(self.may_read(label) for label in (*told, *said)):
            return False
        return bool(told) or cell.human is None or self.may_read_all(case.documents)

    def may_read_all(self, documents: Iterable[CaseDocument]) -> bool:
        """Whether this person may read each of these documents."""
        return self.groups is None or self.may_see(shared_readers(d.readers for d in documents))

    def case(self, case: CaseRecord) -> CaseRecord:
        """A case as this person may see it: hidden documents without name and bytes, and of a case
        without a document that may be seen neither name nor given fields."""
        if self.groups is None or self.may_read_all(case.documents):
            return case
        documents = tuple(
            one if self.may_see(one.readers) else _hidden(one) for one in case.documents
        )
        if any(self.may_see(one.readers) for one in case.documents):
            return replace(case, documents=documents)
        name = f"{NOT_YOURS} ({case.id[-_DIGITS:]})"
        return replace(case, key=name, name=name, fields={}, documents=documents, set_aside="")

    def check(self, readers: frozenset[str] | None, what: str) -> None:
        """Raise `RightsError` when this person may not read it."""
        if not self.may_see(readers):
            raise RightsError(
                f"{what} is not yours to read.",
                fix="Ask somebody who may, or name your groups in the setting person.groups.",
            )

    def check_cell(self, case: CaseRecord, cell: Cell, name: str) -> None:
        """Raise `RightsError` when this person may not read a cell: nobody decides on what they
        cannot see."""
        if not self.may_read_cell(case, cell):
            self.check(frozenset(), f"{name} of this case")

    async def check_all(self, store: Store, worksheet_id: str, what: str) -> None:
        """Raise `RightsError` for what tells of a whole worksheet, when this person may not read
        all of its documents."""
        if self.groups is None or not await store.readers.used():
            return
        async for case in store.cases.stream(worksheet_id):
            if not self.may_read_all(case.documents):
                self.check(frozenset(), f"{what}: it tells of every document, and one of them")

    async def unseen(self, store: Store, sha256s: Iterable[str]) -> frozenset[str]:
        """Those of these documents that are hidden from this person."""
        if self.groups is None or not await store.readers.used():
            return frozenset()
        readers = await store.readers.of(sha256s)
        return frozenset(one for one, groups in readers.items() if not self.may_see(groups))


_DIGITS = 8
READS_EVERYTHING = Rights()


def rights_of(groups: str) -> Rights:
    """The rights of a person in these groups (with commas between); none named: everything."""
    named = frozenset(name.strip().casefold() for name in groups.split(",") if name.strip())
    return Rights(named or None)


def _hidden(document: CaseDocument) -> CaseDocument:
    """A document of which only that it is there may be known."""
    return CaseDocument("", NOT_YOURS, readers=document.readers, state=document.state)
