"""Keeps what a person said of an item: a verdict, a second reading, a revision; takes it back."""

from __future__ import annotations

from dataclasses import replace

from casework.base.clock import stamp
from casework.base.errors import ConflictError, UsageError
from casework.base.ids import uuid7
from casework.review.decide import Shown, agrees, same_answer
from casework.sdk.agreement import Agreement, agreement
from casework.sdk.deciding import Said, decide_cell
from casework.sdk.desk.queue import what_was_read
from casework.sdk.desk.session import DECISIONS, Done, Session
from casework.sdk.desk.views import Answered, ReviewItem
from casework.sdk.nested import CaseTree
from casework.sdk.people.held import check_decide
from casework.sdk.show import shown
from casework.sdk.told_places import placed
from casework.sdk.typed_values import typed_value
from casework.sdk.views import CellView
from casework.sdk.wire import House
from casework.types.case import Cell
from casework.types.nesting import placed_steps
from casework.types.procedure import Procedure
from casework.types.values import Json
from casework.types.verdict import SecondReading, Verdict

_CHANGED = "the machine found something else while you looked: your answer is kept, and not counted"
_AS_SECOND = "{who} has decided on it while you read: your answer is kept as a second reading"


def check_answer(item: ReviewItem, said: Said) -> None:
    """Raise `UsageError` for what cannot be said of this item."""
    if said.kind not in DECISIONS:
        raise UsageError(
            f"An item is not answered with {said.kind!r}.",
            fix=f"Use one of {', '.join(DECISIONS)}.",
        )
    if item.blind and said.kind != "corrected":
        raise UsageError(
            f"{item.step} of {item.case} is read blind: nothing can be {said.kind} unseen.",
            fix="Say what stands in the document: corrected, with a value or an absence.",
        )


async def keep_answer(
    session: Session, item: ReviewItem, said: Said, *, seconds: float | None, over: bool
) -> Done:
    """Keep an answer at once."""
    waiting = session.shown[item.case_id, item.step_id]
    tree = await session.tree(waiting)
    cell = _cell(tree, item)
    stands = cell.human
    if item.kind == "second":
        first = session.queue.read.first.get((item.case_id, item.step_id))
        read = first.id if first else item.stood
        return Done(waiting, *await _keep_reading(session, tree, item, said, seconds, read))
    if stands is not None and stands.id != item.stood:
        if item.blind and stands.who != session.who:
            kept = await _keep_reading(session, tree, item, said, seconds, stands.id)
            remark = _AS_SECOND.format(who=stands.who)
            return Done(waiting, replace(kept[0], remark=remark), 0, kept[2])
        if item.blind or not over:
            raise _meanwhile(tree, item, stands)
    changed = item.against != (cell.machine.id if cell.machine else "")
    stream = "audit" if item.kind == "audit" else ""
    how = Shown(
        item.because,
        item.probability,
        "audit" if stream else "",
        item.blind and not changed,
        seconds,
    )
    told = replace(said, shown=how, against=item.against)
    view = await decide_cell(
        session.house, tree, tree.procedure.step(item.step_id), told, session.queue.acceptances
    )
    return Done(waiting, await _answered(session, item, view, _CHANGED if changed else ""))


async def keep_revision(session: Session, done: Done, said: Said) -> Answered:
    """Keep what a person says once the machine's value is known, above their blind answer."""
    item = done.answered.item
    tree = await session.tree(done.waiting)
    words = f"read blind before: {done.answered.shown}"
    note = f"{said.note}; {words}" if said.note else words
    how = Shown("revised after the machine's value was shown", 0.0)
    told = replace(said, note=note, shown=how, against=item.against)
    view = await decide_cell(
        session.house, tree, tree.procedure.step(item.step_id), told, session.queue.acceptances
    )
    done.verdicts += 1
    done.answered = await _answered(session, item, view, "")
    return done.answered


