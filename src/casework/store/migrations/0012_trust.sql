-- Promises about errors, and the cases that were drawn at random to keep them.

-- `path` is that of a step, '' for the whole worksheet. The newest of a path holds; `epsilon` 0
-- takes it back.
CREATE TABLE promises (
    n INTEGER PRIMARY KEY,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    path TEXT NOT NULL,
    epsilon REAL NOT NULL,
    delta REAL NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX promises_by_worksheet ON promises (worksheet, path, n);

-- A case of the audit stream: how likely it was to be drawn, and whether two people read it.
CREATE TABLE audits (
    n INTEGER PRIMARY KEY,
    case_n INTEGER NOT NULL UNIQUE REFERENCES cases(n),
    probability REAL NOT NULL,
    twice INTEGER NOT NULL,
    drawn_at TEXT NOT NULL
);
