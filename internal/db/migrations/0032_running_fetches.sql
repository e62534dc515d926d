-- What fetches that last do at this moment, told once a second by the process that does them; one that died tells nothing more.
CREATE TABLE running_fetches (
  account_id bigint NOT NULL,
  no         bigint NOT NULL,
  key        text NOT NULL,
  worker     text NOT NULL,
  reason     text NOT NULL,
  begun_at   bigint NOT NULL,
  told_at    bigint NOT NULL,
  step       text NOT NULL,
  pages      bigint NOT NULL,
  row_count  bigint NOT NULL,
  bytes      bigint NOT NULL,
  PRIMARY KEY (account_id, no, key, worker)
) {norowid};

-- Which of them somebody wants to end.
CREATE TABLE fetch_stops (
  account_id bigint NOT NULL,
  no         bigint NOT NULL,
  key        text NOT NULL,
  begun_at   bigint NOT NULL,
  asked_at   bigint NOT NULL,
  PRIMARY KEY (account_id, no, key)
) {norowid};
