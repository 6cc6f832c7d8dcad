-- Batches: many workbooks that are worked on in the background. How far a batch has come, its files tell: there is no second place to say it.
-- Plain types only, so that SQLite and PostgreSQL read the same file.
CREATE TABLE batches (
    id               TEXT   NOT NULL PRIMARY KEY,
    created_at       TEXT   NOT NULL,
    uploader         TEXT   NOT NULL,
    uploader_role    TEXT   NOT NULL,
    uploader_regions TEXT   NOT NULL,
    parameters       TEXT   NOT NULL,
    lang             TEXT   NOT NULL,
    skipped          TEXT   NOT NULL,
    rank_all         BIGINT NOT NULL CHECK (rank_all IN (0, 1)),
    cancelled_at     TEXT
);
CREATE INDEX batches_by_uploader ON batches (uploader, id);

-- A file without enqueued_at is still to be handed to the queue; attempts numbers the workers that took it, and so says whose word counts.
CREATE TABLE batch_files (
    batch_id      TEXT   NOT NULL REFERENCES batches (id),
    position      BIGINT NOT NULL,
    filename      TEXT,
    upload_sha256 TEXT   NOT NULL,
    upload_bytes  BIGINT NOT NULL,
    status        TEXT   NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    run_id        TEXT,
    run_status    TEXT,
    errors        BIGINT,
    warnings      BIGINT,
    problem       TEXT,
    attempts      BIGINT NOT NULL,
    not_before    TEXT,
    enqueued_at   TEXT,
    started_at    TEXT,
    alive_at      TEXT,
    finished_at   TEXT,
    PRIMARY KEY (batch_id, position)
);
CREATE INDEX batch_files_by_status ON batch_files (status, enqueued_at);
CREATE INDEX batch_files_by_upload ON batch_files (upload_sha256);
