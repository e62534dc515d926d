package datasource

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"time"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/id"
	"octavo/internal/job"
)

const (
	// idleAfter is how long nobody looks at an instance until it is fetched no more.
	idleAfter = 7 * 24 * time.Hour
	// earliness is how much before its moment a run may begin: jobs and instances are
	// timed by the same clock, so this is no more than rounding.
	earliness = time.Second
)

// work is what one run of an instance needs.
type work struct {
	owner    id.Account
	at       instanceAt
	instance *Instance
	body     body
	content  id.Content // of the body
	settings Settings
	plan     plan
	with     readsWith
	days     *time.Location // of {date…} in the request
	resolved resolved
	reason   string
	queuedAt int64
	enter    func(place string, most int) error // of job.Run
	under    *underWay                          // nil = nobody is told
	stopped  bool                               // somebody ended the reading
	ended    *Attempt                           // as it is written into the log
}

// Habits are what an account has decided on the times at which data is fetched.
type Habits struct {
	Zone   *time.Location // of times and of what was fetched
	Days   *time.Location // of {date…} in requests
	Policy string         // PolicyAlways or PolicyActive
}

// refresh fetches an instance and makes what came its data. What goes wrong outside is
// part of the result; an error is a fault of ours, after which the job is done again.
func (s *Service) refresh(ctx context.Context, run *job.Run) error {
	var at instanceAt
	if err := run.Args(&at); err != nil {
		return err
	}
	habits, err := s.cfg.Habits(ctx, run.Account)
	if err != nil {
		return err
	}
	w, err := s.begin(ctx, run, at, habits)
	if err != nil || w == nil {
		return err
	}
	w.enter = run.Enter
	failpoint.At("refresh/begun")
	begun := clock.Millis(s.db.Clock().Now())
	fetching, under, ended := s.fetches.begin(ctx, fetchOf{run.Account, at}, w.reason, begun)
	defer ended()
	w.under = under
	got, err := s.gather(fetching, w)
	w.stopped = err != nil && errors.Is(context.Cause(fetching), errStopped)
	var outside *errs.Error
	if err != nil && !errors.As(err, &outside) && !w.stopped {
		return err
	}
	failpoint.At("refresh/stored")
	whole := context.WithoutCancel(ctx) // what has come is written, and with it what others have
	err = s.db.Together(ctx, db.Account(run.Account), func(tx *db.Tx) error {
		if err := s.end(whole, tx, w, begun, got, outside); err != nil {
			return err
		}
		failpoint.At("refresh/written")
		return run.Finish(whole, tx)
	})
	failpoint.At("refresh/committed")
	if err == nil && w.ended != nil {
		s.cfg.Watch(*w.ended)
	}
	return err
}

// begin reads what a run needs. Where there is nothing to do, or not yet, it ends the job and gives nil.
func (s *Service) begin(ctx context.Context, run *job.Run, at instanceAt, of Habits) (w *work, err error) {
	err = s.db.Read(ctx, db.Account(run.Account), func(tx *db.Tx) (err error) {
		w, _, err = s.readWork(ctx, tx, run.Account, at, of)
		return err
	})
	if err != nil || w != nil {
		return w, err
	}
	err = s.db.Tx(ctx, db.Account(run.Account), func(tx *db.Tx) error {
		var instead func() error
		if w, instead, err = s.readWork(ctx, tx, run.Account, at, of); err != nil || w != nil {
			return err
		}
		if instead != nil {
			if err := instead(); err != nil {
				return err
			}
		}
		return run.Finish(ctx, tx)
	})
	return w, err
}

// end writes what a run brought; outside is what went wrong there, nil = nothing did.
func (s *Service) end(ctx context.Context, tx *db.Tx, w *work, begun int64, got *outcome, outside *errs.Error) error {
	there, err := s.unchanged(ctx, tx, w)
	if err == nil && there && outside == nil && !w.stopped {
		there, err = s.stillJoined(ctx, tx, w, got)
	}
	switch {
	case err != nil:
		return err
	case !there: // another request by now, or none: what came is of no use
		return enqueue(ctx, tx, w.at, job.Normal, 0)
	case w.stopped:
		return s.stopped(ctx, tx, w, begun, got)
	case outside != nil:
		return s.failed(ctx, tx, w, begun, got, outside)
	}
	return s.take(ctx, tx, w, begun, got)
}

