-- How a verdict came about, and what a second person read.

ALTER TABLE verdicts ADD COLUMN stream TEXT NOT NULL DEFAULT '';
ALTER TABLE verdicts ADD COLUMN blind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE verdicts ADD COLUMN seconds REAL;

-- What somebody else read in a cell of the audit stream, blind to machine and first person. It is
-- no verdict: what holds is the first person's until somebody decides between them.
CREATE TABLE second_readings (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    verdict TEXT NOT NULL,
    value TEXT NOT NULL,
    absence TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    seconds REAL
);
CREATE INDEX second_readings_by_cell ON second_readings (case_n, step_id, n);

-- Cells that somebody has before them now, so that nobody else is shown them: `session` tells two
-- windows of one person apart, and nobody is bound after `until`.
CREATE TABLE review_claims (
    case_n INTEGER NOT NULL REFERENCES cases(n),
    step_id TEXT NOT NULL,
    who TEXT NOT NULL,
    session TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (case_n, step_id)
);
