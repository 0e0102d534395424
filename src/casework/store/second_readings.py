"""What a second person read in cells of the audit stream, row after row. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from casework.store.codec import Row, json_text, json_value, plain
from casework.store.database import Database, Transaction, missing
from casework.types.verdict import SecondReading

_INSERT = (
    "INSERT INTO second_readings (id, case_n, step_id, verdict, value, absence, who, at, seconds)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_OF_WORKSHEET = (
    "SELECT s.id, k.id, s.step_id, s.verdict, s.value, s.absence, s.who, s.at, s.seconds"
    " FROM worksheets w JOIN cases k ON k.worksheet = w.n JOIN second_readings s ON s.case_n = k.n"
    " WHERE w.id = ? ORDER BY s.n"
)
_OF_CASES = (
    "SELECT s.id, k.id, s.step_id, s.verdict, s.value, s.absence, s.who, s.at, s.seconds"
    " FROM cases k JOIN second_readings s ON s.case_n = k.n"
    " WHERE k.id IN (SELECT value FROM json_each(?)) ORDER BY s.n"
)
_DELETE = "DELETE FROM second_readings WHERE id = ?"


class SecondReadings:
    """The second readings of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, reading: SecondReading) -> None:
        """Write what a second person read."""

        async def work(tx: Transaction) -> None:
            found = await tx.row("SELECT n FROM cases WHERE id = ?", (reading.case_id,))
            if found is None:
                raise missing("case", reading.case_id)
            await tx.execute(
                _INSERT,
                (
                    reading.id,
                    found[0],
                    reading.step_id,
                    reading.verdict,
                    json_text(reading.value),
                    reading.absence,
                    plain(reading.who),
                    reading.at,
                    reading.seconds,
                ),
            )

        await self._database.write(work)

    async def of_worksheet(self, worksheet_id: str) -> list[SecondReading]:
        """Every second reading in a worksheet, oldest first."""
        rows = await self._database.long_read(_OF_WORKSHEET, (worksheet_id,))
        return [_reading(row) for row in rows]

    async def of_cases(self, case_ids: Sequence[str]) -> list[SecondReading]:
        """Every second reading of cells of these cases, oldest first."""
        rows = await self._database.rows(_OF_CASES, (json_text(list(case_ids)),))
        return [_reading(row) for row in rows]

    async def take_back(self, id: str) -> None:
        """Drop a reading that its reader took back at once."""

        async def work(tx: Transaction) -> None:
            await tx.execute(_DELETE, (id,))

        await self._database.write(work)


def _reading(row: Row) -> SecondReading:
    id, case_id, step_id, verdict, value, absence, who, at, seconds = row
    return SecondReading(
        id, case_id, step_id, verdict, json_value(value), absence, who, at, seconds
    )
