package credential

import (
	"cmp"
	"context"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/page"
)

// Usage is where a credential is used.
type Usage struct {
	Total   int64       // data sources in all accounts
	Here    []Used      // those of the acting account that the actor may see, in order of title, 200 at most
	Clients []ClientUse // accounts that the actor may enter, those with the most first
	Others  int64       // data sources that are in none of these lists
}

// Used is a data source of the acting account.
type Used struct {
	ID    string // public
	Title string
}

// ClientUse is how many data sources of another account use a credential.
type ClientUse struct {
	Slug    string
	Name    string
	Sources int64
}

// Usage tells which data sources use a credential. Those that the actor may not see, and
// accounts that the actor may not see, are counted and not named. Codes not_found, permission_denied.
func (s *Service) Usage(ctx context.Context, who authz.Actor, cred id.Credential) (*Usage, error) {
	if err := mayLook(who); err != nil {
		return nil, err
	}
	parties, err := s.accounts.Parties(ctx, who)
	if err != nil {
		return nil, err
	}
	out := &Usage{}
	by := map[id.Account]int64{}
	err = s.across(ctx, who, func(tx *db.Tx) error {
		if _, err := s.shown(ctx, tx, who, cred); err != nil {
			return err
		}
		clear(by)
		return usedBy(ctx, tx, cred, by)
	})
	if err != nil {
		return nil, err
	}
	if out.Here, err = s.here(ctx, who, cred); err != nil {
		return nil, err
	}
	named := int64(len(out.Here))
	for _, n := range by {
		out.Total += n
	}
	for _, p := range parties {
		if n := by[p.Account]; n > 0 && p.CanEnter && p.Account != who.Account {
			out.Clients = append(out.Clients, ClientUse{Slug: p.Slug, Name: p.Name, Sources: n})
			named += n
		}
	}
	slices.SortStableFunc(out.Clients, func(a, b ClientUse) int { return cmp.Compare(b.Sources, a.Sources) })
	out.Others = max(out.Total-named, 0)
	return out, nil
}

// here lists the data sources of the acting account that use a credential and that the actor may see.
func (s *Service) here(ctx context.Context, who authz.Actor, cred id.Credential) ([]Used, error) {
	var out []Used
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		out = nil
		nos, err := usedHere(ctx, tx, cred)
		if err != nil || len(nos) == 0 {
			return err
		}
		rows, err := s.assets.List(ctx, tx, who, asset.Filter{Kinds: []asset.Kind{asset.Source}, Nos: nos, Limit: page.Max})
		for i := range rows {
			out = append(out, Used{ID: s.assets.PublicID(rows[i].Key), Title: rows[i].Title()})
		}
		return err
	})
	return out, err
}

// uses are the data sources of a credential, those in the bin left out.
type uses struct{ sources, accounts int64 }

// live joins the data sources that use credentials of the account of the scope, over
// the family: those whose asset is in no bin, in accounts that are not deleted.
const live = ` FROM sources s
	JOIN assets a ON a.account_id = s.account_id AND a.no = s.no AND a.deleted_at IS NULL
	JOIN accounts o ON o.id = s.account_id AND o.deleted_at IS NULL
	WHERE (s.account_id = :account OR s.account_id IN {each :accounts}) AND s.credential_account = :account`

// countUses counts in a scope over the family.
func countUses(ctx context.Context, tx *db.Tx, creds []id.Credential) (map[id.Credential]uses, error) {
	out := map[id.Credential]uses{}
	if len(creds) == 0 {
		return out, nil
	}
	err := tx.Query(ctx, `SELECT s.credential_id, COUNT(*), COUNT(DISTINCT s.account_id)`+live+`
		AND s.credential_id IN {words :ids} GROUP BY s.credential_id`, db.Args{"ids": db.Words(creds)}, func(scan func(...any) error) error {
		var cred id.Credential
		var u uses
		err := scan(&cred, &u.sources, &u.accounts)
		out[cred] = u
		return err
	})
	return out, err
}

// usedBy counts by account.
func usedBy(ctx context.Context, tx *db.Tx, cred id.Credential, by map[id.Account]int64) error {
	return tx.Query(ctx, `SELECT s.account_id, COUNT(*)`+live+` AND s.credential_id = :id GROUP BY s.account_id`,
		db.Args{"id": cred}, func(scan func(...any) error) error {
			var a id.Account
			var n int64
			err := scan(&a, &n)
			by[a] = n
			return err
		})
}

func usedHere(ctx context.Context, tx *db.Tx, cred id.Credential) (nos []int64, err error) {
	err = tx.Query(ctx, `SELECT no FROM sources WHERE account_id = :account AND credential_account = :account AND credential_id = :id`,
		db.Args{"id": cred}, func(scan func(...any) error) error {
			var no int64
			err := scan(&no)
			nos = append(nos, no)
			return err
		})
	return nos, err
}

// Sources gives the data sources that use a credential, by the account they are in, for
// the server itself.
func (s *Service) Sources(ctx context.Context, owner id.Account, cred id.Credential) (map[id.Account][]int64, error) {
	family, err := s.family(ctx, owner)
	if err != nil {
		return nil, err
	}
	out := map[id.Account][]int64{}
	err = s.db.Read(ctx, db.Across(authz.GrantOperator(owner, family, false)), func(tx *db.Tx) error {
		clear(out)
		return tx.Query(ctx, `SELECT s.account_id, s.no`+live+` AND s.credential_id = :id ORDER BY s.account_id, s.no`, db.Args{"id": cred},
			func(scan func(...any) error) error {
				var a id.Account
				var no int64
				err := scan(&a, &no)
				out[a] = append(out[a], no)
				return err
			})
	})
	return out, err
}

// family lists the accounts of a family, deleted ones as well.
func (s *Service) family(ctx context.Context, of id.Account) ([]id.Account, error) {
	var out []id.Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		out = nil
		return tx.Query(ctx, `SELECT id FROM accounts WHERE family_id = :of ORDER BY id`, db.Args{"of": of.Family()}, func(scan func(...any) error) error {
			var a id.Account
			err := scan(&a)
			out = append(out, a)
			return err
		})
	})
	return out, err
}
