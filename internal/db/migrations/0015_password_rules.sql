-- When a password was chosen, and the hashes of those before it as far as the account's rules look back: a JSON array.
ALTER TABLE users ADD COLUMN password_at bigint NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN password_past text NOT NULL DEFAULT '[]';
UPDATE users SET password_at = created_at;
