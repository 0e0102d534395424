"""CPU that the order of review takes for many waiting cells.

.venv/bin/python benchmarks/review_order.py [CELLS]
"""

from __future__ import annotations

import json
import random
import sys
import time

from casework.review.order import Waiting, Why, in_order

_STEPS, _KIN, _AUDITED = 6, 500, 0.05


def main(cells: int) -> None:
    """Print the figures as one JSON document."""
    chance = random.Random(1)
    waiting = [_waiting(at, chance) for at in range(cells)]
    began = time.process_time()
    shown = sum(1 for _ in in_order(waiting, audit_share=0.25, chance=chance))
    told = {"cells": cells, "shown": shown, "order_cpu_s": round(time.process_time() - began, 2)}
    sys.stdout.write(json.dumps(told) + "\n")


def _waiting(at: int, chance: random.Random) -> Waiting:
    case, step = f"case {at // _STEPS}", f"step {at % _STEPS}"
    kind: Why = "audit" if random.Random(at // _STEPS).random() < _AUDITED else "unsure"
    kin = f"kin {chance.randrange(_KIN)}"
    return Waiting(case, case, step, step, kind, "", kin, chance.random(), chance.randrange(3))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
