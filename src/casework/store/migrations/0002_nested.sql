-- Rows of tables as cases of nested worksheets, and results over an incomplete set of inputs.

-- The worksheet and the table step whose rows are the cases of this one; null for one of its own.
ALTER TABLE worksheets ADD COLUMN parent INTEGER REFERENCES worksheets(n);
ALTER TABLE worksheets ADD COLUMN parent_step TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX worksheets_of_rows ON worksheets (parent, parent_step)
    WHERE parent IS NOT NULL;

-- The case in whose table a row stands, its place there from 1, when it was no longer there ('' while
-- it is), and the digest of the proof that the table had.
ALTER TABLE cases ADD COLUMN parent INTEGER REFERENCES cases(n);
ALTER TABLE cases ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN retired_at TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN source TEXT NOT NULL DEFAULT '';
CREATE INDEX cases_of_parent ON cases (parent, worksheet, position) WHERE parent IS NOT NULL;

-- From which value of a table its rows were made.
CREATE TABLE row_sets (
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_n, step_id)
) WITHOUT ROWID;

-- What is missing of the inputs of what stands in a cell, in words; '' when nothing is.
ALTER TABLE cells ADD COLUMN provisional TEXT NOT NULL DEFAULT '';
