-- Who may come in: accounts, their sessions, one-time links, keys of programs; who may touch which
-- step; and what was done.

-- `groups` is a JSON list of the groups whose documents they may read, '' for all; `password` a hash
-- ('' for none); `provider` and `subject` say who they are at an OpenID provider.
CREATE TABLE people (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    reader_groups TEXT NOT NULL,
    password TEXT NOT NULL,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    removed_at TEXT NOT NULL
);

-- Of tokens only digests are kept. `person` is the id of an account, '' for whoever sits at the
-- machine. `until` is when a session ends however much it is used.
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    until TEXT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);

-- Links that let somebody in once.
CREATE TABLE entries (
    digest TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    created_at TEXT NOT NULL,
    until TEXT NOT NULL
);

-- `may` is a JSON list of permissions, `worksheets` one of slugs ('' for all), `reader_groups` as
-- of people. `prefix` is what is shown of a key.
CREATE TABLE api_keys (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    may TEXT NOT NULL,
    worksheets TEXT NOT NULL,
    reader_groups TEXT NOT NULL,
    person TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    until TEXT NOT NULL,
    used_at TEXT NOT NULL,
    revoked_at TEXT NOT NULL
);

-- Who may edit a step or decide on its cells: a JSON list of roles and of ids of people. A step
-- without a row is open to all whose role allows it.
CREATE TABLE step_locks (
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    step_id TEXT NOT NULL,
    what TEXT NOT NULL,
    whom TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (worksheet, step_id, what)
);

-- The audit log. It names worksheets, cases and steps by their ids and holds no text of documents.
CREATE TABLE deeds (
    n INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    person TEXT NOT NULL,
    who TEXT NOT NULL,
    api_key TEXT NOT NULL,
    what TEXT NOT NULL,
    worksheet TEXT NOT NULL,
    case_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    done_on TEXT NOT NULL,
    ended TEXT NOT NULL
);