// unchanged says whether the source still asks what the run has asked.
func (s *Service) unchanged(ctx context.Context, tx *db.Tx, w *work) (bool, error) {
	var one int
	return tx.One(ctx, `SELECT 1 FROM assets a JOIN instances i ON i.account_id = a.account_id AND i.no = a.no AND i.key = :key
		WHERE a.account_id = :account AND a.no = :no AND a.body_id = :body AND a.deleted_at IS NULL`,
		db.Args{"no": w.at.No, "key": w.at.Key, "body": w.content}, &one)
}

// readWork reads what a run needs; nil when there is nothing to do, or not yet. What is to be written then, if anything,
// instead writes.
func (s *Service) readWork(ctx context.Context, tx *db.Tx, owner id.Account, at instanceAt, of Habits) (w *work, instead func() error, err error) {
	inst, there, err := findInstance(ctx, tx, at)
	if err != nil || !there {
		return nil, nil, err
	}
	def, err := readDefinition(ctx, tx, at.No)
	if err != nil || def == nil || def.off || def.body.asks() == nil {
		return nil, nil, err
	}
	ready, instead, err := s.ready(ctx, tx, at, inst, cmp.Or(def.settings.Refresh.Policy, of.Policy))
	if err != nil || !ready {
		return nil, instead, err
	}
	r, err := s.again(ctx, tx, owner, def, inst)
	if err != nil {
		return nil, nil, err
	}
	if r.key() != at.Key {
		return nil, func() error { return s.outdated(ctx, tx, owner, at, def, inst) }, nil
	}
	w = &work{owner: owner, at: at, instance: inst, body: def.body, content: def.content, settings: def.settings, with: def.with, days: of.Days,
		plan: planOf(def.settings.Refresh, int64(owner), at, of.Zone), resolved: r, reason: bySchedule, queuedAt: inst.NextAt}
	if inst.asked != "" {
		w.reason, w.queuedAt = inst.asked, inst.askedAt
	}
	return w, nil, nil
}

// definition is a source as far as fetching is concerned.
type definition struct {
	body     body
	content  id.Content
	settings Settings
	with     readsWith
	imported bool
	off      bool // somebody switched it off
	name     string
}

func (d *definition) reader() reader {
	r := reader{names: d.body.variables(), policy: d.settings.Policy, imported: d.imported, plain: true}
	if what := d.body.asks(); what != nil {
		r.secrets, r.plain = what.Secrets(), false
	}
	return r
}

// readDefinition reads a source that is not in the bin; nil when there is none.
func readDefinition(ctx context.Context, tx *db.Tx, no int64) (*definition, error) {
	var d *definition
	err := tx.Query(ctx, `SELECT b.json, a.body_id, t.json, a.origin_no IS NOT NULL, a.name, a.suffix,
			COALESCE(s.credential_account, 0), COALESCE(s.credential_id, ''), CASE WHEN s.off_at IS NULL THEN 0 ELSE 1 END FROM assets a
		JOIN bodies b ON b.id = a.body_id AND b.family_id = :family
		JOIN sources s ON s.account_id = a.account_id AND s.no = a.no
		JOIN settings t ON t.id = s.settings_id AND t.family_id = :family
		WHERE a.account_id = :account AND a.no = :no AND a.deleted_at IS NULL`, db.Args{"no": no},
		func(scan func(...any) error) error {
			d = &definition{}
			var text, settings string
			var suffix int64
			if err := scan(&text, &d.content, &settings, &d.imported, &d.name, &suffix, &d.with.owner, &d.with.id, &d.off); err != nil {
				return err
			}
			d.name = asset.Title(d.name, suffix)
			var err, err2 error
			d.body, err = parseBody(text)
			d.settings, err2 = parseSettings(settings)
			return errors.Join(err, err2)
		})
	return d, err
}

// ready says whether an instance is to be fetched now; where it is not, instead writes what follows, if anything does. One
// whose moment has not come gets another job; one that nobody looks at, none. While nobody is in an account whose data rests
// then, it sleeps until Tend or somebody who looks wakes it (data-sources.md §10.2).
func (s *Service) ready(ctx context.Context, tx *db.Tx, at instanceAt, inst *Instance, policy string) (ready bool, instead func() error, err error) {
	var status account.Status
	if _, err := tx.One(ctx, `SELECT status FROM accounts WHERE id = :account AND deleted_at IS NULL`, nil, &status); err != nil {
		return false, nil, err
	}
	set := func(what string) func() error {
		return func() error {
			_, err := tx.Exec(ctx, `UPDATE instances SET `+what+` WHERE account_id = :account AND no = :no AND key = :key`, db.Args{"no": at.No, "key": at.Key})
			return err
		}
	}
	switch planned := inst.asked == ""; {
	case status == "" || status == account.Disabled:
		return false, nil, nil
	case !planned:
		return true, nil, nil
	case status == account.Setup || inst.State == Disabled || inst.NextAt == 0:
		return false, nil, nil
	case inst.NextAt > tx.Now+earliness.Milliseconds():
		return false, func() error {
			return enqueue(ctx, tx, at, job.Background, time.Duration(inst.NextAt-tx.Now)*time.Millisecond)
		}, nil
	case !inst.Pinned && inst.AccessedAt < tx.Now-idleAfter.Milliseconds():
		return false, set(`next_at = NULL`), nil
	case policy == PolicyActive:
		there, err := somebodyIn(ctx, tx)
		return there, set(`asleep = 1`), err
	}
	return true, nil, nil
}

