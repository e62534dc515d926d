-- Content: immutable, named by its hash, stored once per family.
CREATE TABLE bodies (
  id           bigint PRIMARY KEY,
  family_id    bigint NOT NULL,
  hash         {blob} NOT NULL,
  kind         text NOT NULL,
  json         text NOT NULL,
  unused_since bigint,
  UNIQUE (family_id, hash)
);

CREATE TABLE body_refs (
  body_id bigint NOT NULL,
  kind    text NOT NULL,
  name    text NOT NULL,
  PRIMARY KEY (body_id, kind, name)
) {norowid};

CREATE TABLE wirings (
  id           bigint PRIMARY KEY,
  family_id    bigint NOT NULL,
  hash         {blob} NOT NULL,
  unused_since bigint,
  UNIQUE (family_id, hash)
);

CREATE TABLE wires (
  wiring_id    bigint NOT NULL,
  slot         text NOT NULL,
  kind         text NOT NULL,
  rel          bigint NOT NULL,
  from_account bigint,
  from_no      bigint,
  from_deep    {blob},
  PRIMARY KEY (wiring_id, slot)
) {norowid};

CREATE TABLE settings (
  id           bigint PRIMARY KEY,
  family_id    bigint NOT NULL,
  hash         {blob} NOT NULL,
  json         text NOT NULL,
  unused_since bigint,
  UNIQUE (family_id, hash)
);

CREATE TABLE payloads (
  id           bigint PRIMARY KEY,
  family_id    bigint NOT NULL,
  hash         {blob} NOT NULL,
  data_key     text NOT NULL,
  file_key     text NOT NULL,
  file_name    text NOT NULL,
  media_type   text NOT NULL,
  bytes        bigint NOT NULL,
  data_bytes   bigint NOT NULL,
  row_count    bigint NOT NULL,
  column_count bigint NOT NULL,
  schema_json  text NOT NULL,
  created_at   bigint NOT NULL,
  unused_since bigint,
  UNIQUE (family_id, hash)
);
