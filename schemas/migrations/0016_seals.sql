-- Approved settlements are sealed: the hash over all lines stands in the audit log, with the approval. What stands here only tells which
-- dealer's line isn't as it was when that hash doesn't fit any more.
CREATE TABLE settlement_seals (
    run_id    TEXT NOT NULL REFERENCES settlements (run_id),
    dealer_id TEXT NOT NULL,
    seal      TEXT NOT NULL,
    PRIMARY KEY (run_id, dealer_id)
);
-- What the log says of a settlement is asked before anything of it is paid.
CREATE INDEX audit_by_object ON audit (object, seq);
