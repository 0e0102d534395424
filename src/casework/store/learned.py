"""What was learned of steps: versions as rows, their arrays as blobs. Fits and applies nothing.

Arrays of equal bytes are one blob, so that it goes with the last row that names it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from casework.base.clock import stamp
from casework.base.errors import ConflictError, NotFoundError, StoreError
from casework.store.codec import Row, json_text, json_value, label_from, label_text, plain
from casework.store.database import Database, Transaction, missing
from casework.store.needs import BlobStore
from casework.types.learned import Gate, Stored, Version, VersionState
from casework.types.values import Json

_COLUMNS = (
    "v.id, w.id, v.path, v.number, v.state, v.estimator, v.sha256, v.gate, v.made_at, v.audience,"
    " v.examples, v.thresholds, v.label, v.decided_by, v.decided_at, v.reason,"
    " v.content"
)
_FROM = f"SELECT {_COLUMNS} FROM learned_versions v JOIN worksheets w ON w.n = v.worksheet"
_INSERT = (
    "INSERT INTO learned_versions (id, worksheet, path, number, state, estimator, sha256, gate,"
    " made_at, audience, examples, thresholds, label, decided_by, decided_at, reason, content,"
    " facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DECIDE = (
    "UPDATE learned_versions SET state = ?, decided_by = ?, decided_at = ?, reason = ? WHERE id = ?"
)
_NAMED = (
    "SELECT 1 FROM learned_versions WHERE content = ? UNION ALL"
    " SELECT 1 FROM documents WHERE sha256 = ? OR parsed = ? LIMIT 1"
)
_AGAIN = "Delete it and learn again from the verdicts, which are all there: casework learn"


class LearnedVersions:
    """The learned versions of a workspace."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    async def add(self, version: Version, stored: Stored) -> None:
        """Keep a version; raises `ConflictError` when its number is taken."""
        content = await self._put(stored.arrays)
        told = _row(version, content, json_text(dict(stored.facts)))

        async def work(tx: Transaction) -> None:
            sheet = await tx.row("SELECT n FROM worksheets WHERE id = ?", (version.worksheet_id,))
            if sheet is None:
                raise missing("worksheet", version.worksheet_id)
            if await tx.row(
                "SELECT 1 FROM learned_versions"
                " WHERE worksheet = ? AND path = ? AND audience = ? AND number = ?",
                (sheet[0], version.path, version.audience, version.number),
            ):
                raise ConflictError(
                    f"There is a version {version.number} of {version.path} already.",
                    fix="Somebody else has just learned it too; nothing is lost.",
                    code="learned.number_taken",
                )
            await tx.execute(_INSERT, (told[0], sheet[0], *told[1:]))

        await self._database.write(work)
        if content:  # another row that named the same bytes may have gone meanwhile, with them
            await self._put(stored.arrays)

    async def of_worksheet(self, worksheet_id: str) -> list[Version]:
        """All versions, oldest first."""
        return await self._all("WHERE w.id = ? ORDER BY v.n", worksheet_id)

    async def live(self, worksheet_id: str) -> list[Version]:
        """Those that are at work: one at most of a path and audience."""
        return await self._all("WHERE w.id = ? AND v.state = 'live' ORDER BY v.n", worksheet_id)

    async def get(self, id: str) -> Version:
        """The version of this id; raises `NotFoundError`."""
        row = await self._database.row(f"{_FROM} WHERE v.id = ?", (id,))
        if row is None:
            raise _missing(id)
        return _version(row)

    async def load(self, id: str) -> Stored:
        """The content of a version; raises `StoreError` when it is not what it was."""
        row = await self._database.row(
            "SELECT path, number, sha256, content, facts FROM learned_versions WHERE id = ?", (id,)
        )
        if row is None:
            raise _missing(id)
        path, number, sha256, content, facts = row
        told = json_value(facts)
        try:
            arrays = await asyncio.to_thread(self._blobs.get, content) if content else b""
        except NotFoundError as error:
            raise StoreError(
                f"The arrays of version {number} of {path} are gone: {error}",
                fix=_AGAIN,
                code="learned.damaged",
            ) from error
        stored = Stored(arrays, told if isinstance(told, dict) else {})
        if stored.sha256 != sha256:
            raise StoreError(
                f"Version {number} of {path} is damaged: what is kept of it has the hash"
                f" {stored.sha256[:12]}… and not {sha256[:12]}….",
                fix=_AGAIN,
                code="learned.damaged",
            )
        return stored

    async def facts(self, id: str) -> dict[str, Json]:
        """The facts of a version without its arrays, as they are kept."""
        row = await self._database.row("SELECT facts FROM learned_versions WHERE id = ?", (id,))
        if row is None:
            raise _missing(id)
        told = json_value(row[0])
        return told if isinstance(told, dict) else {}

    async def next_number(self, worksheet_id: str, path: str, audience: str) -> int:
        """The number that the next version of a path and audience bears."""
        row = await self._database.row(
            "SELECT coalesce(max(v.number), 0) + 1 FROM learned_versions v JOIN worksheets w"
            " ON w.n = v.worksheet WHERE w.id = ? AND v.path = ? AND v.audience = ?",
            (worksheet_id, path, audience),
        )
        return int(row[0]) if row else 1

    async def set_state(
        self, id: str, state: VersionState, who: str, at: str, reason: str = ""
    ) -> None:
        """Decide on a version; to put one to work, `pin` it."""

        async def work(tx: Transaction) -> None:
            if not await tx.execute(_DECIDE, (state, plain(who), at, plain(reason), id)):
                raise _missing(id)

        await self._database.write(work)

    async def pin(self, worksheet_id: str, ids: Sequence[str], who: str, at: str = "") -> None:
        """Put versions to work, and retire those that were at work on the same path for the same
        audience. Raises `ConflictError` for one that the gate or a person refused."""
        at = at or stamp(self._database.clock.now())

        async def work(tx: Transaction) -> None:
            for id in ids:
                found = await tx.row(
                    "SELECT v.worksheet, v.path, v.audience, v.number, v.state, v.reason FROM"
                    " learned_versions v JOIN worksheets w ON w.n = v.worksheet"
                    " WHERE v.id = ? AND w.id = ?",
                    (id, worksheet_id),
                )
                if found is None:
                    raise _missing(id)
                await _pin(tx, id, found, (plain(who), at))

        await self._database.write(work)

    async def delete(self, id: str) -> None:
        """Let a version be gone: its row, and its arrays unless something else has the same."""

        async def work(tx: Transaction) -> str:
            row = await tx.row("SELECT content FROM learned_versions WHERE id = ?", (id,))
            if row is None:
                raise _missing(id)
            await tx.execute("DELETE FROM learned_versions WHERE id = ?", (id,))
            named = await tx.row(_NAMED, (row[0],) * 3)
            return "" if named else str(row[0])

        content = await self._database.write(work)
        if not content:
            return
        arrays = await asyncio.to_thread(self._kept, content)
        await asyncio.to_thread(self._blobs.remove, content)
        if await self._database.row(_NAMED, (content,) * 3):  # named since: somebody learned it too
            await self._put(arrays)

    async def _all(self, where: str, worksheet_id: str) -> list[Version]:
        return [
            _version(row) for row in await self._database.rows(f"{_FROM} {where}", (worksheet_id,))
        ]

    async def _put(self, arrays: bytes) -> str:
        return await asyncio.to_thread(self._blobs.put, arrays) if arrays else ""

    def _kept(self, content: str) -> bytes:
        return self._blobs.get(content) if self._blobs.has(content) else b""


