-- The client record: what the agency keeps of a client, its limits, its trial, its end.
ALTER TABLE accounts ADD COLUMN external_id text NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN support text NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN features text NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN links_used bigint NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN links_limit bigint NOT NULL DEFAULT -1;
ALTER TABLE accounts ADD COLUMN api_limit bigint NOT NULL DEFAULT -1;
ALTER TABLE accounts ADD COLUMN seats_given bigint NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN dash_given bigint NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN links_given bigint NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN api_given bigint NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN trial_extended smallint NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN trial_told_at bigint;
ALTER TABLE accounts ADD COLUMN purge_at bigint;
CREATE UNIQUE INDEX accounts_external ON accounts (parent_id, external_id) WHERE external_id <> '' AND deleted_at IS NULL;
CREATE INDEX accounts_trial ON accounts (trial_ends_at) WHERE trial_ends_at IS NOT NULL AND status = 'trial';
CREATE INDEX accounts_purge ON accounts (purge_at) WHERE purge_at IS NOT NULL;

-- Clients of before the limits get those that a new client gets.
UPDATE accounts SET links_limit = 5, api_limit = 10000 WHERE kind = 'client';
UPDATE accounts SET
  seats_given = (SELECT COALESCE(SUM(c.seats_limit), 0) FROM accounts c WHERE c.parent_id = accounts.id AND c.seats_limit > 0),
  dash_given = (SELECT COALESCE(SUM(c.dash_limit), 0) FROM accounts c WHERE c.parent_id = accounts.id AND c.dash_limit > 0),
  links_given = (SELECT COALESCE(SUM(c.links_limit), 0) FROM accounts c WHERE c.parent_id = accounts.id AND c.links_limit > 0),
  api_given = (SELECT COALESCE(SUM(c.api_limit), 0) FROM accounts c WHERE c.parent_id = accounts.id AND c.api_limit > 0)
WHERE kind = 'parent';

CREATE TABLE account_tags (
  account_id bigint NOT NULL,
  folded     text NOT NULL,
  tag        text NOT NULL,
  PRIMARY KEY (account_id, folded)
) {norowid};
CREATE INDEX account_tags_tag ON account_tags (folded, account_id);

-- Calls with API keys, by day of the account.
CREATE TABLE api_calls (
  account_id bigint NOT NULL,
  day        text NOT NULL,
  calls      bigint NOT NULL,
  PRIMARY KEY (account_id, day)
) {norowid};
