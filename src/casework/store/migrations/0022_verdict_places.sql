-- Where a person took a value from. `proof` is a JSON list of places, each with the columns of a
-- citation, or ''; `label` the documents of these places and who may read them, as of an outcome.
ALTER TABLE verdicts ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE verdicts ADD COLUMN label TEXT NOT NULL DEFAULT '';

-- In which documents a verdict has places, to find it by one of them.
CREATE TABLE verdict_places (
    document INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    PRIMARY KEY (document, verdict)
) WITHOUT ROWID;

CREATE TRIGGER log_relabelled_verdicts AFTER UPDATE OF label ON verdicts BEGIN
    INSERT INTO cell_log (case_n, step_id) VALUES (new.case_n, new.step_id);
END;
