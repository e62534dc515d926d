package transfer

import (
	"cmp"
	"context"
	"slices"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/property"
)

// Service imports and updates. Safe for concurrent use.
type Service struct {
	db         *db.DB
	assets     *asset.Service
	accounts   *account.Service
	properties *property.Service
}

// New makes the service.
func New(d *db.DB, assets *asset.Service, accounts *account.Service, properties *property.Service) *Service {
	return &Service{db: d, assets: assets, accounts: accounts, properties: properties}
}

// Sources lists the accounts that the actor may import from into the acting one.
// Codes import_admin_only, import_no_source.
func (s *Service) Sources(ctx context.Context, who authz.Actor) ([]account.Party, error) {
	if err := authz.MayImport(who, nil); err != nil {
		return nil, err
	}
	parties, err := s.accounts.Parties(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []account.Party
	for _, p := range parties {
		if p.Account != who.Account && (p.IsParent || p.CanEnter) {
			out = append(out, p)
		}
	}
	return out, nil
}

// grant asks authz for the right to bring a selection into the acting account.
func (s *Service) grant(ctx context.Context, who authz.Actor, sel Selection) (authz.Grant, error) {
	sources, err := s.Sources(ctx, who)
	if err != nil {
		return authz.Grant{}, err
	}
	for _, p := range sources {
		if p.Account == sel.From {
			return authz.GrantImport(who, p.Party, who.Account, nil)
		}
	}
	return authz.Grant{}, authz.NotFound()
}

// Assets lists what can be imported from an account, a page at a time.
func (s *Service) Assets(ctx context.Context, who authz.Actor, from id.Account, f asset.Filter) ([]asset.Asset, map[int64][]Copy, error) {
	grant, err := s.grant(ctx, who, Selection{From: from})
	if err != nil {
		return nil, nil, err
	}
	var list []asset.Asset
	var copies map[int64][]Copy
	err = s.db.Read(ctx, db.Import(grant), func(tx *db.Tx) error {
		var err error
		if list, err = s.assets.List(ctx, tx, there(who, from), f); err != nil {
			return err
		}
		nos := make([]int64, len(list))
		for i := range list {
			nos[i] = list[i].Key.No
		}
		copies, err = readCopies(ctx, tx, nos)
		return err
	})
	return list, copies, err
}

// there is the person in the account that is imported from: an administrator of a client
// they may enter, themselves in their own account.
func there(who authz.Actor, from id.Account) authz.Actor {
	if from == who.Home {
		return who.AtHome(true)
	}
	return authz.Actor{User: who.User, Account: from, Roles: []authz.Role{authz.Admin}, Owner: who.User}
}

// Owner is somebody who owns what can be imported.
type Owner struct {
	ID   id.User
	Name string
}

// ownersFrom is how many assets are asked for their owners.
const ownersFrom = 1000

// Owners lists whose assets of some kinds can be imported from an account, in order of name.
func (s *Service) Owners(ctx context.Context, who authz.Actor, from id.Account, kinds []asset.Kind) ([]Owner, error) {
	grant, err := s.grant(ctx, who, Selection{From: from})
	if err != nil {
		return nil, err
	}
	var out []Owner
	err = s.db.Read(ctx, db.Import(grant), func(tx *db.Tx) error {
		list, err := s.assets.List(ctx, tx, there(who, from), asset.Filter{Kinds: kinds, Limit: ownersFrom})
		out = nil
		for _, a := range list {
			if o := (Owner{a.Owner, a.OwnerName}); o.Name != "" && !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
		slices.SortFunc(out, func(a, b Owner) int {
			return cmp.Or(cmp.Compare(asset.Fold(a.Name), asset.Fold(b.Name)), cmp.Compare(a.ID, b.ID))
		})
		return err
	})
	return out, err
}
