package authz

import (
	"slices"

	"octavo/internal/errs"
	"octavo/internal/id"
)

// Grant opens statements that reach into several accounts of one family. Only
// this package makes one; db turns it into a scope.
type Grant struct {
	source   id.Account   // read
	accounts []id.Account // read and, when write is set, written; ascending
	write    bool
}

// Source is the account that the grant reads from.
func (g Grant) Source() id.Account { return g.source }

// Accounts are the other accounts, ascending; the caller does not change the slice.
func (g Grant) Accounts() []id.Account { return g.accounts }

// Write says whether the grant may write to its accounts.
func (g Grant) Write() bool { return g.write }

// Family is the family that all accounts of the grant belong to; 0 for the empty grant.
func (g Grant) Family() int64 { return g.source.Family() }

// Party is what a grant must know of an account: how far the actor, a person of the
// agency, reaches into it (accounts.md D17).
type Party struct {
	Account   id.Account
	IsParent  bool
	CanSee    bool // it is in the actor's list of clients
	CanEnter  bool // the actor may sign in to this client (or it is the acting account)
	CanManage bool // a group of the actor may change it, as far as the permissions allow
}

// Reach works out how far a person of the agency reaches into a client. shared says
// whether a group of the person has the client, managed whether one may change it.
func Reach(home Actor, client id.Account, shared, managed bool) Party {
	all := home.IsAdmin() || home.Has(AdminClient)
	shared, managed = shared || all, managed || all
	return Party{Account: client, CanSee: shared && home.Has(ClientAccess), CanEnter: shared && home.Has(ClientLogin), CanManage: managed}
}

// allows says whether the actor's reach is enough for what a permission lets do.
func (p Party) allows(what Permission) bool {
	switch what {
	case ClientAccess:
		return p.CanSee
	case ClientEdit, ClientShare, ClientDelete:
		return p.CanManage
	}
	return p.CanEnter
}

var importPermission = map[string]Permission{
	"dashboard": TabImport, "klip": KlipImport, "source": SourceImport, "model": SourceImport,
}

// GrantImport lets an administrator of the receiving account read the source
// account and write to the receiving one. kinds are the kinds of asset selected.
// Codes: import_admin_only, import_no_source, not_found.
func GrantImport(who Actor, source Party, receiver id.Account, kinds []string) (Grant, error) {
	if err := MayImport(who, kinds); err != nil {
		return Grant{}, err
	}
	same := source.Account == receiver || source.Account.Family() != receiver.Family()
	if same || receiver != who.Account {
		return Grant{}, NotFound()
	}
	if !source.IsParent && !source.CanEnter {
		return Grant{}, NotFound()
	}
	return Grant{source: source.Account, accounts: []id.Account{receiver}, write: true}, nil
}

// MayImport refuses people who may not import into the acting account at all:
// everybody but its administrators, and client people, who manage no other account.
func MayImport(who Actor, kinds []string) error {
	for _, k := range kinds {
		if !who.Has(importPermission[k]) {
			return errs.New(errs.Forbidden, "import_admin_only", "Only an administrator of this account can import. Sign in to the client as administrator first.")
		}
	}
	if !who.IsAdmin() {
		return errs.New(errs.Forbidden, "import_admin_only", "Only an administrator of this account can import. Sign in to the client as administrator first.")
	}
	if !who.IsParent && !who.Delegated {
		return errs.New(errs.Forbidden, "import_no_source", "You manage no other account to import from. Your agency can import for you.")
	}
	return nil
}

// GrantFamily lets a person of the agency reach those clients that the permission
// is about and that their groups give them: see (client.access), change (client.edit,
// client.share, client.delete), else enter. Writing needs every client in parties.
// Codes: permission_denied, push_needs_all_clients.
func GrantFamily(who Actor, p Permission, parties []Party, write bool) (Grant, error) {
	if !who.IsParent || !who.Has(p) {
		return Grant{}, Denied(p)
	}
	var accounts []id.Account
	missing := 0
	for _, party := range parties {
		if party.Account.Family() != who.Account.Family() {
			return Grant{}, NotFound()
		}
		if !party.allows(p) {
			missing++
			continue
		}
		accounts = append(accounts, party.Account)
	}
	if write && missing > 0 {
		return Grant{}, errs.Newf(errs.Forbidden, "push_needs_all_clients", "%d clients are not yours to update. An update goes to all clients or to none.", missing).
			WithParams(map[string]any{"count": missing})
	}
	slices.Sort(accounts)
	return Grant{source: who.Account, accounts: slices.Compact(accounts), write: write}, nil
}

// GrantOperator lets a command on the server read (and write) the accounts of one family.
func GrantOperator(parent id.Account, accounts []id.Account, write bool) Grant {
	sorted := slices.Clone(accounts)
	slices.Sort(sorted)
	return Grant{source: parent, accounts: sorted, write: write}
}
