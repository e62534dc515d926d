package user

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// Role is a role that people of an account can have.
type Role struct {
	ID          authz.Role
	Name        string // of a built-in role empty: screens word it
	BuiltIn     bool
	Permissions []authz.Permission // in the order of the matrix
	People      int64              // who have it; View-Only counts those without a role
	Version     int64              // 0 for built-in ones
}

// RoleDraft is what a role is made of.
type RoleDraft struct {
	Name        string
	Permissions []authz.Permission
}

// Limits of roles (ours).
const (
	maxRoleName = 60
	maxRoles    = 100
)

// check puts a draft in order. Codes name_required, name_too_long, bad_permission, and those of MayGrant.
func (d RoleDraft) check(who authz.Actor) (RoleDraft, error) {
	d.Name = strings.TrimSpace(d.Name)
	switch n := utf8.RuneCountInString(d.Name); {
	case n == 0:
		return d, errs.New(errs.Invalid, "name_required", "Give the role a name.").WithField("name")
	case n > maxRoleName:
		return d, errs.Newf(errs.Invalid, "name_too_long", "A name has at most %d characters.", maxRoleName).WithField("name")
	}
	for _, p := range d.Permissions {
		if !p.Exists(who.IsParent) {
			return d, errs.Newf(errs.Invalid, "bad_permission", "There is no permission %q in this account.", p).WithField("permissions")
		}
	}
	d.Permissions = slices.DeleteFunc(authz.All(who.IsParent), func(p authz.Permission) bool { return !slices.Contains(d.Permissions, p) })
	return d, who.MayGrant(nil, d.Permissions)
}

// Roles lists the roles of the acting account: the built-in ones, then those of its
// own making by name. Code permission_denied.
func (s *Service) Roles(ctx context.Context, who authz.Actor) ([]Role, error) {
	if err := authz.Can(who, authz.UserView, authz.None); err != nil {
		return nil, err
	}
	var out []Role
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		out, err = readRoles(ctx, tx, who.IsParent)
		return err
	})
	return out, err
}

func readRoles(ctx context.Context, tx *db.Tx, parent bool) ([]Role, error) {
	counts := map[authz.Role]int64{}
	err := tx.Query(ctx, `
		SELECT COALESCE(r.role, 'view_only'), COUNT(*) FROM users u LEFT JOIN user_roles r ON r.account_id = u.account_id AND r.user_id = u.id
		WHERE u.account_id = :account AND u.deleted_at IS NULL AND u.state <> 'principal' GROUP BY COALESCE(r.role, 'view_only')`, nil,
		func(scan func(...any) error) error {
			var r authz.Role
			var n int64
			err := scan(&r, &n)
			counts[r] = n
			return err
		})
	if err != nil {
		return nil, err
	}
	var out []Role
	for _, r := range []authz.Role{authz.Admin, authz.Editor, authz.ViewOnly} {
		out = append(out, Role{ID: r, BuiltIn: true, Permissions: authz.OfRole(r, parent), People: counts[r]})
	}
	err = tx.Query(ctx, `SELECT id, name, permissions, version FROM roles WHERE account_id = :account ORDER BY name_folded, id`, nil,
		func(scan func(...any) error) error {
			r, err := scanRole(scan)
			r.People = counts[r.ID]
			out = append(out, r)
			return err
		})
	return out, err
}

func scanRole(scan func(...any) error) (r Role, err error) {
	var list string
	if err := scan(&r.ID, &r.Name, &list, &r.Version); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(list), &r.Permissions)
}

