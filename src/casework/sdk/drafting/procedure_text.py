"""The procedure of a worksheet as its text: read beside its steps, edited without losing anybody's
edit, its versions and what each would recompute."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from casework.base.errors import CaseworkError, Mistake, NotFoundError, UsageError
from casework.base.hashing import sha256_text
from casework.procedures.difference import ambiguous_renames, compare
from casework.procedures.edit import ending_of
from casework.procedures.markdown import StepSource, parse
from casework.procedures.value_type import type_text
from casework.sdk.action import action
from casework.sdk.drafting.followed import DraftFollowing
from casework.sdk.drafting.naming import named
from casework.sdk.drafting.text import mistakes_of, placed_in
from casework.sdk.drafting.views import (
    PossibleRename,
    ProcedureView,
    StepCard,
    VersionDiff,
    VersionView,
)
from casework.sdk.following import Following
from casework.sdk.planning import Planning
from casework.sdk.ready import Which
from casework.sdk.wire import House
from casework.types.nesting import DOT, Placed
from casework.types.run import Plan

if TYPE_CHECKING:
    from casework.store.records import ProcedureVersion, WorksheetRecord

_IN_PYTHON = (
    "This procedure was made in a Python program, which alone can change it; here it is shown as "
    "it was handed in."
)
_PYTHON_FILE = (
    "This procedure is a Python file. Its code runs on this machine, so it is changed in an editor "
    "and trusted again, not in a page."
)
Kind = Literal["same", "gone", "new", "place"]
_KINDS: dict[str, Kind] = {"-": "gone", "+": "new", "@": "place"}
_DRAFT = "the text here"


class ProcedureText:
    """The text of the procedure of one worksheet."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("read")
    def mark(self) -> str:
        """What changes when somebody writes the file; cheap, to be looked at often. '' where there
        is no file."""
        return self._following.mark()

    @action("read")
    async def read(self, text: str | None = None) -> ProcedureView:
        """The procedure beside its steps: as its file says, or as the given text would have it.
        Mistakes are told with it, not raised."""
        file = self._record.procedure_file
        latest = await self._house.store.procedures.latest(self._record.id)
        opened = await self._house.store.changes.open(self._record.id)
        closed = self._closed()
        gone = ""
        if text is None:
            found = self._following.text()
            if found is None and file:
                gone = (
                    f"The file {file} is gone; version {latest.version if latest else 0} is kept."
                )
            text = found if found is not None else (latest.text if latest else "")
        elif not closed:
            text = as_written(text, self._following.text() or "")
        if closed:
            return await self._of_python(text, closed, trying=opened is not None)
        mistakes = mistakes_of(text, file)
        version = latest.version if latest else 0
        pending = latest is None or latest.sha256 != sha256_text(text)
        changes, renames = await self._changes(text, latest, mistakes)
        return ProcedureView(
            file,
            text,
            sha256_text(text),
            version,
            pending,
            cards_of(text, file),
            mistakes,
            changes,
            renames,
            "",
            gone,
            opened is not None,
        )

    @action("edit")
    async def save(self, text: str, *, over: str, anyway: bool = False) -> ProcedureView:
        """Write the text into the file; it is then pending like any edit. Raises `ConflictError`
        when the file no longer says what has the digest `over`, and `ProcedureError` for mistakes
        unless `anyway`."""
        if self._closed():
            raise UsageError(self._closed(), fix="Edit the file itself.")
        text = as_written(text, self._following.text() or "")
        mistakes = mistakes_of(text, self._record.procedure_file)
        if mistakes and not anyway:
            await DraftFollowing(self._house, self._record, text).now()  # says all of them
        await self._following.rewrite(text, over=over)
        return await self.read()

    @action("edit")
    async def rename(self, old: str, new: str) -> ProcedureView:
        """Give a step another name, with every reference to it; its id stays and nothing runs. Also
        says that a heading that was changed by hand is still the same step."""
        if self._closed():
            raise UsageError(self._closed(), fix="Edit the file itself.")
        await self._following.rename(old, new)
        return await self.read()

    @action("read")
    async def versions(self) -> list[VersionView]:
        """The versions that are and were in force, newest first."""
        found = await self._house.store.procedures.all(self._record.id)
        newest = found[-1].version if found else 0
        return [
            VersionView(one.version, one.at, one.who, one.note, one.version == newest)
            for one in reversed(found)
        ]

    @action("read")
    async def diff(
        self, version: int, *, to: int | None = None, text: str | None = None
    ) -> VersionDiff:
        """How a version differs from another one, from a text, or (without either) from the file as
        it is; and what would run if that came in force now."""
        old = await self._version(version)
        if to is not None:
            other, name = (await self._version(to)).text, f"version {to}"
        elif text is not None:
            other, name = text, _DRAFT
        else:
            other = self._following.text() or old.text
            name = "the file"
        before, lines = f"version {version}", _lines(old.text, other)
        if self._closed():
            return VersionDiff(
                before, name, lines, (), None, "Of Python only the code of today runs."
            )
        mistakes = mistakes_of(other, self._record.procedure_file)
        changes, _ = await self._changes(other, old, mistakes)
        if mistakes:
            return VersionDiff(before, name, lines, (), None, "It has mistakes.")
        return VersionDiff(before, name, lines, changes)

    @action("read")
    async def recompute(self, version: int) -> Plan:
        """What would run if this version came in force again."""
        told = await self._version(version)
        following = DraftFollowing(self._house, self._record, told.text)
        return await Planning(self._house, self._record, following).plan(Which())

    @action("edit")
    async def put_back(self, version: int, *, over: str = "") -> ProcedureView:
        """Write the text of a version into the file again; the next run takes it up as a new one.
        `over` is the digest of what the file says, where it was edited since and the edit may go.
        """
        if over:
            await self._following.rewrite((await self._version(version)).text, over=over)
        else:
            await self._following.put_back(version)
        return await self.read()

    async def _version(self, number: int) -> ProcedureVersion:
        return await self._house.store.procedures.version(self._record.id, number)

    async def _changes(
        self, text: str, before: ProcedureVersion | None, mistakes: Sequence[Mistake]
    ) -> tuple[tuple[str, ...], tuple[PossibleRename, ...]]:
        """What the text changes, in words, and the headings that may be renamed ones."""
        if before is None or mistakes or before.sha256 == sha256_text(text):
            return (), ()
        try:
            following = DraftFollowing(self._house, self._record, text)
            now = (await following.now()).procedure
            was = following.compiled(before.text)
        except CaseworkError:
            return (), ()
        renames = tuple(
            PossibleRename(one.old_name, one.new_name) for one in ambiguous_renames(was, now)
        )
        return tuple(change.words for change in compare(was, now)), renames

    def _closed(self) -> str:
        file = self._record.procedure_file
        if not file:
            return _IN_PYTHON
        return _PYTHON_FILE if file.endswith(".py") else ""

    async def _of_python(self, text: str, closed: str, *, trying: bool) -> ProcedureView:
        mistakes: tuple[Mistake, ...] = ()
        cards: tuple[StepCard, ...] = ()
        version, pending, changes = 0, False, tuple[str, ...]()
        try:
            followed = await self._following.now()
        except NotFoundError:
            raise
        except CaseworkError as error:
            mistakes = (Mistake(1, error.code, error.message, error.fix),)
        else:
            steps = followed.procedure.steps
            names = {step.id: step.name for step in steps}
            cards = tuple(_card(Placed(step), None, names) for step in steps)
            version, pending = followed.version, followed.pending
            changes = followed.changes
        return ProcedureView(
            self._record.procedure_file, text, sha256_text(text), version, pending, cards,
            mistakes, changes, (), closed, "", trying,
        )  # fmt: skip


