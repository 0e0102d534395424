-- What reading a document found out beside its text, and which documents are alike.

CREATE TABLE assessments (
    document INTEGER PRIMARY KEY REFERENCES documents(n),
    version TEXT NOT NULL,
    flags TEXT NOT NULL,
    language TEXT NOT NULL,
    quality TEXT NOT NULL,
    words_sha256 TEXT NOT NULL,
    sketch TEXT NOT NULL
);
CREATE INDEX assessments_by_words ON assessments (substr(words_sha256, 1, 16));

-- Like documents share a key; the first documents of a key are kept under it, no more.
CREATE TABLE likeness_keys (
    likeness_key INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES documents(n),
    PRIMARY KEY (likeness_key, document)
) WITHOUT ROWID;

-- `other` was there before `document`.
CREATE TABLE likenesses (
    document INTEGER NOT NULL REFERENCES documents(n),
    other INTEGER NOT NULL REFERENCES documents(n),
    kind TEXT NOT NULL,
    share REAL NOT NULL,
    PRIMARY KEY (document, other)
) WITHOUT ROWID;
CREATE INDEX likenesses_by_other ON likenesses (other);
