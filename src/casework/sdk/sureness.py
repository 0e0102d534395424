"""From which confidence on the answer of a reader is taken, as it stands now: what the audit stream
certifies, and before there is a certificate what a person chose."""

from __future__ import annotations

from dataclasses import dataclass

from casework.engine.program import Program
from casework.review.acceptance import Acceptances
from casework.sdk.reading_order import chosen_of
from casework.sdk.wire import House
from casework.steps.cascade import METHOD, Chosen, Sureness
from casework.types.procedure import Step


@dataclass(frozen=True, slots=True)
class Certified:
    """Implements `Sureness`. One threshold is for all readers of a step: the first of them that is
    as sure answers, and for just that the certificate speaks. Where less was chosen, and so
    nobody was asked beyond it in what was checked, it stays so: such an answer waits for a person.
    A certificate that is suspended lets nothing be taken, whatever was chosen."""

    chosen: Chosen
    acceptances: Acceptances

    def threshold(self, step: Step, stage: str, mark: str) -> float | None:
        promised = self.acceptances.get(step.id)
        if promised is None or mark not in promised.marks:
            return self.chosen.threshold(step, stage, mark)
        if promised.suspended:
            return None
        chosen = self.chosen.threshold(step, stage, mark)
        certified = promised.threshold
        return min((one for one in (chosen, certified) if one is not None), default=None)


def has_cascade(program: Program) -> bool:
    """Whether any step has an order of readers."""
    return any(column.method.name == METHOD for column in program.every)


async def sureness_of(house: House, worksheet_id: str, program: Program) -> Sureness:
    """What holds for the steps of a worksheet."""
    from casework.sdk.promised.acceptances import acceptances_of

    chosen = chosen_of(house.settings)
    if not worksheet_id:
        return chosen
    return Certified(chosen, await acceptances_of(house, worksheet_id, program))
