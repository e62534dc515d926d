package datasource

import (
	"context"
	"encoding/json"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// Running is a fetch that goes on, or that somebody asked for and that waits for its turn.
type Running struct {
	Key    string // of the instance
	Reason string // as of a Run
	Since  int64  // UTC milliseconds: when it began, or was asked for
	Step   string // waiting, asking, receiving, resting, reading
	Pages  int64  // that came whole
	Rows   int64  // of these pages, or of a query, so far
	Bytes  int64  // that came so far

	Variables map[string]string // of the instance, without secrets, for who may change the source
}

// stepWaiting is the step of a fetch that has not begun, or only just.
const stepWaiting = "waiting"

// MaxRunning is how many fetches Running gives.
const MaxRunning = 60

// Running lists what is fetched of a source at this moment, on any replica, the oldest first. A fetch is told from a second
// after it began. Code not_found.
func (s *Service) Running(ctx context.Context, who authz.Actor, public string) ([]Running, error) {
	out := []Running{}
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		_, closed := s.editable(ctx, tx, who, a.Key.No)
		if closed != nil && !errs.Is(closed, "permission_denied") && !errs.Is(closed, "not_found") {
			return closed
		}
		out = out[:0]
		return tx.Query(ctx, `SELECT f.key, f.reason, f.begun_at AS since, f.step, f.pages, f.row_count, f.bytes, i.variables FROM running_fetches f
				JOIN instances i ON i.account_id = f.account_id AND i.no = f.no AND i.key = f.key
				WHERE f.account_id = :account AND f.no = :no AND f.told_at >= :told AND f.begun_at > COALESCE(i.tried_at, 0)
			UNION ALL SELECT i.key, i.asked, COALESCE(i.asked_at, 0), :waiting, 0, 0, 0, i.variables FROM instances i
				WHERE i.account_id = :account AND i.no = :no AND i.asked <> '' AND NOT EXISTS (SELECT 1 FROM running_fetches f
					WHERE f.account_id = i.account_id AND f.no = i.no AND f.key = i.key AND f.told_at >= :told AND f.begun_at > COALESCE(i.tried_at, 0))
			ORDER BY since, key LIMIT :most`,
			db.Args{"no": a.Key.No, "told": tx.Now - believedFor, "waiting": stepWaiting, "most": MaxRunning}, func(scan func(...any) error) error {
				var r Running
				var variables string
				err := scan(&r.Key, &r.Reason, &r.Since, &r.Step, &r.Pages, &r.Rows, &r.Bytes, &variables)
				if err == nil && closed == nil {
					err = json.Unmarshal([]byte(variables), &r.Variables)
				}
				out = append(out, r)
				return err
			})
	})
	return out, err
}

// StopRefresh ends the fetch of an instance, or takes back that somebody asked for it. Whoever may refresh may do that. A fetch
// that goes on ends within two seconds, wherever it runs; the data that are there stay. Codes not_found, permission_denied,
// not_web, refresh_not_running.
func (s *Service) StopRefresh(ctx context.Context, who authz.Actor, public, key string) error {
	habits, err := s.cfg.Habits(ctx, who.Account)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, def, err := s.refreshable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		at := instanceAt{a.Key.No, key}
		asked, err := s.askToStop(ctx, tx, at)
		if err == nil && !asked {
			asked, err = s.takeBack(ctx, tx, who, at, def, habits)
		}
		if err == nil && !asked {
			err = errs.New(errs.Conflict, "refresh_not_running", "This data source is not being fetched any more.")
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, who, didStopRefresh, a)
	})
}

