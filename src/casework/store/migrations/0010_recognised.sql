-- Pages whose text was recognised in their pictures, so that none is read twice by one engine.

CREATE TABLE recognised_pages (
    n INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    page INTEGER NOT NULL,
    engine TEXT NOT NULL,
    content TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (sha256, engine, page)
);
