"""Files that hold several documents: where they would be cut and why, cutting them, and moving the
cuts later. Parts become cases of their own, or documents of the case that has the file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.documents.kind import kinds_of
from casework.documents.splitting.parts import FoundPart, found_parts, is_bundle, look_of_part
from casework.sdk.action import action
from casework.sdk.views import Added
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.store.splits import SplitFile
from casework.types.case import CaseRecord
from casework.types.document import Document
from casework.types.split import Made, PlacedPart, SplitHow, SplitRecord

Fate = Literal["", "stays", "changes", "new", "comes back"]
"""What becomes of the case of a part: it stays as it is, its pages change, it is new, or it was
there before and comes back with all that people decided on it."""
_RANGE = re.compile(r"\s*(\d{1,6})\s*(?:-|–|to)\s*(\d{1,6})\s*")


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a file: its pages, what its first page is titled and numbered and how it begins
    ('' where nothing was found), how likely a document begins there (0 to 1, 1 where a person said
    so) and why; the name that it has or would have, and its case ('' for none yet)."""

    number: int
    first: int
    last: int
    title: str
    document_number: str
    line: str
    sure: float
    reason: str
    name: str
    case_id: str = ""
    case_name: str = ""
    fate: Fate = ""


@dataclass(frozen=True, slots=True)
class SplitView:
    """How a file is split, or would be. `split` tells that it is; `bundle` that it surely looks
    like several documents; `made` what its parts are or would be; `gone` are names of cases whose
    pages others have now: they are kept aside, and come back with their pages."""

    document: str
    name: str
    pages: int
    split: bool
    bundle: bool
    made: Made
    parts: tuple[PartView, ...]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cuts:
    """How a file is to be cut: before these pages and nowhere else (`at`), before these as well
    (`also`), with these parts joined to one (`join`, numbers such as `2-3`), before every page, or
    not at all. Nothing of it: as it is proposed."""

    at: tuple[int, ...] = ()
    also: tuple[int, ...] = ()
    join: str = ""
    each_page: bool = False
    whole: bool = False

    @property
    def how(self) -> SplitHow:
        """The word for it that the history keeps."""
        if self.whole:
            return "whole"
        if self.each_page:
            return "each page"
        return "cut" if self.at or self.also else "joined" if self.join else "accepted"

    def check(self) -> None:
        """Raises `UsageError` for what contradicts itself."""
        ways = [bool(self.at), bool(self.also or self.join), self.each_page, self.whole]
        if sum(ways) > 1:
            raise UsageError(
                "Those are several ways to cut a file.",
                fix="Use one: --at, --cut with --join, --each-page, or --whole.",
            )


