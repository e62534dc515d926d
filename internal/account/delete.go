package account

import (
	"context"
	"strings"
	"time"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/page"
)

// closed is told when a client was deleted, in the same transaction.
type closed func(ctx context.Context, tx *db.Tx, a *Account) error

// OnDelete adds what is to be ended when a client is deleted. fn runs in the transaction of
// the deletion, whose scope may write to the client and to its agency. It is called before the service is used.
func (s *Service) OnDelete(fn func(ctx context.Context, tx *db.Tx, a *Account) error) {
	s.closed = append(s.closed, fn)
}

// Confirmed refuses a step that cannot be taken back unless its name was typed. Code confirmation_required.
func (a *Account) Confirmed(typed string) error {
	if strings.TrimSpace(typed) == a.Name {
		return nil
	}
	return errs.New(errs.Unconfirmed, "confirmation_required", "Type the client's name exactly. Nothing was changed.").WithField("confirm")
}

// DeleteClient puts a client into the bin: nobody signs in there, it leaves all lists, and what it had
// of the pool is free. typed is its name. Codes not_found, permission_denied, confirmation_required,
// password_needed.
func (s *Service) DeleteClient(ctx context.Context, who authz.Actor, slug, typed string) (*Account, error) {
	grant, party, err := s.EnterGrant(ctx, who, authz.ClientDelete, slug, true)
	if err != nil {
		return nil, err
	}
	var gone *Account
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		parent, found, err := findBy(ctx, tx, granted, who.Account)
		if err != nil || !found {
			return orNotFound(err)
		}
		a, found, err := findBy(ctx, tx, granted, party.Account)
		if err != nil || !found {
			return orNotFound(err)
		}
		if err := a.Confirmed(typed); err != nil {
			return err
		}
		if err := who.NeedProof(tx.Now); err != nil {
			return err
		}
		a.DeletedAt = clock.FromMillis(tx.Now)
		a.PurgeAt = a.DeletedAt.Add(s.keep)
		if err := update(ctx, tx, a); err != nil {
			return err
		}
		if err := s.end(ctx, tx, a); err != nil {
			return err
		}
		if err := s.recount(ctx, tx, nil, parent, nil); err != nil {
			return err
		}
		gone = a
		return audit.Record(ctx, tx, who, audit.Line{Action: "client.deleted", Subject: a.PublicID, SubjectName: a.Name,
			Detail: map[string]any{"purge_at": a.PurgeAt}})
	})
	return gone, err
}

// end ends what goes on in a client that was deleted.
func (s *Service) end(ctx context.Context, tx *db.Tx, a *Account) error {
	for _, fn := range s.closed {
		if err := fn(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}

// EndClients ends what goes on in clients that are removed for good in the same transaction, whose scope may write to
// them and to their agency, and gives back what they had of the pool. It names them; those that are gone already are left out.
func (s *Service) EndClients(ctx context.Context, tx *db.Tx, agency id.Account, clients []id.Account) ([]*Account, error) {
	parent, found, err := findBy(ctx, tx, granted, agency)
	if err != nil || !found {
		return nil, orNotFound(err)
	}
	var out []*Account
	for _, client := range clients {
		a, found, err := findBy(ctx, tx, granted, client)
		if err != nil {
			return nil, err
		}
		if !found { // it may lie in the bin
			if a, found, err = findBy(ctx, tx, grantedDeleted, client); err != nil {
				return nil, err
			}
			if found {
				out = append(out, a)
			}
			continue
		}
		a.DeletedAt = clock.FromMillis(tx.Now)
		if err := update(ctx, tx, a); err != nil {
			return nil, err
		}
		if err := s.end(ctx, tx, a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, s.recount(ctx, tx, nil, parent, nil)
}

// Keep is how long a deleted client can be restored.
func (s *Service) Keep() time.Duration { return s.keep }

// mayRestore admits people who act on all clients and may delete them; others do not learn of the bin.
func mayRestore(who authz.Actor) error {
	if !who.IsParent || !who.Has(authz.AdminClient) || !who.Has(authz.ClientDelete) {
		return authz.NotFound()
	}
	return nil
}

const deletedOf = `a.family_id = :of AND a.kind = 'client' AND a.deleted_at IS NOT NULL`

// DeletedClients gives a page of the clients in the agency's bin, the last deleted first. Code not_found.
func (s *Service) DeletedClients(ctx context.Context, who authz.Actor, req page.Request) ([]*Account, *page.Mark, error) {
	if err := mayRestore(who); err != nil {
		return nil, nil, err
	}
	by := order{"a.deleted_at", true, nil}
	var rows []*Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		rows = nil
		from := req.From()
		return tx.Query(ctx, `SELECT `+columns+` FROM accounts a WHERE `+deletedOf+by.after(true), db.Args{"of": who.Account.Family(),
			"first": req.First(), "key": from.Key, "id": from.ID, "rows": req.Rows()}, func(scan func(...any) error) error {
			a, err := scanAccount(scan)
			rows = append(rows, a)
			return err
		})
	})
	if err != nil {
		return nil, nil, err
	}
	rows, next := page.Cut(req, rows, func(a *Account) page.Mark {
		return page.Mark{Key: number(a.DeletedAt.UnixMilli()), ID: a.PublicID}
	})
	return rows, next, nil
}

// Deleted opens a client in the agency's bin for writing, to people who may restore it. Code not_found.
func (s *Service) Deleted(ctx context.Context, who authz.Actor, slug string) (authz.Grant, *Account, error) {
	if err := mayRestore(who); err != nil {
		return authz.Grant{}, nil, err
	}
	var a *Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		a = nil
		return tx.Query(ctx, `SELECT `+columns+` FROM accounts a WHERE `+deletedOf+` AND a.slug = :slug`,
			db.Args{"of": who.Account.Family(), "slug": slug}, func(scan func(...any) error) (err error) {
				a, err = scanAccount(scan)
				return err
			})
	})
	if err == nil && a == nil {
		err = authz.NotFound()
	}
	if err != nil {
		return authz.Grant{}, nil, err
	}
	grant, err := authz.GrantFamily(who, authz.ClientDelete, []authz.Party{{Account: a.ID, CanSee: true, CanEnter: true, CanManage: true}}, true)
	return grant, a, err
}

// RestoreClient takes a client out of the bin, with the status that it had. Its people sign in anew.
// Codes not_found, name_taken, external_id_taken, pool_exhausted.
func (s *Service) RestoreClient(ctx context.Context, who authz.Actor, slug string) (*Listed, error) {
	grant, gone, err := s.Deleted(ctx, who, slug)
	if err != nil {
		return nil, err
	}
	var back *Listed
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		parent, found, err := findBy(ctx, tx, granted, who.Account)
		if err != nil || !found {
			return orNotFound(err)
		}
		a, found, err := findBy(ctx, tx, grantedDeleted, gone.ID)
		if err != nil || !found {
			return orNotFound(err)
		}
		if err := nameFree(ctx, tx, nil, who, a.Name, a.ID); err != nil {
			return err
		}
		if err := externalFree(ctx, tx, nil, who, a.ExternalID, a.ID); err != nil {
			return err
		}
		a.DeletedAt, a.PurgeAt = time.Time{}, time.Time{}
		if err := update(ctx, tx, a); err != nil {
			return err
		}
		if err := s.recount(ctx, tx, nil, parent, endless(Limits{}, a.Limits())); err != nil {
			return err
		}
		if back, err = listedByID(ctx, tx, a.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "client.restored", Subject: a.PublicID, SubjectName: a.Name})
	})
	return back, err
}
