-- Work that is done after the answer: see internal/job.
CREATE TABLE jobs (
  account_id  bigint NOT NULL,
  id          text NOT NULL,
  kind        text NOT NULL,
  key         text NOT NULL,
  class       smallint NOT NULL,
  args        text NOT NULL,
  state       text NOT NULL,
  due_at      bigint NOT NULL,
  turn        bigint NOT NULL,
  attempts    bigint NOT NULL,
  lease_until bigint,
  worker      text NOT NULL,
  stop        smallint NOT NULL,
  error       text NOT NULL,
  created_at  bigint NOT NULL,
  started_at  bigint,
  ended_at    bigint,
  PRIMARY KEY (account_id, id)
) {norowid};
CREATE UNIQUE INDEX jobs_id ON jobs (id);
CREATE INDEX jobs_turn ON jobs (turn, id) WHERE state = 'waiting';
CREATE INDEX jobs_account ON jobs (account_id, class, turn) WHERE state = 'waiting';
CREATE INDEX jobs_due ON jobs (due_at) WHERE state = 'later';
CREATE INDEX jobs_lease ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_key ON jobs (account_id, kind, key) WHERE key <> '' AND state IN ('waiting', 'later');
CREATE INDEX jobs_running_key ON jobs (account_id, kind, key) WHERE key <> '' AND state = 'running';
