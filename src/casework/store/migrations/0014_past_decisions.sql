-- Values that people took before casework: examples with a trust of their own.

-- `source` names the file and row that it came from; `places` is a JSON list of [document, page,
-- start, end], empty where the value was not found.
CREATE TABLE past_decisions (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    value TEXT NOT NULL,
    absence TEXT NOT NULL,
    written TEXT NOT NULL,
    places TEXT NOT NULL,
    source TEXT NOT NULL,
    weight REAL NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (case_n, step_id)
);
