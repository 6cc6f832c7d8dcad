-- Accounts of people. A person has one name, which nobody else has and which doesn't change, and any number of tokens. Until now people were
-- known by their names alone: each distinct name becomes one person. Ids are admin, p1, p2 …; none is used twice, since none goes.
CREATE TABLE people (
    id         TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created_at TEXT,
    created_by TEXT
);
INSERT INTO people (id, name) VALUES ('admin', 'admin');
INSERT INTO people (id, name)
    SELECT 'p' || CAST(ROW_NUMBER() OVER (ORDER BY name) AS TEXT), name FROM (
        SELECT name FROM tokens
        UNION SELECT uploader FROM runs
        UNION SELECT uploader FROM batches
        UNION SELECT person FROM request_keys
        UNION SELECT lodged_by FROM appeals
        UNION SELECT answered_by FROM appeals
        UNION SELECT verified_by FROM appeals
        UNION SELECT proposed_by FROM policies
        UNION SELECT decided_by FROM policies
        UNION SELECT submitted_by FROM settlements
        UNION SELECT decided_by FROM settlements
        UNION SELECT who FROM settlement_adjustments
        UNION SELECT who FROM settlement_holds
        UNION SELECT ordered_by FROM payment_batches
        UNION SELECT ended_by FROM payment_batches
        UNION SELECT booked_by FROM accruals
    ) AS names WHERE name IS NOT NULL AND name <> 'admin';

ALTER TABLE tokens ADD COLUMN person_id TEXT;
UPDATE tokens SET person_id = (SELECT id FROM people WHERE people.name = tokens.name);
ALTER TABLE runs ADD COLUMN uploader_id TEXT;
UPDATE runs SET uploader_id = (SELECT id FROM people WHERE people.name = runs.uploader);
ALTER TABLE batches ADD COLUMN uploader_id TEXT;
UPDATE batches SET uploader_id = (SELECT id FROM people WHERE people.name = batches.uploader);
ALTER TABLE appeals ADD COLUMN lodged_person TEXT;
ALTER TABLE appeals ADD COLUMN answered_person TEXT;
UPDATE appeals SET lodged_person = (SELECT id FROM people WHERE people.name = appeals.lodged_by),
    answered_person = (SELECT id FROM people WHERE people.name = appeals.answered_by);
ALTER TABLE policies ADD COLUMN proposed_person TEXT;
UPDATE policies SET proposed_person = (SELECT id FROM people WHERE people.name = policies.proposed_by);
ALTER TABLE settlement_adjustments ADD COLUMN person_id TEXT;
UPDATE settlement_adjustments SET person_id = (SELECT id FROM people WHERE people.name = settlement_adjustments.who);
ALTER TABLE payment_batches ADD COLUMN ordered_person TEXT;
UPDATE payment_batches SET ordered_person = (SELECT id FROM people WHERE people.name = payment_batches.ordered_by);

-- Who had a hand in a settlement, beside its run's upload, the appeals that were accepted on the way to it, and its policy. What was undone
-- since stays in it.
CREATE TABLE settlement_hands (
    run_id    TEXT NOT NULL REFERENCES settlements (run_id),
    person_id TEXT NOT NULL,
    deed      TEXT NOT NULL CHECK (deed IN ('submitted', 'adjusted', 'held', 'released')),
    at        TEXT NOT NULL,
    PRIMARY KEY (run_id, person_id, deed)
);
INSERT INTO settlement_hands (run_id, person_id, deed, at)
    SELECT run_id, person_id, deed, MIN(at) FROM (
        SELECT audit.object AS run_id, people.id AS person_id, audit.at AS at, CASE audit.what
            WHEN 'settlement-submitted' THEN 'submitted'
            WHEN 'dealer-held' THEN 'held'
            WHEN 'dealer-released' THEN 'released'
            ELSE 'adjusted' END AS deed
        FROM audit JOIN people ON people.name = audit.who JOIN settlements ON settlements.run_id = audit.object
        WHERE audit.what IN ('settlement-submitted', 'dealer-held', 'dealer-released', 'adjustment-added', 'adjustment-removed')
    ) AS deeds GROUP BY run_id, person_id, deed;

-- Approvals of a settlement, each by another person, with the sums in fen that were seen: what it moves, and what is payable. Those of before
-- had one, and of it the sums aren't known.
CREATE TABLE settlement_approvals (
    run_id    TEXT   NOT NULL REFERENCES settlements (run_id),
    number    BIGINT NOT NULL,
    person_id TEXT   NOT NULL,
    who       TEXT   NOT NULL,
    at        TEXT   NOT NULL,
    note      TEXT,
    total     BIGINT,
    payable   BIGINT,
    PRIMARY KEY (run_id, number),
    UNIQUE (run_id, person_id)
);
INSERT INTO settlement_approvals (run_id, number, person_id, who, at, note)
    SELECT settlements.run_id, 1, people.id, settlements.decided_by, settlements.decided_at, settlements.decided_note
    FROM settlements JOIN people ON people.name = settlements.decided_by
    WHERE settlements.status IN ('approved', 'partly-paid', 'paid', 'superseded');
