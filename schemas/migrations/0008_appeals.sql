-- Appeals (申诉) against runs. Runs that came out of one another (a corrected run, a workbook that came back with appeals in it) are one
-- family, which is called by the id of the first; the same text for the same dealer is one appeal within it.
CREATE TABLE run_families (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    family TEXT NOT NULL
);
CREATE INDEX run_families_family ON run_families (family);

-- An accepted one names the run whose upload was corrected, and the run that this gave.
CREATE TABLE appeals (
    id          TEXT NOT NULL PRIMARY KEY,
    run_id      TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    family      TEXT NOT NULL,
    dealer_id   TEXT NOT NULL,
    dealer_name TEXT NOT NULL,
    about       TEXT,
    text        TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    source      TEXT NOT NULL CHECK (source IN ('request', 'workbook')),
    status      TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'rejected')),
    lodged_by   TEXT NOT NULL,
    lodged_at   TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    answered_by TEXT,
    answered_at TEXT,
    answer      TEXT,
    corrections TEXT,
    base_run_id TEXT,
    new_run_id  TEXT,
    UNIQUE (family, dealer_id, text_sha256)
);
CREATE INDEX appeals_run ON appeals (run_id);
CREATE INDEX appeals_status ON appeals (status, due_at);
