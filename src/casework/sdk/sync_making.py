"""Sync faces of async classes: the same actions, each run to its end.

Made from the async classes by tools/sync_face.py; change those, then make this anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.face import Face
from casework.sdk.overview import Overview
from casework.sdk.suggesting.drafts import Drafts
from casework.sdk.suggesting.suggesting import Suggesting
from casework.sdk.sync_worksheet import SyncWorksheet
from casework.sdk.webhooks.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from casework.sdk.intake import OnFile
    from casework.sdk.overview import Departure, RunLine, SheetFigures, SheetLine, WaitLine
    from casework.sdk.suggesting.drafts import DraftView
    from casework.sdk.suggesting.leftovers import Cleared
    from casework.sdk.suggesting.reading import OnRead
    from casework.sdk.suggesting.suggesting import OnTry
    from casework.sdk.suggesting.views import FirstRun, Suggested
    from casework.sdk.webhooks.delivering import Delivered, Deliverer, OnTold
    from casework.sdk.webhooks.sending import Pace
    from casework.sdk.webhooks.webhooks import WebhookMade
    from casework.types.webhook import Delivery, Filter, Include, Webhook


class SyncSuggesting(Face[Suggesting]):
    """What files suggest."""

    def suggest(
        self,
        *paths: str | Path,
        goal: str = "",
        sop: str | Path = "",
        cases: str = "",
        no_sop: bool = False,
        language: str = "",
        on_read: OnRead | None = None,
        on_try: OnTry | None = None,
    ) -> Suggested:
        """Read files and folders, and propose steps with an example value each. `cases` says what
        makes a case ('' for what fits). A `goal` in plain words, or an `sop` (a file that describes
        the work), is turned into steps by the model of the role `best`; without them no model is
        asked. A file among them that reads as a written procedure is no case, unless `no_sop` says
        that there is none. Steps are named in the language of most files, in `language` (ISO 639-1)
        where these leave it open. Nothing is kept. Raises `UsageError` for a path that is not
        there, `ModelError`.
        """
        return self._line.call(
            self._real.suggest(
                *paths,
                goal=goal,
                sop=sop,
                cases=cases,
                no_sop=no_sop,
                language=language,
                on_read=on_read,
                on_try=on_try,
            )
        )

    def procedure(self, suggested: Suggested) -> str:
        """The kept steps as a procedure in Markdown."""
        return self._line.call(self._real.procedure(suggested))


class SyncDrafts(Face[Drafts]):
    """The drafts of whoever asks."""

    def begin(self) -> DraftView:
        """A new, empty draft."""
        return self._line.call(self._real.begin())

    def all(self) -> list[DraftView]:
        """Drafts with files in them or steps, newest first."""
        return self._line.call(self._real.all())

    def get(self, draft: str) -> DraftView:
        """The draft of this id; raises `NotFoundError` for none, and for somebody else's."""
        return self._line.call(self._real.get(draft))

    def take(self, draft: str, folder: str) -> DraftView:
        """Copy the files of a folder of this machine into a draft. Raises `UsageError` for what is
        no folder, or holds too many files.
        """
        return self._line.call(self._real.take(draft, folder))

    def look(
        self,
        draft: str,
        *,
        cases: str = "",
        language: str = "",
        on_read: OnRead | None = None,
        on_try: OnTry | None = None,
    ) -> DraftView:
        """Read the files of a draft, and propose steps from them. What a person did to steps that
        were there before stays; `cases` chooses what makes a case. Steps are named in the language
        of most files, in `language` (ISO 639-1) where these leave it open.
        """
        return self._line.call(
            self._real.look(draft, cases=cases, language=language, on_read=on_read, on_try=on_try)
        )

    def describe(
        self, draft: str, path: str, *, describes: bool = True, on_read: OnRead | None = None
    ) -> DraftView:
        """Say that a file of the draft describes the work, and is no case; or that it does not,
        though it reads like it. Raises `NotFoundError` for a file that is not there.
        """
        return self._line.call(
            self._real.describe(draft, path, describes=describes, on_read=on_read)
        )

    def word(self, draft: str, *, goal: str = "", sop: str = "", text: str = "") -> DraftView:
        """Let a model make steps of a goal, or of a written procedure: `sop` names one of the
        draft's files, which is no case then; `text` is a text instead. Raises `ModelError`.
        """
        return self._line.call(self._real.word(draft, goal=goal, sop=sop, text=text))

    def change(
        self,
        draft: str,
        step: str,
        *,
        name: str | None = None,
        type: str | None = None,
        instruction: str | None = None,
        keep: bool | None = None,
        to: int | None = None,
    ) -> DraftView:
        """Change one proposed step: rename it, give it another type or instruction, keep it or not,
        or move it to a place (from 0). One of another type or instruction is tried anew.
        """
        return self._line.call(
            self._real.change(
                draft, step, name=name, type=type, instruction=instruction, keep=keep, to=to
            )
        )

    def add(
        self, draft: str, name: str, *, type: str = "", instruction: str = "", rule: str = ""
    ) -> DraftView:
        """Add a step in plain words, tried on the files where no model is needed for it. Without a
        `type` it has the one that its rule gives, or that its name stands for in documents.
        """
        return self._line.call(
            self._real.add(draft, name, type=type, instruction=instruction, rule=rule)
        )

    def name(self, draft: str, title: str) -> DraftView:
        """Give the worksheet that is to be made its name."""
        return self._line.call(self._real.name(draft, title))

    def procedure(self, draft: str) -> str:
        """The kept steps as a procedure in Markdown."""
        return self._line.call(self._real.procedure(draft))

    def first_run(self, draft: str) -> FirstRun | None:
        """What the first run would do; None while something is wrong with the steps."""
        return self._line.call(self._real.first_run(draft))

    def make(self, draft: str, name: str = "", *, on_file: OnFile | None = None) -> SyncWorksheet:
        """Make the worksheet: its procedure from the kept steps, its cases from the files. The
        draft is gone then. What was broken off goes on when it is asked again. Raises
        `ProcedureError`, `ConflictError` when the name is taken, `UsageError` without steps.
        """
        return SyncWorksheet(
            self._line.call(self._real.make(draft, name, on_file=on_file)), self._line
        )

    def drop(self, draft: str) -> None:
        """Throw a draft away, files and all."""
        self._line.call(self._real.drop(draft))

    def tidy(self) -> Cleared:
        """Delete uploads and drafts, of whoever they are, that nobody went on with for as long as
        the setting `studio.upload_days` says; 0 days delete nothing.
        """
        return self._line.call(self._real.tidy())


