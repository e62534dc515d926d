-- Company properties, what the agency declares of them, and the keys that seal secrets.
CREATE TABLE properties (
  account_id  bigint NOT NULL,
  name        text NOT NULL,
  type        text NOT NULL,
  value       text,
  sealed      {blob},
  locked      smallint NOT NULL,
  hidden      smallint NOT NULL,
  description text NOT NULL,
  version     bigint NOT NULL,
  changed_at  bigint NOT NULL,
  PRIMARY KEY (account_id, name)
) {norowid};

CREATE TABLE property_declarations (
  account_id   bigint NOT NULL,
  name         text NOT NULL,
  type         text NOT NULL,
  description  text NOT NULL,
  required     smallint NOT NULL,
  default_text text NOT NULL,
  place        bigint NOT NULL,
  version      bigint NOT NULL,
  PRIMARY KEY (account_id, name)
) {norowid};

CREATE TABLE data_keys (
  account_id bigint NOT NULL,
  id         text NOT NULL,
  master     text NOT NULL,
  wrapped    {blob} NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, id)
) {norowid};

-- What an account has chosen for itself; without a row, or without a value, the agency's choice holds.
CREATE TABLE account_settings (
  account_id bigint NOT NULL,
  name       text NOT NULL,
  value      text,
  version    bigint NOT NULL,
  PRIMARY KEY (account_id, name)
) {norowid};

-- The trail says from where, and its lines are chained afterwards: see internal/audit/seal.go.
ALTER TABLE audit ADD COLUMN ip text NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN user_agent text NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN sealed smallint NOT NULL DEFAULT 0;
CREATE INDEX audit_open ON audit (account_id, id) WHERE sealed = 0;
CREATE INDEX audit_newest ON audit (id);

CREATE TABLE audit_seals (
  account_id bigint NOT NULL,
  seq        bigint NOT NULL,
  line_id    text NOT NULL,
  hash       {blob} NOT NULL,
  PRIMARY KEY (account_id, seq)
) {norowid};
