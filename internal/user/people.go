package user

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/page"
)

// List gives a page of the acting account's people in order of name; search is a
// part of name or e-mail address. Visitors from the agency are not among them.
// Code permission_denied.
func (s *Service) List(ctx context.Context, who authz.Actor, search string, req page.Request) ([]*Person, *page.Mark, error) {
	if err := authz.Can(who, authz.UserView, authz.None); err != nil {
		return nil, nil, err
	}
	from := req.From()
	var people []*Person
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		people, err = scanPeople(ctx, tx, `SELECT `+personColumns+` FROM (
				SELECT id, account_id, name, name_folded, email, state, last_sign_in_at FROM users
				WHERE `+matching+`
					AND (CAST(:first AS bigint) = 1 OR name_folded > :key OR (name_folded = :key AND id > :id))
				ORDER BY name_folded, id LIMIT :rows
			) u LEFT JOIN user_roles r ON r.account_id = :account AND r.user_id = u.id
			ORDER BY u.name_folded, u.id, r.role`,
			db.Args{"like": like(search), "first": req.First(), "key": from.Key, "id": from.ID, "rows": req.Rows()})
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	people, next := page.Cut(req, people, func(p *Person) page.Mark { return page.Mark{Key: fold.Text(p.Name), ID: string(p.ID)} })
	return people, next, nil
}

// matching are the people of the acting account that a search finds.
const matching = `account_id = :account AND deleted_at IS NULL AND state <> 'principal'
	AND (:like = '' OR name_folded LIKE :like ESCAPE '!' OR email_folded LIKE :like ESCAPE '!')`

// like is the pattern of a search; "" finds everybody.
func like(search string) string {
	if fold.Text(search) == "" {
		return ""
	}
	return fold.Like(search)
}

// Count gives how many people a list has on all pages. Code permission_denied.
func (s *Service) Count(ctx context.Context, who authz.Actor, search string) (int64, error) {
	if err := authz.Can(who, authz.UserView, authz.None); err != nil {
		return 0, err
	}
	var n int64
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM users WHERE `+matching, db.Args{"like": like(search)}, &n)
		return err
	})
	return n, err
}

// Principals lists whom assets of the acting account can be shared with: its people
// and its groups. Code permission_denied.
func (s *Service) Principals(ctx context.Context, who authz.Actor) ([]*Person, []Group, error) {
	for _, p := range []authz.Permission{authz.UserView, authz.GroupView} {
		if err := authz.Can(who, p, authz.None); err != nil {
			return nil, nil, err
		}
	}
	var people []*Person
	var groups []Group
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		people, err = scanPeople(ctx, tx, `SELECT `+personColumns+` FROM users u
			LEFT JOIN user_roles r ON r.account_id = u.account_id AND r.user_id = u.id
			WHERE u.account_id = :account AND u.deleted_at IS NULL AND u.state IN ('active', 'invited', 'held')
			ORDER BY u.name_folded, u.id, r.role`, nil)
		if err != nil {
			return err
		}
		groups, err = readGroups(ctx, tx, int64(len(people)))
		return err
	})
	return people, groups, err
}

// readGroups lists the groups of the acting account, All Users first; everybody is a member of that.
func readGroups(ctx context.Context, tx *db.Tx, everybody int64) ([]Group, error) {
	groups := []Group{}
	err := tx.Query(ctx, `
		SELECT g.id, g.name, g.kind, (SELECT COUNT(*) FROM group_members m JOIN users u ON u.id = m.user_id AND u.account_id = m.account_id
			WHERE m.account_id = g.account_id AND m.group_id = g.id AND u.deleted_at IS NULL AND u.state <> 'deactivated')
		FROM groups g WHERE g.account_id = :account
		ORDER BY CASE WHEN g.kind = 'all' THEN 0 ELSE 1 END, g.name_folded, g.id`, nil, func(scan func(...any) error) error {
		var g Group
		var kind string
		err := scan(&g.ID, &g.Name, &kind, &g.Members)
		if g.BuiltIn = kind == "all"; g.BuiltIn {
			g.Members = everybody
		}
		groups = append(groups, g)
		return err
	})
	return groups, err
}

// GroupsOf gives the groups of the acting account that a person belongs to, All
// Users among them: what share checks compare with.
func GroupsOf(ctx context.Context, tx *db.Tx, person id.User) ([]id.Group, error) {
	var groups []id.Group
	err := tx.Query(ctx, `
		SELECT g.id FROM groups g WHERE g.account_id = :account AND (
			EXISTS (SELECT 1 FROM group_members m WHERE m.account_id = g.account_id AND m.group_id = g.id AND m.user_id = :user)
			OR (g.kind = 'all' AND EXISTS (SELECT 1 FROM users u WHERE u.account_id = g.account_id AND u.id = :user)))
		ORDER BY g.id`, db.Args{"user": person}, func(scan func(...any) error) error {
		var g id.Group
		err := scan(&g)
		groups = append(groups, g)
		return err
	})
	return groups, err
}
