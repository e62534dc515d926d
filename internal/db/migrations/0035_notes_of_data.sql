-- What is to be known of data, and of the attempt that brought them: codes with spaces between, as partial.
ALTER TABLE payloads ADD COLUMN notes text NOT NULL DEFAULT '';
ALTER TABLE refresh_runs ADD COLUMN notes text NOT NULL DEFAULT '';
