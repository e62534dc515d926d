-- The page of jobs asks every few seconds for those in some states, among many that are done.
CREATE INDEX jobs_state ON jobs (state, id, kind);
