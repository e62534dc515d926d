package purge

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/job"
)

// column is a column that names content.
type column struct{ table, name string }

// named are the columns that name content, by its table: what none of them names is of no use.
var named = map[string][]column{
	"bodies": {{"assets", "body_id"}, {"assets", "received_body"}, {"versions", "body_id"}, {"versions", "received_body"},
		{"nodes", "body_id"}, {"template_nodes", "body_id"}},
	"wirings": {{"assets", "wiring_id"}, {"assets", "received_wiring"}, {"versions", "wiring_id"}, {"versions", "received_wiring"},
		{"nodes", "wiring_id"}, {"template_nodes", "wiring_id"}},
	"settings": {{"sources", "settings_id"}, {"nodes", "settings_id"}, {"template_nodes", "settings_id"}},
	"payloads": {{"sources", "payload_id"}, {"instances", "payload_id"}, {"instances", "held_payload_id"}, {"earlier_payloads", "payload_id"}, {"nodes", "payload_id"}},
}

// children are the tables of rows below content.
var children = map[string]column{"bodies": {"body_refs", "body_id"}, "wirings": {"wires", "wiring_id"}}

// order is that in which content is looked at.
var order = []string{"bodies", "wirings", "settings", "payloads"}

const (
	rest      = 24 * time.Hour // between mark and removal
	batch     = 500            // rows of one transaction
	filesLast = time.Hour      // between the row of a payload and its files
	dropKind  = "content.drop"
)

// unnamed is the condition on a row of a content table that nothing names it.
func unnamed(table string) string {
	var sb strings.Builder
	for _, c := range named[table] {
		where := c.name + " IS NOT NULL"
		if c.table != "nodes" && c.table != "template_nodes" { // they carry no account; ids are those of one family anyway
			where += " AND (account_id = :account OR account_id IN {each :accounts})"
		}
		fmt.Fprintf(&sb, " AND id NOT IN (SELECT %s FROM %s WHERE %s)", c.name, c.table, where)
	}
	return sb.String()
}

// Content removes content that nothing has named for a day, in all families. A worker calls it once a day. What
// cannot be removed keeps nothing else waiting.
func (s *Service) Content(ctx context.Context) error {
	families, err := s.families(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, accounts := range families {
		grant := authz.GrantOperator(accounts[0], accounts[1:], true)
		for _, table := range order {
			if err := s.sweep(ctx, grant, table); err != nil {
				failed = append(failed, fmt.Errorf("%s of family %d: %w", table, accounts[0].Family(), err))
			}
		}
	}
	return errors.Join(failed...)
}

// families lists the accounts of each family, deleted ones too, the parent first.
func (s *Service) families(ctx context.Context) ([][]id.Account, error) {
	var out [][]id.Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		out = nil
		return tx.Query(ctx, `SELECT id FROM accounts ORDER BY id`, nil, func(scan func(...any) error) error {
			var a id.Account
			err := scan(&a)
			if n := len(out); n == 0 || out[n-1][0].Family() != a.Family() {
				out = append(out, nil)
			}
			out[len(out)-1] = append(out[len(out)-1], a)
			return err
		})
	})
	return out, err
}

// family lists the clients of an agency, deleted ones too.
func (s *Service) family(ctx context.Context, agency id.Account) ([]id.Account, error) {
	var out []id.Account
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		out = nil
		return tx.Query(ctx, `SELECT id FROM accounts WHERE parent_id = :agency ORDER BY id`, db.Args{"agency": agency}, func(scan func(...any) error) error {
			var a id.Account
			err := scan(&a)
			out = append(out, a)
			return err
		})
	})
	return out, err
}