async def take_back(session: Session, done: Done) -> None:
    """Take an answer back; raises `ConflictError` when somebody has decided on it since."""
    if done.reading:
        await session.house.store.second_readings.take_back(done.reading)
        return
    tree = await session.tree(done.waiting)
    item, given = done.answered.item, done.answered.verdict
    stands = _cell(tree, item).human
    if given is None or stands is None or stands.id != given.id:
        who = stands.who if stands else "somebody"
        raise ConflictError(
            f"{who} has decided on {item.step} of {item.case} since: yours is not the last word.",
            fix=f"See how it stands: casework show '{item.case}' '{item.step}'",
        )
    step = tree.procedure.step(item.step_id)
    for _ in range(done.verdicts):
        tree = await session.tree(done.waiting)
        await decide_cell(
            session.house, tree, step, Said("undone", who=session.who), session.queue.acceptances
        )


async def readers_agreement(house: House, worksheet_id: str, procedure: Procedure) -> Agreement:
    """How often two people who read a cell blind to each other said the same."""
    read = await what_was_read(house, worksheet_id)
    steps = {one.step.id: one.step for one in placed_steps(procedure.steps)}
    verdicts = {one.id: one for told in read.verdicts.values() for one in told}
    pairs = [
        same_answer(steps[first.step_id], (first.value, first.absence), (one.value, one.absence))
        for told in read.second.values()
        for one in told
        if (first := verdicts.get(one.verdict)) is not None and first.step_id in steps
    ]
    return agreement(sum(pairs), len(pairs))


async def _keep_reading(
    session: Session,
    tree: CaseTree,
    item: ReviewItem,
    said: Said,
    seconds: float | None,
    verdict: str,
) -> tuple[Answered, int, str]:
    """Keep what a second person read. What machine and first person said is not told, so that it
    can be read anew."""
    step = tree.procedure.step(item.step_id)
    value: Json = None
    if said.value:
        value = await typed_value(
            session.house,
            tree,
            step,
            _cell(tree, item),
            said.value,
            {one.document for one in said.at},
        )
    if (value is None) == (said.absent is None):
        raise UsageError(
            f"{step.name} has either a value or none.", fix="Give a value, or an absence."
        )
    house = session.house
    whole = tree.top
    path = f"{tree.path}{item.step_id}"
    await check_decide(house, whole.case.worksheet_id, whole.procedure, path)
    house.rights.check_cell(tree.case, _cell(tree, item), step.name)
    # It is only compared with what the first person said, so it keeps no place; one that cannot be
    # is refused as for any answer.
    await placed(house, tree, step, value, said.at)
    at = stamp(house.clock.now())
    absence = said.absent or ""
    reading = SecondReading(
        uuid7(), item.case_id, step.id, verdict, value, absence, session.who, at, seconds
    )
    await house.store.second_readings.add(reading)
    return Answered(item, "read", shown(value, absence, step), "", None), 0, reading.id


async def _answered(session: Session, item: ReviewItem, view: CellView, remark: str) -> Answered:
    """What became of an answer that is a verdict."""
    verdict = view.verdict
    assert verdict is not None
    step = next(one.step for one in placed_steps(session.procedure.steps) if one.path == item.path)
    says = "" if verdict.kind == "rejected" else shown(verdict.value, verdict.absence, step)
    machine, same = "", None
    if item.against:
        outcome = (await session.house.store.cells.outcome(item.against)).outcome
        if outcome.kind in ("value", "absent"):
            machine = shown(outcome.value, outcome.absence or "", step)
            same = verdict.kind != "rejected" and agrees(
                step, outcome, verdict.value, verdict.absence
            )
    kept = verdict.kind if verdict.kind in ("accepted", "corrected") else "rejected"
    return Answered(item, kept, says, machine, same, remark, verdict)


def _meanwhile(tree: CaseTree, item: ReviewItem, stands: Verdict) -> ConflictError:
    step = tree.procedure.step(item.step_id)
    said = (
        "rejected it"
        if stands.kind == "rejected"
        else (f"says {shown(stands.value, stands.absence, step)}")
    )
    return ConflictError(
        f"{stands.who} has decided on {item.step} of {item.case} while you looked, and {said}.",
        fix="Leave it so, or say that yours holds: answer once more.",
        code="review.decided_meanwhile",
    )


def _cell(tree: CaseTree, item: ReviewItem) -> Cell:
    return tree.cells.get(item.step_id) or Cell(item.case_id, item.step_id)
