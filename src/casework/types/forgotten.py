"""That a document was forgotten: by whom and why, and nothing of what it was."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A document that was forgotten. `blobs` are the files that are still to go, `done_at` is ''
    until nothing of it is left."""

    sha256: str
    who: str
    at: str
    note: str = ""
    blobs: tuple[str, ...] = ()
    done_at: str = ""
