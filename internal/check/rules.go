package check

// rule is a query that gives the rows that break it: account, number, what.
type rule struct {
	name, query string
}

const here = `(x.account_id = :account OR x.account_id IN {each :accounts})`

// rules are the references that hold always, over all accounts of one family.
var rules = []rule{
	{"asset_body", `SELECT x.account_id, x.no, x.name FROM assets x
		LEFT JOIN bodies b ON b.id = x.body_id AND b.family_id = :family AND b.kind = x.kind
		WHERE ` + here + ` AND b.id IS NULL`},
	{"asset_wiring", `SELECT x.account_id, x.no, x.name FROM assets x
		LEFT JOIN wirings g ON g.id = x.wiring_id AND g.family_id = :family
		WHERE ` + here + ` AND g.id IS NULL`},
	{"asset_received", `SELECT x.account_id, x.no, x.name FROM assets x
		LEFT JOIN bodies b ON b.id = x.received_body AND b.family_id = :family
		LEFT JOIN wirings g ON g.id = x.received_wiring AND g.family_id = :family
		WHERE ` + here + ` AND (
			(x.origin_no IS NULL) <> (x.received_body IS NULL) OR (x.origin_no IS NULL) <> (x.received_wiring IS NULL) OR
			(x.origin_no IS NULL) <> (x.import_id IS NULL) OR
			(x.origin_no IS NOT NULL AND (b.id IS NULL OR g.id IS NULL)))`},
	{"asset_deep", `SELECT x.account_id, x.no, x.name FROM assets x
		WHERE ` + here + ` AND x.origin_no IS NOT NULL AND (x.received_deep IS NOT NULL) <> (x.kind IN ('source', 'model'))`},
	{"asset_origin_family", `SELECT x.account_id, x.no, x.name FROM assets x
		WHERE ` + here + ` AND x.origin_account IS NOT NULL AND (x.origin_account >> 32) <> :family`},
	{"asset_number", `SELECT x.account_id, x.no, x.name FROM assets x JOIN accounts a ON a.id = x.account_id
		WHERE ` + here + ` AND (x.no < 1 OR x.no >= a.next_no)`},
	{"slot_wired", `SELECT x.account_id, x.no, r.name FROM assets x
		JOIN body_refs r ON r.body_id = x.body_id AND r.kind = 'strong'
		LEFT JOIN wires w ON w.wiring_id = x.wiring_id AND w.slot = r.name AND w.kind = r.kind
		WHERE ` + here + ` AND x.deleted_at IS NULL AND w.slot IS NULL`},
	{"wire_target", `SELECT x.account_id, x.no, w.slot FROM assets x
		JOIN wires w ON w.wiring_id = x.wiring_id
		JOIN body_refs r ON r.body_id = x.body_id AND r.kind = w.kind AND r.name = w.slot
		JOIN accounts a ON a.id = x.account_id
		WHERE ` + here + ` AND (x.base + w.rel < 1 OR x.base + w.rel >= a.next_no)`},
	{"version_content", `SELECT x.account_id, x.no, x.name FROM versions x
		LEFT JOIN bodies b ON b.id = x.body_id AND b.family_id = :family
		LEFT JOIN wirings g ON g.id = x.wiring_id AND g.family_id = :family
		LEFT JOIN assets a ON a.account_id = x.account_id AND a.no = x.no
		WHERE ` + here + ` AND (b.id IS NULL OR g.id IS NULL OR a.no IS NULL OR x.version >= a.version)`},
	{"source_row", `SELECT x.account_id, x.no, x.name FROM assets x
		LEFT JOIN sources s ON s.account_id = x.account_id AND s.no = x.no
		WHERE ` + here + ` AND (x.kind = 'source') <> (s.no IS NOT NULL)`},
	{"source_content", `SELECT x.account_id, x.no, x.state FROM sources x
		LEFT JOIN settings t ON t.id = x.settings_id AND t.family_id = :family
		LEFT JOIN payloads p ON p.id = x.payload_id AND p.family_id = :family
		LEFT JOIN assets a ON a.account_id = x.account_id AND a.no = x.no AND a.kind = 'source'
		WHERE ` + here + ` AND (t.id IS NULL OR a.no IS NULL OR (x.payload_id IS NOT NULL AND p.id IS NULL))`},
	{"instance_content", `SELECT x.account_id, x.no, x.key FROM instances x
		LEFT JOIN sources s ON s.account_id = x.account_id AND s.no = x.no
		LEFT JOIN payloads p ON p.id = x.payload_id AND p.family_id = :family
		WHERE ` + here + ` AND (s.no IS NULL OR (x.payload_id IS NOT NULL AND p.id IS NULL)
			OR (x.key = '' AND COALESCE(s.payload_id, 0) <> COALESCE(x.payload_id, 0)))`},
	{"earlier_content", `SELECT x.account_id, x.no, x.id FROM earlier_payloads x
		LEFT JOIN sources s ON s.account_id = x.account_id AND s.no = x.no
		LEFT JOIN payloads p ON p.id = x.payload_id AND p.family_id = :family
		WHERE ` + here + ` AND (s.no IS NULL OR p.id IS NULL)`},
	{"share_asset", `SELECT x.account_id, x.no, x.principal_id FROM asset_shares x
		LEFT JOIN assets a ON a.account_id = x.account_id AND a.no = x.no
		WHERE ` + here + ` AND a.no IS NULL`},
	{"share_principal", `SELECT x.account_id, x.no, x.principal_id FROM asset_shares x
		LEFT JOIN users u ON u.account_id = x.account_id AND u.id = x.principal_id
		LEFT JOIN groups g ON g.account_id = x.account_id AND g.id = x.principal_id
		WHERE ` + here + ` AND ((x.principal_kind = 'user' AND u.id IS NULL) OR (x.principal_kind = 'group' AND g.id IS NULL))`},
	{"credential_owner", `SELECT x.account_id, 0, x.label FROM credentials x
		LEFT JOIN users u ON u.account_id = x.account_id AND u.id = x.owner_id AND u.deleted_at IS NULL
		WHERE ` + here + ` AND u.id IS NULL`},
	{"dashboards_counted", `SELECT x.id, x.dash_used, x.slug FROM accounts x
		WHERE (x.id = :account OR x.id IN {each :accounts}) AND x.dash_used <> (
			SELECT COUNT(*) FROM assets a WHERE a.account_id = x.id AND a.kind = 'dashboard' AND a.deleted_at IS NULL)`},
	{"seats_counted", `SELECT x.id, x.seats_used, x.slug FROM accounts x
		WHERE (x.id = :account OR x.id IN {each :accounts}) AND x.seats_used <> (
			SELECT COUNT(*) FROM users u WHERE u.account_id = x.id AND u.deleted_at IS NULL AND u.state IN ('held', 'invited', 'active'))`},
	{"import_recorded", `SELECT x.account_id, x.no, x.name FROM assets x
		LEFT JOIN change_accounts r ON r.change_id = x.import_id AND r.account_id = x.account_id
		WHERE ` + here + ` AND x.import_id IS NOT NULL AND r.change_id IS NULL`},
}
