"""Which procedure a worksheet follows: the version in force, and the file that people edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from casework.base.errors import (
    ConflictError,
    Mistake,
    NotFoundError,
    ProcedureError,
    UsageError,
)
from casework.base.hashing import sha256_text
from casework.documents.kind import canonical_kind
from casework.procedures.check import check
from casework.procedures.compile import compile_procedure
from casework.procedures.difference import ambiguous_renames, compare
from casework.procedures.python import functions_of, load_python
from casework.procedures.rename import rename
from casework.procedures.snapshot import restore, snapshot
from casework.sandbox.rules import check_rule
from casework.sdk.people.held import check_edit, held_locks
from casework.sdk.trust import is_trusted
from casework.sdk.wire import House
from casework.steps.python import Function
from casework.types.nesting import ARROW, DOT, placed_steps, read_type_of, resolve
from casework.types.procedure import Procedure, Step
from casework.types.values import ValueType

FOLDER = "procedures"


@dataclass(frozen=True, slots=True)
class Followed:
    """A procedure with the number of its version; `pending` when the file was edited since then
    (the version is then the next one). `functions` are those of a trusted Python procedure;
    `worksheet_id` is whose procedure it is."""

    procedure: Procedure
    version: int
    pending: bool
    text: str
    changes: tuple[str, ...] = ()
    renames: tuple[str, ...] = ()
    functions: Mapping[str, Function] = field(default_factory=dict)
    gone: str = ""
    worksheet_id: str = ""

    @property
    def sha256(self) -> str:
        """The digest of its text."""
        return sha256_text(self.text)


class Following:
    """Reads and writes the procedure of one worksheet.

    `file` is '' for one that was made in Python; `given` is then the procedure itself, where the
    program that made it handed it in.
    """

    def __init__(
        self, house: House, worksheet_id: str, file: str, given: Procedure | None = None
    ) -> None:
        self._house = house
        self._worksheet_id = worksheet_id
        self._file = file
        self._given = given

    @property
    def worksheet_id(self) -> str:
        """Whose procedure it is."""
        return self._worksheet_id

    @property
    def path(self) -> Path:
        """The file that people edit; raises `UsageError` where there is none."""
        if not self._file:
            raise UsageError(
                "The procedure was made in Python, so there is no file to edit.",
                fix="Change it in the program that makes it.",
            )
        return self._house.folder / FOLDER / self._file

    async def now(self) -> Followed:
        """The procedure as its file says, with what changed since the version in force.

        Raises `ProcedureError` with every mistake of the file.
        """
        latest = await self._house.store.procedures.latest(self._worksheet_id)
        text = self._text()
        if text is None and latest is None:
            raise NotFoundError(
                f"The procedure {self._file} is gone.", fix=f"Put it back at {FOLDER}/{self._file}."
            )
        if text is None or (latest is not None and latest.sha256 == sha256_text(text)):
            assert latest is not None
            procedure, functions = self._compile(latest.text)
            told = Followed(
                procedure,
                latest.version,
                False,
                latest.text,
                functions=functions,
                worksheet_id=self._worksheet_id,
            )
            gone = text is None and self._file
            return replace(told, gone=self._gone(latest.version)) if gone else told
        procedure, functions = self._compile(text)
        if latest is None:
            return Followed(
                procedure, 1, True, text, functions=functions, worksheet_id=self._worksheet_id
            )
        before = self._before(latest.text)
        return Followed(
            procedure,
            latest.version + 1,
            True,
            text,
            tuple(change.words for change in compare(before, procedure)),
            tuple(told.words for told in ambiguous_renames(before, procedure)),
            functions,
            worksheet_id=self._worksheet_id,
        )

    async def shown(self) -> Followed:
        """The procedure as it is shown: as its file says now; the version in force while the file
        has mistakes, so that a slip of the pen takes no page away. Raises `ProcedureError` where
        nothing is in force yet."""
        try:
            return await self.now()
        except ProcedureError:
            latest = await self._house.store.procedures.latest(self._worksheet_id)
            if latest is None or not self._file or self.path.suffix == ".py":
                raise
            return self._as_kept(latest.text, latest.version)

    def text(self) -> str | None:
        """The procedure as it stands outside the store, byte for byte; None where it stands only
        there."""
        return self._text()

    def compiled(self, text: str) -> Procedure:
        """The procedure that a kept text means."""
        return self._before(text)

    def mark(self) -> str:
        """What changes when somebody writes the file: looked at often, so nothing is read. '' where
        there is no file."""
        if not self._file:
            return ""
        try:
            seen = self.path.stat()
        except OSError:
            return "gone"
        return f"{seen.st_mtime_ns}.{seen.st_size}.{seen.st_ino}"

    async def in_force(self) -> Followed:
        """The version in force, whatever the file says. Raises `ConflictError` for a Python file
        that was edited since: of its code nothing is kept."""
        followed = await self.now()
        latest = await self._house.store.procedures.latest(self._worksheet_id)
        if not followed.pending or latest is None:
            return followed
        if not self._file or self.path.suffix == ".py":
            raise ConflictError(
                "The Python procedure was edited, and of its code only that of today is there.",
                fix="Adopt or drop the change that is being tried: casework adopt, casework drop.",
            )
        return self._as_kept(latest.text, latest.version)

    async def in_force_or(self, other: Followed) -> Followed:
        """The version in force; the other where a Python file has only the code of today."""
        try:
            return await self.in_force()
        except ConflictError:
            return other

    async def of(self, text: str) -> Followed:
        """The procedure of a text that is neither in force nor in the file any more; of what was
        made in Python only that of today is there."""
        followed = await self.now()
        if followed.text == text or not self._file or self.path.suffix == ".py":
            return followed
        latest = await self._house.store.procedures.latest(self._worksheet_id)
        procedure, functions = self._compile(text)
        before = self._before(latest.text) if latest else procedure
        changes = tuple(change.words for change in compare(before, procedure))
        version = latest.version + 1 if latest else 1
        return Followed(
            procedure,
            version,
            True,
            text,
            changes,
            (),
            functions,
            worksheet_id=self._worksheet_id,
        )

    async def before(self) -> Followed | None:
        """What the procedure was before its last edit: the version in force while the file has a
        pending one, else the version before it; None before there were two."""
        followed = await self.now()
        latest = await self._house.store.procedures.latest(self._worksheet_id)
        number = (latest.version if latest else 0) if followed.pending else followed.version - 1
        if number < 1:
            return None
        told = await self._house.store.procedures.version(self._worksheet_id, number)
        return self._as_kept(told.text, number)

    async def as_of(self, version: int) -> Procedure:
        """The procedure of a version, as far as its text alone can tell it; of version 0 and of a
        Python file, whose code is only as it is now, that of today."""
        if not version or (self._file and self.path.suffix == ".py"):
            return (await self.now()).procedure
        told = await self._house.store.procedures.version(self._worksheet_id, version)
        return self._before(told.text)

    async def put_back(self, version: int) -> None:
        """Write the text of an older version into the file; the next run takes it up as a new one.

        Raises `ConflictError` when the file was edited since, so that no edit is lost.
        """
        path = self.path
        latest = await self._house.store.procedures.latest(self._worksheet_id)
        text = self._text()
        if text is not None and latest is not None and sha256_text(text) != latest.sha256:
            raise ConflictError(
                f"{path.name} was edited since the last run: its text is not overwritten.",
                fix="Keep your edit elsewhere or run first, then put the older text back.",
            )
        told = await self._house.store.procedures.version(self._worksheet_id, version)
        await self._write(path, told.text)

    async def take_up(self, followed: Followed, who: str, *, as_new: bool) -> None:
        """Make the edited file the version in force; refuses to guess about renames."""
        if not followed.pending:
            return
        self.check_renames(followed, as_new=as_new)
        await self._house.store.procedures.add(
            self._worksheet_id, followed.text, who=who, note="; ".join(followed.changes)
        )

    def check_renames(self, followed: Followed, *, as_new: bool) -> None:
        """Raise `ConflictError` for headings that may be renamed, unless they are new steps."""
        if followed.renames and not as_new:
            raise ConflictError(
                " ".join(followed.renames), fix="If they are new steps, run with --as-new."
            )

    async def restore(self) -> None:
        """Put the version in force back into the file; what was edited since is lost."""
        latest = await self._house.store.procedures.latest(self._worksheet_id)
        if latest is None or not self._file or self.path.suffix == ".py":
            raise ConflictError(
                "A Python procedure cannot be put back: of its code only that of today is there."
            )
        await self._write(self.path, latest.text)

    async def rewrite(self, text: str, *, over: str) -> None:
        """Write another text into the file, which must still say what has the digest `over`; raises
        `ConflictError` when it was edited since, so that no edit is lost."""
        path = self.path
        now = self._text()
        if now is None or sha256_text(now) != over:
            raise ConflictError(
                f"{path.name} was edited since: its text is not overwritten.",
                fix="Look at it again, which starts from what it says now.",
            )
        await self._write(path, text)

    async def rename(self, old: str, new: str) -> None:
        """Rename a step in the file, with every reference to it; its id stays."""
        path = self.path
        text = self._text()
        if text is None:
            raise NotFoundError(f"There is no file {path}.", fix="Put it back first.")
        latest = await self._house.store.procedures.latest(self._worksheet_id)
        before = latest.text if latest else text
        await self._write(path, rename(text, old, new, before=before))

    async def _write(self, path: Path, text: str) -> None:
        """Write the file, unless a step differs that is locked for whoever asks."""
        held = await held_locks(self._house, self._worksheet_id)
        if not held.open and path.suffix != ".py":
            before = (await self.shown()).procedure
            await check_edit(self._house, self._worksheet_id, before, self._before(text))
        write_text(path, text)

    def _as_kept(self, text: str, version: int) -> Followed:
        """A version, as far as its text alone can tell it."""
        procedure = self._before(text)
        return Followed(procedure, version, False, text, worksheet_id=self._worksheet_id)

    def _gone(self, version: int) -> str:
        return (
            f"{FOLDER}/{self._file} is gone. Version {version} is followed as it was kept; put the "
            "file back to edit it."
        )

    def _text(self) -> str | None:
        """The procedure as it stands outside the store; None where it stands only there."""
        if self._given is not None:
            return snapshot(self._given)
        if not self._file:
            return None
        return read_text(self.path) if self.path.is_file() else None

    def _compile(self, text: str) -> tuple[Procedure, Mapping[str, Function]]:
        if not self._file:
            procedure = self._given or restore(text)
        elif self.path.suffix == ".py":
            procedure = load_python(self.path, is_trusted)
        else:
            raise_mistakes(text, self.path.name)
            procedure = compile_procedure(text, self.path.name)
        return with_canonical_kinds(procedure), functions_of(procedure)

    def _before(self, text: str) -> Procedure:
        """The version in force, as far as its text alone can tell it."""
        if not self._file:
            return with_canonical_kinds(restore(text))
        if self.path.suffix == ".py":
            return self._compile(text)[0]
        return with_canonical_kinds(compile_procedure(text, self.path.name))


def with_canonical_kinds(procedure: Procedure) -> Procedure:
    """The procedure with the kinds of documents in `from` as documents are told by: a step that
    reads from a Rechnung reads from an invoice."""
    steps = tuple(_with_canonical_kinds(step) for step in procedure.steps)
    return replace(procedure, steps=steps, by_id={})


def _with_canonical_kinds(step: Step) -> Step:
    sources = tuple(dict.fromkeys(map(canonical_kind, step.sources)))
    nested = tuple(_with_canonical_kinds(one) for one in step.nested)
    return replace(step, sources=sources, nested=nested)


def raise_mistakes(text: str, name: str) -> None:
    """Raise `ProcedureError` with every mistake, those of units in rules included."""
    mistakes = check(text, name)
    if not mistakes:
        mistakes = rule_mistakes(compile_procedure(text, name))
    if mistakes:
        raise ProcedureError(mistakes, name=name)


def rule_mistakes(procedure: Procedure) -> tuple[Mistake, ...]:
    """Mistakes of units and kinds in the rules and conditions of a procedure, in line order."""
    by_path = {placed.path: placed for placed in placed_steps(procedure.steps)}
    found: list[Mistake] = []
    for placed in by_path.values():
        step = placed.step
        read = {
            reference: by_path[path]
            for reference in step.references
            if (path := resolve(reference, placed.around, by_path))
        }
        types = {name: read_type_of(name, one.step) for name, one in read.items()}
        names = {
            name: one.title.replace(ARROW, DOT) if DOT in name else one.step.name
            for name, one in read.items()
        }
        if step.when is not None:
            found += check_rule(step.when, types, ValueType("yes/no"), names)
        if step.rule is not None:
            found += check_rule(step.rule, types, step.type, names)
    return tuple(sorted(found, key=lambda mistake: mistake.line))


def read_text(path: Path) -> str:
    """A procedure file, byte for byte: line ends stay as they are."""
    with path.open(encoding="utf-8", newline="") as source:
        return source.read()


def write_text(path: Path, text: str) -> None:
    """Write a procedure file at once, so that nobody ever reads half of it."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as sink:
        sink.write(text)
    part.replace(path)
