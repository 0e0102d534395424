-- Runs that nobody began: after a decision what rules say of it was worked out by itself.

ALTER TABLE runs ADD COLUMN woken INTEGER NOT NULL DEFAULT 0;
