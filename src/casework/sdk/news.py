"""What a watch tells: files that arrived, cases that were answered or wait, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from casework.base.clock import Clock, stamp

NewsKind = Literal[
    "watching", "arrived", "answered", "waits", "refused", "problem", "ran", "stopped"
]
"""`watching` a folder from now on; `arrived`: files are in their case; `answered`: the machine is
done with a case; `waits`: it cannot go on yet; `refused`: a file cannot be taken; `problem`: the
folder or the run has one, or has it no more; `ran`: a run ended; `stopped` watching a folder."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened, ready to be said. `subject` is the case, the file or the folder;
    `seconds` from arrival to answer, where it is one."""

    at: str
    kind: NewsKind
    worksheet: str
    subject: str
    words: str
    case_id: str = ""
    seconds: float | None = None


OnNews = Callable[[News], None]


class Teller:
    """Tells the news of one worksheet to whoever wants to hear them."""

    def __init__(self, worksheet: str, clock: Clock, on_news: OnNews | None) -> None:
        self._worksheet = worksheet
        self._clock = clock
        self._on_news = on_news

    def tell(
        self,
        kind: NewsKind,
        subject: str,
        words: str,
        *,
        case_id: str = "",
        seconds: float | None = None,
    ) -> None:
        """Tell one thing, as of now."""
        if self._on_news is not None:
            at = stamp(self._clock.now())
            self._on_news(News(at, kind, self._worksheet, subject, words, case_id, seconds))
