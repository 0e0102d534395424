-- What endpoints of models bear, answers that are remembered, and batch jobs under way.
-- Times of lanes are seconds since the epoch: they are compared and added to.

-- A lane is a model of a provider, as `provider:model`. `per_s` is the rate of calls that the endpoint
-- refused last; NULL while it never did.
CREATE TABLE lanes (
    lane TEXT PRIMARY KEY,
    per_s REAL,
    cut_at REAL NOT NULL,
    regrow_s REAL NOT NULL,
    shut_until REAL NOT NULL,
    learnt_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE lane_users (
    lane TEXT NOT NULL,
    holder TEXT NOT NULL,
    sent_per_s REAL NOT NULL,
    pressed INTEGER NOT NULL,
    beat_at REAL NOT NULL,
    PRIMARY KEY (lane, holder)
) WITHOUT ROWID;

-- `usage` is '' once somebody counted it.
CREATE TABLE answers (
    n INTEGER PRIMARY KEY,
    worksheet TEXT NOT NULL,
    key TEXT NOT NULL,
    answer TEXT NOT NULL,
    usage TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX answers_by_key ON answers (substr(key, 1, 16));

CREATE TABLE batch_jobs (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    state TEXT NOT NULL,
    requests INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    sent_at TEXT NOT NULL,
    looked_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    problem TEXT NOT NULL
);

CREATE TABLE batch_requests (
    worksheet TEXT NOT NULL,
    key TEXT NOT NULL,
    job INTEGER NOT NULL REFERENCES batch_jobs(n),
    mark TEXT NOT NULL,
    state TEXT NOT NULL,
    schema_name TEXT NOT NULL,
    tries INTEGER NOT NULL,
    code TEXT NOT NULL,
    problem TEXT NOT NULL,
    PRIMARY KEY (worksheet, key)
) WITHOUT ROWID;
CREATE INDEX batch_requests_by_job ON batch_requests (job);
