-- Roles of an account's own making, and the clients that groups of the agency reach.
CREATE TABLE roles (
  account_id  bigint NOT NULL,
  id          text NOT NULL,
  name        text NOT NULL,
  name_folded text NOT NULL,
  permissions text NOT NULL,
  version     bigint NOT NULL,
  created_at  bigint NOT NULL,
  PRIMARY KEY (account_id, id),
  UNIQUE (account_id, name_folded)
) {norowid};

CREATE TABLE client_shares (
  account_id bigint NOT NULL,
  client_id  bigint NOT NULL,
  group_id   text NOT NULL,
  can_manage smallint NOT NULL,
  PRIMARY KEY (account_id, client_id, group_id)
) {norowid};
CREATE INDEX client_shares_group ON client_shares (account_id, group_id);
