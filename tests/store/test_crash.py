"""Kill a writing process without warning, again and again: nothing that it reported is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from casework.store.home import Home
from casework.store.store import Store
from tests.store.conftest import Reopen

KILLS = 10
WRITES = """
import asyncio, itertools, sys
from pathlib import Path
from casework.store.home import Home
from casework.store.store import Store
from tests.store.build import add_case, recorded, write

async def main():
    store = await Store.open_at(Path(sys.argv[1]), Home(sys.argv[2]))
    start = await store.cases.count((await store.worksheets.all())[0].id)
    case = await add_case(store, f"case {start}")
    numbers = itertools.count()

    async def worker():
        for number in numbers:
            written = recorded(seed=f"{start} {number}")
            await store.cells.commit(write(case, f"step-{number}", written))
            sys.stdout.write(f"{case.id} step-{number} {written.id}\\n")
            sys.stdout.flush()

    await asyncio.gather(*(worker() for _ in range(8)))

asyncio.run(main())
"""


def write_and_be_killed(folder: Path, home: Home, moment: float) -> list[list[str]]:
    """The cells that a child process had reported when it was killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", WRITES, str(folder), home.url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(moment)
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate()
    told = (first + rest).splitlines(keepends=True)
    return [line.split() for line in told if line.endswith("\n")]


async def test_every_reported_cell_is_whole_after_kills_at_random_moments(
    store: Store, home: Home, reopen: Reopen
) -> None:
    await store.worksheets.add("Invoices", "invoices.md")
    await store.close()
    chance = random.Random(7)
    reported: list[list[str]] = []
    for _ in range(KILLS):
        reported += write_and_be_killed(store.folder, home, chance.uniform(0, 0.15))
    assert len(reported) > KILLS

    again = await reopen()
    assert await again.database.damage() == []
    ids = {case_id for case_id, _, _ in reported}
    cases = {case_id: await again.cells.of_case(case_id) for case_id in ids}
    for case_id, step, outcome_id in reported:
        machine = cases[case_id][step].machine
        assert machine is not None
        assert machine.id == outcome_id
        assert [c.quote for c in machine.outcome.proof.citations] == ["Total 12.30"]
        (span,) = await again.spans.of_outcome(outcome_id)
        assert all(part.text for part in span.parts)
    # Nothing is there by halves either, reported or not.
    whole = (
        "SELECT count(*), (SELECT count(*) FROM citations), (SELECT count(*) FROM spans),"
        " (SELECT count(*) FROM cells WHERE machine IS NOT NULL) FROM outcomes"
    )
    counts = await again.database.row(whole)
    assert counts is not None
    assert len(set(counts)) == 1
    assert counts[0] >= len(reported)
