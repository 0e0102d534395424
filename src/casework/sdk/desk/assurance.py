"""How far the machine may be relied on for the step in focus, and what people taught it: beside the
item, so that whoever decides sees what it is good for."""

from __future__ import annotations

from dataclasses import dataclass

from casework.base.errors import CaseworkError
from casework.review.audit import without_errors
from casework.review.bound import Promise
from casework.sdk.following import Following
from casework.sdk.learned.learning import Learning
from casework.sdk.promised.trusting import Trusting
from casework.sdk.promised.views import PromiseView
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.learned import Version
from casework.types.procedure import Procedure

_EPSILON, _DELTA = 0.05, 0.10
"""What is proposed where nothing is promised: the defaults of `casework trust`."""
_JUDGED = ("accepted", "corrected")


@dataclass(frozen=True, slots=True)
class Assurance:
    """`promise` covers the step (None: nothing is promised), `whole` if it is that of all steps;
    `needed` is how many random checks one of five per cent takes if none finds an error. `audited`
    answers were given blind, `chosen` ones only teach. `learned` is the newest version that was
    made of them."""

    step: str
    path: str
    promise: PromiseView | None
    promisable: bool
    needed: int
    audited: int
    chosen: int
    learned: Version | None


async def assurance_of(
    house: House, record: WorksheetRecord, following: Following, procedure: Procedure, path: str
) -> Assurance:
    """The assurance of the step at this path."""
    trusting = Trusting(house, record, following)
    verdicts, sheet_id = house.store.verdicts, record.id
    step = next((one for one in procedure.steps if one.id == path), None)
    promise = None
    try:
        views = {one.step: one for one in (await trusting.view()).promises}
        promise = views.get(path) or views.get("")
    except CaseworkError:
        pass  # a procedure that cannot run promises nothing for now; the step is still decided on
    tally = [one for one in await verdicts.tally(sheet_id) if one[0] == path and one[1] in _JUDGED]
    audited = sum(count for _, _, blind, count, _ in tally if blind)
    chosen = sum(count for _, _, blind, count, _ in tally if not blind)
    versions = [
        one for one in await Learning(house, record, following).versions() if one.path == path
    ]
    return Assurance(
        step.name if step else path,
        path,
        promise,
        step is not None and step.review == "unsure" and step.reads_documents,
        without_errors(Promise(_EPSILON, _DELTA)),
        audited,
        chosen,
        versions[-1] if versions else None,
    )
