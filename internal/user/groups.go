package user

import (
	"context"
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

// GroupPatch is a change of a group; nil leaves a field as it is.
type GroupPatch struct {
	Name        *string
	Description *string
}

// Limits of groups, in characters.
const (
	maxGroupName        = 120
	maxGroupDescription = 500
)

// check puts the fields that a patch sets in order. Codes name_required, name_too_long, text_too_long.
func (p GroupPatch) check() (GroupPatch, error) {
	if p.Name != nil {
		name := strings.Join(strings.Fields(*p.Name), " ")
		p.Name = &name
		switch n := utf8.RuneCountInString(name); {
		case n == 0:
			return p, errs.New(errs.Invalid, "name_required", "Give the group a name.").WithField("name")
		case n > maxGroupName:
			return p, errs.Newf(errs.Invalid, "name_too_long", "A name has at most %d characters.", maxGroupName).WithField("name")
		}
	}
	if p.Description != nil {
		text := strings.TrimSpace(*p.Description)
		p.Description = &text
		if n := utf8.RuneCountInString(text); n > maxGroupDescription {
			return p, errs.Newf(errs.Invalid, "text_too_long", "At most %d characters; this has %d.", maxGroupDescription, n).
				WithField("description").WithParams(map[string]any{"limit": maxGroupDescription, "length": n})
		}
	}
	return p, nil
}

// Groups lists the groups of the acting account in their order, All Users first. Code permission_denied.
func (s *Service) Groups(ctx context.Context, who authz.Actor) ([]Group, error) {
	if err := authz.Can(who, authz.GroupView, authz.None); err != nil {
		return nil, err
	}
	var groups []Group
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		groups, err = allGroups(ctx, tx)
		return err
	})
	return groups, err
}

// GetGroup gives one group. Codes permission_denied, not_found.
func (s *Service) GetGroup(ctx context.Context, who authz.Actor, group id.Group) (*Group, error) {
	groups, err := s.Groups(ctx, who)
	if err != nil {
		return nil, err
	}
	return pickGroup(groups, group)
}

func pickGroup(groups []Group, group id.Group) (*Group, error) {
	for i := range groups {
		if groups[i].ID == group {
			return &groups[i], nil
		}
	}
	return nil, authz.NotFound()
}

// CreateGroup adds a group to the acting account, behind the others. It uses no seat, whoever is to come
// (accounts.md R83). Codes permission_denied, name_taken and those of a patch.
func (s *Service) CreateGroup(ctx context.Context, who authz.Actor, name, description string) (*Group, error) {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return nil, err
	}
	in, err := GroupPatch{Name: &name, Description: &description}.check()
	if err != nil {
		return nil, err
	}
	g := &Group{ID: id.Group(id.New()), Name: *in.Name, Description: *in.Description, Version: 1}
	err = s.changeGroups(ctx, who, func(tx *db.Tx, groups []Group) error {
		if err := groupNameFree(groups, g); err != nil {
			return err
		}
		for _, other := range groups {
			g.Position = max(g.Position, other.Position+1)
		}
		err := tx.Insert(ctx, "groups", []string{"account_id", "id", "name", "name_folded", "kind", "description", "position"},
			[][]any{{who.Account, g.ID, g.Name, fold.Text(g.Name), "custom", g.Description, g.Position}})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "group.created", Subject: string(g.ID), SubjectName: g.Name})
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// changeGroups runs fn with the groups of the acting account, while nobody else changes them.
func (s *Service) changeGroups(ctx context.Context, who authz.Actor, fn func(*db.Tx, []Group) error) error {
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if err := lockAccount(ctx, tx); err != nil {
			return err
		}
		groups, err := allGroups(ctx, tx)
		if err != nil {
			return err
		}
		return fn(tx, groups)
	})
}

func groupNameFree(groups []Group, g *Group) error {
	for _, other := range groups {
		if other.ID != g.ID && fold.Text(other.Name) == fold.Text(g.Name) {
			return errs.New(errs.Conflict, "name_taken", "There is a group of this name already.").WithField("name")
		}
	}
	return nil
}

