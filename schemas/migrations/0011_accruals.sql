-- Accruals that were booked: what was recognised at the end of a month, in fen. Of each period and month one is in force: the one that none
-- supersedes. The policy's texts aren't kept here: the run has them.
CREATE TABLE accruals (
    id             TEXT   NOT NULL PRIMARY KEY,
    period         BIGINT NOT NULL,
    month          BIGINT NOT NULL CHECK (month BETWEEN 1 AND 12),
    run_id         TEXT   NOT NULL,
    policy_id      TEXT   NOT NULL,
    policy_version TEXT   NOT NULL,
    expect         TEXT   NOT NULL CHECK (expect IN ('plan', 'so_far')),
    expected       BIGINT NOT NULL,
    recognised     BIGINT NOT NULL,
    true_up        BIGINT NOT NULL,
    booked_at      TEXT   NOT NULL,
    booked_by      TEXT   NOT NULL,
    superseded_by  TEXT
);
CREATE INDEX accruals_by_period ON accruals (period, month);

CREATE TABLE accrual_dealers (
    accrual_id TEXT   NOT NULL REFERENCES accruals (id),
    dealer_id  TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    recognised BIGINT NOT NULL,
    PRIMARY KEY (accrual_id, dealer_id)
);
