-- Cells that somebody was asked to decide, or that were sent back with a note. One holds until its
-- cell bears a later decision than `after_n` (the number of the verdict that stood then, 0 for
-- none), or until it is ended.
CREATE TABLE assignments (
    n INTEGER PRIMARY KEY,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    whose TEXT NOT NULL,
    who TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL,
    after_n INTEGER NOT NULL,
    ended_at TEXT NOT NULL
);
CREATE INDEX assignments_by_cell ON assignments (case_n, step_id, n);
CREATE INDEX assignments_by_worksheet ON assignments (worksheet, ended_at, n);
