-- Settlements: what a run's incentives come to for each dealer, who answers for it, and what was paid of it. Amounts are fen (0.01 yuan).
-- A run has one at most, and none until somebody does something with it: then its lines are frozen.
CREATE TABLE settlements (
    run_id         TEXT   NOT NULL PRIMARY KEY REFERENCES runs (id),
    period         BIGINT NOT NULL,
    as_of          TEXT,
    status         TEXT   NOT NULL CHECK (status IN
        ('calculated', 'submitted', 'rejected', 'approved', 'partly-paid', 'paid', 'superseded')),
    policy_id      TEXT   NOT NULL,
    policy_version TEXT   NOT NULL,
    policy_sha256  TEXT   NOT NULL,
    rates          TEXT   NOT NULL,
    submitted_by   TEXT,
    submitted_at   TEXT,
    submitted_note TEXT,
    decided_by     TEXT,
    decided_at     TEXT,
    decided_note   TEXT,
    supersedes     TEXT,
    superseded_by  TEXT
);
CREATE INDEX settlements_by_status ON settlements (status, period);
CREATE INDEX settlements_by_superseded ON settlements (supersedes);

-- own is 0 where the dealer stands only in the settlement that this one corrects. The columns from old_entitled on compare with that one.
CREATE TABLE settlement_lines (
    run_id          TEXT   NOT NULL REFERENCES settlements (run_id),
    position        BIGINT NOT NULL,
    dealer_id       TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    region          TEXT   NOT NULL,
    channel_mode    TEXT   NOT NULL,
    tonnes          TEXT   NOT NULL,
    score           TEXT,
    grade           TEXT,
    is_disqualified BIGINT NOT NULL CHECK (is_disqualified IN (0, 1)),
    lines           TEXT   NOT NULL,
    amount          BIGINT NOT NULL,
    own             BIGINT NOT NULL CHECK (own IN (0, 1)),
    old_entitled    BIGINT,
    old_adjustments BIGINT,
    by_data         BIGINT,
    by_policy       BIGINT,
    by_appeal       BIGINT,
    PRIMARY KEY (run_id, position),
    UNIQUE (run_id, dealer_id)
);
CREATE INDEX settlement_lines_by_dealer ON settlement_lines (dealer_id);

-- carried_from names the settlement whose adjustment it was first.
CREATE TABLE settlement_adjustments (
    run_id       TEXT   NOT NULL REFERENCES settlements (run_id),
    number       BIGINT NOT NULL,
    dealer_id    TEXT   NOT NULL,
    amount       BIGINT NOT NULL,
    who          TEXT   NOT NULL,
    at           TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    carried_from TEXT,
    PRIMARY KEY (run_id, number)
);

CREATE TABLE settlement_holds (
    run_id    TEXT NOT NULL REFERENCES settlements (run_id),
    dealer_id TEXT NOT NULL,
    who       TEXT NOT NULL,
    at        TEXT NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (run_id, dealer_id)
);

CREATE TABLE payment_batches (
    run_id     TEXT   NOT NULL REFERENCES settlements (run_id),
    number     BIGINT NOT NULL,
    status     TEXT   NOT NULL CHECK (status IN ('ordered', 'paid', 'cancelled')),
    note       TEXT,
    ordered_by TEXT   NOT NULL,
    ordered_at TEXT   NOT NULL,
    ended_by   TEXT,
    ended_at   TEXT,
    paid_on    TEXT,
    PRIMARY KEY (run_id, number)
);

CREATE TABLE payments (
    run_id    TEXT   NOT NULL,
    number    BIGINT NOT NULL,
    position  BIGINT NOT NULL,
    dealer_id TEXT   NOT NULL,
    amount    BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (run_id, number, position),
    UNIQUE (run_id, number, dealer_id),
    FOREIGN KEY (run_id, number) REFERENCES payment_batches (run_id, number)
);

-- The upload of run_id is that of base_run_id with cells changed by accepted appeals.
CREATE TABLE run_corrections (
    run_id      TEXT NOT NULL PRIMARY KEY REFERENCES runs (id),
    base_run_id TEXT NOT NULL
);
