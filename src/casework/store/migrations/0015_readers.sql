-- Who may read a document: a JSON list of groups; a document without a row is open to everybody.

CREATE TABLE document_readers (
    document INTEGER PRIMARY KEY REFERENCES documents(n),
    readers TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL
);

-- The readers of what comes in a watched folder: a JSON list of groups, '' for everybody.
ALTER TABLE watches ADD COLUMN readers TEXT NOT NULL DEFAULT '';

-- What was forgotten at somebody's word: what it was is gone, that it was is not. `blobs` are the
-- files that are still to go, a JSON list of sha256; `done_at` is '' until nothing is left.
CREATE TABLE forgotten (
    n INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT NOT NULL,
    blobs TEXT NOT NULL,
    done_at TEXT NOT NULL
);