// CreateRole adds a role to the acting account. Codes permission_denied, limit_reached,
// name_taken and those of a draft.
func (s *Service) CreateRole(ctx context.Context, who authz.Actor, in RoleDraft) (*Role, error) {
	in, err := s.checkRole(who, in)
	if err != nil {
		return nil, err
	}
	r := &Role{ID: authz.Role(id.New()), Name: in.Name, Permissions: in.Permissions, Version: 1}
	list, _ := json.Marshal(in.Permissions) // texts always marshal
	err = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if err := lockAccount(ctx, tx); err != nil {
			return err
		}
		all, err := readRoles(ctx, tx, who.IsParent)
		if err != nil {
			return err
		}
		if len(all) >= maxRoles {
			return errs.Newf(errs.Conflict, "limit_reached", "An account has at most %d roles. Delete one that nobody has.", maxRoles)
		}
		if err := roleNameFree(all, r); err != nil {
			return err
		}
		err = tx.Insert(ctx, "roles", []string{"account_id", "id", "name", "name_folded", "permissions", "version", "created_at"},
			[][]any{{who.Account, string(r.ID), r.Name, fold.Text(r.Name), string(list), 1, tx.Now}})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "role.created", Subject: string(r.ID), SubjectName: r.Name,
			Detail: map[string]any{"permissions": r.Permissions}})
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (s *Service) checkRole(who authz.Actor, in RoleDraft) (RoleDraft, error) {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return in, err
	}
	return in.check(who)
}

func roleNameFree(all []Role, r *Role) error {
	for _, other := range all {
		if other.ID != r.ID && fold.Text(other.Name) == fold.Text(r.Name) && !other.BuiltIn {
			return errs.New(errs.Conflict, "name_taken", "There is a role of this name already.").WithField("name")
		}
	}
	return nil
}

// ownRole finds a role of the account's own making among all. Codes not_found, role_fixed.
func ownRole(all []Role, role authz.Role) (*Role, error) {
	if role.BuiltIn() {
		return nil, errs.New(errs.Conflict, "role_fixed", "Built-in roles do not change. Make a role of your own from it.")
	}
	for i := range all {
		if all[i].ID == role {
			return &all[i], nil
		}
	}
	return nil, authz.NotFound()
}

// UpdateRole changes a role of the account's own making; it holds from the next
// request of the people who have it. Nobody takes a permission away or adds one that
// they lack. Codes permission_denied, not_found, role_fixed, version_conflict, name_taken and those of a draft.
func (s *Service) UpdateRole(ctx context.Context, who authz.Actor, role authz.Role, version int64, in RoleDraft) (*Role, error) {
	in, err := s.checkRole(who, in)
	if err != nil {
		return nil, err
	}
	var r *Role
	list, _ := json.Marshal(in.Permissions) // texts always marshal
	err = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		all, err := lockedRoles(ctx, tx, who)
		if err != nil {
			return err
		}
		if r, err = ownRole(all, role); err != nil {
			return err
		}
		if r.Version != version {
			return errs.New(errs.Conflict, "version_conflict", "Somebody changed this role in the meantime. Load it again and repeat your change.").
				WithParams(map[string]any{"version": r.Version})
		}
		if err := who.MayGrant(nil, r.Permissions); err != nil {
			return err
		}
		before := *r
		r.Name, r.Permissions, r.Version = in.Name, in.Permissions, version+1
		if err := roleNameFree(all, r); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE roles SET name = :name, name_folded = :folded, permissions = :list, version = version + 1
			WHERE account_id = :account AND id = :id`, db.Args{"name": r.Name, "folded": fold.Text(r.Name), "list": string(list), "id": string(role)})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "role.changed", Subject: string(role), SubjectName: r.Name,
			Detail: map[string]any{"before": before.Permissions, "after": r.Permissions, "name_before": before.Name}})
	})
	return r, err
}

func lockedRoles(ctx context.Context, tx *db.Tx, who authz.Actor) ([]Role, error) {
	if err := lockAccount(ctx, tx); err != nil {
		return nil, err
	}
	return readRoles(ctx, tx, who.IsParent)
}

// DeleteRole removes a role; the people who have it get replacement instead, which
// may stay empty only when nobody has it. Codes permission_denied, not_found, role_fixed,
// role_in_use, bad_role, role_too_strong.
func (s *Service) DeleteRole(ctx context.Context, who authz.Actor, role, replacement authz.Role) error {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		all, err := lockedRoles(ctx, tx, who)
		if err != nil {
			return err
		}
		r, err := ownRole(all, role)
		if err != nil {
			return err
		}
		if err := who.MayGrant(nil, r.Permissions); err != nil {
			return err
		}
		detail := map[string]any{"people": r.People}
		if r.People > 0 {
			if err := replaceRole(ctx, tx, who, r, replacement, all); err != nil {
				return err
			}
			detail["replacement"] = named(all, []authz.Role{replacement})[0]
		}
		if _, err := tx.Exec(ctx, `DELETE FROM roles WHERE account_id = :account AND id = :id`, db.Args{"id": string(role)}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "role.deleted", Subject: string(role), SubjectName: r.Name, Detail: detail})
	})
}

func replaceRole(ctx context.Context, tx *db.Tx, who authz.Actor, r *Role, replacement authz.Role, all []Role) error {
	if replacement == "" {
		return errs.Newf(errs.Conflict, "role_in_use", "%d people have this role. Say which one they get instead.", r.People).
			WithField("replacement").WithParams(map[string]any{"people": r.People})
	}
	if replacement == r.ID || !slices.ContainsFunc(all, func(other Role) bool { return other.ID == replacement }) {
		return badRole()
	}
	if err := mayGrant(who, []authz.Role{replacement}, all); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE users SET version = version + 1 WHERE account_id = :account
		AND id IN (SELECT user_id FROM user_roles WHERE account_id = :account AND role = :old)`, db.Args{"old": string(r.ID)})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO user_roles (account_id, user_id, role)
		SELECT account_id, user_id, CAST(:new AS text) FROM user_roles WHERE account_id = :account AND role = :old
		ON CONFLICT (account_id, user_id, role) DO NOTHING`, db.Args{"new": string(replacement), "old": string(r.ID)})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM user_roles WHERE account_id = :account AND role = :old`, db.Args{"old": string(r.ID)})
	return err
}

