-- When somebody switched a data source off, so that nothing fetches it; NULL = it is on.
ALTER TABLE sources ADD COLUMN off_at bigint;
