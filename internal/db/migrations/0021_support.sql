-- The name of the operator whose session it is, in an account that lets the operator in; '' = of one of its people.
ALTER TABLE sessions ADD COLUMN support text NOT NULL DEFAULT '';
