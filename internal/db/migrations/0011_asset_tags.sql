-- Tags of assets are compared folded, like those of clients. Nothing had written any before.
DROP TABLE asset_tags;
CREATE TABLE asset_tags (
  account_id bigint NOT NULL,
  no         bigint NOT NULL,
  folded     text NOT NULL,
  tag        text NOT NULL,
  PRIMARY KEY (account_id, no, folded)
) {norowid};
CREATE INDEX asset_tags_folded ON asset_tags (account_id, folded);
