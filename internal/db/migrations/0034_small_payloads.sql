-- Columns and file of a small payload are in its row, and its keys are empty: no file has to be made and synced for them.
ALTER TABLE payloads ADD COLUMN data {blob};
ALTER TABLE payloads ADD COLUMN file {blob};
