-- The body that the data of an instance was fetched with, told apart by its number alone: it may be gone by then.
ALTER TABLE instances ADD COLUMN body_id bigint;
