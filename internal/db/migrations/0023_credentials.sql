-- What an account keeps to read services with: facts that people see, and a sealed secret that nobody does.
-- scopes, expires_at and generation are for credentials that a service renews; those that people type have none.
CREATE TABLE credentials (
  account_id   bigint NOT NULL,
  id           text NOT NULL,
  kind         text NOT NULL,
  label        text NOT NULL,
  label_folded text NOT NULL,
  description  text NOT NULL,
  shared       smallint NOT NULL,
  owner_id     text NOT NULL,
  owner_left   smallint NOT NULL,
  facts        text NOT NULL,
  sealed       {blob} NOT NULL,
  state        text NOT NULL,
  error        text NOT NULL,
  scopes       text NOT NULL,
  expires_at   bigint,
  generation   bigint NOT NULL,
  version      bigint NOT NULL,
  created_at   bigint NOT NULL,
  changed_at   bigint NOT NULL,
  ok_at        bigint,
  PRIMARY KEY (account_id, id)
) {norowid};
