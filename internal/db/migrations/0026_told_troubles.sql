-- Since when the data of a source cannot be fetched in a way that people are told of, and when they were told last.
ALTER TABLE sources ADD COLUMN trouble_at bigint;
ALTER TABLE sources ADD COLUMN told_at bigint;