class Splitting:
    """The files of one worksheet that hold several documents."""

    def __init__(self, house: House, record: WorksheetRecord) -> None:
        self._house = house
        self._record = record

    @action("read")
    async def look(self, file: str, *, case: str = "") -> SplitView:
        """How a file is split, or how it would be and why. Changes nothing. The file is named by
        its name or sha256; `case` says in which case it stands, where that is not plain."""
        held = await self._find(file, case)
        if held.parts:
            return await self._view(held, held.parts, made=held.made)
        return await self._proposal(held)

    @action("edit")
    async def split(
        self,
        file: str,
        cuts: Cuts | None = None,
        *,
        case: str = "",
        made: Made | Literal[""] = "",
        who: str = "",
    ) -> SplitView:
        """Cut a file: as proposed, or as `cuts` say. Cases whose pages stay the same are left as
        they are, with everything that people decided on them. `made` '' keeps what its parts
        are; at first they become cases where the file is alone in its case, else documents."""
        wanted = cuts or Cuts()
        wanted.check()
        held = await self._find(file, case)
        if wanted.whole:
            return await self._make_whole(held, who)
        document = await self._house.parsing.read(held.sha256)
        now = [(part.first, part.last) for part in held.parts]
        ranges = _ranges(wanted, document, now)
        into: Made = made or held.made
        if into != held.made and held.parts:
            await self._make_whole(held, who)
            held = await self._find(held.sha256, held.home.id)
        parts = await self._placed(held, document, ranges, into)
        record = SplitRecord(
            self._record.id, held.sha256, held.home.id, wanted.how, into, tuple(parts),
            who or self._house.who(),
        )  # fmt: skip
        keys = [_key(held, part) for part in parts]
        before = await self._view(held, parts, made=into)
        done = await self._house.store.splits.apply(record, keys)
        after = await self._view(await self._find(held.sha256, held.home.id), done.parts, made=into)
        fates = [one.fate for one in before.parts]
        told = tuple(replace(p, fate=f) for p, f in zip(after.parts, fates, strict=True))
        return replace(after, parts=told, gone=before.gone)

    @action("edit")
    async def split_bundles(self, added: Added, *, who: str = "") -> tuple[SplitView, ...]:
        """Cut the files that came just now and look like several documents, as it is proposed."""
        return tuple(
            [
                await self.split(file.sha256, case=case.id, who=who)
                for case in added.cases
                for file in case.files
                if file.parts and not file.again and not file.left_out
            ]
        )

    @action("read")
    async def history(self, file: str, *, case: str = "") -> tuple[SplitRecord, ...]:
        """How a file was split, by whom and when, the oldest first."""
        held = await self._find(file, case)
        return tuple(await self._history(held.sha256, held.home.id))

    async def _history(self, sha256: str, home: str) -> list[SplitRecord]:
        """How the file of one case was split; the same file of another case has its own."""
        past = await self._house.store.splits.history(self._record.id, sha256)
        return [record for record in past if record.home == home]

    async def _make_whole(self, held: _Held, who: str) -> SplitView:
        if not held.parts:
            raise ConflictError(f"{held.name} is not split.", fix="See it: casework split FILE")
        record = SplitRecord(
            self._record.id, held.sha256, held.home.id, "whole", held.made, (),
            who or self._house.who(),
        )  # fmt: skip
        await self._house.store.splits.apply(record, [])
        gone = tuple(held.names.get(part.case_id, "") for part in held.parts)
        view = await self._proposal(await self._find(held.sha256, held.home.id))
        return replace(view, gone=gone if held.made == "cases" else ())

    async def _proposal(self, held: _Held) -> SplitView:
        document = await self._house.parsing.read(held.sha256)
        found = await asyncio.to_thread(found_parts, document)
        ranges = [(part.first, part.last) for part in found]
        parts = await self._placed(held, document, ranges, held.made)
        view = await self._view(held, parts, made=held.made)
        told = tuple(
            replace(part, sure=round(one.sure, 2), reason=one.reason)
            for part, one in zip(view.parts, found, strict=True)
        )
        return replace(view, parts=told, split=False, bundle=is_bundle(found), gone=())

    async def _placed(
        self, held: _Held, document: Document, ranges: Sequence[tuple[int, int]], made: Made
    ) -> list[PlacedPart]:
        """The parts of these pages, each with the case that it is to stand in: the one that has or
        had just these pages, else one that begins where it does, else a new one ('')."""
        if made == "documents":
            return [_named(held, document, pages, held.home.id) for pages in ranges]
        past = await self._history(held.sha256, held.home.id)
        had = {
            (part.first, part.last): part.case_id
            for record in past
            if record.made == "cases"
            for part in record.parts
        }
        now = {(part.first, part.last): part.case_id for part in held.parts}
        exact = {**had, **now}
        taken = {exact[pages] for pages in ranges if pages in exact}
        begins = {first: id for (first, _), id in now.items() if id not in taken}
        parts = []
        for pages in ranges:
            case_id = exact.get(pages) or begins.pop(pages[0], "")
            parts.append(_named(held, document, pages, case_id))
        return parts

    async def _view(self, held: _Held, parts: Sequence[PlacedPart], *, made: Made) -> SplitView:
        document = await self._house.parsing.read(held.sha256)
        now = {part.case_id: (part.first, part.last) for part in held.parts}
        told = []
        for number, part in enumerate(parts, 1):
            look = look_of_part(document, part.first, part.last)
            told.append(_part_view(number, part, look, held, now if made == "cases" else {}))
        kept = {part.case_id for part in parts}
        gone = tuple(held.names.get(id, "") for id in now if id not in kept and made == "cases")
        pages = document.pages[-1].number if document.pages else 0
        split, bundle = bool(held.parts), len(parts) > 1
        return SplitView(held.sha256, held.name, pages, split, bundle, made, tuple(told), gone)

    async def _find(self, file: str, case: str) -> _Held:
        """The file of this name or sha256 in a case, whole or in parts."""
        stream = self._house.store.cases.stream(self._record.id)
        cases = [self._house.rights.case(one) async for one in stream]
        names = {one.id: one.name for one in cases}
        whole = [
            (one, member)
            for one in cases
            for member in one.documents
            if not member.last_page
            and _is_called(file, member.name, member.sha256)
            and _is_meant(case, one)
        ]
        split = await self._split_ones(file, case, cases)
        if len(whole) + len(split) != 1:
            homes = [one.name for one, _ in whole]
            raise _not_one(file, [*homes, *(names[parts[0].case_id] for parts in split.values())])
        for told, parts in split.items():
            history = await self._history(told.sha256, told.home)
            home = await self._house.store.cases.get(told.home)
            return _Held(told.sha256, told.name, home, history[-1].made, parts, names)
        home, member = whole[0]
        if member.state != "read":
            raise ConflictError(f"{member.name} cannot be read, so nothing can be cut.")
        alone = all(one.sha256 == member.sha256 or one.parent for one in home.documents)
        made: Made = "cases" if alone and not member.parent else "documents"
        return _Held(member.sha256, member.name, home, made, (), names)

    async def _split_ones(
        self, file: str, case: str, cases: Sequence[CaseRecord]
    ) -> dict[SplitFile, tuple[PlacedPart, ...]]:
        """The files that are split and so called, with their parts; `case` is one that has or had
        something of them."""
        meant = {one.id for one in cases if _is_meant(case, one)}
        found = {}
        for told in await self._house.store.splits.named(self._record.id, file):
            if not _is_called(file, told.name, told.sha256):
                continue
            parts = await self._house.store.splits.held(self._record.id, told.sha256, told.home)
            if parts and (case in ("", told.home) or any(p.case_id in meant for p in parts)):
                found[told] = tuple(parts)
        return found


