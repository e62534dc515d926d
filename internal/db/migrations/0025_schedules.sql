-- From when on data are too old, because others were due since; and whose moment came while nobody was in the account.
ALTER TABLE instances ADD COLUMN stale_at bigint;
ALTER TABLE instances ADD COLUMN asleep smallint NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN stale_at bigint;
