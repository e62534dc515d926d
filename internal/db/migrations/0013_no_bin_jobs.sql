-- An hourly sweep empties the bins; the jobs that once did it for each asset have no handler any more.
DELETE FROM jobs WHERE kind = 'bin.purge';
