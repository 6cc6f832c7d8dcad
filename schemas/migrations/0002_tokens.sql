-- Tokens that the service made itself; only their hash is kept.
CREATE TABLE tokens (
    name       TEXT NOT NULL PRIMARY KEY,
    sha256     TEXT NOT NULL,
    created_at TEXT NOT NULL
);
