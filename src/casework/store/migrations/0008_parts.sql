-- Documents of cases that are parts of files, and how files were split.

-- A case may hold several parts of one file: the pages tell them apart; 0 and 0 for all of it.
ALTER TABLE case_documents RENAME TO case_documents_before;
DROP INDEX case_documents_by_document;
CREATE TABLE case_documents (
    case_n INTEGER NOT NULL REFERENCES cases(n),
    document TEXT NOT NULL REFERENCES documents(sha256),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kinds TEXT NOT NULL,
    parent TEXT NOT NULL,
    added_at TEXT NOT NULL,
    first_page INTEGER NOT NULL DEFAULT 0,
    last_page INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (case_n, document, first_page)
) WITHOUT ROWID;
INSERT INTO case_documents (case_n, document, position, name, kinds, parent, added_at)
    SELECT case_n, document, position, name, kinds, parent, added_at FROM case_documents_before;
DROP TABLE case_documents_before;
CREATE INDEX case_documents_by_document ON case_documents (document);

-- How a file was split, time after time; the newest row holds. `home` is the case that had all of it,
-- `parts` a JSON list of [first page, last page, name, kinds, case id], `made` cases or documents, `whole`
-- JSON [name, kinds, parent] of all of it.
CREATE TABLE splits (
    n INTEGER PRIMARY KEY,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    document TEXT NOT NULL REFERENCES documents(sha256),
    home TEXT NOT NULL,
    how TEXT NOT NULL,
    made TEXT NOT NULL,
    parts TEXT NOT NULL,
    whole TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX splits_by_document ON splits (worksheet, document, n);
