-- What makes two runs the same, whose they are, and which regions they speak of. Runs of before have no key: nobody knows any more
-- of what they were made, so they are never taken for another's.
ALTER TABLE runs ADD COLUMN key TEXT;
ALTER TABLE runs ADD COLUMN uploader TEXT NOT NULL DEFAULT 'admin';
-- File name and uploader in the form in which texts are compared: searching is the same over SQLite and PostgreSQL.
ALTER TABLE runs ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE runs SET search = LOWER(REPLACE(COALESCE(filename, ''), ' ', '')) || ' admin';
CREATE UNIQUE INDEX runs_key ON runs (key);
CREATE INDEX runs_uploader ON runs (uploader, id);
CREATE INDEX runs_created_at ON runs (created_at);
-- What a file is named by is asked before it is deleted.
CREATE INDEX runs_upload ON runs (upload_sha256);
CREATE INDEX runs_result ON runs (result_sha256);
CREATE INDEX runs_answer ON runs (answer_sha256);

-- Regions of the dealers sheet, in the form in which names are compared.
CREATE TABLE run_regions (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    region TEXT NOT NULL,
    PRIMARY KEY (run_id, region)
);
CREATE INDEX run_regions_region ON run_regions (region);

-- Keys by which clients make a request safe to be sent again. The target is what the request led to, once it did.
CREATE TABLE request_keys (
    person         TEXT NOT NULL,
    key            TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    target         TEXT,
    claimed_at     TEXT NOT NULL,
    PRIMARY KEY (person, key)
);
CREATE INDEX request_keys_target ON request_keys (target);
