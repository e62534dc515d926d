-- When somebody switched a data source off, so that nothing fetches it; NULL = it is on.
ALTER TABLE sources ADD COLUMN off_at bigint;

-- The log of an agency over its clients is read by time.
CREATE INDEX refresh_runs_time ON refresh_runs (id);
