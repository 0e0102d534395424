"""Reading documents again that are in their cases already: those that were not read, and those that
another reader or engine would read better now. Each is done when it is written, so that whatever
breaks it off, doing it again goes on where it was.
"""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from casework.base.aio import gather_bounded
from casework.base.errors import NotFoundError
from casework.documents.kind import kinds_of
from casework.documents.ocr.engines import chosen, version_of
from casework.documents.ocr.recognition import DRAWN_FROM, is_of_pictures
from casework.sdk.action import action
from casework.sdk.intake import member_of
from casework.sdk.parsing import Arrival
from casework.sdk.wire import House
from casework.sdk.worksheet import Worksheet
from casework.store.records import DocumentRecord
from casework.types.case import CaseDocument, CaseRecord
from casework.types.document import DocumentState

_AT_ONCE = 4
_LEAST_DIGEST = 6
"""Letters of a sha256 by which a document can be named."""

OnRead = Callable[[int, int, str], None]
"""Told of documents done, documents in all, and the name of the last one or its page."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that may be read better: its cases, how it stands, and why it is worth it ('' when
    it was only asked for by name)."""

    sha256: str
    name: str
    cases: tuple[str, ...]
    state: DocumentState
    reason: str
    words: int
    why: str


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """What reading a document again came to. `changed` tells what is different now, '' for nothing;
    `added` are files in it that its cases did not have."""

    sha256: str
    name: str
    cases: tuple[str, ...]
    before: DocumentState
    state: DocumentState
    reason: str
    words: int
    changed: str = ""
    added: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Held:
    """A document with the cases that hold it."""

    member: CaseDocument
    cases: list[CaseRecord] = field(default_factory=list)