// sweep marks what a family names no more in one content table, and removes what was marked a day ago.
func (s *Service) sweep(ctx context.Context, grant authz.Grant, table string) error {
	err := s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE `+table+` SET unused_since = :now WHERE family_id = :family AND unused_since IS NULL`+unnamed(table),
			db.Args{"now": tx.Now})
		return err
	})
	for last := id.Content(0); err == nil; {
		var more bool
		last, more, err = s.removeMarked(ctx, grant, table, last)
		if !more {
			break
		}
	}
	return err
}

// removeMarked removes one batch behind an id. Whoever stores the same content again waits for the locks taken
// here, and then finds it gone or unmarked.
func (s *Service) removeMarked(ctx context.Context, grant authz.Grant, table string, after id.Content) (last id.Content, more bool, err error) {
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		marked, err := ids(ctx, tx, `SELECT id FROM `+table+` WHERE family_id = :family AND unused_since <= :old AND id > :after
			ORDER BY id LIMIT :rows {lock}`, db.Args{"old": tx.Now - rest.Milliseconds(), "after": after, "rows": batch})
		if err != nil || len(marked) == 0 {
			return err
		}
		last, more = marked[len(marked)-1], len(marked) == batch
		gone, err := ids(ctx, tx, `SELECT id FROM `+table+` WHERE family_id = :family AND id IN {each :ids}`+unnamed(table),
			db.Args{"ids": db.List(marked)})
		if err != nil {
			return err
		}
		return removeContent(ctx, tx, table, gone)
	})
	return last, more, err
}

// removeContent deletes rows of content with those below, and leaves their files to a job.
func removeContent(ctx context.Context, tx *db.Tx, table string, gone []id.Content) error {
	args := db.Args{"ids": db.List(gone)}
	if c, ok := children[table]; ok {
		_, err := tx.Exec(ctx, fmt.Sprintf(`DELETE FROM %s WHERE %s IN (SELECT id FROM %s WHERE family_id = :family AND id IN {each :ids})`,
			c.table, c.name, table), args)
		if err != nil {
			return err
		}
	}
	if table != "payloads" {
		_, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE family_id = :family AND id IN {each :ids}`, args)
		return err
	}
	var files []string
	err := tx.Query(ctx, `DELETE FROM payloads WHERE family_id = :family AND id IN {each :ids} RETURNING data_key, file_key`, args,
		func(scan func(...any) error) error {
			var data, file string
			err := scan(&data, &file)
			for _, key := range []string{data, file} {
				if key != "" { // else it was in the row
					files = append(files, key)
				}
			}
			return err
		})
	if err != nil {
		return err
	}
	return dropLater(ctx, tx, files, filesLast)
}

func ids(ctx context.Context, tx *db.Tx, text string, args db.Args) ([]id.Content, error) {
	var out []id.Content
	err := tx.Query(ctx, text, args, func(scan func(...any) error) error {
		var c id.Content
		err := scan(&c)
		out = append(out, c)
		return err
	})
	return out, err
}

// dropLater has files removed by a job of the agency, which is the source of the scope.
func dropLater(ctx context.Context, tx *db.Tx, files []string, after time.Duration) error {
	for len(files) > 0 {
		n := min(len(files), batch)
		err := job.Enqueue(ctx, tx, job.New{Kind: dropKind, Class: job.Background, Args: files[:n], After: after})
		if err != nil {
			return err
		}
		files = files[n:]
	}
	return nil
}

// drop removes files that no row names. Begun again, it finds less to do.
func (s *Service) drop(ctx context.Context, run *job.Run) error {
	var keys []string
	if err := run.Args(&keys); err != nil {
		return err
	}
	for _, key := range keys {
		var used bool
		err := s.db.Read(ctx, db.Account(run.Account), func(tx *db.Tx) (err error) {
			var one int
			used, err = tx.One(ctx, `SELECT 1 FROM payloads WHERE family_id = :family AND (data_key = :key OR file_key = :key) LIMIT 1`,
				db.Args{"key": key}, &one)
			return err
		})
		if err != nil {
			return err
		}
		if used {
			continue
		}
		if err := s.blobs.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
