-- What people said of a call of a model: +1 or -1 or 0, a note, tags (a JSON list). A call is the
-- span at a position of an outcome's spans; outcome 0 holds those that belong to no cell.

CREATE TABLE call_notes (
    outcome INTEGER NOT NULL,
    position INTEGER NOT NULL,
    who TEXT NOT NULL,
    mark INTEGER NOT NULL,
    note TEXT NOT NULL,
    tags TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (outcome, position, who)
) WITHOUT ROWID;
