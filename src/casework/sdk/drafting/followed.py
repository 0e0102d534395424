"""A procedure followed as a draft would have it: what its file does not say yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.following import Following

if TYPE_CHECKING:
    from casework.sdk.wire import House
    from casework.store.records import WorksheetRecord


class DraftFollowing(Following):
    """Follows a text instead of the file. Nothing is written through it."""

    def __init__(self, house: House, record: WorksheetRecord, text: str) -> None:
        super().__init__(house, record.id, record.procedure_file)
        self._draft = text

    def _text(self) -> str | None:
        return self._draft
