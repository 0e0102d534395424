-- Who may read a document: a JSON list of groups; a document without a row is open to everybody.

CREATE TABLE document_readers (
    document INTEGER PRIMARY KEY REFERENCES documents(n),
    readers TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL
);

-- What was forgotten at somebody's word: what it was is gone, that it was is not.
CREATE TABLE forgotten (
    n INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT NOT NULL
);
