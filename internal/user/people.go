package user

import (
	"context"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/page"
)

// Filter says which people a list shows; the zero value shows all.
type Filter struct {
	Search string // part of name or e-mail address
	State  State
	Role   authz.Role
	Group  id.Group // of the account's own making; All Users are everybody
}

func (f Filter) args() db.Args {
	return db.Args{"like": fold.Like(f.Search), "state": string(f.State), "role": string(f.Role), "group": f.Group}
}

// matching are the people of the acting account that a filter lets through.
const matching = `account_id = :account AND deleted_at IS NULL AND state <> 'principal'
	AND (name_folded LIKE :like ESCAPE '!' OR email_folded LIKE :like ESCAPE '!')
	AND (CAST(:state AS text) = '' OR state = :state)
	AND (CAST(:role AS text) = '' OR EXISTS (SELECT 1 FROM user_roles f WHERE f.account_id = users.account_id AND f.user_id = users.id AND f.role = :role))
	AND (CAST(:group AS text) = '' OR EXISTS (SELECT 1 FROM group_members f WHERE f.account_id = users.account_id AND f.user_id = users.id AND f.group_id = :group)
		OR EXISTS (SELECT 1 FROM groups f WHERE f.account_id = users.account_id AND f.id = :group AND f.kind = 'all'))`

// List gives a page of the acting account's people, with their groups, in order of name.
// Visitors from the agency are not among them. Code permission_denied.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, req page.Request) ([]*Person, *page.Mark, error) {
	if err := authz.Can(who, authz.UserView, authz.None); err != nil {
		return nil, nil, err
	}
	from := req.From()
	args := f.args()
	args["first"], args["key"], args["id"], args["rows"] = req.First(), from.Key, from.ID, req.Rows()
	var people []*Person
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		people, err = scanPeople(ctx, tx, `SELECT `+personColumns+` FROM (
				SELECT id, account_id, name, name_folded, email, state, is_contact, last_sign_in_at, version FROM users
				WHERE `+matching+`
					AND (CAST(:first AS bigint) = 1 OR name_folded > :key OR (name_folded = :key AND id > :id))
				ORDER BY name_folded, id LIMIT :rows
			) u LEFT JOIN user_roles r ON r.account_id = :account AND r.user_id = u.id
			ORDER BY u.name_folded, u.id, r.role`, args)
		if err != nil {
			return err
		}
		return addGroups(ctx, tx, people)
	})
	if err != nil {
		return nil, nil, err
	}
	people, next := page.Cut(req, people, func(p *Person) page.Mark { return page.Mark{Key: fold.Text(p.Name), ID: string(p.ID)} })
	return people, next, nil
}

// Count gives how many people a list has on all pages. Code permission_denied.
func (s *Service) Count(ctx context.Context, who authz.Actor, f Filter) (int64, error) {
	if err := authz.Can(who, authz.UserView, authz.None); err != nil {
		return 0, err
	}
	var n int64
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM users WHERE `+matching, f.args(), &n)
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
		groups, err = allGroups(ctx, tx)
		return err
	})
	return people, groups, err
}

// mayManage admits those who look after people with certain roles: user.manage for all,
// user.viewonly.manage for people who have no role but View-Only (accounts.md D25). Code permission_denied.
func mayManage(who authz.Actor, roles []authz.Role) error {
	if who.Has(authz.UserManage) || who.Has(authz.UserViewManage) && !slices.ContainsFunc(roles, func(r authz.Role) bool { return r != authz.ViewOnly }) {
		return nil
	}
	return authz.Denied(authz.UserManage)
}

// mayManageSome admits those who look after at least some of the people. Code permission_denied.
func mayManageSome(who authz.Actor) error { return mayManage(who, nil) }
