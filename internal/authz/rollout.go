package authz

import (
	"slices"

	"octavo/internal/id"
)

// MayRollOut refuses people who may not roll out assets of these kinds. Without kinds,
// one kind is enough. Codes not_found, permission_denied.
func MayRollOut(who Actor, kinds []string) error {
	if !who.IsParent {
		return NotFound()
	}
	if !who.Has(ClientLogin) {
		return Denied(ClientLogin)
	}
	if len(kinds) == 0 && !who.Has(TabImport) && !who.Has(KlipImport) && !who.Has(SourceImport) {
		return Denied(TabImport)
	}
	for _, k := range kinds {
		if p := importPermission[k]; !who.Has(p) {
			return Denied(p)
		}
	}
	return nil
}

// GrantRollout lets a person of the agency who may import bring assets of the agency
// into clients. Every client must be one that the person may sign in to.
// Codes not_found, permission_denied.
func GrantRollout(who Actor, receivers []Party) (Grant, error) {
	if err := MayRollOut(who, nil); err != nil {
		return Grant{}, err
	}
	g := Grant{source: who.Account, write: true}
	for _, p := range receivers {
		if p.IsParent || !p.CanEnter || p.Account.Family() != who.Account.Family() {
			return Grant{}, NotFound()
		}
		g.accounts = append(g.accounts, p.Account)
	}
	slices.Sort(g.accounts)
	g.accounts = slices.Compact(g.accounts)
	return g, nil
}

// GrantArrival lets an administrator look at what one import brought into the acting
// account, and take it back. Code permission_denied.
func GrantArrival(who Actor) (Grant, error) {
	for _, p := range []Permission{TabDelete, KlipDelete, SourceDelete} {
		if !who.IsAdmin() || !who.Has(p) {
			return Grant{}, Denied(p)
		}
	}
	return Grant{source: who.Account, accounts: []id.Account{who.Account}, write: true}, nil
}