class Rereading:
    """Reads documents of a worksheet again; the only worksheet needs no name."""

    def __init__(self, house: House, worksheet: Callable[[str], Awaitable[Worksheet]]) -> None:
        self._house = house
        self._worksheet = worksheet

    @action("read")
    async def waiting(
        self, *documents: str, worksheet: str = "", all_of_them: bool = False
    ) -> list[Unread]:
        """The documents that reading again might change, or those that are named (by name or the
        beginning of a sha256); with `all_of_them` every one."""
        held = await self._held(worksheet)
        records = await self._house.store.documents.many(held)
        found: list[Unread] = []
        for sha256, each in held.items():
            record = records.get(sha256)
            if record is None or (documents and not _is_named(sha256, each, documents)):
                continue
            why = self._why(record)
            if why or documents or all_of_them:
                names = tuple(case.name for case in each.cases)
                found.append(
                    Unread(
                        sha256,
                        each.member.name,
                        names,
                        record.state,
                        record.reason,
                        record.words,
                        why,
                    )
                )
        if documents and not found:
            raise NotFoundError(
                f"No case has a document {documents[0]!r}.",
                fix="`casework documents` lists them.",
            )
        return found

    @action("edit")
    async def again(
        self,
        *documents: str,
        worksheet: str = "",
        all_of_them: bool = False,
        password: str = "",
        on_read: OnRead | None = None,
    ) -> list[ReadAgain]:
        """Read the documents that `waiting` names. Protected ones are left out without `password`,
        unless they are named."""
        waiting = [
            each
            for each in await self.waiting(*documents, worksheet=worksheet, all_of_them=all_of_them)
            if each.state != "password" or password or documents
        ]
        held = await self._held(worksheet)
        placed = {
            (member.sha256, member.parent)
            for each in held.values()
            for case in each.cases
            for member in case.documents
        }
        done = 0

        async def one(unread: Unread) -> ReadAgain:
            nonlocal done

            def on_page(name: str, page: int, pages: int) -> None:
                if on_read is not None:
                    told = f"{name}: {page} of {pages} pages recognised"
                    on_read(done, len(waiting), told)

            each = held[unread.sha256]
            arrivals = await self._house.parsing.take_again(
                unread.sha256,
                each.member.name,
                folder=each.cases[0].key,
                password=password,
                on_page=on_page,
            )
            new = [each for each in arrivals[1:] if _placing(each) not in placed]
            told = await self._put(unread, each, arrivals[0], new)
            done += 1
            if on_read is not None:
                on_read(done, len(waiting), unread.name)
            return told

        return await gather_bounded(one, waiting, limit=_AT_ONCE)

    async def _held(self, worksheet: str) -> dict[str, _Held]:
        """The documents of the worksheet, each once."""
        record = await self._house.store.worksheets.get((await self._worksheet(worksheet)).name)
        held: dict[str, _Held] = {}
        async for case in self._house.store.cases.stream(record.id):
            for member in case.documents:
                if self._house.rights.may_see(member.readers):
                    held.setdefault(member.sha256, _Held(member)).cases.append(case)
        return held

    def _why(self, record: DocumentRecord) -> str:
        """Why a document might be read better now; '' when nothing speaks for it."""
        if record.state != "read":
            return record.state.replace("_", " ")
        version, _, engine = record.reader_version.partition("+")
        now = _version_now(self._house, record.reader)
        if now and now != version:
            return f"read by version {version} of the reader {record.reader}; it is {now} now"
        if " but " in engine:
            return "some pages were not recognised"
        used = chosen(self._house.plugins.ocr_engines, self._house.settings.text("documents.ocr"))
        if used is None or record.reader not in DRAWN_FROM:
            return ""
        if not engine and any(map(is_of_pictures, record.notes)):
            return "pictures in it were not read"
        if engine and not engine.startswith(version_of(used)):
            return f"its pictures were read by {engine}; it is {version_of(used)} now"
        return ""

    async def _put(
        self, unread: Unread, held: _Held, head: Arrival, new: Sequence[Arrival]
    ) -> ReadAgain:
        """Bring the cases of a document up to date with how it was read; `new` came out of it and
        is in no case yet, not even in one that a person moved it into."""
        document = head.document
        added: list[str] = []
        changes: list[str] = []
        if document.state != unread.state:
            before, now = (state.replace("_", " ") for state in (unread.state, document.state))
            changes.append(f"it was “{before}” and is “{now}” now")
        elif document.word_count != unread.words:
            changes.append(f"{unread.words:,} words before, {document.word_count:,} now")
        for case in held.cases:
            mine = next(each for each in case.documents if each.sha256 == document.sha256)
            kinds = kinds_of(mine.name, document, case.key)
            if kinds and kinds != mine.kinds:
                await self._house.store.cases.set_kinds(case.id, document.sha256, kinds)
                changes.append(f"it is taken for {', '.join(kinds)} now")
            added += await self._place(case, new)
        return ReadAgain(
            document.sha256,
            unread.name,
            unread.cases,
            unread.state,
            document.state,
            document.reason,
            document.word_count,
            "; ".join(dict.fromkeys(changes)),
            tuple(dict.fromkeys(added)),
            document.notes,
        )

    async def _place(self, case: CaseRecord, arrivals: Sequence[Arrival]) -> list[str]:
        """Put files that came out of a document into its case; the names of those it had not."""
        known = {each.sha256 for each in case.documents}
        names: list[str] = []
        for arrival in arrivals:
            document = arrival.document
            if document.sha256 in known:
                continue
            known.add(document.sha256)
            names.append(arrival.name)
            await self._house.store.cases.add_document(case.id, member_of(arrival))
        return names


def _placing(arrival: Arrival) -> tuple[str, str]:
    """What tells that a file that came in another one is in a case."""
    return arrival.document.sha256, arrival.parent


def _is_named(sha256: str, held: _Held, documents: Sequence[str]) -> bool:
    names = {
        member.name for case in held.cases for member in case.documents if member.sha256 == sha256
    }
    return any(
        told in names or (len(told) >= _LEAST_DIGEST and sha256.startswith(told.lower()))
        for told in documents
    )


def _version_now(house: House, reader: str) -> str:
    """The version of a reader of ours as it is now; '' for one that is not known here."""
    spec = next((spec for spec in house.plugins.readers if spec.name == reader), None)
    if spec is None:
        return ""
    if spec.version:
        return spec.version
    module = importlib.import_module(spec.target.partition(":")[0])
    return str(getattr(module, "VERSION", ""))
