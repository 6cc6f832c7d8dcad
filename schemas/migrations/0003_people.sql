-- Everybody's tokens; the administrator's of before stays in force. A token's id is how its hash begins.
ALTER TABLE tokens RENAME TO admin_tokens;
CREATE TABLE tokens (
    id           TEXT NOT NULL PRIMARY KEY,
    sha256       TEXT NOT NULL,
    name         TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('sales', 'finance', 'auditor', 'admin')),
    regions      TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    expires_at   TEXT,
    revoked_at   TEXT,
    last_used_at TEXT
);
INSERT INTO tokens (id, sha256, name, role, regions, created_at, created_by)
    SELECT substr(sha256, 1, 12), sha256, name, 'admin', '[]', created_at, name FROM admin_tokens;
DROP TABLE admin_tokens;
-- Who changed what; each line holds the hash of the one before. Lines are only ever added.
CREATE TABLE audit (
    seq         BIGINT NOT NULL PRIMARY KEY,
    at          TEXT   NOT NULL,
    who         TEXT   NOT NULL,
    what        TEXT   NOT NULL,
    object      TEXT   NOT NULL,
    before      TEXT,
    after       TEXT,
    prev_sha256 TEXT   NOT NULL,
    sha256      TEXT   NOT NULL
);
-- The last line's number and hash: whoever adds a line holds this row until the commit.
CREATE TABLE audit_head (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq    BIGINT NOT NULL,
    sha256 TEXT   NOT NULL
);
INSERT INTO audit_head (id, seq, sha256)
    VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
