-- What was used, what ceased to be in force, what was being worked on, and the order of a cell's past.

-- Sums of what calls of models used, by quarter of an hour (`2026-01-02T03:15`, UTC): every day of
-- every time zone begins at one. `worksheet` is an id, '' for calls that belong to none.
CREATE TABLE spending (
    worksheet TEXT NOT NULL,
    model TEXT NOT NULL,
    quarter TEXT NOT NULL,
    calls INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    unpriced INTEGER NOT NULL,
    PRIMARY KEY (worksheet, model, quarter)
) WITHOUT ROWID;
CREATE INDEX spending_by_time ON spending (quarter);

-- A result that ceased to be in force without another one taking its place.
CREATE TABLE lapses (
    n INTEGER PRIMARY KEY,
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    at TEXT NOT NULL,
    run_id TEXT NOT NULL,
    state TEXT NOT NULL,
    waiting_for TEXT,
    reason TEXT NOT NULL,
    who TEXT NOT NULL,
    after_n INTEGER NOT NULL,
    turn INTEGER NOT NULL
);
CREATE INDEX lapses_by_cell ON lapses (case_n, step_id);

-- Cells that a run works on, as of its last heartbeat; gone when it ends.
CREATE TABLE flights (
    run_id TEXT NOT NULL,
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (run_id, case_n, step_id)
) WITHOUT ROWID;

-- `after_n`: the newest outcome that the cell had then; `turn` counts what was put in force beside
-- outcomes. Together they are the order of a cell's past, whatever the clock said.
ALTER TABLE reuses ADD COLUMN who TEXT NOT NULL DEFAULT '';
ALTER TABLE reuses ADD COLUMN after_n INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reuses ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;

-- `reverts`: the run whose effect this one took back; `verdicts_upto`: the newest verdict when it ended.
ALTER TABLE runs ADD COLUMN reverts TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN verdicts_upto INTEGER;
