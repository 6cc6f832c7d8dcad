-- The day on which an appeal was verified (核实), from which the clock of its answer runs, and until when it is to be. Appeals of before have none.
ALTER TABLE appeals ADD COLUMN verify_due_at TEXT;
ALTER TABLE appeals ADD COLUMN verified_on TEXT;
ALTER TABLE appeals ADD COLUMN verified_by TEXT;
ALTER TABLE appeals ADD COLUMN verified_at TEXT;
