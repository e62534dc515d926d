-- Mails on their way, invitations, new passwords, properties of people, and what groups and sessions tell of themselves.
CREATE TABLE mails (
  account_id  bigint NOT NULL,
  id          text NOT NULL,
  kind        text NOT NULL,
  about       text NOT NULL,
  recipient   text NOT NULL,
  sender_name text NOT NULL,
  subject     text NOT NULL,
  plain       text NOT NULL,
  html        text NOT NULL,
  state       text NOT NULL,
  attempts    bigint NOT NULL,
  answer      text NOT NULL,
  created_at  bigint NOT NULL,
  ended_at    bigint,
  PRIMARY KEY (account_id, id)
) {norowid};
CREATE UNIQUE INDEX mails_id ON mails (id);
CREATE INDEX mails_about ON mails (account_id, about);

CREATE TABLE invitations (
  account_id   bigint NOT NULL,
  user_id      text NOT NULL,
  secret_hash  {blob} UNIQUE,
  inviter      text NOT NULL,
  created_at   bigint NOT NULL,
  expires_at   bigint,
  PRIMARY KEY (account_id, user_id)
) {norowid};

CREATE TABLE password_resets (
  secret_hash {blob} NOT NULL PRIMARY KEY,
  account_id  bigint NOT NULL,
  user_id     text NOT NULL,
  created_at  bigint NOT NULL,
  expires_at  bigint NOT NULL
);
CREATE INDEX password_resets_user ON password_resets (account_id, user_id);

CREATE TABLE user_properties (
  account_id bigint NOT NULL,
  name       text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (account_id, name)
) {norowid};

CREATE TABLE user_property_values (
  account_id bigint NOT NULL,
  user_id    text NOT NULL,
  name       text NOT NULL,
  value      text NOT NULL,
  PRIMARY KEY (account_id, user_id, name)
) {norowid};

ALTER TABLE groups ADD COLUMN description text NOT NULL DEFAULT '';
ALTER TABLE groups ADD COLUMN position bigint NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN is_contact smallint NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN address text NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN agent text NOT NULL DEFAULT '';
