-- Whether a person gets the mails about data that cannot be fetched.
ALTER TABLE users ADD COLUMN data_mail smallint NOT NULL DEFAULT 1;