// ownGroup finds a group that can be changed among all. Codes not_found, group_fixed.
func ownGroup(groups []Group, group id.Group) (*Group, error) {
	g, err := pickGroup(groups, group)
	if err == nil && g.BuiltIn {
		err = errs.New(errs.Conflict, "group_fixed", "The group of all people is kept by Octavo itself.")
	}
	return g, err
}

// UpdateGroup changes name and description of a group. Codes permission_denied, not_found, group_fixed, version_conflict,
// name_taken and those of a patch.
func (s *Service) UpdateGroup(ctx context.Context, who authz.Actor, group id.Group, version int64, p GroupPatch) (*Group, error) {
	p, err := p.check()
	if err != nil {
		return nil, err
	}
	var g *Group
	err = s.changeGroups(ctx, who, func(tx *db.Tx, groups []Group) (err error) {
		if g, err = ownGroup(groups, group); err != nil {
			return err
		}
		if g.Version != version {
			return stale(g.Version)
		}
		before := *g
		if p.Name != nil {
			g.Name = *p.Name
		}
		if p.Description != nil {
			g.Description = *p.Description
		}
		if *g == before {
			return nil
		}
		if err := groupNameFree(groups, g); err != nil {
			return err
		}
		g.Version++
		_, err = tx.Exec(ctx, `UPDATE groups SET name = :name, name_folded = :folded, description = :description, version = version + 1
			WHERE account_id = :account AND id = :id`,
			db.Args{"name": g.Name, "folded": fold.Text(g.Name), "description": g.Description, "id": g.ID})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "group.changed", Subject: string(g.ID), SubjectName: g.Name,
			Detail: map[string]any{"name_before": before.Name}})
	})
	return g, err
}

// DeleteGroup removes a group with what was shared with it; its people stay (accounts.md D51).
// Codes permission_denied, not_found, group_fixed.
func (s *Service) DeleteGroup(ctx context.Context, who authz.Actor, group id.Group) error {
	return s.changeGroups(ctx, who, func(tx *db.Tx, groups []Group) error {
		g, err := ownGroup(groups, group)
		if err != nil {
			return err
		}
		for _, text := range []string{
			`UPDATE users SET version = version + 1 WHERE account_id = :account
				AND id IN (SELECT user_id FROM group_members WHERE account_id = :account AND group_id = :group)`,
			`DELETE FROM group_members WHERE account_id = :account AND group_id = :group`,
			`DELETE FROM asset_shares WHERE account_id = :account AND principal_kind = 'group' AND principal_id = :group`,
			`DELETE FROM client_shares WHERE account_id = :account AND group_id = :group`,
			`DELETE FROM groups WHERE account_id = :account AND id = :group`,
		} {
			if _, err := tx.Exec(ctx, text, db.Args{"group": group}); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "group.deleted", Subject: string(g.ID), SubjectName: g.Name,
			Detail: map[string]any{"members": g.Members}})
	})
}

// OrderGroups puts the groups of the account's own making into an order; order names each of them once. Codes
// permission_denied, bad_order.
func (s *Service) OrderGroups(ctx context.Context, who authz.Actor, order []id.Group) error {
	return s.changeGroups(ctx, who, func(tx *db.Tx, groups []Group) error {
		groups = slices.DeleteFunc(groups, func(g Group) bool { return g.BuiltIn })
		ok := len(order) == len(groups)
		for i, g := range order {
			_, err := pickGroup(groups, g)
			ok = ok && err == nil && !slices.Contains(order[:i], g)
		}
		if !ok {
			return errs.New(errs.Invalid, "bad_order", "The order names each group once. Load the list again.").WithField("groups")
		}
		for i, g := range order { // an account has few groups
			_, err := tx.Exec(ctx, `UPDATE groups SET position = :position WHERE account_id = :account AND id = :id`, db.Args{"position": i + 1, "id": g})
			if err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "groups.ordered"})
	})
}

