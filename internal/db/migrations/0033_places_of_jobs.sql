-- Where a job waits for room, such as at a host; empty when it does not.
ALTER TABLE jobs ADD COLUMN place text NOT NULL DEFAULT '';
CREATE INDEX jobs_place ON jobs (place, state, turn, id) WHERE place <> '';
