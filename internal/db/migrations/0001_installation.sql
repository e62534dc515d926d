-- Settings of the installation, accounts, people and how they get in.
CREATE TABLE installation (
  name  text PRIMARY KEY,
  value text NOT NULL
);

CREATE TABLE accounts (
  id           bigint PRIMARY KEY,
  family_id    bigint NOT NULL,
  public_id    text NOT NULL UNIQUE,
  kind         text NOT NULL,
  parent_id    bigint,
  slug         text NOT NULL UNIQUE,
  name         text NOT NULL,
  name_folded  text NOT NULL,
  display_name text NOT NULL,
  description  text NOT NULL,
  status       text NOT NULL,
  status_note  text NOT NULL,
  trial_ends_at bigint,
  next_no      bigint NOT NULL,
  next_account bigint NOT NULL,
  dash_used    bigint NOT NULL,
  dash_limit   bigint NOT NULL,
  seats_used   bigint NOT NULL,
  seats_limit  bigint NOT NULL,
  settings     text NOT NULL,
  created_at   bigint NOT NULL,
  created_by   text NOT NULL,
  version      bigint NOT NULL,
  deleted_at   bigint,
  CHECK ((kind = 'parent') = (parent_id IS NULL))
);
CREATE INDEX accounts_family ON accounts (family_id, name_folded, id);

CREATE TABLE account_moves (
  old_id bigint PRIMARY KEY,
  new_id bigint NOT NULL
) {norowid};

CREATE TABLE users (
  account_id    bigint NOT NULL,
  id            text NOT NULL PRIMARY KEY,
  email         text,
  email_folded  text UNIQUE,
  name          text NOT NULL,
  name_folded   text NOT NULL,
  password_hash text NOT NULL,
  state         text NOT NULL,
  created_at    bigint NOT NULL,
  last_sign_in_at bigint,
  deleted_at    bigint
);
CREATE INDEX users_account ON users (account_id, name_folded, id);

CREATE TABLE user_roles (
  account_id bigint NOT NULL,
  user_id    text NOT NULL,
  role       text NOT NULL,
  PRIMARY KEY (account_id, user_id, role)
) {norowid};

CREATE TABLE groups (
  account_id  bigint NOT NULL,
  id          text NOT NULL,
  name        text NOT NULL,
  name_folded text NOT NULL,
  kind        text NOT NULL,
  PRIMARY KEY (account_id, id)
) {norowid};

CREATE TABLE group_members (
  account_id bigint NOT NULL,
  group_id   text NOT NULL,
  user_id    text NOT NULL,
  PRIMARY KEY (account_id, group_id, user_id)
) {norowid};
CREATE INDEX group_members_user ON group_members (account_id, user_id);

CREATE TABLE sessions (
  secret_hash {blob} NOT NULL PRIMARY KEY,
  id          text NOT NULL UNIQUE,
  account_id  bigint NOT NULL,
  user_id     text NOT NULL,
  created_at  bigint NOT NULL,
  used_at     bigint NOT NULL,
  expires_at  bigint NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE visits (
  session_id text NOT NULL,
  account_id bigint NOT NULL,
  started_at bigint NOT NULL,
  used_at    bigint NOT NULL,
  PRIMARY KEY (session_id, account_id)
) {norowid};

CREATE TABLE api_keys (
  secret_hash {blob} NOT NULL PRIMARY KEY,
  id          text NOT NULL UNIQUE,
  account_id  bigint NOT NULL,
  user_id     text NOT NULL,
  label       text NOT NULL,
  created_at  bigint NOT NULL,
  used_at     bigint,
  deleted_at  bigint
);
CREATE INDEX api_keys_user ON api_keys (account_id, user_id);

CREATE TABLE sign_in_tries (
  key   text NOT NULL PRIMARY KEY,
  count bigint NOT NULL,
  since bigint NOT NULL
);
