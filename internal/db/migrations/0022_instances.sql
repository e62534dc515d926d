-- Data that is fetched: the instances of data sources, and what each attempt brought.
-- A source without variables has one instance with an empty key; sources mirrors it.
CREATE TABLE instances (
  account_id    bigint NOT NULL,
  no            bigint NOT NULL,
  key           text NOT NULL,
  variables     text NOT NULL,
  state         text NOT NULL,
  payload_id    bigint,
  received_at   bigint,
  next_at       bigint,
  tried_at      bigint,
  asked         text NOT NULL,
  asked_at      bigint,
  failures      bigint NOT NULL,
  deferrals     bigint NOT NULL,
  error         text NOT NULL,
  etag          text NOT NULL,
  last_modified text NOT NULL,
  created_at    bigint NOT NULL,
  accessed_at   bigint NOT NULL,
  pinned        smallint NOT NULL,
  PRIMARY KEY (account_id, no, key)
) {norowid};
CREATE INDEX instances_next ON instances (account_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX instances_payload ON instances (payload_id) WHERE payload_id IS NOT NULL;

CREATE TABLE refresh_runs (
  account_id  bigint NOT NULL,
  id          text NOT NULL,
  no          bigint NOT NULL,
  key         text NOT NULL,
  reason      text NOT NULL,
  queued_at   bigint NOT NULL,
  started_at  bigint NOT NULL,
  ended_at    bigint NOT NULL,
  outcome     text NOT NULL,
  error       text NOT NULL,
  http_status bigint NOT NULL,
  pages       bigint NOT NULL,
  bytes       bigint NOT NULL,
  row_count   bigint NOT NULL,
  PRIMARY KEY (account_id, id)
) {norowid};
CREATE INDEX refresh_runs_source ON refresh_runs (account_id, no, id);

-- The newest thing in an account that pages show and the trail does not tell.
CREATE TABLE account_news (
  account_id bigint NOT NULL,
  id         text NOT NULL,
  PRIMARY KEY (account_id)
) {norowid};
