-- What the doors for programs keep: answers to requests that may be sent again, webhooks, and what
-- is still to be delivered to them.

-- A request with a key of its sender's: `request` is the digest of what was asked. `status` is 0
-- while it is under way. Rows are deleted after a day.
CREATE TABLE request_keys (
    sender TEXT NOT NULL,
    name TEXT NOT NULL,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    answer TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (sender, name)
) WITHOUT ROWID;
CREATE INDEX request_keys_by_age ON request_keys (at);

-- Secrets are not here: they are in the file of keys of who delivers. `filter` is JSON; `readers`
-- a JSON list of groups, or '' for one that may be told everything.
CREATE TABLE webhooks (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    filter TEXT NOT NULL,
    include TEXT NOT NULL,
    readers TEXT NOT NULL,
    note TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    paused TEXT NOT NULL DEFAULT '',
    removed_at TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1
);

-- `about` tells one happening from another; a webhook is told of each once. `told` is JSON with ids
-- and states, without a word of any document. `taken_until` keeps one that is being sent from others.
CREATE TABLE deliveries (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    webhook INTEGER NOT NULL REFERENCES webhooks(n),
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    case_n INTEGER NOT NULL DEFAULT 0,
    step_id TEXT NOT NULL DEFAULT '',
    told TEXT NOT NULL,
    at TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    due_at TEXT NOT NULL,
    taken_until TEXT NOT NULL DEFAULT '',
    ended_at TEXT NOT NULL DEFAULT '',
    status INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',
    UNIQUE (webhook, about)
);
CREATE INDEX deliveries_due ON deliveries (state, due_at);
CREATE INDEX deliveries_in_order ON deliveries (webhook, n);

-- Up to which row of a table (`outcomes`, `verdicts`, `cases`) was looked at for webhooks.
CREATE TABLE webhook_marks (
    source TEXT PRIMARY KEY,
    n INTEGER NOT NULL
) WITHOUT ROWID;

-- What was last told of a case: when it was answered and decided, and why it was set aside.
CREATE TABLE webhook_cases (
    case_n INTEGER PRIMARY KEY REFERENCES cases(n),
    answered_at TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    aside TEXT NOT NULL
);
