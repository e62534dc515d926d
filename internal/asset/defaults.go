package asset

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// Default is a dashboard that a group may see, with how it comes into the bars of its people.
type Default struct {
	Asset      id.Asset
	Title      string
	Right      authz.Right
	Visibility Visibility
}

// Defaults lists the dashboards that a group may see, as far as the actor may see them,
// in the order of the group. Codes permission_denied, not_found.
func (l *Library) Defaults(ctx context.Context, who authz.Actor, group id.Group) ([]Default, error) {
	if err := authz.Can(who, authz.GroupView, authz.None); err != nil {
		return nil, err
	}
	var out []Default
	err := l.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		if _, err := groupName(ctx, tx, group); err != nil {
			return err
		}
		out, err = defaults(ctx, tx, who, group)
		return err
	})
	return out, err
}

// SetDefault shares a dashboard with a group, or changes how it is shared. "" leaves the
// right or the visibility as it is; at first they are view and InLibrary. Other shares are
// not looked at. Codes permission_denied, not_found, bad_right, bad_visibility.
func (l *Library) SetDefault(ctx context.Context, who authz.Actor, group id.Group, public string, right authz.Right, v Visibility) error {
	return l.overDefault(ctx, who, group, public, func(tx *db.Tx, a *Asset) error {
		before, err := sharesOf(ctx, tx, a.Key.No)
		if err != nil {
			return err
		}
		share, found := findShare(before, Share{Kind: "group", ID: string(group)})
		if !found {
			share = Share{Kind: "group", ID: string(group), Right: authz.View}
		}
		if right != authz.None {
			share.Right = right
		}
		if v != "" {
			share.Visibility = v
		}
		one := []Share{share}
		if err := checkShares(ctx, tx, one); err != nil {
			return err
		}
		if one, _, err = l.assets.addShares(ctx, tx, who, a, one, replaceRight); err != nil {
			return err
		}
		return l.record(ctx, tx, who, a, "default_set", map[string]any{
			"group": group, "right": one[0].Right, "visibility": one[0].Visibility,
		})
	})
}

// DropDefault shares a dashboard with a group no more. Codes permission_denied, not_found.
func (l *Library) DropDefault(ctx context.Context, who authz.Actor, group id.Group, public string) error {
	return l.overDefault(ctx, who, group, public, func(tx *db.Tx, a *Asset) error {
		n, err := tx.Exec(ctx, `DELETE FROM asset_shares WHERE account_id = :account AND no = :no
			AND principal_kind = 'group' AND principal_id = :group`, db.Args{"no": a.Key.No, "group": group})
		if err == nil && n == 0 {
			err = authz.NotFound()
		}
		if err != nil {
			return err
		}
		return l.record(ctx, tx, who, a, "default_dropped", map[string]any{"group": group})
	})
}

// ShowAgain brings a dashboard back into the bars of those who have closed it. Codes
// permission_denied, not_found.
func (l *Library) ShowAgain(ctx context.Context, who authz.Actor, group id.Group, public string) error {
	return l.overDefault(ctx, who, group, public, func(tx *db.Tx, a *Asset) error {
		n, err := tx.Exec(ctx, `UPDATE asset_shares SET shown_at = :now WHERE account_id = :account AND no = :no
			AND principal_kind = 'group' AND principal_id = :group`, db.Args{"now": tx.Now, "no": a.Key.No, "group": group})
		if err == nil && n == 0 {
			err = authz.NotFound()
		}
		if err != nil {
			return err
		}
		return l.record(ctx, tx, who, a, "default_shown_again", map[string]any{"group": group})
	})
}

// OrderDefaults puts the dashboards of a group into an order; those that are not named,
// also those that the actor may not see, come behind as they were. Codes permission_denied, not_found.
func (l *Library) OrderDefaults(ctx context.Context, who authz.Actor, group id.Group, public []string) ([]Default, error) {
	if err := authz.Can(who, authz.TabPush, authz.None); err != nil {
		return nil, err
	}
	var out []Default
	err := l.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		name, err := groupName(ctx, tx, group)
		if err != nil {
			return err
		}
		seen, err := defaults(ctx, tx, who, group)
		if err != nil {
			return err
		}
		all, err := ofGroup(ctx, tx, group)
		if err != nil {
			return err
		}
		places, err := l.places(who, public, seen, all)
		if err != nil {
			return err
		}
		for no, place := range places { // the dashboards of one group
			_, err := tx.Exec(ctx, `UPDATE asset_shares SET position = :place WHERE account_id = :account AND no = :no
				AND principal_kind = 'group' AND principal_id = :group`, db.Args{"place": place, "no": no, "group": group})
			if err != nil {
				return err
			}
		}
		line := audit.Line{Action: "group.defaults_ordered", Subject: string(group), SubjectName: name}
		if err := audit.Record(ctx, tx, who, line); err != nil {
			return err
		}
		out, err = defaults(ctx, tx, who, group)
		return err
	})
	return out, err
}

