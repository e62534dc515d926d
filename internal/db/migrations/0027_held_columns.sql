-- Data with other columns than before, that wait until somebody accepts them; and what a run brought of other columns.
ALTER TABLE instances ADD COLUMN held_payload_id bigint;
ALTER TABLE instances ADD COLUMN held_at bigint;
CREATE INDEX instances_held ON instances (held_payload_id) WHERE held_payload_id IS NOT NULL;
ALTER TABLE refresh_runs ADD COLUMN columns_json text NOT NULL DEFAULT '';
