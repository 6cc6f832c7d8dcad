-- Sessions of people who work in a browser. Only the hash of what the cookie holds is kept. A session is as good as the token that it was
-- opened with: one that is kept here, or that of the settings, which the seal stands for.
CREATE TABLE sessions (
    sha256       TEXT NOT NULL PRIMARY KEY,
    token_id     TEXT REFERENCES tokens (id),
    seal         TEXT,
    created_at   TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    CHECK ((token_id IS NULL) <> (seal IS NULL))
);

-- Addresses that sign somebody in once. Only the hash of their code is kept.
CREATE TABLE sign_in_links (
    sha256     TEXT NOT NULL PRIMARY KEY,
    token_id   TEXT NOT NULL REFERENCES tokens (id),
    expires_at TEXT NOT NULL
);
