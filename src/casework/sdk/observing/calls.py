"""Every call of a model as a row: looked for, opened, spoken of."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence

from casework.base.clock import stamp
from casework.base.errors import UsageError
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.observing.views import CallFilter, CallPage, CallReport, CallView
from casework.sdk.observing.work import work_of
from casework.sdk.wire import House
from casework.store.calls import FIRST, CallNote, CallPlace, CallRow, CallsWanted
from casework.store.records import WorksheetRecord
from casework.types.nesting import placed_steps
from casework.types.procedure import Procedure
from casework.types.span import MessagePart, Span
from casework.types.values import Json

A_PAGE = 50
_LOOKED_THROUGH = 5_000
"""So many calls are looked through for a page of those that fit."""
_BATCH = 200
_BEGINNING = 240
_NANO = 1e9
_MOST_TAGS, _MOST_LETTERS = 12, 60
_MARKS = re.compile(r"</?(?:cell|document|page|passage)[^>]{0,300}>?")
_ANSWERS = ("assistant", "tool_call")
ANY_CALL = CallFilter()
TAGS = ("wrong value", "wrong place", "made up", "missed", "format", "instruction unclear")
"""Tags that are offered before anybody has given one."""


class Calls:
    """The calls made for a worksheet; those of documents that may not be read are left out."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("read")
    async def page(
        self, wanted: CallFilter = ANY_CALL, *, after: str = "", limit: int = A_PAGE
    ) -> CallPage:
        """So many calls that fit, newest first; `after` is what the page before called `next`."""
        asked = self._asked(wanted)
        place, found, looked, ended = _place(after) if after else FIRST, list[CallView](), 0, False
        names = await self._names()
        while len(found) < limit and looked < _LOOKED_THROUGH and not ended:
            rows = await self._house.store.calls.page(asked, before=place, limit=_BATCH)
            texts = await self._texts(rows)
            for row in rows:
                place, looked = row.place, looked + 1
                if not self._house.rights.may_read(row.label):
                    continue
                view = _view(row, texts[row.place], names)
                if _fits(wanted, view, texts[row.place]):
                    found.append(view)
                if len(found) == limit:
                    break
            ended = len(rows) < _BATCH and len(found) < limit
        return CallPage(tuple(found), "" if ended else str(place), looked, ended)

    @action("read")
    async def one(self, id: str) -> CallReport:
        """A call with all of its words, and the work around it."""
        row = await self._open(id)
        texts = await self._texts([row])
        span = texts[row.place]
        spans: Sequence[Span] = (span,) if span else ()
        if row.outcome_id:
            spans = await self._house.store.spans.of_outcome(row.outcome_id)
        view = _view(row, span, await self._names())
        parts = span.parts if span else ()
        return CallReport(view, parts, row.attributes, work_of(spans, row.span_id))

    @action("decide")
    async def say(
        self, id: str, *, mark: int = 0, note: str = "", tags: Sequence[str] = (), who: str = ""
    ) -> CallView:
        """Keep what somebody makes of a call: `mark` 1 or -1 (0: neither), a note, tags."""
        if mark not in (-1, 0, 1):
            raise UsageError(f"A call is marked 1, -1 or 0, not {mark}.")
        told = tuple(dict.fromkeys(" ".join(tag.split()) for tag in tags if tag.strip()))
        if len(told) > _MOST_TAGS or any(len(tag) > _MOST_LETTERS for tag in told):
            raise UsageError(
                f"A call takes {_MOST_TAGS} tags of up to {_MOST_LETTERS} letters.",
                fix="Write more into the note.",
            )
        row = await self._open(id)
        said = CallNote(who or self._house.who(), mark, note.strip(), told)
        await self._house.store.calls.say(row.place, said)
        return (await self.one(id)).call

    @action("read")
    async def tags(self) -> dict[str, int]:
        """The tags in use and how many calls bear each, the most used first."""
        return await self._house.store.calls.tags(self._record.id)

    @action("read")
    async def models(self) -> list[str]:
        """The models that answered."""
        return await self._house.store.calls.models(self._record.id)

    def _asked(self, wanted: CallFilter) -> CallsWanted:
        return CallsWanted(
            self._record.id, wanted.run, wanted.step, wanted.case,
            wanted.model.partition(":")[2] or wanted.model, wanted.status, wanted.mark, wanted.tag,
            wanted.noted,
        )  # fmt: skip

    async def _open(self, id: str) -> CallRow:
        row = await self._house.store.calls.one(_place(id))
        self._house.rights.check(row.label.readers, "This call")
        return row

    async def _texts(self, rows: Sequence[CallRow]) -> Mapping[CallPlace, Span | None]:
        """The span of each of these calls with its texts."""
        found = await self._house.store.spans.at([row.place for row in rows])
        return {row.place: found.get((row.place.outcome, row.place.position)) for row in rows}

    async def _names(self) -> Callable[[str], str]:
        procedure = (await self._following.now()).procedure
        return step_names(procedure)


