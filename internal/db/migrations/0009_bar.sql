-- Default dashboards of groups, what each person made of their own dashboards, who filled the bin.
-- A share of a dashboard with a group says how it comes into the bars of the group's people.
ALTER TABLE asset_shares ADD COLUMN visibility text NOT NULL DEFAULT 'library';
ALTER TABLE asset_shares ADD COLUMN position bigint NOT NULL DEFAULT 0;
ALTER TABLE asset_shares ADD COLUMN shown_at bigint NOT NULL DEFAULT 0;
CREATE INDEX asset_shares_principal ON asset_shares (account_id, principal_kind, principal_id);

ALTER TABLE assets ADD COLUMN deleted_by text;

-- Klips that a dashboard does not share along.
CREATE TABLE share_exceptions (
  account_id bigint NOT NULL,
  no         bigint NOT NULL,
  klip_no    bigint NOT NULL,
  PRIMARY KEY (account_id, no, klip_no)
) {norowid};

CREATE TABLE user_dashboards (
  account_id bigint NOT NULL,
  user_id    text NOT NULL,
  no         bigint NOT NULL,
  bar        text NOT NULL,
  bar_at     bigint NOT NULL,
  position   bigint NOT NULL,
  favourite  smallint NOT NULL,
  home       smallint NOT NULL,
  place      text NOT NULL,
  PRIMARY KEY (account_id, user_id, no)
) {norowid};
CREATE INDEX user_dashboards_no ON user_dashboards (account_id, no);
