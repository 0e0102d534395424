-- The cases on which the drafts of a worksheet are tried, in the order in which they are shown.
CREATE TABLE pinned_cases (
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    case_n INTEGER NOT NULL REFERENCES cases(n),
    position INTEGER NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (worksheet, case_n)
);

-- What drafts of a worksheet used of models in one day of the workspace's time zone.
CREATE TABLE draft_spending (
    worksheet INTEGER NOT NULL REFERENCES worksheets(n),
    day TEXT NOT NULL,
    calls INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    PRIMARY KEY (worksheet, day)
);