func badRole() error {
	return errs.New(errs.Invalid, "bad_role", "There is no such role in this account.").WithField("roles")
}

// mayGrant refuses to hand out roles beyond the actor's own permissions. Codes bad_role, role_too_strong.
func mayGrant(who authz.Actor, roles []authz.Role, all []Role) error {
	var custom []authz.Permission
	for _, r := range roles {
		i := slices.IndexFunc(all, func(known Role) bool { return known.ID == r })
		if i < 0 {
			return badRole()
		}
		if !r.BuiltIn() {
			custom = append(custom, all[i].Permissions...)
		}
	}
	if who.Via == authz.ViaOperator {
		return nil
	}
	return who.MayGrant(roles, custom)
}

// checkGrant refuses roles that the acting account has not, or that the actor may not
// hand out, in the transaction that writes them. Codes bad_role, role_too_strong.
func checkGrant(ctx context.Context, tx *db.Tx, who authz.Actor, roles []authz.Role) error {
	all, err := rolesFor(ctx, tx, who, roles)
	if err != nil {
		return err
	}
	return mayGrant(who, roles, all)
}

// rolesFor gives the roles that there are: without the account's own where the lists name built-in ones only.
func rolesFor(ctx context.Context, tx *db.Tx, who authz.Actor, lists ...[]authz.Role) ([]Role, error) {
	if slices.ContainsFunc(slices.Concat(lists...), func(r authz.Role) bool { return !r.BuiltIn() }) {
		return readRoles(ctx, tx, who.IsParent)
	}
	return builtInRoles, nil
}

// named gives what the trail calls roles, which outlives them: the name, of a built-in one the id.
func named(all []Role, roles []authz.Role) []string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
		if at := slices.IndexFunc(all, func(known Role) bool { return known.ID == r && !known.BuiltIn }); at >= 0 {
			names[i] = all[at].Name
		}
	}
	return names
}

var builtInRoles = []Role{{ID: authz.Admin, BuiltIn: true}, {ID: authz.Editor, BuiltIn: true}, {ID: authz.ViewOnly, BuiltIn: true}}
