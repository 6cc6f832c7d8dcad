-- With what a run was calculated beside its upload: the policy's texts and what was known of earlier periods, each an artefact. Runs of
-- before name none: they are calculated again only as long as their policy is in force.
ALTER TABLE runs ADD COLUMN policy_file TEXT;
ALTER TABLE runs ADD COLUMN history_file TEXT;
CREATE INDEX runs_policy_file ON runs (policy_file);
CREATE INDEX runs_history_file ON runs (history_file);
