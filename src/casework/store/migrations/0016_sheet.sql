-- What a grid of many cases needs: which cells changed, how each one looks, and views with names.

-- A row for each change of a cell (or of a case itself: `step_id` ''), in the order of the commits.
-- The oldest are let go; the newest row always stays, since the numbers must go on.
CREATE TABLE cell_log (
    n INTEGER PRIMARY KEY,
    case_n INTEGER NOT NULL,
    step_id TEXT NOT NULL
);

CREATE TRIGGER log_new_cells AFTER INSERT ON cells BEGIN
    INSERT INTO cell_log (case_n, step_id) VALUES (new.case_n, new.step_id);
END;
CREATE TRIGGER log_changed_cells AFTER UPDATE ON cells BEGIN
    INSERT INTO cell_log (case_n, step_id) VALUES (new.case_n, new.step_id);
END;
CREATE TRIGGER log_rewritten_outcomes AFTER UPDATE OF proof, label, value, reason ON outcomes BEGIN
    INSERT INTO cell_log (case_n, step_id) SELECT new.case_n, new.step_id
        UNION SELECT r.case_n, r.step_id FROM reuses r WHERE r.outcome = new.n;
END;
CREATE TRIGGER log_new_cases AFTER INSERT ON cases BEGIN
    INSERT INTO cell_log (case_n, step_id) VALUES (new.n, '');
END;
CREATE TRIGGER log_changed_cases
    AFTER UPDATE OF key, name, fields, set_aside, retired_at, position ON cases BEGIN
    INSERT INTO cell_log (case_n, step_id) VALUES (new.n, '');
END;
CREATE TRIGGER log_new_members AFTER INSERT ON case_documents BEGIN
    INSERT INTO cell_log (case_n, step_id) VALUES (new.case_n, '');
END;
CREATE TRIGGER log_changed_members AFTER UPDATE ON case_documents BEGIN
    INSERT INTO cell_log (case_n, step_id) VALUES (new.case_n, '');
END;
CREATE TRIGGER log_gone_members AFTER DELETE ON case_documents BEGIN
    INSERT INTO cell_log (case_n, step_id) VALUES (old.case_n, '');
END;
CREATE TRIGGER log_read_documents AFTER UPDATE OF state, reader, reader_version ON documents BEGIN
    INSERT INTO cell_log (case_n, step_id)
        SELECT m.case_n, '' FROM case_documents m WHERE m.document = new.sha256;
END;
CREATE TRIGGER log_new_readers AFTER INSERT ON document_readers BEGIN
    INSERT INTO cell_log (case_n, step_id) SELECT m.case_n, '' FROM case_documents m
        JOIN documents d ON d.sha256 = m.document WHERE d.n = new.document;
END;
CREATE TRIGGER log_changed_readers AFTER UPDATE ON document_readers BEGIN
    INSERT INTO cell_log (case_n, step_id) SELECT m.case_n, '' FROM case_documents m
        JOIN documents d ON d.sha256 = m.document WHERE d.n = new.document;
END;
CREATE TRIGGER log_audited_cases AFTER INSERT ON audits BEGIN
    INSERT INTO cell_log (case_n, step_id) VALUES (new.case_n, '');
END;

-- How far the index of looks of a worksheet tells: up to which row of the log (`seq`), under what
-- (`basis`, a digest; the cases up to number `built_to` were looked at under it), and who keeps it.
CREATE TABLE look_indexes (
    worksheet INTEGER PRIMARY KEY REFERENCES worksheets(n),
    basis TEXT NOT NULL,
    seq INTEGER NOT NULL,
    built_to INTEGER NOT NULL,
    holder TEXT NOT NULL,
    beat_at TEXT NOT NULL
);

-- A case as it looks: the cells in it that need a person (those of its rows too) and since when the
-- first does, the marks and tones in it with spaces around, what search finds (a line a value, then
-- a unit separator, name and key), and whether not everybody may read all of it.
CREATE TABLE case_looks (
    case_n INTEGER PRIMARY KEY,
    worksheet INTEGER NOT NULL,
    needs INTEGER NOT NULL,
    needs_since TEXT NOT NULL,
    marks TEXT NOT NULL,
    words TEXT NOT NULL,
    guarded INTEGER NOT NULL
);
CREATE INDEX case_looks_that_need ON case_looks (worksheet, case_n, needs, needs_since)
    WHERE needs > 0;
CREATE INDEX case_looks_guarded ON case_looks (worksheet, case_n) WHERE guarded > 0;
CREATE INDEX case_looks_in_order ON case_looks (worksheet, case_n, marks);

-- A cell as it looks, in small letters: `shown` as text and `size` as a number where it has one,
-- `why` its need or reason, `who` decided on it. `cost` is in billionths of a dollar.
CREATE TABLE cell_looks (
    worksheet INTEGER NOT NULL,
    step_id TEXT NOT NULL,
    case_n INTEGER NOT NULL,
    mark TEXT NOT NULL,
    tone TEXT NOT NULL,
    settled INTEGER NOT NULL,
    needs INTEGER NOT NULL,
    shown TEXT NOT NULL,
    size REAL,
    why TEXT NOT NULL,
    who TEXT NOT NULL,
    confidence REAL,
    cost INTEGER,
    PRIMARY KEY (worksheet, step_id, case_n)
) WITHOUT ROWID;
CREATE INDEX cell_looks_decided ON cell_looks (worksheet, who, case_n) WHERE who <> '';

-- The same, added up by column and tone.
CREATE TABLE look_sums (
    worksheet INTEGER NOT NULL,
    step_id TEXT NOT NULL,
    tone TEXT NOT NULL,
    cells INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    needs INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    priced INTEGER NOT NULL,
    PRIMARY KEY (worksheet, step_id, tone)
) WITHOUT ROWID;

-- A query over a worksheet with a name. `query` is JSON, `hidden` a JSON list of step ids.
CREATE TABLE saved_views (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    hidden TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (worksheet, name)
);

-- The cells of a case as a grid shows them, packed; only of cases that everybody may read.
CREATE TABLE row_looks (
    case_n INTEGER PRIMARY KEY,
    view TEXT NOT NULL
);
