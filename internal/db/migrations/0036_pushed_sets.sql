-- Rows that programs push for one set of values: no job fetches such an instance, and it stays however long nobody looks.
ALTER TABLE instances ADD COLUMN sent smallint NOT NULL DEFAULT 0;
-- What was there before, of each set of values; empty = the data of the source itself.
ALTER TABLE earlier_payloads ADD COLUMN key text NOT NULL DEFAULT '';
