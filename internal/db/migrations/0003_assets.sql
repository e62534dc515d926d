-- Assets point at content; everything here belongs to one account.
CREATE TABLE assets (
  account_id      bigint NOT NULL,
  no              bigint NOT NULL,
  kind            text NOT NULL,
  name            text NOT NULL,
  name_folded     text NOT NULL,
  suffix          bigint NOT NULL,
  body_id         bigint NOT NULL,
  wiring_id       bigint NOT NULL,
  base            bigint NOT NULL,
  version         bigint NOT NULL,
  change_id       bigint NOT NULL,
  owner_id        text NOT NULL,
  locked          smallint NOT NULL,
  origin_account  bigint,
  origin_no       bigint,
  received_body   bigint,
  received_wiring bigint,
  received_deep   {blob},
  import_id       bigint,
  deleted_at      bigint,
  PRIMARY KEY (account_id, no)
) {norowid};
CREATE INDEX assets_origin ON assets (origin_account, origin_no) WHERE origin_no IS NOT NULL;

CREATE TABLE versions (
  account_id      bigint NOT NULL,
  no              bigint NOT NULL,
  version         bigint NOT NULL,
  name            text NOT NULL,
  body_id         bigint NOT NULL,
  wiring_id       bigint NOT NULL,
  received_body   bigint,
  received_wiring bigint,
  received_deep   {blob},
  change_id       bigint NOT NULL,
  replaced_by     bigint NOT NULL,
  PRIMARY KEY (account_id, no, version)
) {norowid};
CREATE INDEX versions_replaced ON versions (replaced_by);

CREATE TABLE sources (
  account_id         bigint NOT NULL,
  no                 bigint NOT NULL,
  description        text NOT NULL,
  credential_account bigint,
  credential_id      text,
  settings_id        bigint NOT NULL,
  next_at            bigint,
  payload_id         bigint,
  received_at        bigint,
  state              text NOT NULL,
  push_token         text,
  PRIMARY KEY (account_id, no)
) {norowid};
CREATE INDEX sources_credential ON sources (credential_id);
CREATE INDEX sources_next ON sources (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE asset_tags (
  account_id bigint NOT NULL,
  no         bigint NOT NULL,
  tag        text NOT NULL,
  PRIMARY KEY (account_id, no, tag)
) {norowid};

CREATE TABLE asset_shares (
  account_id     bigint NOT NULL,
  no             bigint NOT NULL,
  principal_kind text NOT NULL,
  principal_id   text NOT NULL,
  access         text NOT NULL,
  PRIMARY KEY (account_id, no, principal_kind, principal_id)
) {norowid};

CREATE TABLE asset_seen (
  account_id bigint NOT NULL,
  no         bigint NOT NULL,
  user_id    text NOT NULL,
  seen_at    bigint NOT NULL,
  PRIMARY KEY (account_id, no, user_id)
) {norowid};

CREATE TABLE variables (
  account_id   bigint NOT NULL,
  name         text NOT NULL,
  type         text NOT NULL,
  default_json text NOT NULL,
  PRIMARY KEY (account_id, name)
) {norowid};

CREATE TABLE uploads (
  account_id bigint NOT NULL,
  id         text NOT NULL,
  user_id    text NOT NULL,
  file_name  text NOT NULL,
  media_type text NOT NULL,
  bytes      bigint NOT NULL,
  hash       {blob} NOT NULL,
  file_key   text NOT NULL,
  data_key   text NOT NULL,
  data_bytes bigint NOT NULL,
  format     text NOT NULL,
  options    text NOT NULL,
  schema_json text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, id)
) {norowid};
