-- Days of calls end at midnight of the account's zone. What was counted before ended at midnight UTC, and is not
-- counted on: at most one day begins anew.
ALTER TABLE api_calls ADD COLUMN ends_at bigint NOT NULL DEFAULT 0;
CREATE INDEX api_calls_running ON api_calls (account_id, ends_at);
