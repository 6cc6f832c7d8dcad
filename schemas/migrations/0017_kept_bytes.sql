-- What the artefacts of a run have together, so that nobody has to walk them to know how much is kept. Of older runs the upload alone is known.
ALTER TABLE runs ADD COLUMN kept_bytes BIGINT NOT NULL DEFAULT 0;
UPDATE runs SET kept_bytes = upload_bytes;
CREATE INDEX runs_by_kept_bytes ON runs (uploader, kept_bytes);