class SyncOverview(Face[Overview]):
    """A workspace at a glance, as the person who asks may see it."""

    def mark(self) -> str:
        """Another text whenever something changed that this shows."""
        return self._line.call(self._real.mark())

    def lines(self) -> list[SheetLine]:
        """The worksheets, newest first."""
        return self._line.call(self._real.lines())

    def figures(self, worksheet: str) -> SheetFigures:
        """What takes longer to count of one worksheet."""
        return self._line.call(self._real.figures(worksheet))

    def runs(self, limit: int = 6) -> list[RunLine]:
        """The last runs of all worksheets, newest first."""
        return self._line.call(self._real.runs(limit))

    def waits(self) -> list[WaitLine]:
        """What waits for whoever asks in all worksheets, by reason, most first."""
        return self._line.call(self._real.waits())

    def departures(self) -> list[Departure]:
        """What left this machine since midnight where the workspace is, by host."""
        return self._line.call(self._real.departures())


class SyncWebhooks(Face[Webhooks]):
    """The addresses that are told of what happens in one workspace."""

    def all(self) -> list[Webhook]:
        """All of them, oldest first."""
        return self._line.call(self._real.all())

    def get(self, webhook: str) -> Webhook:
        """The one of this id."""
        return self._line.call(self._real.get(webhook))

    def add(
        self,
        url: str,
        *,
        filter: Filter | None = None,
        include: Include = "nothing",
        readers: Sequence[str] = (),
        note: str = "",
    ) -> WebhookMade:
        """Tell an address from now on. `readers` are groups whose documents it may be told of
        beside those that everybody may read, or `everything`; nobody gives away more than they may
        read. With `include` `values` names and values are told as well, else ids and states. Raises
        `BorderError` for an address in here that nobody configured (setting `outside.private`).
        """
        return self._line.call(
            self._real.add(url, filter=filter, include=include, readers=readers, note=note)
        )

    def change(
        self,
        webhook: str,
        *,
        url: str | None = None,
        filter: Filter | None = None,
        include: Include | None = None,
        readers: Sequence[str] | None = None,
        note: str | None = None,
        paused: bool | None = None,
        version: int | None = None,
    ) -> Webhook:
        """Change what is named of one; a `version` that is no longer its own is a conflict."""
        return self._line.call(
            self._real.change(
                webhook,
                url=url,
                filter=filter,
                include=include,
                readers=readers,
                note=note,
                paused=paused,
                version=version,
            )
        )

    def remove(self, webhook: str) -> None:
        """Tell it nothing any more; its secret is forgotten."""
        self._line.call(self._real.remove(webhook))

    def rotate(self, webhook: str) -> WebhookMade:
        """Give it another secret; the one before signs for a day more."""
        return self._line.call(self._real.rotate(webhook))

    def signed_here(self, webhook: str) -> bool:
        """Whether this machine knows its secret, and so can tell it anything."""
        return self._line.call(self._real.signed_here(webhook))

    def deliveries(
        self, webhook: str, *, state: str = "", before: str = "", limit: int = 50
    ) -> list[Delivery]:
        """What it is told, newest first, and what became of each; those before the one of an id."""
        return self._line.call(
            self._real.deliveries(webhook, state=state, before=before, limit=limit)
        )

    def delivery(self, webhook: str, delivery: str) -> Delivery:
        """One telling of it, and what became of that; raises `NotFoundError`."""
        return self._line.call(self._real.delivery(webhook, delivery))

    def resend(self, webhook: str, delivery: str = "") -> int:
        """Tell one thing once more, or all that it never took; returns how many."""
        return self._line.call(self._real.resend(webhook, delivery))

    def test(self, webhook: str) -> Delivery:
        """Tell it something that means nothing, to try it."""
        return self._line.call(self._real.test(webhook))

    def queue(self) -> dict[str, int]:
        """How many tellings there are by state."""
        return self._line.call(self._real.queue())

    def deliver(
        self, *, most_s: float | None = None, on_told: OnTold | None = None
    ) -> list[Delivered]:
        """Tell all webhooks what happened, in one pass and without a studio. Each telling is tried
        once; an address that does not answer is left alone for the rest of the pass, and after
        `most_s` seconds nothing more is begun. What was not taken waits.
        """
        return self._line.call(self._real.deliver(most_s=most_s, on_told=on_told))

    def deliverer(self, pace: Pace | None = None) -> Deliverer:
        """What tells all webhooks of this workspace, as long as it runs."""
        return self._real.deliverer(pace)
