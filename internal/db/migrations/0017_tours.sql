-- Who has put the tour of the demo away.
CREATE TABLE tours (
  account_id bigint NOT NULL,
  user_id    text NOT NULL,
  hidden_at  bigint NOT NULL,
  PRIMARY KEY (account_id, user_id)
) {norowid};