// ChangeMembers puts people into a group and takes others out; it holds from their next request on.
// Codes permission_denied, not_found (group or person), group_fixed.
func (s *Service) ChangeMembers(ctx context.Context, who authz.Actor, group id.Group, add, remove []id.User) (*Group, error) {
	var g *Group
	err := s.changeGroups(ctx, who, func(tx *db.Tx, groups []Group) error {
		if _, err := ownGroup(groups, group); err != nil {
			return err
		}
		if err := allThere(ctx, tx, add); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO group_members (account_id, group_id, user_id)
			SELECT u.account_id, CAST(:group AS text), u.id FROM users u WHERE u.account_id = :account AND u.id IN {words :people}
			ON CONFLICT (account_id, group_id, user_id) DO NOTHING`, db.Args{"group": group, "people": db.Words(add)})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM group_members WHERE account_id = :account AND group_id = :group AND user_id IN {words :people}`,
			db.Args{"group": group, "people": db.Words(remove)})
		if err != nil {
			return err
		}
		if err := changed(ctx, tx, slices.Concat(add, remove)...); err != nil {
			return err
		}
		if groups, err = allGroups(ctx, tx); err != nil {
			return err
		}
		if g, err = pickGroup(groups, group); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "group.members_changed", Subject: string(g.ID), SubjectName: g.Name,
			Detail: map[string]any{"added": add, "removed": remove}})
	})
	return g, err
}

// allThere refuses when one of the people is not of the acting account. Code not_found.
func allThere(ctx context.Context, tx *db.Tx, people []id.User) error {
	people = slices.Clone(people)
	slices.Sort(people)
	people = slices.Compact(people)
	var n int
	_, err := tx.One(ctx, `SELECT COUNT(*) FROM users WHERE account_id = :account AND deleted_at IS NULL AND state <> 'principal' AND id IN {words :people}`,
		db.Args{"people": db.Words(people)}, &n)
	if err == nil && n != len(people) {
		err = authz.NotFound()
	}
	return err
}

// allGroups reads the groups of the acting account in their order, All Users first; everybody is a member of that.
func allGroups(ctx context.Context, tx *db.Tx) ([]Group, error) {
	const counted = `u.deleted_at IS NULL AND u.state IN ('active', 'invited', 'held')`
	groups := []Group{}
	err := tx.Query(ctx, `
		SELECT g.id, g.name, g.description, g.position, g.kind, g.version, CASE WHEN g.kind = 'all'
			THEN (SELECT COUNT(*) FROM users u WHERE u.account_id = g.account_id AND `+counted+`)
			ELSE (SELECT COUNT(*) FROM group_members m JOIN users u ON u.id = m.user_id AND u.account_id = m.account_id
				WHERE m.account_id = g.account_id AND m.group_id = g.id AND `+counted+`) END
		FROM groups g WHERE g.account_id = :account
		ORDER BY CASE WHEN g.kind = 'all' THEN 0 ELSE 1 END, g.position, g.name_folded, g.id`, nil, func(scan func(...any) error) error {
		var g Group
		var kind string
		err := scan(&g.ID, &g.Name, &g.Description, &g.Position, &kind, &g.Version, &g.Members)
		g.BuiltIn = kind == "all"
		groups = append(groups, g)
		return err
	})
	return groups, err
}

// ownGroups gives groups of the account's own making by their ids, once each. Code not_found.
func ownGroups(ctx context.Context, tx *db.Tx, ids []id.Group) ([]Group, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := allGroups(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []Group
	for i, g := range ids {
		found, err := pickGroup(all, g)
		if err != nil || found.BuiltIn {
			return nil, authz.NotFound()
		}
		if !slices.Contains(ids[:i], g) {
			out = append(out, *found)
		}
	}
	return out, nil
}

// addGroups fills in the groups of people of the acting account.
func addGroups(ctx context.Context, tx *db.Tx, people []*Person) error {
	at := make(map[id.User]*Person, len(people))
	words := make([]id.User, len(people))
	for i, p := range people {
		at[p.ID], words[i] = p, p.ID
	}
	return tx.Query(ctx, `
		SELECT m.user_id, g.id, g.name FROM group_members m JOIN groups g ON g.account_id = m.account_id AND g.id = m.group_id
		WHERE m.account_id = :account AND m.user_id IN {words :people} ORDER BY g.position, g.name_folded, g.id`,
		db.Args{"people": db.Words(words)}, func(scan func(...any) error) error {
			var person id.User
			var g Group
			err := scan(&person, &g.ID, &g.Name)
			if p := at[person]; p != nil {
				p.Groups = append(p.Groups, g)
			}
			return err
		})
}
