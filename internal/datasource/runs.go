package datasource

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/job"
)

// Run is one attempt to fetch the data of an instance.
type Run struct {
	ID       string
	Key      string // of the instance
	Reason   string // schedule, manual, view, import, change, push
	QueuedAt int64
	BegunAt  int64
	EndedAt  int64
	Outcome  string      // changed, unchanged, held, deferred, cancelled, failed
	Err      *errs.Error // why nothing came; of one with NotePartial, why a page did not
	Status   int64       // of HTTP; 0 = there was no answer
	Pages    int64
	Bytes    int64
	Rows     int64
	Delivery *Delivered // what was pushed; nil = nothing was
	Columns  ColumnChanges
	Notes    []string // NotePartial, NoteRepeats
}

// Attempt is a run that has ended, for who counts them.
type Attempt struct {
	Connector string        // rest, sql
	Outcome   string        // as of Run
	Code      string        // of the error; "" = there is none
	Waited    time.Duration // since it was due or asked for
	Took      time.Duration
}

// runsKept is how long the log is kept.
const runsKept = 90 * 24 * time.Hour

// logRun writes the line of an attempt.
func (s *Service) logRun(ctx context.Context, tx *db.Tx, w *work, begun int64, got *outcome, name string, why *errs.Error, columns ColumnChanges) error {
	other := ""
	if !columns.none() {
		text, err := json.Marshal(columns)
		if err != nil {
			return err
		}
		other = string(text)
	}
	notes := ""
	w.ended = &Attempt{Connector: w.body.Connector, Outcome: name, Waited: max(0, time.Duration(begun-w.queuedAt)*time.Millisecond), Took: time.Duration(tx.Now-begun) * time.Millisecond}
	if why != nil {
		w.ended.Code = why.Code
	}
	var status, pages, bytes, rows int64
	if got != nil {
		notes = writeNotes(notesOf(got.result))
		why = cmp.Or(why, got.missed())
		status, pages, bytes = int64(got.result.Status), int64(got.result.Pages), got.result.Bytes
		if got.payload != nil {
			rows = got.payload.RowCount
		}
	}
	return tx.Insert(ctx, "refresh_runs", []string{"account_id", "id", "no", "key", "reason", "queued_at", "started_at", "ended_at", "outcome", "error",
		"http_status", "pages", "bytes", "row_count", "columns_json", "notes"}, [][]any{{
		w.owner, id.New(), w.at.No, w.at.Key, w.reason, w.queuedAt, begun, tx.Now, name, writeFault(why), status, pages, bytes, rows, other, notes,
	}})
}

// MaxRuns is how many lines of the log Runs gives.
const MaxRuns = 60

// Runs gives the newest attempts of a source, the newest first; with a key those of one instance. Code not_found.
func (s *Service) Runs(ctx context.Context, who authz.Actor, public, key string) ([]Run, error) {
	out := []Run{}
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		out = out[:0]
		return tx.Query(ctx, `SELECT `+runColumns+`
			FROM refresh_runs r WHERE r.account_id = :account AND r.no = :no AND (:key = '' OR r.key = :key) ORDER BY r.id DESC LIMIT :most`, db.Args{"no": a.Key.No, "key": key, "most": MaxRuns},
			func(scan func(...any) error) error {
				r, err := scanRun(who, scan)
				out = append(out, r)
				return err
			})
	})
	return out, err
}

const runColumns = `r.id, r.key, r.reason, r.queued_at, r.started_at, r.ended_at, r.outcome, r.error, r.http_status, r.pages, r.bytes, r.row_count, r.delivery,
	r.columns_json, r.notes`

// scanRun reads an attempt as far as the actor is told of it, after what goes before its columns.
func scanRun(who authz.Actor, scan func(...any) error, before ...any) (Run, error) {
	var r Run
	var text, delivery, columns, notes string
	err := scan(append(before, &r.ID, &r.Key, &r.Reason, &r.QueuedAt, &r.BegunAt, &r.EndedAt, &r.Outcome, &text, &r.Status, &r.Pages, &r.Bytes, &r.Rows, &delivery,
		&columns, &notes)...)
	if err == nil && columns != "" {
		err = json.Unmarshal([]byte(columns), &r.Columns)
	}
	r.Delivery, r.Notes = readDelivered(delivery), readNotes(notes)
	if r.Err = ShownFault(who, readFault(text)); !who.Has(authz.SourceEdit) {
		r.Status = 0
		if slices.Contains(r.Notes, NotePartial) && r.Outcome != "failed" {
			r.Err = nil // the note says it, and the refresh did succeed
		}
	}
	return r, err
}