// askToStop notes that the fetch of an instance that goes on is to end; false when none does.
func (s *Service) askToStop(ctx context.Context, tx *db.Tx, at instanceAt) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO fetch_stops (account_id, no, key, begun_at, asked_at)
		SELECT f.account_id, f.no, f.key, MAX(f.begun_at), CAST(:now AS bigint) FROM running_fetches f
			JOIN instances i ON i.account_id = f.account_id AND i.no = f.no AND i.key = f.key
			WHERE f.account_id = :account AND f.no = :no AND f.key = :key AND f.told_at >= :told AND f.begun_at > COALESCE(i.tried_at, 0)
			GROUP BY f.account_id, f.no, f.key
		ON CONFLICT (account_id, no, key) DO UPDATE SET begun_at = excluded.begun_at, asked_at = excluded.asked_at`,
		db.Args{"no": at.No, "key": at.Key, "now": tx.Now, "told": tx.Now - believedFor})
	return n > 0, err
}

// stopAll notes that all fetches of a source that go on are to end.
func (s *Service) stopAll(ctx context.Context, tx *db.Tx, no int64) error {
	var keys []string
	err := tx.Query(ctx, `SELECT DISTINCT key FROM running_fetches WHERE account_id = :account AND no = :no ORDER BY key`, db.Args{"no": no},
		func(scan func(...any) error) error {
			keys = append(keys, "")
			return scan(&keys[len(keys)-1])
		})
	for _, key := range keys {
		if err == nil {
			_, err = s.askToStop(ctx, tx, instanceAt{no, key})
		}
	}
	return err
}

// takeBack lets an instance that waits for its turn not be fetched; false when it does not wait.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, who authz.Actor, at instanceAt, def *definition, of Habits) (bool, error) {
	inst, there, err := findInstance(ctx, tx, at)
	if err != nil || !there || inst.asked == "" {
		return false, err
	}
	w := &work{owner: who.Account, at: at, instance: inst, body: def.body, content: def.content, settings: def.settings,
		plan: planOf(def.settings.Refresh, int64(who.Account), at, of.Zone), reason: inst.asked, queuedAt: inst.askedAt}
	return true, s.stopped(ctx, tx, w, tx.Now, nil)
}

// stopped notes an attempt that somebody ended. It is no failure: the data that are there stay, and so do the counts. The next
// one is by the plan, and never at once.
func (s *Service) stopped(ctx context.Context, tx *db.Tx, w *work, begun int64, got *outcome) error {
	inst, next := w.instance, int64(0)
	switch {
	case inst.State == Disabled || !w.settings.Refresh.planned():
	case inst.NextAt > tx.Now:
		next = inst.NextAt
	case inst.Failures > 0:
		next = w.plan.within(tx.Now + ladder(inst.Failures).Milliseconds())
	default:
		next = w.plan.next(tx.Now)
	}
	// tried_at is when it began: whoever stops one may ask again at once.
	_, err := tx.Exec(ctx, `UPDATE instances SET asked = '', asked_at = NULL, asleep = 0, next_at = :next,
			tried_at = CASE WHEN COALESCE(tried_at, 0) < CAST(:begun AS bigint) THEN CAST(:begun AS bigint) ELSE tried_at END
		WHERE account_id = :account AND no = :no AND key = :key`, db.Args{"next": orNull(next), "begun": begun, "no": w.at.No, "key": w.at.Key})
	if err == nil {
		err = s.mirrorNext(ctx, tx, w.at.No, next)
	}
	if err == nil {
		err = s.after(ctx, tx, w, next)
	}
	if err == nil {
		err = s.logRun(ctx, tx, w, begun, got, "cancelled", nil, ColumnChanges{})
	}
	if err == nil {
		err = audit.News(ctx, tx)
	}
	return err
}

// byTrial is why a request is sent that is tried.
const byTrial = "trial"

// trialOf names a trial of a person. It belongs to no source, whose numbers begin with 1.
func trialOf(who authz.Actor, name string) fetchOf {
	return fetchOf{who.Account, instanceAt{Key: string(who.User) + "/" + name}}
}

// watched notes a trial that somebody may ask about meanwhile.
func (s *Service) watched(ctx context.Context, who authz.Actor, name string, now int64) (context.Context, *fetch.Progress, func()) {
	if name == "" {
		return ctx, nil, func() {}
	}
	ctx, under, ended := s.fetches.begin(ctx, trialOf(who, name), byTrial, now)
	return ctx, under.progress.Load(), ended
}

// Watched says what a trial of the actor does that goes on under a name: one, or none where there is no such trial, or where it
// has just begun. Code permission_denied.
func (s *Service) Watched(ctx context.Context, who authz.Actor, name string) ([]Running, error) {
	if err := mayUpload(who); err != nil {
		return nil, err
	}
	out := []Running{}
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		r := Running{Reason: byTrial}
		found, err := tx.One(ctx, `SELECT begun_at, step, pages, row_count, bytes FROM running_fetches
			WHERE account_id = :account AND no = 0 AND key = :key AND told_at >= :told`,
			db.Args{"key": trialOf(who, name).Key, "told": tx.Now - believedFor}, &r.Since, &r.Step, &r.Pages, &r.Rows, &r.Bytes)
		if out = out[:0]; found {
			out = append(out, r)
		}
		return err
	})
	return out, err
}
