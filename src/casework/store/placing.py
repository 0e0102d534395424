"""What is put in force beside a fresh outcome, or ceases to be in force, inside somebody's
transaction: rows whose order in the past of their cell does not hang on any clock.
"""

from __future__ import annotations

_ORDER = (
    " (SELECT coalesce(max(o.n), 0) FROM outcomes o"
    " WHERE o.case_n = {case} AND o.step_id = {step}),"
    " (SELECT count(*) FROM reuses r WHERE r.case_n = {case} AND r.step_id = {step})"
    " + (SELECT count(*) FROM lapses l WHERE l.case_n = {case} AND l.step_id = {step})"
)
_PARAMETERS = {"case": "CAST(?1 AS INTEGER)", "step": "CAST(?2 AS TEXT)"}

PLACE = (
    "INSERT INTO reuses (case_n, step_id, at, outcome, why, run_id, who, after_n, turn)"
    " SELECT CAST(?1 AS INTEGER), CAST(?2 AS TEXT), CAST(?3 AS TEXT), CAST(?4 AS INTEGER),"
    f" CAST(?5 AS TEXT), CAST(?6 AS TEXT), CAST(?7 AS TEXT),{_ORDER.format(**_PARAMETERS)}"
    " ON CONFLICT DO NOTHING"
)
"""Case number, step id, when, outcome number, why (`reused`, `adopted`, `reverted`), run id and
who."""

LAPSE = (
    "INSERT INTO lapses (case_n, step_id, at, run_id, state, waiting_for, reason, who, after_n,"
    " turn) SELECT c.case_n, c.step_id, CAST(?3 AS TEXT), CAST(?4 AS TEXT), CAST(?5 AS TEXT),"
    " CAST(?6 AS TEXT), CAST(?7 AS TEXT), CAST(?8 AS TEXT),"
    f"{_ORDER.format(**_PARAMETERS)} FROM cells c WHERE c.case_n = CAST(?1 AS INTEGER)"
    " AND c.step_id = CAST(?2 AS TEXT) AND c.machine IS NOT NULL"
    " AND c.state IN ('value', 'absent', 'skipped')"
)
"""Case number, step id, when, run id, state, what it waits for, reason, who. Writes nothing for a
cell that has nothing in force; so it goes before the cell itself is written."""
