-- A file that was sent is read in a job. state: reading, read or failed, of the reading that was asked for last, which
-- wanted describes; error says why it failed. The other columns tell of the last reading that went well; with an empty
-- data_key there was none. view_json is what a person is shown of it: first rows, members of an archive, lists of records.
ALTER TABLE uploads ADD COLUMN state text NOT NULL DEFAULT 'read';
ALTER TABLE uploads ADD COLUMN wanted text NOT NULL DEFAULT '';
ALTER TABLE uploads ADD COLUMN error text NOT NULL DEFAULT '';
ALTER TABLE uploads ADD COLUMN view_json text NOT NULL DEFAULT '';
-- What became of the reading is told by its job.
CREATE INDEX jobs_of_uploads ON jobs (account_id, key, id) WHERE kind = 'upload.read';
