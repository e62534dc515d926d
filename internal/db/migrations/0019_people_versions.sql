-- What a change of a person or a group is based on.
ALTER TABLE users ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE groups ADD COLUMN version bigint NOT NULL DEFAULT 1;