// ShownFault is why an attempt failed, as a person is told it: those who change no data source learn only that it did.
func ShownFault(who authz.Actor, e *errs.Error) *errs.Error {
	if e == nil || who.Has(authz.SourceEdit) {
		return e
	}
	return errs.New(errs.Conflict, "refresh_failed", "The last refresh did not succeed.")
}

const (
	deletedAfter = 30 * 24 * time.Hour // without anybody looking
	overdue      = 5 * time.Minute
	returning    = 30 * time.Minute // over which what is overdue is spread
)

// Tend gives a job to instances that are overdue without one: their job was given up, or
// the account was not active for a while, or nobody was there (asleep): those are fetched at once when
// somebody is. accounts lists all.
func (s *Service) Tend(ctx context.Context, accounts func(ctx context.Context) ([]id.Account, error)) error {
	return each(ctx, accounts, func(a id.Account) error {
		habits, err := s.cfg.Habits(ctx, a)
		if err != nil {
			return err
		}
		idle := false // most accounts have nothing overdue: they are only looked at
		err = s.db.Read(ctx, db.Account(a), func(tx *db.Tx) error {
			late, resting, err := overdueIn(ctx, tx, habits.Policy)
			idle = len(late)+len(resting) == 0
			return err
		})
		if err != nil || idle {
			return err
		}
		return s.db.Tx(ctx, db.Account(a), func(tx *db.Tx) error { return tend(ctx, tx, a, habits.Policy) })
	})
}

// tend is Tend in one account, whose sources without a policy of their own have the one given.
func tend(ctx context.Context, tx *db.Tx, a id.Account, policy string) error {
	late, resting, err := overdueIn(ctx, tx, policy)
	if err == nil && len(resting) > 0 {
		var there bool
		if there, err = somebodyIn(ctx, tx); err == nil && !there {
			resting = nil
		}
	}
	for _, at := range resting {
		if err == nil {
			err = enqueue(ctx, tx, at, job.Normal, 0)
		}
	}
	for _, at := range late {
		if err == nil {
			err = enqueue(ctx, tx, at, job.Background, time.Duration(at.spread(int64(a), returning.Milliseconds()))*time.Millisecond)
		}
	}
	return err
}

// overdueIn lists what is overdue in an account, apart what rests as long as nobody is there. What fell asleep before
// its policy changed rests no more.
func overdueIn(ctx context.Context, tx *db.Tx, policy string) (late, resting []instanceAt, err error) {
	err = tx.Query(ctx, `SELECT i.no, i.key, CASE WHEN i.asked = '' THEN i.asleep ELSE 0 END, t.json FROM instances i JOIN accounts c ON c.id = i.account_id
		JOIN sources s ON s.account_id = i.account_id AND s.no = i.no AND s.off_at IS NULL JOIN settings t ON t.id = s.settings_id AND t.family_id = :family
		JOIN assets a ON a.account_id = i.account_id AND a.no = i.no AND a.deleted_at IS NULL
		WHERE i.account_id = :account AND (c.status IN ('trial', 'active') AND i.next_at < :due
			OR c.status IN ('setup', 'trial', 'active') AND i.asked <> '' AND i.asked_at < :due)`,
		db.Args{"due": tx.Now - overdue.Milliseconds()}, func(scan func(...any) error) error {
			var at instanceAt
			var asleep bool
			var text string
			if err := scan(&at.No, &at.Key, &asleep, &text); err != nil {
				return err
			}
			set, err := parseSettings(text)
			if asleep && cmp.Or(set.Refresh.Policy, policy) == PolicyActive {
				resting = append(resting, at)
			} else {
				late = append(late, at)
			}
			return err
		})
	return late, resting, err
}

// Sweep removes fetched instances that nobody has looked at for a month, unless they cannot be fetched again, and old lines of the
// log, of all accounts.
func (s *Service) Sweep(ctx context.Context, accounts func(ctx context.Context) ([]id.Account, error)) error {
	return each(ctx, accounts, func(a id.Account) error {
		return s.db.Tx(ctx, db.Account(a), func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM instances WHERE account_id = :account AND pinned = 0 AND sent = 0 AND key <> '' AND accessed_at < :old
				AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.account_id = instances.account_id AND s.no = instances.no AND s.off_at IS NOT NULL)`,
				db.Args{"old": tx.Now - deletedAfter.Milliseconds()})
			if err == nil {
				_, err = tx.Exec(ctx, `DELETE FROM refresh_runs WHERE account_id = :account AND ended_at < :old`,
					db.Args{"old": tx.Now - runsKept.Milliseconds()})
			}
			return err
		})
	})
}

// each calls fn for each account; one that fails keeps no other waiting.
func each(ctx context.Context, accounts func(ctx context.Context) ([]id.Account, error), fn func(a id.Account) error) error {
	all, err := accounts(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, a := range all {
		failed = append(failed, fn(a))
	}
	return errors.Join(failed...)
}
