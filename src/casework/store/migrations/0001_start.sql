-- Schema 1. Every table and column is told in docs/store.md.
-- Rows refer to each other by the small whole number `n`; the outside knows `id`.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE worksheets (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    procedure_file TEXT NOT NULL,
    grouping TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE procedures (
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    version INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    text TEXT NOT NULL,
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (worksheet, version)
) WITHOUT ROWID;

CREATE TABLE documents (
    n INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    reader TEXT NOT NULL,
    reader_version TEXT NOT NULL,
    parsed TEXT NOT NULL,
    pages INTEGER NOT NULL,
    words INTEGER NOT NULL,
    facts TEXT NOT NULL,
    notes TEXT NOT NULL,
    added_at TEXT NOT NULL
);

CREATE TABLE cases (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    fields TEXT NOT NULL,
    arrived_at TEXT NOT NULL,
    set_aside TEXT NOT NULL,
    UNIQUE (worksheet, key)
);
CREATE INDEX cases_in_order ON cases (worksheet, n);

CREATE TABLE case_documents (
    case_n INTEGER NOT NULL REFERENCES cases(n),
    document TEXT NOT NULL REFERENCES documents(sha256),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kinds TEXT NOT NULL,
    parent TEXT NOT NULL,
    added_at TEXT NOT NULL,
    PRIMARY KEY (case_n, document)
) WITHOUT ROWID;
CREATE INDEX case_documents_by_document ON case_documents (document);

-- Append-only, but for proof and label, which are rewritten when only they changed.
-- What a plan reads stands first, so that a scan need not touch the rest of the row.
CREATE TABLE outcomes (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    meaning TEXT NOT NULL,
    inputs TEXT NOT NULL,
    kind TEXT NOT NULL,
    value_digest TEXT NOT NULL,
    calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    cost_usd REAL,
    duration_s REAL NOT NULL,
    run_id TEXT NOT NULL,
    at TEXT NOT NULL,
    value TEXT NOT NULL,
    absence TEXT,
    waiting_for TEXT,
    reason TEXT NOT NULL,
    code TEXT NOT NULL,
    proof TEXT NOT NULL,
    label TEXT NOT NULL,
    score REAL,
    confidence REAL,
    model TEXT NOT NULL,
    blames_case INTEGER NOT NULL
);
CREATE INDEX outcomes_by_cell ON outcomes (case_n, step_id);
-- The beginning is enough to find it, and keeps an index of random keys small.
CREATE INDEX outcomes_by_fingerprint ON outcomes (substr(fingerprint, 1, 16))
    WHERE kind IN ('value', 'absent', 'skipped');

CREATE TABLE reuses (
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    at TEXT NOT NULL,
    outcome INTEGER NOT NULL REFERENCES outcomes(n),
    PRIMARY KEY (case_n, step_id, at, outcome)
) WITHOUT ROWID;
CREATE INDEX reuses_by_outcome ON reuses (outcome);

CREATE TABLE citations (
    outcome INTEGER NOT NULL REFERENCES outcomes(n),
    position INTEGER NOT NULL,
    claim INTEGER NOT NULL,
    document_n INTEGER REFERENCES documents(n),
    document TEXT NOT NULL,
    document_name TEXT NOT NULL,
    page INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    quote TEXT NOT NULL,
    boxes TEXT NOT NULL,
    grade TEXT NOT NULL,
    support TEXT NOT NULL,
    place TEXT NOT NULL,
    asked TEXT NOT NULL,
    PRIMARY KEY (outcome, position)
) WITHOUT ROWID;
CREATE INDEX citations_by_page ON citations (document_n, page);

CREATE TABLE verdicts (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    absence TEXT NOT NULL,
    against TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT NOT NULL,
    shown_because TEXT NOT NULL,
    shown_probability REAL NOT NULL
);
CREATE INDEX verdicts_by_cell ON verdicts (case_n, step_id, n);

CREATE TABLE cells (
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TEXT NOT NULL,
    waiting_for TEXT,
    tries INTEGER NOT NULL,
    tried TEXT NOT NULL DEFAULT '',
    machine INTEGER REFERENCES outcomes(n),
    proposed INTEGER REFERENCES outcomes(n),
    human INTEGER REFERENCES verdicts(n),
    human_kind TEXT NOT NULL DEFAULT '',
    human_digest TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (case_n, step_id)
) WITHOUT ROWID;

CREATE TABLE parts (
    n INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX parts_by_hash ON parts (substr(sha256, 1, 16));

-- `outcome` is 0 for work that belongs to no cell.
CREATE TABLE spans (
    outcome INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    parent_id TEXT NOT NULL,
    name TEXT NOT NULL,
    started_ns INTEGER NOT NULL,
    duration_ns INTEGER NOT NULL,
    status TEXT NOT NULL,
    attributes TEXT NOT NULL,
    parts TEXT NOT NULL,
    PRIMARY KEY (outcome, position)
) WITHOUT ROWID;

CREATE TABLE runs (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    state TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    procedure_version INTEGER NOT NULL,
    counts TEXT NOT NULL,
    usage TEXT NOT NULL,
    holder TEXT NOT NULL
);
CREATE INDEX runs_by_worksheet ON runs (worksheet, n);

CREATE TABLE leases (
    worksheet INTEGER PRIMARY KEY REFERENCES worksheets(n),
    run_id TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    beat_at TEXT NOT NULL
);

CREATE TABLE meanings (
    digest TEXT PRIMARY KEY,
    meaning TEXT NOT NULL
);

CREATE TABLE same_meaning (
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (old, new)
) WITHOUT ROWID;

CREATE TABLE same_fingerprint (
    fingerprint TEXT NOT NULL,
    stands_for TEXT NOT NULL,
    PRIMARY KEY (fingerprint, stands_for)
) WITHOUT ROWID;

CREATE TABLE outgoing (
    n INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    host TEXT NOT NULL,
    purpose TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    local INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    step_id TEXT NOT NULL
);
CREATE INDEX outgoing_by_time ON outgoing (at);