// activeFor is how long an account counts as active after somebody did something in it.
const activeFor = 15 * time.Minute

// somebodyIn says whether somebody of the account, or a visitor in it, did something lately.
func somebodyIn(ctx context.Context, tx *db.Tx) (bool, error) {
	var one int
	return tx.One(ctx, `SELECT 1 WHERE EXISTS (SELECT 1 FROM sessions WHERE account_id = :account AND used_at > :since)
		OR EXISTS (SELECT 1 FROM visits WHERE account_id = :account AND used_at > :since)`, db.Args{"since": tx.Now - activeFor.Milliseconds()}, &one)
}

// again finds the values of an instance once more: those that the account decides are
// read anew, those of a person are kept with the instance.
func (s *Service) again(ctx context.Context, tx *db.Tx, owner id.Account, def *definition, inst *Instance) (resolved, error) {
	r, err := s.resolve(ctx, tx, authz.Actor{Account: owner}, def.reader(), Choices{})
	if err != nil {
		return r, err
	}
	return r.over(inst), nil
}

// over are the values of an instance, where those of the account hold that nobody else sets.
func (r *resolved) over(inst *Instance) resolved {
	out := resolved{values: maps.Clone(inst.Variables), secret: r.secret, company: inst.Pinned}
	if out.values == nil {
		out.values = map[string]string{}
	}
	for name, text := range r.values {
		if r.fixed[name] || r.secret[name] {
			out.values[name] = text
		}
	}
	if r.refused != "" {
		delete(out.values, r.refused)
	}
	return out
}

// outdated removes an instance whose values are not those of the account any more
// (accounts.md D93). The account's own values get a new one at once.
func (s *Service) outdated(ctx context.Context, tx *db.Tx, owner id.Account, at instanceAt, def *definition, inst *Instance) error {
	_, err := tx.Exec(ctx, `DELETE FROM instances WHERE account_id = :account AND no = :no AND key = :key`, db.Args{"no": at.No, "key": at.Key})
	if err == nil && inst.Pinned {
		err = s.askOwn(ctx, tx, owner, at.No, def, byChange)
	}
	if err != nil {
		return err
	}
	return audit.News(ctx, tx)
}

// askOwn has the data fetched that the account's own values ask for. Where one is
// missing nothing is asked.
func (s *Service) askOwn(ctx context.Context, tx *db.Tx, owner id.Account, no int64, def *definition, reason string) error {
	r, err := s.resolve(ctx, tx, authz.Actor{Account: owner}, def.reader(), Choices{})
	if err != nil || !r.complete(def.body) {
		return err
	}
	return s.ask(ctx, tx, instanceAt{no, r.key()}, r, reason, job.Normal)
}

// failed notes an attempt that brought nothing. The data that is there stays.
func (s *Service) failed(ctx context.Context, tx *db.Tx, w *work, begun int64, got *outcome, why *errs.Error) error {
	inst := w.instance
	failures, deferrals, state := inst.Failures+1, int64(0), Failing
	wait, putOff := deferral(why)
	outcomeName := "failed"
	if putOff && inst.deferrals+1 < maxDeferrals {
		failures, deferrals, state, outcomeName = inst.Failures, inst.deferrals+1, inst.State, "deferred"
	} else {
		wait = ladder(failures)
	}
	if waitsForPeople(why) {
		failures, wait = inst.Failures, 0
	}
	next := int64(0)
	switch {
	case waitsForPeople(why): // Renewed goes on
	case failures >= disabledAfter:
		state = Disabled
	case outcomeName == "deferred":
		next = tx.Now + wait.Milliseconds()
	case w.settings.Refresh.planned():
		next = w.plan.within(tx.Now + wait.Milliseconds())
	}
	_, err := tx.Exec(ctx, `UPDATE instances SET state = :state, failures = :failures, deferrals = :deferrals, error = :error, asked = '', asked_at = NULL, asleep = 0,
			tried_at = :now, next_at = :next WHERE account_id = :account AND no = :no AND key = :key`, db.Args{
		"state": string(state), "failures": failures, "deferrals": deferrals, "error": writeFault(why), "now": tx.Now, "next": orNull(next),
		"no": w.at.No, "key": w.at.Key,
	})
	if err == nil {
		err = s.mirror(ctx, tx, w.at, state, next)
	}
	if err == nil {
		err = s.after(ctx, tx, w, next)
	}
	if err == nil {
		err = s.logRun(ctx, tx, w, begun, got, outcomeName, why, ColumnChanges{})
	}
	if err == nil && (state != inst.State || inst.Payload == 0) {
		err = audit.News(ctx, tx)
	}
	return err
}

