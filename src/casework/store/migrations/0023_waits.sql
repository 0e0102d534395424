-- What waits for a person, kept beside the looks of the cells it stands in, so that a queue can be
-- read from its front without looking at cases.

-- A cell that needs a person, of a case or of a row of its tables: `row_id` is the id of what it
-- stands in, `case_n` the number of the case around it, `within` how a row is named behind the name
-- of its case (`/Lines/3`). `urgency` orders by doubt and by how much waits for it, `chance` spreads
-- equals; `apart` is who is not to decide.
CREATE TABLE waits (
    worksheet INTEGER NOT NULL,
    case_n INTEGER NOT NULL,
    row_id TEXT NOT NULL,
    path TEXT NOT NULL,
    within TEXT NOT NULL,
    mark TEXT NOT NULL,
    because TEXT NOT NULL,
    since TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    chance INTEGER NOT NULL,
    doubt REAL NOT NULL,
    blocks INTEGER NOT NULL,
    apart TEXT NOT NULL,
    guarded INTEGER NOT NULL,
    PRIMARY KEY (worksheet, case_n, row_id, path)
) WITHOUT ROWID;
CREATE INDEX waits_by_urgency ON waits (worksheet, urgency DESC, chance);
CREATE INDEX waits_by_age ON waits (worksheet, since, chance);

-- The same, counted.
CREATE TABLE wait_sums (
    worksheet INTEGER NOT NULL,
    path TEXT NOT NULL,
    mark TEXT NOT NULL,
    apart TEXT NOT NULL,
    guarded INTEGER NOT NULL,
    cells INTEGER NOT NULL,
    PRIMARY KEY (worksheet, path, mark, apart, guarded)
) WITHOUT ROWID;