async def _pin(tx: Transaction, id: str, found: Row, decided: tuple[str, str]) -> None:
    worksheet, path, audience, number, state, reason = found
    if state == "refused":
        raise ConflictError(
            f"Version {number} of {path} was refused: {reason}",
            fix="Learn again once more was verified: casework learn",
            code="learned.refused",
        )
    if state == "live":
        return
    await tx.execute(
        "UPDATE learned_versions SET state = 'retired', decided_by = ?, decided_at = ?, reason = ?"
        " WHERE worksheet = ? AND path = ? AND audience = ? AND state = 'live'",
        (*decided, f"version {number} took its place", worksheet, path, audience),
    )
    await tx.execute(_DECIDE, ("live", *decided, "", id))


def _missing(id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no learned version {id!r}.", fix="casework learn --versions lists them."
    )


def _row(version: Version, content: str, facts: str) -> Row:
    """All columns of `_INSERT` but the worksheet."""
    gate = version.gate
    return (
        version.id,
        version.path,
        version.number,
        version.state,
        version.estimator,
        version.sha256,
        json_text(
            [
                int(gate.passed),
                gate.cells,
                gate.groups,
                gate.before,
                gate.after,
                gate.gained,
                gate.lost,
                gate.reason,
            ]
        ),
        version.made_at,
        version.audience,
        json_text(dict(version.examples)),
        json_text(list(version.thresholds)),
        label_text(version.label),
        plain(version.decided_by),
        version.decided_at,
        plain(version.reason),
        content,
        facts,
    )


def _version(row: Row) -> Version:
    (id, worksheet_id, path, number, state, estimator, sha256, gate, made_at, audience, examples,
     thresholds, label, decided_by, decided_at, reason, content) = row  # fmt: skip
    return Version(
        id,
        worksheet_id,
        path,
        number,
        state,
        estimator,
        sha256,
        _gate(gate),
        made_at,
        audience,
        _counts(examples),
        _numbers(thresholds),
        label_from(label),
        decided_by,
        decided_at,
        reason,
        bool(content),
    )


def _gate(text: str) -> Gate:
    told = json_value(text)
    passed, *rest = told if isinstance(told, list) else [0, 0, 0, 0.0, 0.0, 0, 0, ""]
    return Gate(bool(passed), *rest)


def _counts(text: str) -> dict[str, int]:
    told = json_value(text)
    if not isinstance(told, dict):
        return {}
    return {name: count for name, count in told.items() if isinstance(count, int)}


def _numbers(text: str) -> tuple[float, ...]:
    told = json_value(text)
    return (
        tuple(one for one in told if isinstance(one, float | int)) if isinstance(told, list) else ()
    )
