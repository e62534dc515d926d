package user

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
)

// insertPeople writes people with their roles and groups; groups are known to be the account's.
func insertPeople(ctx context.Context, tx *db.Tx, people []*Person, hash string) error {
	var rows, roles, members [][]any
	for _, p := range people {
		rows = append(rows, []any{p.Account, p.ID, p.Email, fold.Text(p.Email), p.Name, fold.Text(p.Name), hash, tx.Now, string(p.State), p.Contact, tx.Now})
		for _, r := range p.Roles {
			roles = append(roles, []any{p.Account, p.ID, string(r)})
		}
		for _, g := range p.Groups {
			members = append(members, []any{p.Account, g.ID, p.ID})
		}
	}
	err := tx.Insert(ctx, "users",
		[]string{"account_id", "id", "email", "email_folded", "name", "name_folded", "password_hash", "password_at", "state", "is_contact", "created_at"}, rows)
	if err != nil {
		return err
	}
	if err := tx.Insert(ctx, "user_roles", []string{"account_id", "user_id", "role"}, roles); err != nil {
		return err
	}
	return tx.Insert(ctx, "group_members", []string{"account_id", "group_id", "user_id"}, members)
}

func insertRoles(ctx context.Context, tx *db.Tx, account id.Account, person id.User, roles []authz.Role) error {
	rows := make([][]any, len(roles))
	for i, r := range roles {
		rows[i] = []any{account, person, string(r)}
	}
	return tx.Insert(ctx, "user_roles", []string{"account_id", "user_id", "role"}, rows)
}

func replaceRoles(ctx context.Context, tx *db.Tx, p *Person, roles []authz.Role) error {
	_, err := tx.Exec(ctx, `DELETE FROM user_roles WHERE account_id = :account AND user_id = :user`, db.Args{"user": p.ID})
	if err != nil {
		return err
	}
	return insertRoles(ctx, tx, p.Account, p.ID, roles)
}

// lockAccount locks the row of the acting account.
func lockAccount(ctx context.Context, tx *db.Tx) error {
	var one int64
	_, err := tx.One(ctx, `SELECT id FROM accounts WHERE id = :account {lock}`, nil, &one)
	return err
}

// personColumns are read by scanPeople; a person has one row per role.
const personColumns = `u.id, u.account_id, u.name, u.email, u.state, u.is_contact, u.last_sign_in_at, u.version, r.role`

// scanPeople gathers the rows of people in their order.
func scanPeople(ctx context.Context, tx *db.Tx, text string, args db.Args) ([]*Person, error) {
	var people []*Person
	err := tx.Query(ctx, text, args, func(scan func(...any) error) error {
		var p Person
		var email, role *string
		var last *int64
		var contact int64
		if err := scan(&p.ID, &p.Account, &p.Name, &email, &p.State, &contact, &last, &p.Version, &role); err != nil {
			return err
		}
		p.Contact = contact == 1
		if n := len(people); n == 0 || people[n-1].ID != p.ID {
			if email != nil {
				p.Email = *email
			}
			if last != nil {
				p.LastSignIn = clock.FromMillis(*last)
			}
			people = append(people, &p)
		}
		if last := people[len(people)-1]; role != nil {
			last.Roles = append(last.Roles, authz.Role(*role))
		}
		return nil
	})
	for _, p := range people {
		if len(p.Roles) == 0 {
			p.Roles = []authz.Role{authz.ViewOnly}
		}
	}
	return people, err
}

// changed raises the versions of people, whose names, roles, groups or properties changed.
func changed(ctx context.Context, tx *db.Tx, people ...id.User) error {
	_, err := tx.Exec(ctx, `UPDATE users SET version = version + 1 WHERE account_id = :account AND id IN {words :people}`, db.Args{"people": db.Words(people)})
	return err
}

// stale tells that somebody else was first. Code version_conflict.
func stale(version int64) error {
	return errs.New(errs.Conflict, "version_conflict", "Somebody changed this in the meantime. Load it again and repeat your change.").
		WithParams(map[string]any{"version": version})
}

// findOther is findPerson with an error for nobody. Code not_found.
func findOther(ctx context.Context, tx *db.Tx, person id.User) (*Person, error) {
	p, found, err := findPerson(ctx, tx, person)
	if err == nil && !found {
		err = authz.NotFound()
	}
	return p, err
}

// findPerson reads a person of the acting account; principals are none.
func findPerson(ctx context.Context, tx *db.Tx, person id.User) (*Person, bool, error) {
	people, err := scanPeople(ctx, tx, `SELECT `+personColumns+` FROM users u
		LEFT JOIN user_roles r ON r.account_id = u.account_id AND r.user_id = u.id
		WHERE u.account_id = :account AND u.id = :id AND u.deleted_at IS NULL AND u.state <> 'principal'`, db.Args{"id": person})
	if err != nil || len(people) == 0 {
		return nil, false, err
	}
	return people[0], true, nil
}
