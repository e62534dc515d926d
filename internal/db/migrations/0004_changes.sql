-- Who changed what: operations, their receivers, frozen closures, the audit trail.
CREATE TABLE changes (
  id             bigint PRIMARY KEY,
  kind           text NOT NULL,
  account_id     bigint NOT NULL,
  actor_id       text NOT NULL,
  delegated      smallint NOT NULL,
  at             bigint NOT NULL,
  origin_account bigint,
  origin_no      bigint,
  rollout_id     bigint,
  note           text NOT NULL
);
CREATE INDEX changes_account ON changes (account_id, id);

CREATE TABLE change_accounts (
  change_id  bigint NOT NULL,
  account_id bigint NOT NULL,
  base       bigint NOT NULL,
  variant    bigint NOT NULL,
  result     text NOT NULL,
  detail     text NOT NULL,
  PRIMARY KEY (change_id, account_id)
) {norowid};

CREATE TABLE nodes (
  change_id          bigint NOT NULL,
  ord                bigint NOT NULL,
  kind               text NOT NULL,
  name               text NOT NULL,
  name_folded        text NOT NULL,
  suffix             bigint NOT NULL,
  origin_account     bigint NOT NULL,
  origin_no          bigint NOT NULL,
  version            bigint NOT NULL,
  body_id            bigint NOT NULL,
  wiring_id          bigint NOT NULL,
  deep               {blob},
  settings_id        bigint,
  credential_account bigint,
  credential_id      text,
  payload_id         bigint,
  PRIMARY KEY (change_id, ord)
) {norowid};

CREATE TABLE idempotency (
  account_id   bigint NOT NULL,
  actor_id     text NOT NULL,
  key          text NOT NULL,
  request_hash {blob} NOT NULL,
  status       bigint NOT NULL,
  response     text NOT NULL,
  at           bigint NOT NULL,
  PRIMARY KEY (account_id, actor_id, key)
) {norowid};

CREATE TABLE audit (
  account_id bigint NOT NULL,
  id         text NOT NULL,
  at         bigint NOT NULL,
  actor_id   text NOT NULL,
  actor_name text NOT NULL,
  home_id    bigint NOT NULL,
  delegated  smallint NOT NULL,
  via        text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL,
  subject_name text NOT NULL,
  detail     text NOT NULL,
  PRIMARY KEY (account_id, id)
) {norowid};

CREATE TABLE template_versions (
  account_id bigint NOT NULL,
  no         bigint NOT NULL,
  version_id bigint NOT NULL,
  label      text NOT NULL,
  channel    text NOT NULL,
  change_id  bigint NOT NULL,
  PRIMARY KEY (account_id, no, version_id)
) {norowid};

CREATE TABLE template_nodes (
  version_id     bigint NOT NULL,
  ord            bigint NOT NULL,
  kind           text NOT NULL,
  name           text NOT NULL,
  origin_account bigint NOT NULL,
  origin_no      bigint NOT NULL,
  version        bigint NOT NULL,
  body_id        bigint NOT NULL,
  wiring_id      bigint NOT NULL,
  deep           {blob},
  settings_id    bigint,
  PRIMARY KEY (version_id, ord)
) {norowid};

CREATE TABLE pins (
  account_id     bigint NOT NULL,
  origin_account bigint NOT NULL,
  origin_no      bigint NOT NULL,
  channel        text,
  version_id     bigint,
  PRIMARY KEY (account_id, origin_account, origin_no)
) {norowid};

CREATE TABLE holds (
  account_id     bigint NOT NULL,
  origin_account bigint NOT NULL,
  origin_no      bigint NOT NULL,
  reason         text NOT NULL,
  until          bigint,
  PRIMARY KEY (account_id, origin_account, origin_no)
) {norowid};