_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class _Held:
    """A file as the worksheet has it: the case that has or had all of it, its parts if it is split,
    and the names of all cases."""

    sha256: str
    name: str
    home: CaseRecord
    made: Made
    parts: tuple[PlacedPart, ...]
    names: dict[str, str]


def _ranges(
    wanted: Cuts, document: Document, now: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The first and last pages of the parts that are wanted."""
    numbers = [page.number for page in document.pages]
    if not numbers:
        raise ConflictError("The file has no pages.")
    if wanted.each_page:
        return [(number, number) for number in numbers]
    begin = [first for first, _ in now] or [part.first for part in found_parts(document)]
    if wanted.at:
        begin = [numbers[0], *wanted.at]
    begin = [*begin, *wanted.also]
    strange = [page for page in begin if page not in numbers]
    if strange:
        raise UsageError(
            f"There is no page {strange[0]}; the file has pages {numbers[0]} to {numbers[-1]}."
        )
    firsts = sorted({numbers[0], *begin})
    for first, last in _joined(wanted.join, len(firsts)):
        firsts = [page for n, page in enumerate(firsts, 1) if not first < n <= last]
    ends = [*(page - 1 for page in firsts[1:]), numbers[-1]]
    return list(zip(firsts, ends, strict=True))


def _joined(text: str, count: int) -> list[tuple[int, int]]:
    """`2-3` as the numbers of parts that become one."""
    if not text:
        return []
    found = _RANGE.fullmatch(text)
    if not found or not 1 <= int(found[1]) < int(found[2]) <= count:
        raise UsageError(
            f"{text!r} does not name parts to join.",
            fix=f"Write two numbers of parts, such as 2-3; there are {count}.",
        )
    return [(int(found[1]), int(found[2]))]


def _named(held: _Held, document: Document, pages: tuple[int, int], case_id: str) -> PlacedPart:
    """A part with its name as a document and the kinds that its first pages answer to."""
    first, last = pages
    told = f"{first}" if first == last else f"{first}-{last}"
    own = tuple(page for page in document.pages if first <= page.number <= last)
    with_text = tuple(page for page in own if page.text.strip())[:1]
    kinds = kinds_of("", replace(document, pages=with_text, facts={}))
    return PlacedPart(first, last, f"{held.name} {told}", kinds, case_id)


def _key(held: _Held, part: PlacedPart) -> str:
    told = part.name.removeprefix(held.name).strip()
    return f"{_stem(held.name)} {told}"


def _part_view(
    number: int, part: PlacedPart, look: FoundPart, held: _Held, now: dict[str, tuple[int, int]]
) -> PartView:
    fate: Fate = "new"
    if part.case_id in now:
        fate = "stays" if now[part.case_id] == (part.first, part.last) else "changes"
    elif part.case_id and part.case_id != held.home.id:
        fate = "comes back"
    elif part.case_id:
        fate = ""
    return PartView(
        number,
        part.first,
        part.last,
        look.title,
        look.number,
        look.line,
        1.0,
        "",
        part.name,
        part.case_id,
        held.names.get(part.case_id, ""),
        fate,
    )


def _is_called(file: str, name: str, sha256: str) -> bool:
    by_digest = len(file) >= _SHORTEST and sha256.startswith(file)
    return by_digest or file in (name, _stem(name))


def _is_meant(case: str, one: CaseRecord) -> bool:
    return not case or case in (one.id, one.key, one.name)


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _not_one(file: str, homes: Sequence[str]) -> Exception:
    if not homes:
        return NotFoundError(
            f"There is no document {file!r} in this worksheet.",
            fix="casework cases lists them with their names.",
        )
    return UsageError(
        f"Several cases have a document {file!r}: {', '.join(homes)}.",
        fix="Say which with --case, or name it by its sha256.",
    )
