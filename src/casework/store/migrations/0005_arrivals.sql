-- Watched folders, the files that arrived in them, and when each case was answered and decided.

CREATE TABLE watches (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    folder TEXT NOT NULL,
    grouping TEXT NOT NULL,
    runs INTEGER NOT NULL,
    settle_s REAL NOT NULL,
    every_s REAL NOT NULL,
    state TEXT NOT NULL,
    started_at TEXT NOT NULL,
    stopped_at TEXT NOT NULL,
    problem TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    holder TEXT NOT NULL,
    beat_at TEXT NOT NULL,
    UNIQUE (worksheet, folder)
);

-- A row for each path and its bytes; sha256 is '' while they were not read.
CREATE TABLE arrivals (
    n INTEGER PRIMARY KEY,
    watch INTEGER NOT NULL REFERENCES watches(n),
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    case_id TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    done_at TEXT NOT NULL,
    UNIQUE (watch, path, sha256)
);

-- When a case was first answered, and when no cell of it needed a person any more; '' for not yet.
ALTER TABLE cases ADD COLUMN answered_at TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN decided_at TEXT NOT NULL DEFAULT '';
