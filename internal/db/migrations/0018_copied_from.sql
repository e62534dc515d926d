-- What a copy of an instance says of itself: the title of the instance, as plain text. Empty for everything else.
ALTER TABLE assets ADD COLUMN copied_from text NOT NULL DEFAULT '';
