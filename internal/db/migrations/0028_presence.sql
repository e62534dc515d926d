-- Whether somebody is in an account is asked often, and of many accounts.
CREATE INDEX sessions_account ON sessions (account_id, used_at);
CREATE INDEX visits_account ON visits (account_id, used_at);