def as_written(text: str, before: str) -> str:
    """A text from a page, which knows only one kind of line end, with the ends that its lines have
    in `before`; new lines get those of the others."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    source = parse(before)
    if all(line.ending in ("\n", "") for line in source.lines):
        return plain
    new = parse(plain).lines
    new = parse(plain).lines
    made = [line.ending for line in new]
    usual, old = ending_of(source), source.lines
    words = ([line.text for line in old], [line.text for line in new])
    for kind, a, b, c, d in difflib.SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        for step in range(d - c):
            at = a + step if kind == "equal" else min(a + step, b - 1)
            near = old[at].ending if 0 <= at < len(old) else ""
            made[c + step] = (near or usual) if new[c + step].ending else ""
    return "".join(line.text + ending for line, ending in zip(new, made, strict=True))


def cards_of(text: str, file: str) -> tuple[StepCard, ...]:
    """The steps of a text with their lines, as far as each can be understood alone."""
    by_line = {step.heading + 1: step for step in parse(text).every}
    placed = placed_in(text, file)
    names = {one.path: named(one.title) for one in placed} | {
        one.step.id: one.step.name for one in reversed(placed)
    }
    return tuple(_card(one, by_line.get(one.step.line), names) for one in placed)


def _card(one: Placed, source: StepSource | None, names: Mapping[str, str]) -> StepCard:
    step = one.step
    first = source.heading + 1 if source else step.line
    reads = tuple(dict.fromkeys(names.get(id, id) for id in step.references))
    return StepCard(
        one.path,
        one.title,
        named(one.title),
        type_text(step.type) + (", many" if step.type.many else ""),
        step.by,
        step.review,
        step.owner,
        first,
        max(first, source.end if source else first),
        reads,
        one.path.count(DOT),
    )


def _lines(old: str, new: str) -> tuple[tuple[Kind, str], ...]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=3)
    return tuple((_KINDS.get(line[:1], "same"), line) for line in list(lines)[2:])
