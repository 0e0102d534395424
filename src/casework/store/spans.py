"""Spans: what was done, when, how long, and with which words. Each text is stored once by its hash.

They are written in the transaction of their cell.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from casework.base.hashing import sha256_text
from casework.store.codec import Row, json_text, plain
from casework.store.database import Database, Transaction
from casework.types.span import MessagePart, Span

_BATCH_CASES = 64
_COLUMNS = "id, parent_id, name, started_ns, duration_ns, status, attributes, parts"
_QUALIFIED = ", ".join(f"s.{column}" for column in _COLUMNS.split(", "))
SPANS = ("spans", ("outcome", "position", *_COLUMNS.split(", ")))
"""The table and its columns as an insert takes them."""
_THERE = (
    "SELECT sha256 FROM parts JOIN json_each(?) AS wanted"
    " ON substr(sha256, 1, 16) = substr(wanted.value, 1, 16) AND sha256 = wanted.value"
)
_SHORT = 256
"""A text up to so many characters stands in its span: that is smaller than a row of its own."""
_NOTHING = "{}"
_NO_PARTS = "[]"


@dataclass(frozen=True, slots=True)
class CellSpan:
    """A span and the cell, outcome and run that it belongs to."""

    case_id: str
    step_id: str
    outcome_id: str
    run_id: str
    span: Span


class SpanPlace(Protocol):
    """Where a span stands: the number of its outcome, 0 for none, and its position there."""

    @property
    def outcome(self) -> int: ...
    @property
    def position(self) -> int: ...


class NewSpans:
    """Spans as rows, made before the transaction so that this stays short. Texts whose hashes are
    `known` to be in the store are not written again."""

    __slots__ = ("_known", "parts", "rows")

    def __init__(self, spans: Iterable[Span], known: Collection[str] = ()) -> None:
        self._known = known
        self.parts: list[tuple[str, str]] = []
        self.rows: list[Row] = [self._row(span) for span in spans]

    def _row(self, span: Span) -> Row:
        return (
            span.id,
            span.parent_id,
            span.name,
            span.started_ns,
            span.duration_ns,
            span.status,
            json_text(span.attributes) if span.attributes else _NOTHING,
            json_text([self._part(part) for part in span.parts]) if span.parts else _NO_PARTS,
        )

    def _part(self, part: MessagePart) -> list[str]:
        if len(part.text) <= _SHORT:
            return [part.role, "", part.text]
        mark = sha256_text(part.text)
        if mark not in self._known:
            self.parts.append((mark, plain(part.text)))
        return [part.role, mark]


async def insert_parts(tx: Transaction, texts: Mapping[str, str]) -> None:
    """Write those of the texts, by their hashes, that are not there yet."""
    if not texts:
        return
    there = {row[0] for row in await tx.rows(_THERE, (json_text(list(texts)),))}
    new = [(mark, text) for mark, text in texts.items() if mark not in there]
    await tx.insert("parts", ("sha256", "text"), new)


class Spans:
    """The spans of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_outcome(self, outcome_id: str) -> tuple[Span, ...]:
        """The spans of the work that gave an outcome, in the order in which they were recorded."""
        rows = await self._database.rows(
            f"SELECT {_QUALIFIED} FROM outcomes o JOIN spans s ON s.outcome = o.n"
            " WHERE o.id = ? ORDER BY s.position",
            (outcome_id,),
        )
        return tuple(await self._spans(rows))

    async def at(self, places: Sequence[SpanPlace]) -> dict[tuple[int, int], Span]:
        """The spans at these places, by number of the outcome and position."""
        wanted = {(place.outcome, place.position) for place in places}
        outcomes = json_text(sorted({outcome for outcome, _ in wanted}))
        rows = await self._database.rows(
            f"SELECT s.outcome, s.position, {_QUALIFIED} FROM spans s WHERE s.outcome IN"
            " (SELECT CAST(value AS INTEGER) FROM json_each(?))",
            (outcomes,),
        )
        kept = [row for row in rows if (row[0], row[1]) in wanted]
        spans = await self._spans([row[2:] for row in kept])
        return {(row[0], row[1]): span for row, span in zip(kept, spans, strict=True)}

    async def stream(
        self, worksheet_id: str, *, run_id: str = "", texts: bool = True
    ) -> AsyncIterator[list[CellSpan]]:
        """The spans of a worksheet's cells in batches, by case; of one run when it is named.

        Without `texts` the parts come with empty text, which is much lighter.
        """
        last = 0
        while cases := await self._database.rows(
            "SELECT n FROM cases WHERE worksheet = (SELECT n FROM worksheets WHERE id = ?)"
            f" AND n > ? ORDER BY n LIMIT {_BATCH_CASES}",
            (worksheet_id, last),
        ):
            first, last = last, cases[-1][0]
            rows = await self._database.rows(
                f"SELECT c.id, o.step_id, o.id, o.run_id, {_QUALIFIED}"
                " FROM cases c JOIN outcomes o ON o.case_n = c.n JOIN spans s ON s.outcome = o.n"
                " WHERE c.worksheet = (SELECT n FROM worksheets WHERE id = ?)"
                " AND c.n > ? AND c.n <= ? AND (? = '' OR o.run_id = ?)"
                " ORDER BY c.n, o.n, s.position",
                (worksheet_id, first, last, run_id, run_id),
            )
            spans = await self._spans([row[4:] for row in rows], texts=texts)
            yield [
                CellSpan(case_id, step_id, outcome_id, run, span)
                for (case_id, step_id, outcome_id, run, *_), span in zip(rows, spans, strict=True)
            ]
            await asyncio.sleep(0)

    async def _spans(self, rows: list[Row], *, texts: bool = True) -> list[Span]:
        parts: list[list[list[str]]] = [json.loads(row[-1]) for row in rows]
        marks = {mark for told in parts for _, mark, *_ in told if mark} if texts else set()
        found = await self._texts(marks)
        return [
            _span(row, tuple(_part(texts, found, *part) for part in told))
            for row, told in zip(rows, parts, strict=True)
        ]

    async def _texts(self, marks: set[str]) -> dict[str, str]:
        if not marks:
            return {}
        return dict(
            await self._database.rows(
                "SELECT sha256, text FROM parts JOIN json_each(?) AS wanted"
                " ON substr(sha256, 1, 16) = substr(wanted.value, 1, 16)"
                " AND sha256 = wanted.value",
                (json_text(sorted(marks)),),
            )
        )


def _part(texts: bool, found: dict[str, str], role: str, mark: str, short: str = "") -> MessagePart:
    return MessagePart(role, (found.get(mark, short) if mark else short) if texts else "")


def _span(row: Row, parts: tuple[MessagePart, ...]) -> Span:
    id, parent_id, name, started_ns, duration_ns, status, attributes, _ = row
    told = json.loads(attributes)
    return Span(id, parent_id, name, started_ns, duration_ns, status, told, parts)
