-- What a program pushed into a data source: the counts of its answer, as JSON.
ALTER TABLE refresh_runs ADD COLUMN delivery text NOT NULL DEFAULT '';

-- The data that a source had before: it can be taken back.
CREATE TABLE earlier_payloads (
  account_id  bigint NOT NULL,
  no          bigint NOT NULL,
  id          text NOT NULL,
  payload_id  bigint NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (account_id, no, id)
) {norowid};
CREATE INDEX earlier_payloads_payload ON earlier_payloads (payload_id);
