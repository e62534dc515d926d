package account

import (
	"context"
	"slices"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Access is what a group of the agency may do with a client (accounts.md D17): its
// people see it and sign in to it, and change it when CanManage is set, each as far
// as their roles allow.
type Access struct {
	Group     id.Group
	Name      string // of the group; only in answers
	Everybody bool   // the group of all people of the agency; only in answers
	Members   int64  // only in answers
	CanManage bool
}

// ClientAccess lists the groups of the agency that a client is shared with, and the
// version of the client. Codes not_found, permission_denied.
func (s *Service) ClientAccess(ctx context.Context, who authz.Actor, slug string) ([]Access, int64, error) {
	grant, party, err := s.EnterGrant(ctx, who, authz.ClientAccess, slug, false)
	if err != nil {
		return nil, 0, err
	}
	var list []Access
	var version int64
	err = s.db.Read(ctx, db.Across(grant), func(tx *db.Tx) error {
		l, err := listedByID(ctx, tx, party.Account)
		if err != nil {
			return err
		}
		version = l.Version
		list, err = readAccess(ctx, tx, party.Account)
		return err
	})
	return list, version, err
}

func readAccess(ctx context.Context, tx *db.Tx, client id.Account) ([]Access, error) {
	list := []Access{}
	err := tx.Query(ctx, `
		SELECT g.id, g.name, g.kind, s.can_manage, (SELECT COUNT(*) FROM users u
			WHERE u.account_id = :agency AND u.deleted_at IS NULL AND u.state = 'active' AND (g.kind = 'all' OR EXISTS (
				SELECT 1 FROM group_members m WHERE m.account_id = :agency AND m.group_id = g.id AND m.user_id = u.id)))
		FROM client_shares s JOIN groups g ON g.account_id = s.account_id AND g.id = s.group_id
		WHERE s.account_id = :agency AND s.client_id = :client
		ORDER BY CASE WHEN g.kind = 'all' THEN 0 ELSE 1 END, g.name_folded, g.id`, db.Args{"client": client},
		func(scan func(...any) error) error {
			var a Access
			var kind string
			var manage int64
			err := scan(&a.Group, &a.Name, &kind, &manage, &a.Members)
			a.Everybody, a.CanManage = kind == "all", manage == 1
			list = append(list, a)
			return err
		})
	return list, err
}

// SetClientAccess replaces the groups that a client is shared with. People who lose
// it are put out of the client at their next request. version is that of the client.
// Codes not_found, permission_denied, version_conflict, unknown_group.
func (s *Service) SetClientAccess(ctx context.Context, who authz.Actor, slug string, version int64, groups []Access) ([]Access, int64, error) {
	grant, party, err := s.EnterGrant(ctx, who, authz.ClientShare, slug, true)
	if err != nil {
		return nil, 0, err
	}
	var after []Access
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		if _, _, err := findBy(ctx, tx, granted, who.Account); err != nil {
			return err
		}
		a, ok, err := findBy(ctx, tx, granted, party.Account)
		if err != nil {
			return err
		}
		if !ok {
			return authz.NotFound()
		}
		if a.Version != version {
			return stale(a.Version)
		}
		before, err := readAccess(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if err := writeAccess(ctx, tx, who, a.ID, groups); err != nil {
			return err
		}
		if after, err = readAccess(ctx, tx, a.ID); err != nil || slices.Equal(before, after) {
			return err
		}
		if err := update(ctx, tx, a); err != nil { // only its version
			return err
		}
		version = a.Version
		return audit.Record(ctx, tx, who, audit.Line{Action: "client.access_changed", Subject: a.PublicID, SubjectName: a.Name,
			Detail: map[string]any{"before": names(before), "after": names(after)}})
	})
	return after, version, err
}

func writeAccess(ctx context.Context, tx *db.Tx, who authz.Actor, client id.Account, groups []Access) error {
	known := map[id.Group]bool{}
	err := tx.Query(ctx, `SELECT id FROM groups WHERE account_id = :agency`, nil, func(scan func(...any) error) error {
		var g id.Group
		err := scan(&g)
		known[g] = true
		return err
	})
	if err != nil {
		return err
	}
	var rows [][]any
	for _, g := range groups {
		if !known[g.Group] {
			return unknownGroup()
		}
		known[g.Group] = false // named twice is refused like an unknown one
		manage := 0
		if g.CanManage {
			manage = 1
		}
		rows = append(rows, []any{who.Account, client, string(g.Group), manage})
	}
	if _, err := tx.Exec(ctx, `DELETE FROM client_shares WHERE account_id = :agency AND client_id = :client`, db.Args{"client": client}); err != nil {
		return err
	}
	return tx.Insert(ctx, "client_shares", []string{"account_id", "client_id", "group_id", "can_manage"}, rows)
}

// giveTo shares a client that is being made, in a System transaction, with groups of the agency, whose people manage
// it (accounts.md D17).
func giveTo(ctx context.Context, tx *db.Tx, who authz.Actor, client *Account, groups []id.Group) error {
	args := inSystem(who)
	home, err := atHome(ctx, tx, who, args)
	if err != nil {
		return err
	}
	type group struct {
		name string
		own  bool // the actor is in it
	}
	known := map[id.Group]group{}
	err = tx.Query(ctx, `
		SELECT g.id, g.name, CASE WHEN g.kind = 'all' OR EXISTS (SELECT 1 FROM group_members m
			WHERE m.account_id = g.account_id AND m.group_id = g.id AND m.user_id = :user) THEN 1 ELSE 0 END
		FROM groups g WHERE g.account_id = :agency`, args, func(scan func(...any) error) error {
		var g id.Group
		var own int64
		var one group
		err := scan(&g, &one.name, &own)
		one.own = own == 1
		known[g] = one
		return err
	})
	if err != nil {
		return err
	}
	own := false
	var rows [][]any
	var after []Access
	for _, g := range groups {
		one, ok := known[g]
		if !ok {
			return unknownGroup()
		}
		delete(known, g) // named twice is refused like an unknown one
		own = own || one.own
		rows = append(rows, []any{who.Account, client.ID, string(g), 1})
		after = append(after, Access{Name: one.name, CanManage: true})
	}
	if !own && !home.IsAdmin() {
		return errs.New(errs.Invalid, "own_group_required", "Choose at least one group that you are in; otherwise you would not see the client.").WithField("groups")
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Insert(ctx, "client_shares", []string{"account_id", "client_id", "group_id", "can_manage"}, rows); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Line{Account: rootOf(client), Action: "client.access_changed", Subject: client.PublicID, SubjectName: client.Name,
		Detail: map[string]any{"before": names(nil), "after": names(after)}})
}

func unknownGroup() error {
	return errs.New(errs.Invalid, "unknown_group", "Choose groups of your agency, each once.").WithField("groups")
}

// names are groups for the trail.
func names(list []Access) []map[string]any {
	out := []map[string]any{}
	for _, a := range list {
		out = append(out, map[string]any{"group": a.Name, "can_manage": a.CanManage})
	}
	return out
}
