package job

import (
	"context"

	"octavo/internal/db"
	"octavo/internal/id"
)

// Told is what work that lasts does at this moment, for pages of its account. Who does it says what it is for.
type Told struct {
	Account            id.Account
	No                 int64  // of the source that is fetched; 0 = of none
	Key                string // of its instance
	Reason             string
	Begun              int64 // UTC milliseconds
	Step               string
	Pages, Rows, Bytes int64
}

// Wish is that the work that began at a time should end.
type Wish struct {
	Account id.Account
	No      int64
	Key     string
	Begun   int64
}

// Tell writes what all work of a process does that lasts, in the place of what the process told before, and gives what is
// wished to end. It is one transaction for all accounts. What was told, or wished, before old is removed, whoever did: its
// process has died.
func Tell(ctx context.Context, d *db.DB, process string, all []Told, old int64) ([]Wish, error) {
	var wishes []Wish
	err := d.Tx(ctx, db.System(), func(tx *db.Tx) error {
		wishes = nil
		if _, err := tx.Exec(ctx, `DELETE FROM running_fetches WHERE worker = :worker OR told_at < :old`, db.Args{"worker": process, "old": old}); err != nil {
			return err
		}
		rows := make([][]any, len(all))
		for i, t := range all {
			rows[i] = []any{t.Account, t.No, t.Key, process, t.Reason, t.Begun, tx.Now, t.Step, t.Pages, t.Rows, t.Bytes}
		}
		err := tx.Insert(ctx, "running_fetches", []string{"account_id", "no", "key", "worker", "reason", "begun_at", "told_at", "step", "pages", "row_count", "bytes"}, rows)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM fetch_stops WHERE asked_at < :old`, db.Args{"old": old}); err != nil {
			return err
		}
		return tx.Query(ctx, `SELECT account_id, no, key, begun_at FROM fetch_stops`, nil, func(scan func(...any) error) error {
			var w Wish
			err := scan(&w.Account, &w.No, &w.Key, &w.Begun)
			wishes = append(wishes, w)
			return err
		})
	})
	return wishes, err
}
