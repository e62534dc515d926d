-- When the person of a session last gave the password: some steps ask for it again.
ALTER TABLE sessions ADD COLUMN proved_at bigint NOT NULL DEFAULT 0;
UPDATE sessions SET proved_at = created_at;