// take makes what came the data of the instance, or keeps it aside where its columns are others and somebody is to be asked.
func (s *Service) take(ctx context.Context, tx *db.Tx, w *work, begun int64, got *outcome) error {
	changes, err := changesIn(ctx, tx, w, got)
	if err != nil {
		return err
	}
	same := w.instance.body == 0 || w.instance.body == w.content // else somebody changed the request, who has seen what it brings
	if w.settings.OnSchemaChange == ColumnsAsk && w.settings.History == nil && !changes.none() && same {
		return s.hold(ctx, tx, w, begun, got, changes)
	}
	return s.arrived(ctx, tx, w, begun, got, changes)
}

// arrived makes what came the data of the instance.
func (s *Service) arrived(ctx context.Context, tx *db.Tx, w *work, begun int64, got *outcome, changes ColumnChanges) error {
	inst := w.instance
	payload := inst.Payload
	if got.payload != nil {
		var err error
		if payload, err = s.insertPayload(ctx, tx, got.payload); err != nil {
			return err
		}
	}
	if w.at.Key == "" {
		if err := s.lay(ctx, tx, w.at, payload); err != nil {
			return err
		}
	}
	name := "unchanged"
	if payload != inst.Payload {
		name = "changed"
	}
	next := w.plan.next(tx.Now)
	_, err := tx.Exec(ctx, `UPDATE instances SET state = :state, failures = 0, deferrals = 0, error = '', asked = '', asked_at = NULL, asleep = 0, tried_at = :now,
			payload_id = :payload, body_id = :body, received_at = :asked, next_at = :next, stale_at = :stale, etag = :etag, last_modified = :modified,
			held_payload_id = NULL, held_at = NULL
		WHERE account_id = :account AND no = :no AND key = :key`, db.Args{
		"state": string(Fresh), "now": tx.Now, "asked": got.asked, "payload": payload, "body": w.content, "next": orNull(next), "stale": orNull(w.plan.stale(tx.Now)), "etag": got.etag(inst), "modified": got.modified(inst),
		"no": w.at.No, "key": w.at.Key,
	})
	if err == nil {
		err = s.mirror(ctx, tx, w.at, Fresh, next)
	}
	if err == nil {
		err = s.after(ctx, tx, w, next)
	}
	if err == nil {
		err = s.logRun(ctx, tx, w, begun, got, name, nil, changes)
	}
	if err == nil && (name == "changed" || inst.State != Fresh) {
		err = audit.News(ctx, tx)
	}
	return err
}

// mirror lets lists show what an instance says. Only the one of a source without
// variables is the data of the source itself.
func (s *Service) mirror(ctx context.Context, tx *db.Tx, at instanceAt, state State, next int64) error {
	text := `UPDATE sources SET state = :state, next_at = :next`
	if at.Key == "" {
		text += `, payload_id = (SELECT i.payload_id FROM instances i WHERE i.account_id = :account AND i.no = :no AND i.key = '')`
	}
	text += `, ` + mirrorStale + `, received_at = (SELECT MAX(i.received_at) FROM instances i WHERE i.account_id = :account AND i.no = :no)`
	return s.update(ctx, tx, text+` WHERE account_id = :account AND no = :no`, db.Args{"state": string(state), "next": orNull(next), "no": at.No})
}

// mirrorStale is from when on the newest data of a source are too old.
const mirrorStale = `stale_at = (SELECT MAX(i.stale_at) FROM instances i WHERE i.account_id = :account AND i.no = :no)`

// after plans the next run.
func (s *Service) after(ctx context.Context, tx *db.Tx, w *work, next int64) error {
	if next == 0 {
		return nil
	}
	return enqueue(ctx, tx, w.at, job.Background, time.Duration(next-tx.Now)*time.Millisecond)
}

func orNull(at int64) any {
	if at == 0 {
		return nil
	}
	return at
}
