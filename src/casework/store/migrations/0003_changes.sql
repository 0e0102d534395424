-- Pending changes, and the second set of cells that they fill beside those in force.

CREATE TABLE changes (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    state TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    text TEXT NOT NULL,
    settings TEXT NOT NULL,
    corrections TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    ended_by TEXT NOT NULL DEFAULT '',
    ended_at TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX changes_open ON changes (worksheet) WHERE state = 'open';

-- Shaped like `cells`; a row is there where the change has run. `decision` is '', adopted or kept.
CREATE TABLE proposals (
    change INTEGER NOT NULL REFERENCES changes(n),
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TEXT NOT NULL,
    waiting_for TEXT,
    tries INTEGER NOT NULL,
    tried TEXT NOT NULL DEFAULT '',
    machine INTEGER REFERENCES outcomes(n),
    provisional TEXT NOT NULL DEFAULT '',
    decision TEXT NOT NULL DEFAULT '',
    who TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (change, case_n, step_id)
) WITHOUT ROWID;
CREATE INDEX proposals_by_cell ON proposals (case_n, step_id);

-- The rows of a table as a change would have them: JSON list of [case id, name, fields]. Those that
-- are new are cases that are retired from the start.
CREATE TABLE proposed_rows (
    change INTEGER NOT NULL REFERENCES changes(n),
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    digest TEXT NOT NULL,
    source TEXT NOT NULL,
    rows TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (change, case_n, step_id)
) WITHOUT ROWID;

-- Fingerprints for which a person kept what stands in the cell.
ALTER TABLE cells ADD COLUMN kept TEXT NOT NULL DEFAULT '';

-- '' for a run of the cells in force, else the change whose proposals it filled.
ALTER TABLE runs ADD COLUMN change_id TEXT NOT NULL DEFAULT '';

-- Why an outcome was put in force without being found anew: reused, adopted, reverted.
ALTER TABLE reuses ADD COLUMN why TEXT NOT NULL DEFAULT 'reused';
ALTER TABLE reuses ADD COLUMN run_id TEXT NOT NULL DEFAULT '';

-- When a person took back that two meanings are the same, and who; '' while it holds.
ALTER TABLE same_meaning ADD COLUMN undone_by TEXT NOT NULL DEFAULT '';
ALTER TABLE same_meaning ADD COLUMN undone_at TEXT NOT NULL DEFAULT '';