// places numbers the named dashboards, which must be among those that the actor sees, and
// then all others of the group in their order. Code not_found.
func (l *Library) places(who authz.Actor, public []string, seen []Default, all []int64) (map[int64]int, error) {
	known := map[int64]bool{}
	for _, d := range seen {
		known[d.Asset.No] = true
	}
	out := make(map[int64]int, len(all))
	for _, p := range public {
		no, err := l.assets.Resolve(who.Account, p)
		if err != nil {
			return nil, err
		}
		if _, twice := out[no]; twice || !known[no] {
			return nil, authz.NotFound()
		}
		out[no] = len(out)
	}
	for _, no := range all {
		if _, named := out[no]; !named {
			out[no] = len(out)
		}
	}
	return out, nil
}

// ofGroup gives the numbers of all dashboards of a group in its order, the bin included.
func ofGroup(ctx context.Context, tx *db.Tx, group id.Group) ([]int64, error) {
	var out []int64
	err := tx.Query(ctx, `
		SELECT a.no FROM asset_shares g
		JOIN assets a ON a.account_id = g.account_id AND a.no = g.no AND a.kind = 'dashboard'
		WHERE g.account_id = :account AND g.principal_kind = 'group' AND g.principal_id = :group
		ORDER BY g.position, a.name_folded, a.no`, db.Args{"group": group}, func(scan func(...any) error) error {
		var no int64
		err := scan(&no)
		out = append(out, no)
		return err
	})
	return out, err
}

// overDefault changes what a dashboard is to a group, in one transaction.
func (l *Library) overDefault(ctx context.Context, who authz.Actor, group id.Group, public string, fn func(*db.Tx, *Asset) error) error {
	return l.change(ctx, who, public, func(tx *db.Tx, no int64) error {
		if _, err := l.assets.Viewable(ctx, tx, who, no); err != nil {
			return err
		}
		if err := authz.Can(who, authz.TabPush, authz.None); err != nil {
			return err
		}
		a, err := l.assets.shareable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		if a.Kind != Dashboard {
			return authz.NotFound()
		}
		if _, err := groupName(ctx, tx, group); err != nil {
			return err
		}
		return fn(tx, a)
	})
}

// groupName finds a group of the account. Code not_found.
func groupName(ctx context.Context, tx *db.Tx, group id.Group) (string, error) {
	var name string
	found, err := tx.One(ctx, `SELECT name FROM groups WHERE account_id = :account AND id = :id`, db.Args{"id": group}, &name)
	if err == nil && !found {
		err = authz.NotFound()
	}
	return name, err
}

// defaults reads the dashboards of a group that the actor may see.
func defaults(ctx context.Context, tx *db.Tx, who authz.Actor, group id.Group) ([]Default, error) {
	out := []Default{}
	err := tx.Query(ctx, `
		SELECT a.account_id, a.no, a.name, a.suffix, g.access, g.visibility FROM asset_shares g
		JOIN assets a ON a.account_id = g.account_id AND a.no = g.no AND a.kind = 'dashboard' AND a.deleted_at IS NULL
		WHERE g.account_id = :account AND g.principal_kind = 'group' AND g.principal_id = :group
			AND (:all = 1 OR a.owner_id = :who OR EXISTS (`+sharedWith+`))
		ORDER BY g.position, a.name_folded, a.no`,
		db.Args{"group": group, "all": listedFor(who, Filter{Kinds: []Kind{Dashboard}}) == "", "who": who.Owner},
		func(scan func(...any) error) error {
			var d Default
			var name string
			var suffix int64
			err := scan(&d.Asset.Account, &d.Asset.No, &name, &suffix, &d.Right, &d.Visibility)
			d.Title = Title(name, suffix)
			out = append(out, d)
			return err
		})
	return out, err
}
