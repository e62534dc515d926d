-- In which time zone and language a person sees what their account shows; null = as the account has it.
CREATE TABLE person_settings (
  account_id bigint NOT NULL,
  user_id    text NOT NULL,
  time_zone  text,
  locale     text,
  PRIMARY KEY (account_id, user_id)
) {norowid};
