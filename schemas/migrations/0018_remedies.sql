-- Problem documents say `remedy` where they said `mend`; those that files of batches were answered with are kept as they were sent.
UPDATE batch_files SET problem = replace(problem, '"mend":', '"remedy":') WHERE problem IS NOT NULL;
