package authz

import (
	"slices"

	"octavo/internal/id"
)

// GrantCredentials opens the accounts of the acting account's family, for counting the data
// sources that use a credential of the acting account, and, with write, for giving them
// another one of it. Each credential is asked for on its own. Codes permission_denied, not_found.
func GrantCredentials(who Actor, family []id.Account, write bool) (Grant, error) {
	if write && !who.Has(AccountTokens) || !who.Has(AccountTokens) && !who.Has(ConnectionShared) && !who.Has(ConnectionManage) {
		return Grant{}, Denied(AccountTokens)
	}
	others := slices.Clone(family)
	others = slices.DeleteFunc(others, func(a id.Account) bool { return a == who.Account })
	if slices.ContainsFunc(others, func(a id.Account) bool { return a.Family() != who.Account.Family() }) {
		return Grant{}, NotFound()
	}
	slices.Sort(others)
	return Grant{source: who.Account, accounts: others, write: write}, nil
}
