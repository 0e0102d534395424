"""What a workspace spent today, what works at this moment, and where it sends what. Counts only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.engine.caps import quarter, start_of_day
from casework.models.hosts import is_loopback
from casework.types.spending import NOTHING_SPENT

if TYPE_CHECKING:
    from casework.sdk.wire import House


@dataclass(frozen=True, slots=True)
class Today:
    """Calls of models since midnight in the workspace's time zone. `unpriced` of them have no
    known price and are not in `cost_usd`; `cap_usd` is what a day may cost (0: no cap). `hosts`
    are those that the models in use answer at beyond this machine."""

    cost_usd: float
    calls: int
    unpriced: int
    cap_usd: float
    hosts: tuple[str, ...]
    models: bool
    """Whether any model is in use at all."""
    at_work: int = 0
    """Cells that the runs under way work on, as they told at their last heartbeat."""


def midnight(house: House) -> str:
    """When the day began in the time zone of the workspace, as a UTC stamp."""
    return start_of_day(house.clock.now(), house.settings.text("workspace.time_zone"))


async def today_of(house: House) -> Today:
    """What was spent today, and who is asked."""
    _, by_model = await house.store.spending.now("", quarter(midnight(house)))
    spent = sum(by_model.values(), NOTHING_SPENT)
    providers = house.endpoints.providers
    used = {model.partition(":")[0] for model in house.endpoints.roles.values() if ":" in model}
    hosts = sorted(
        providers[name].host.removesuffix(":443")
        for name in used
        if name in providers and not is_loopback(providers[name].base_url)
    )
    cap = house.purse.caps.day.usd
    at_work = await _at_work(house)
    return Today(
        spent.cost_usd, spent.calls, spent.unpriced, cap, tuple(hosts), bool(used), at_work
    )


async def _at_work(house: House) -> int:
    """How many cells all runs under way work on."""
    cells = 0
    for record in await house.store.worksheets.all():
        for run in await house.store.runs.latest(record.id, 1):
            if run.state == "running":
                cells += len(await house.store.runs.at_work(run.id))
    return cells