def step_names(procedure: Procedure) -> Callable[[str], str]:
    """What each step is called, those of rows too; the id of one that is no more."""
    names = {placed.step.id: placed.step.name for placed in placed_steps(procedure.steps)}
    return lambda step_id: names.get(step_id, step_id)


def as_json(report: CallReport) -> str:
    """A call as one JSON document."""
    told = {
        "id": report.call.id,
        "at": report.call.at,
        "attributes": dict(report.attributes),
        "messages": [{"role": part.role, "text": part.text} for part in report.parts],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _place(id: str) -> CallPlace:
    outcome, _, position = id.partition(".")
    if not (outcome.isdecimal() and position.isdecimal()):
        raise UsageError(f"{id!r} names no call.", fix="A call is named like 4711.2.")
    return CallPlace(int(outcome), int(position))


def _fits(wanted: CallFilter, view: CallView, span: Span | None) -> bool:
    """Whether a call fits what the database was not asked for."""
    if view.duration_s < wanted.least_s or (view.cost_usd or 0.0) < wanted.least_usd:
        return False
    if not wanted.text:
        return True
    looked = wanted.text.casefold()
    told = [part.text for part in span.parts] if span else []
    said = [word for note in view.notes for word in (note.note, *note.tags)]
    return any(looked in one.casefold() for one in [*told, *said, view.case_name, view.error])


def _view(row: CallRow, span: Span | None, name_of: Callable[[str], str]) -> CallView:
    told = row.attributes
    parts = span.parts if span else ()
    cost = told.get("casework.cost_usd")
    return CallView(
        str(row.place),
        stamp(dt.datetime.fromtimestamp(row.started_ns / _NANO, dt.UTC)),
        row.worksheet,
        row.case_id,
        row.case_name,
        row.step_id,
        name_of(row.step_id),
        row.run_id,
        _text(told, "gen_ai.response.model") or _text(told, "gen_ai.request.model"),
        _text(told, "gen_ai.provider.name"),
        _text(told, "casework.purpose"),
        row.status,
        _text(told, "error.message") or _text(told, "error.type"),
        row.duration_ns / _NANO,
        _number(told, "gen_ai.usage.input_tokens"),
        _number(told, "gen_ai.usage.output_tokens"),
        float(cost) if isinstance(cost, int | float) else None,
        _beginning([part for part in parts if part.role == "user"][-1:]),
        _said([part for part in parts if part.role in _ANSWERS]),
        bool(told.get("casework.remembered")),
        row.notes,
    )


def _beginning(parts: Sequence[MessagePart]) -> str:
    """How texts begin, without the marks that set documents and cells apart."""
    texts = (_MARKS.sub(" ", part.text[: 4 * _BEGINNING]) for part in parts)
    return " ".join(" ".join(text.split()) for text in texts)[:_BEGINNING]


def _said(parts: Sequence[MessagePart]) -> str:
    """What was answered in short: the value of an answer in JSON, else how its text begins."""
    if len(parts) == 1:
        try:
            told = json.loads(parts[0].text)
        except ValueError:
            told = None
        if isinstance(told, dict) and told.get("value") not in (None, ""):
            value = told["value"]
            short = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            return short[:_BEGINNING]
        if isinstance(told, dict) and isinstance(told.get("status"), str):
            return str(told["status"]).replace("_", " ")
    return _beginning(parts)


def _text(told: Mapping[str, Json], name: str) -> str:
    found = told.get(name)
    return found if isinstance(found, str) else ""


def _number(told: Mapping[str, Json], name: str) -> int:
    found = told.get(name)
    return found if isinstance(found, int) else 0
