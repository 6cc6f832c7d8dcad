-- Runs and validations. The files themselves are artefacts, named by their SHA-256; a row is written after they are.
-- Plain types only, so that SQLite and PostgreSQL read the same file.
CREATE TABLE runs (
    id                  TEXT   NOT NULL PRIMARY KEY,
    kind                TEXT   NOT NULL CHECK (kind IN ('run', 'validation')),
    created_at          TEXT   NOT NULL,
    period              BIGINT,
    status              TEXT   NOT NULL CHECK (status IN ('ok', 'faulty', 'partial')),
    filename            TEXT,
    lang                TEXT   NOT NULL,
    upload_sha256       TEXT   NOT NULL,
    upload_bytes        BIGINT NOT NULL,
    errors              BIGINT NOT NULL,
    warnings            BIGINT NOT NULL,
    infos               BIGINT NOT NULL,
    dealers             BIGINT NOT NULL,
    result_sha256       TEXT   NOT NULL,
    answer_sha256       TEXT   NOT NULL,
    answer_filename     TEXT   NOT NULL,
    answer_content_type TEXT   NOT NULL
);
