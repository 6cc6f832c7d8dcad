-- Versions of the company's own policies. `source` is the JSON of the texts that one was read from; once approved, a row never changes, so how
-- many are approved tells a server whether it knows all of them.
-- Plain types only, so that SQLite and PostgreSQL read the same file.
CREATE TABLE policies (
    id             TEXT NOT NULL,
    version        TEXT NOT NULL,
    title_zh       TEXT NOT NULL,
    title_en       TEXT NOT NULL,
    rates          TEXT NOT NULL CHECK (rates IN ('example', 'own')),
    sha256         TEXT NOT NULL,
    source         TEXT NOT NULL,
    effective_from TEXT,
    effective_to   TEXT,
    status         TEXT NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected', 'withdrawn')),
    proposed_by    TEXT NOT NULL,
    proposed_at    TEXT NOT NULL,
    decided_by     TEXT,
    decided_at     TEXT,
    reason         TEXT,
    PRIMARY KEY (id, version)
);
CREATE INDEX policies_by_status ON policies (status);
