package dashboard

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// groupDefaults reads what the actor's groups bring into the bar: All Users first, then
// the others in their order, each with its own.
func groupDefaults(ctx context.Context, tx *db.Tx, who authz.Actor) ([]brought, error) {
	var out []brought
	if who.Delegated { // a visitor belongs to no group of the client
		return nil, nil
	}
	err := tx.Query(ctx, `
		SELECT s.no, s.visibility, s.shown_at FROM asset_shares s
		JOIN groups g ON g.account_id = s.account_id AND g.id = s.principal_id
		JOIN assets a ON a.account_id = s.account_id AND a.no = s.no AND a.kind = 'dashboard' AND a.deleted_at IS NULL
		WHERE s.account_id = :account AND s.principal_kind = 'group' AND s.visibility IN ('required', 'added')
			AND (g.kind = 'all' OR EXISTS (SELECT 1 FROM group_members m
				WHERE m.account_id = g.account_id AND m.group_id = g.id AND m.user_id = :who))
		ORDER BY CASE WHEN g.kind = 'all' THEN 0 ELSE 1 END, g.position, g.name_folded, g.id, s.position, a.name_folded, a.no`,
		db.Args{"who": who.User}, func(scan func(...any) error) error {
			var b brought
			err := scan(&b.no, &b.visibility, &b.shownAt)
			out = append(out, b)
			return err
		})
	return out, err
}

// ownMarks reads what a person did with dashboards, in the order of opening.
func ownMarks(ctx context.Context, tx *db.Tx, person id.User) ([]mark, error) {
	var out []mark
	err := tx.Query(ctx, `
		SELECT no, bar, bar_at, position, favourite, home FROM user_dashboards
		WHERE account_id = :account AND user_id = :who ORDER BY bar_at, no`,
		db.Args{"who": person}, func(scan func(...any) error) error {
			var m mark
			err := scan(&m.no, &m.bar, &m.at, &m.position, &m.favourite, &m.home)
			out = append(out, m)
			return err
		})
	return out, err
}

// touch makes the row of a person and a dashboard where there is none.
func touch(ctx context.Context, tx *db.Tx, person id.User, no int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO user_dashboards (account_id, user_id, no, bar, bar_at, position, favourite, home, place)
		VALUES (:account, :who, :no, '', 0, 0, 0, 0, '') ON CONFLICT (account_id, user_id, no) DO NOTHING`,
		db.Args{"who": person, "no": no})
	return err
}

// set changes one row of a person; assignment is a text of this file.
func set(ctx context.Context, tx *db.Tx, person id.User, no int64, assignment string, args db.Args) error {
	if err := touch(ctx, tx, person, no); err != nil {
		return err
	}
	args["who"], args["no"] = person, no
	_, err := tx.Exec(ctx, `UPDATE user_dashboards SET `+assignment+` WHERE account_id = :account AND user_id = :who AND no = :no`, args)
	return err
}

// setBar opens or closes a dashboard. What is closed leaves the own order, so that it comes back last.
func setBar(ctx context.Context, tx *db.Tx, person id.User, no int64, bar string) error {
	return set(ctx, tx, person, no, `bar = :bar, bar_at = :now,
		position = CASE WHEN :bar = 'closed' THEN 0 ELSE position END`, db.Args{"bar": bar, "now": tx.Now})
}

func setPosition(ctx context.Context, tx *db.Tx, person id.User, no int64, position int) error {
	return set(ctx, tx, person, no, `position = :position`, db.Args{"position": position})
}

func setFavourite(ctx context.Context, tx *db.Tx, person id.User, no int64, on bool) error {
	return set(ctx, tx, person, no, `favourite = :favourite`, db.Args{"favourite": on})
}

// setHome leaves one dashboard at most as the first of a person.
func setHome(ctx context.Context, tx *db.Tx, person id.User, no int64, on bool) error {
	_, err := tx.Exec(ctx, `UPDATE user_dashboards SET home = 0 WHERE account_id = :account AND user_id = :who AND home = 1 AND (no <> :no OR :on = 0)`,
		db.Args{"who": person, "no": no, "on": on})
	if err != nil || !on {
		return err
	}
	return set(ctx, tx, person, no, `home = 1`, db.Args{})
}

func setPlace(ctx context.Context, tx *db.Tx, person id.User, no int64, place string) error {
	return set(ctx, tx, person, no, `place = :place`, db.Args{"place": place})
}

// placeOf reads where a person left a dashboard, "" = nowhere yet.
func placeOf(ctx context.Context, tx *db.Tx, person id.User, no int64) (string, error) {
	var place string
	_, err := tx.One(ctx, `SELECT place FROM user_dashboards WHERE account_id = :account AND user_id = :who AND no = :no`,
		db.Args{"who": person, "no": no}, &place)
	return place, err
}
