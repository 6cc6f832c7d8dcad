-- Whether a region stands in its canonical form. Rows of before hold it without case and space, as lists compared it then; what they
-- were is read from the uploads again at the next start, for it isn't SQL that could tell it.
ALTER TABLE run_regions ADD COLUMN is_canonical BIGINT NOT NULL DEFAULT 0;
