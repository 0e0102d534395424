-- What was learned of steps, and what a confidence is made of.

-- `path` is that of the step, `audience` the readers who may use it ('' for everybody), `content`
-- the sha256 of its arrays among the blobs.
CREATE TABLE learned_versions (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    path TEXT NOT NULL,
    audience TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    estimator TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    facts TEXT NOT NULL,
    gate TEXT NOT NULL,
    examples TEXT NOT NULL,
    thresholds TEXT NOT NULL,
    label TEXT NOT NULL,
    made_at TEXT NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    UNIQUE (worksheet, path, audience, number)
);

-- JSON object of what speaks for or against a value, '' for nothing.
ALTER TABLE outcomes ADD COLUMN signals TEXT NOT NULL DEFAULT '';

-- JSON list of the ids of learned versions that a change would put to work.
ALTER TABLE changes ADD COLUMN versions TEXT NOT NULL DEFAULT '[]';

-- Who is fitting the models of a worksheet just now, so that two processes do not do it twice. It
-- binds nobody after `until`.
CREATE TABLE learning_turns (
    worksheet INTEGER PRIMARY KEY REFERENCES worksheets(n),
    holder TEXT NOT NULL,
    until TEXT NOT NULL
);
