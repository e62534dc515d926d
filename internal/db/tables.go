package db

import "maps"

// Guard says how the rows of a table are kept apart.
type Guard uint8

// The guards.
const (
	TenantTable  Guard = iota + 1 // carries account_id; a System scope cannot reach it
	SystemTable                   // carries account_id, and a System scope can reach it: it is looked up before the account is known
	ContentTable                  // carries family_id
	BelowTable                    // rows below a content row, secured through it
	OpenTable                     // nothing of a tenant, or numbers that mean nothing without a secured row
)

// Tables gives every table of the product and how it is guarded.
func Tables() map[string]Guard {
	all := maps.Clone(tenantTables)
	for _, name := range contentTables {
		all[name] = ContentTable
	}
	for name := range belowContent {
		all[name] = BelowTable
	}
	for _, name := range openTables {
		all[name] = OpenTable
	}
	return all
}

// tenantTables carry account_id (accounts: id). SystemTable marks those that a
// System scope can reach as well.
var tenantTables = map[string]Guard{
	"accounts": SystemTable, "users": SystemTable, "user_roles": SystemTable, "groups": SystemTable,
	"group_members": SystemTable, "sessions": SystemTable, "visits": SystemTable, "api_keys": SystemTable, "audit": SystemTable, "jobs": SystemTable,
	"roles": SystemTable, "client_shares": SystemTable,
	"mails": SystemTable, "invitations": SystemTable, "password_resets": SystemTable,
	"user_properties": TenantTable, "user_property_values": TenantTable,
	"assets": TenantTable, "versions": TenantTable, "sources": TenantTable, "asset_tags": TenantTable, "asset_shares": TenantTable,
	"asset_seen": TenantTable, "variables": TenantTable, "uploads": TenantTable, "changes": TenantTable, "idempotency": TenantTable,
	"account_tags": SystemTable, "api_calls": SystemTable,
	"template_versions": TenantTable, "pins": TenantTable, "holds": TenantTable,
	"share_exceptions": TenantTable, "user_dashboards": TenantTable,
	"tours": TenantTable, "properties": TenantTable, "property_declarations": SystemTable, "data_keys": SystemTable, "account_settings": SystemTable,
	"person_settings": SystemTable, "audit_seals": SystemTable, "instances": TenantTable, "refresh_runs": TenantTable, "account_news": SystemTable,
	"credentials": TenantTable, "earlier_payloads": TenantTable, "running_fetches": SystemTable, "fetch_stops": SystemTable,
}

// contentTables carry family_id.
var contentTables = []string{"bodies", "wirings", "settings", "payloads"}

// belowContent hold rows below another row and are secured through it: table → (column, parent).
var belowContent = map[string][2]string{
	"body_refs": {"body_id", "bodies"}, "wires": {"wiring_id", "wirings"},
}

// openTables hold nothing of a tenant, or only numbers that mean nothing without
// a row that is secured (nodes and receivers of a change). Only a System scope or
// a scope over several accounts reads them.
var openTables = []string{"installation", "account_moves", "sign_in_tries", "change_accounts", "nodes", "template_nodes"}
