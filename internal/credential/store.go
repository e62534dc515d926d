package credential

import (
	"context"
	"encoding/json"
	"fmt"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/page"
)

const columns = `c.id, c.kind, c.label, c.description, c.shared, c.owner_id, COALESCE(u.name, ''), c.owner_left, c.facts, c.state, c.error,
	c.version, c.created_at, c.changed_at, COALESCE(c.ok_at, 0)`

const from = ` FROM credentials c LEFT JOIN users u ON u.account_id = c.account_id AND u.id = c.owner_id WHERE c.account_id = :account`

func scanOne(scan func(...any) error) (Credential, error) {
	var c Credential
	var shared, left, created, changed, ok int64
	var facts string
	err := scan(&c.ID, &c.Kind, &c.Label, &c.Description, &shared, &c.Owner, &c.OwnerName, &left, &facts, &c.State, &c.Error,
		&c.Version, &created, &changed, &ok)
	if err != nil {
		return c, err
	}
	c.Shared, c.OwnerLeft = shared == 1, left == 1
	c.CreatedAt, c.ChangedAt = clock.FromMillis(created), clock.FromMillis(changed)
	if ok > 0 {
		c.OKAt = clock.FromMillis(ok)
	}
	if err := json.Unmarshal([]byte(facts), &c.Facts); err != nil {
		return c, fmt.Errorf("credential: facts of %s: %w", c.ID, err)
	}
	return c, nil
}

// visible is the condition on rows that the actor may use or change.
const visible = ` AND (:all = 1 OR c.owner_id = :me OR c.shared = 1 AND :share = 1) AND c.label_folded LIKE :like ESCAPE '!'`

func visibleTo(who authz.Actor, f Filter) db.Args {
	return db.Args{"all": who.Has(authz.ConnectionManage), "me": who.Owner, "share": who.Has(authz.ConnectionShared), "like": fold.Like(f.Search)}
}

func list(ctx context.Context, tx *db.Tx, who authz.Actor, f Filter, req page.Request) ([]Credential, error) {
	args := visibleTo(who, f)
	mark := req.From()
	args["first"], args["key"], args["after"], args["rows"] = req.First(), mark.Key, mark.ID, req.Rows()
	var out []Credential
	err := tx.Query(ctx, `SELECT `+columns+from+visible+`
		AND (:first = 1 OR c.label_folded > :key OR (c.label_folded = :key AND c.id > :after))
		ORDER BY c.label_folded, c.id LIMIT :rows`, args, func(scan func(...any) error) error {
		c, err := scanOne(scan)
		out = append(out, c)
		return err
	})
	return out, err
}

func count(ctx context.Context, tx *db.Tx, who authz.Actor, f Filter) (n int64, err error) {
	_, err = tx.One(ctx, `SELECT COUNT(*) FROM credentials c WHERE c.account_id = :account`+visible, visibleTo(who, f), &n)
	return n, err
}

// find reads one credential of the account of the scope, and locks it where asked. Code not_found.
func find(ctx context.Context, tx *db.Tx, cred id.Credential, lock bool) (*Credential, error) {
	if lock {
		var one string
		if _, err := tx.One(ctx, `SELECT id FROM credentials WHERE account_id = :account AND id = :id {lock}`, db.Args{"id": cred}, &one); err != nil {
			return nil, err
		}
	}
	var out *Credential
	err := tx.Query(ctx, `SELECT `+columns+from+` AND c.id = :id`, db.Args{"id": cred}, func(scan func(...any) error) error {
		c, err := scanOne(scan)
		out = &c
		return err
	})
	if err == nil && out == nil {
		err = authz.NotFound()
	}
	return out, err
}

// lockAccount lets one call after the other seal in an account: rotation of its keys is one of them.
func lockAccount(ctx context.Context, tx *db.Tx) error {
	var a id.Account
	_, err := tx.One(ctx, `SELECT id FROM accounts WHERE id = :account {lock}`, nil, &a)
	return err
}

func insert(ctx context.Context, tx *db.Tx, a id.Account, c *Credential, sealed []byte) error {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	return tx.Insert(ctx, "credentials", []string{
		"account_id", "id", "kind", "label", "label_folded", "description", "shared", "owner_id", "owner_left", "facts", "sealed",
		"state", "error", "scopes", "generation", "version", "created_at", "changed_at",
	}, [][]any{{
		a, c.ID, string(c.Kind), c.Label, fold.Text(c.Label), c.Description, c.Shared, c.Owner, false, string(facts), sealed,
		string(c.State), "", "", 1, c.Version, tx.Now, tx.Now,
	}})
}

// update writes a changed credential; sealed nil leaves the secret as it is.
func update(ctx context.Context, tx *db.Tx, c *Credential, sealed []byte) error {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	args := db.Args{"id": c.ID, "label": c.Label, "folded": fold.Text(c.Label), "description": c.Description, "shared": c.Shared,
		"left": c.OwnerLeft, "facts": string(facts), "state": string(c.State), "error": c.Error, "now": tx.Now}
	text := `UPDATE credentials SET label = :label, label_folded = :folded, description = :description, shared = :shared, owner_left = :left,
		facts = :facts, state = :state, error = :error, version = version + 1, changed_at = :now`
	if sealed != nil {
		text += `, sealed = :sealed, generation = generation + 1`
		args["sealed"] = sealed
	}
	_, err = tx.Exec(ctx, text+` WHERE account_id = :account AND id = :id`, args)
	return err
}

// HandOver gives the credentials that one person of the scope's account owns to another
// when the person leaves; they go on working, and say that their owner has left.
func HandOver(ctx context.Context, tx *db.Tx, from, to id.User) error {
	_, err := tx.Exec(ctx, `UPDATE credentials SET owner_id = :to, owner_left = 1, version = version + 1, changed_at = :now
		WHERE account_id = :account AND owner_id = :from`, db.Args{"from": from, "to": to, "now": tx.Now})
	return err
}
