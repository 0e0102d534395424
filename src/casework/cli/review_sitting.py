"""A sitting of review: shows an item, takes keys until it is answered, goes on to the next. What
was answered is kept before the next item is shown."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.base.errors import CaseworkError, ConflictError
from casework.cli.keyboard import END, Keyboard
from casework.cli.review_drawing import (
    draw_answered,
    draw_help,
    draw_instruction,
    draw_item,
    draw_text,
)
from casework.cli.signs import LOOK, QUIET, WRONG
from casework.cli.terminal import join, said

if TYPE_CHECKING:
    from rich.console import Console

    from casework.cli.inline_pictures import Pictures
    from casework.sdk.desk.reviewing import Reviewing
    from casework.sdk.desk.views import Answered, ReviewItem
    from casework.types.case import AbsenceKind
    from casework.types.verdict import VerdictKind

_MEANWHILE = "review.decided_meanwhile"
_ABSENCES: dict[str, AbsenceKind] = {"n": "not_found", "u": "unreadable"}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a person typed for an item."""

    kind: VerdictKind
    value: str = ""
    absent: AbsenceKind | None = None


class Sitting:
    """One person, one keyboard, one screen. Ends when nothing is left, at `q`, or after so many
    answers (0: however many)."""

    def __init__(
        self,
        reviewing: Reviewing,
        keyboard: Keyboard,
        console: Console,
        pictures: Pictures,
        limit: int = 0,
    ) -> None:
        self._reviewing = reviewing
        self._keyboard = keyboard
        self._console = console
        self._pictures = pictures
        self._limit = limit
        self._answered = 0
        self._note = ""
        self._page = 0
        self._shown_at = 0.0

    async def run(self) -> None:
        """Go from item to item."""
        item = await self._reviewing.next()
        while item is not None:
            draw_item(self._console, item, keys=self._keyboard.interactive)
            if item.blind or item.citations:
                await self._show_page(item, 1, around=True)
            self._note, self._page = "", 0
            self._shown_at = time.monotonic()
            following = await self._take(item)
            if following is None:
                return
            if following is not item:
                item = following
                continue
            if self._limit and self._answered >= self._limit:
                return
            item = await self._reviewing.next()

    async def _take(self, item: ReviewItem) -> ReviewItem | None:
        """Take keys until the item is dealt with: the item itself then, another one that is to be
        shown at once, or None to stop."""
        while True:
            self._prompt()
            key = await self._keyboard.key()
            self._echo(key)
            if key in ("q", END):
                return None
            if key == "z":
                if (before := await self._undo(item)) is not None:
                    return before
            elif key == "s":
                await self._reviewing.skip(item)
                return item
            elif await self._looked(key, item):
                continue
            elif await self._decide(key, item):
                return item

    async def _decide(self, key: str, item: ReviewItem) -> bool:
        """Answer an item by a key; False when it is still to be answered."""
        answer = _Answer("corrected", absent=_ABSENCES.get(key)) if key in _ABSENCES else None
        found = item.acceptable and not item.blind
        if found and (key in ("a", "enter") or (answer and answer.absent == item.absence)):
            answer = _Answer("accepted")
        elif key == "r" and not item.blind:
            answer = _Answer("rejected")
        elif key == "c" or (key == "enter" and item.blind):
            return await self._type(item, _to_begin_with(item))
        elif answer is None:
            self._say(_misplaced(key, item), LOOK)
            return False
        try:
            await self._keep(item, answer)
        except CaseworkError as error:
            self._tell(error)
            return False
        return True

    async def _type(self, item: ReviewItem, text: str) -> bool:
        """Ask for the value until it can be read, or the person would rather not."""
        while (typed := await self._keyboard.line("  value: ", text)) is not None:
            try:
                await self._keep(item, _Answer("corrected", typed))
            except CaseworkError as error:
                self._tell(error)
                if not self._keyboard.interactive:
                    return False
                text = typed
            else:
                return True
        if not self._keyboard.interactive:
            self._say("c needs a value behind it: c EUR 12.00", LOOK)
        return False

    async def _keep(self, item: ReviewItem, answer: _Answer) -> None:
        """Keep an answer; where somebody was quicker, ask which one holds: theirs is left alone."""
        took = time.monotonic() - self._shown_at
        over = False
        while True:
            try:
                answered = await self._reviewing.answer(
                    item,
                    answer.kind,
                    answer.value,
                    absent=answer.absent,
                    note=self._note,
                    seconds=took,
                    over=over,
                )
                break
            except ConflictError as error:
                if error.code != _MEANWHILE:
                    raise
                self._tell(error)
                if over or item.blind or not await self._agreed("Does yours hold? y/n "):
                    await self._reviewing.skip(item)
                    return
                over = True
        self._answered += 1
        draw_answered(self._console, answered)
        if answered.item.blind and answered.agrees is False and self._keyboard.interactive:
            await self._revise(answered)

    async def _revise(self, answered: Answered) -> None:
        """Let the person think again, now that they know what the machine found."""
        keys = "Enter keeps yours · a takes the machine's · c says something else"
        self._say(keys, QUIET)
        while True:
            key = await self._keyboard.key()
            if key in ("enter", "k", END):
                return
            try:
                if key == "a":
                    told = await self._reviewing.revise(answered, "accepted", note=self._note)
                elif key == "c":
                    typed = await self._keyboard.line("  value: ", answered.shown)
                    if typed is None:
                        return
                    told = await self._reviewing.revise(
                        answered, "corrected", typed, note=self._note
                    )
                else:
                    continue
            except CaseworkError as error:
                self._tell(error)
                continue
            self._say(f"Now it says {told.shown}; what you read first is kept beside it.", QUIET)
            return

    async def _looked(self, key: str, item: ReviewItem) -> bool:
        """Show what a key asks to see; False when it asks for nothing of the kind."""
        if key == "?":
            draw_help(self._console, item)
        elif key == "i":
            draw_instruction(self._console, item)
        elif key in ("p", "t"):
            await self._turn(key, item)
        elif key == "e":
            self._note = await self._keyboard.line("  note: ", self._note) or ""
        else:
            return key in ("", "escape")
        return True

    async def _turn(self, key: str, item: ReviewItem) -> None:
        if not item.pages:
            self._say("There is no page to look at.", LOOK)
            return
        self._page = self._page % len(item.pages) + 1
        if key == "t":
            draw_text(self._console, await self._reviewing.page(item, self._page))
        elif self._pictures.way == "no":
            self._say("Pictures are left out; begin with --pictures write to have them.", LOOK)
        else:
            await self._show_page(item, self._page, around=False)

    async def _show_page(self, item: ReviewItem, number: int, *, around: bool) -> None:
        if self._pictures.way == "no" or not item.pages:
            return
        page = await self._reviewing.page(item, number, around=around)
        if page.problem:
            self._say(f"no picture of the page: {page.problem}", QUIET)
            return
        name = f"{item.progress.number}-{item.step_id}-{number}{'-part' if around else ''}.png"
        path = self._pictures.give(page.picture, name)
        if path:
            place = f"{page.document_name}, page {page.page}: "
            text = join("  ", said(f"picture of {place}", QUIET), said(path))
            self._console.print(text, soft_wrap=True)

    async def _undo(self, item: ReviewItem) -> ReviewItem | None:
        try:
            before = await self._reviewing.undo(item)
        except CaseworkError as error:
            self._tell(error)
            return None
        self._answered -= 1
        self._say("Your last answer was taken back.", LOOK)
        return before

    async def _agreed(self, question: str) -> bool:
        self._console.print(said(question), end="")
        key = await self._keyboard.key()
        self._echo(key)
        return key in ("y", "Y")

    def _prompt(self) -> None:
        if self._keyboard.interactive:
            self._console.print(said("> ", "bold"), end="")

    def _echo(self, key: str) -> None:
        if self._keyboard.interactive:
            shown = key if len(key) == 1 and key.isprintable() else ""
            self._console.print(said(shown))

    def _say(self, text: str, style: str) -> None:
        self._console.print(said(f"  {text}", style))

    def _tell(self, error: CaseworkError) -> None:
        self._say(error.message, WRONG)
        if error.fix and error.fix not in error.message:
            self._say(error.fix, QUIET)


def _to_begin_with(item: ReviewItem) -> str:
    """What stands on the line already when a person begins to type."""
    if item.blind or item.shown or not item.citations:
        return item.shown
    return item.citations[0].quote


def _misplaced(key: str, item: ReviewItem) -> str:
    if key in ("a", "enter"):
        return "Nothing was found that could be accepted: c types what is right."
    if key in ("r",):
        return "Read it first: c types what stands in the document."
    return f"{key!r} does nothing here; ? tells the keys."
