-- Why programmes pay the dealer of a line nothing, as a JSON list; null in lines that were frozen before it was known.
ALTER TABLE settlement_lines ADD COLUMN unpaid TEXT;
