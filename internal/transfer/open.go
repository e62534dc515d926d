package transfer

import (
	"context"
	"slices"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// OpenValue is a company property of a client that its people could change, though it decides whose data is read with
// what the agency gave the client (data-sources.md §9.6 S5).
type OpenValue struct {
	Name    string
	Sources []string // names of the data sources whose requests take it, in order
}

// OpenValues gives the open values of a client to people of the agency who may enter it, in order of name.
// Codes not_found, permission_denied.
func (s *Service) OpenValues(ctx context.Context, who authz.Actor, client string) ([]OpenValue, error) {
	grant, _, err := s.accounts.EnterGrant(ctx, who, authz.ClientLogin, client, false)
	if err != nil {
		return nil, err
	}
	var out []OpenValue
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) (err error) {
		out, err = readOpenValues(ctx, tx)
		return err
	})
	return out, err
}

// LockValues locks those of the names that are open values of a client, and gives the ones that are left.
// Codes not_found, permission_denied.
func (s *Service) LockValues(ctx context.Context, who authz.Actor, client string, names []string) ([]OpenValue, error) {
	grant, party, err := s.accounts.EnterGrant(ctx, who, authz.ClientLogin, client, true)
	if err != nil {
		return nil, err
	}
	var left []OpenValue
	err = s.db.Tx(ctx, db.Across(grant), func(tx *db.Tx) error {
		left, err = s.lockValues(ctx, tx, who, party, names)
		return err
	})
	return left, err
}

func (s *Service) lockValues(ctx context.Context, tx *db.Tx, who authz.Actor, client account.Party, names []string) ([]OpenValue, error) {
	accounts := []id.Account{client.Account}
	if err := s.accounts.StillMay(ctx, tx, who, authz.ClientLogin, accounts); err != nil {
		return nil, err
	}
	open, err := readOpenValues(ctx, tx)
	if err != nil {
		return nil, err
	}
	var left []OpenValue
	for _, v := range open {
		if !slices.Contains(names, v.Name) {
			left = append(left, v)
			continue
		}
		if err := s.properties.LockIn(ctx, tx, who, v.Name, accounts); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// readOpenValues reads the open values of the clients of the scope, whose source account is the agency. What the agency
// gave are copies of its data sources, and those that read with a connected account of it.
func readOpenValues(ctx context.Context, tx *db.Tx) ([]OpenValue, error) {
	var out []OpenValue
	err := tx.Query(ctx, `SELECT p.name, a.name, a.suffix FROM assets a
		JOIN sources s ON s.account_id = a.account_id AND s.no = a.no
		JOIN body_refs r ON r.body_id = a.body_id AND r.kind = :property
		JOIN properties p ON p.account_id = a.account_id AND p.name = r.name AND p.locked = 0 AND (p.value IS NOT NULL OR p.sealed IS NOT NULL)
		WHERE a.account_id IN {each :accounts} AND a.deleted_at IS NULL AND (a.origin_account = :account OR s.credential_account = :account)
		ORDER BY p.name, a.name_folded, a.suffix, a.no`, db.Args{"property": string(asset.Property)}, func(scan func(...any) error) error {
		var name, title string
		var suffix int64
		err := scan(&name, &title, &suffix)
		if n := len(out); n == 0 || out[n-1].Name != name {
			out = append(out, OpenValue{Name: name})
		}
		last := &out[len(out)-1]
		last.Sources = append(last.Sources, asset.Title(title, suffix))
		return err
	})
	return out, err
}
