-- Citations that are parted, and how many places bore the quote as well.

-- `further`: JSON list of [page, start, end, boxes], the other stretches of a quote that a page break
-- or the lines of other cells part; '' for none. `alike`: places that were as good, this one included.
ALTER TABLE citations ADD COLUMN further TEXT NOT NULL DEFAULT '';
ALTER TABLE citations ADD COLUMN alike INTEGER NOT NULL DEFAULT 1;
-- What touches a page is looked up by the page it is on mostly, and among those few that are parted.
CREATE INDEX citations_parted ON citations (document_n) WHERE further <> '';
