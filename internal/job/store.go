package job

import (
	"context"
	"maps"

	"octavo/internal/db"
	"octavo/internal/id"
)

// with joins the account of a System scope, if there is one, with the other values of a statement.
func with(own, args db.Args) db.Args {
	all := maps.Clone(args)
	maps.Copy(all, own)
	return all
}

// join makes the waiting job of the same key as urgent and as early as the new one.
func join(ctx context.Context, tx *db.Tx, own db.Args, job New) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE jobs SET
			turn = CASE WHEN class > :class THEN turn - (class - :class) * CAST(:step AS bigint) ELSE turn END,
			class = CASE WHEN class > :class THEN CAST(:class AS smallint) ELSE class END,
			due_at = CASE WHEN due_at > :due THEN CAST(:due AS bigint) ELSE due_at END
		WHERE account_id = :account AND kind = :kind AND key = :key AND state IN ('waiting', 'later')`,
		with(own, db.Args{
			"class": job.Class, "step": classStep, "due": tx.Now + job.After.Milliseconds(), "kind": job.Kind, "key": job.Key,
		}))
	return n > 0, err
}

// nextTurn is the turn of a job that an account adds now.
func nextTurn(ctx context.Context, tx *db.Tx, own db.Args, class Class) (int64, error) {
	var last int64
	_, err := tx.One(ctx, `
		SELECT coalesce(max(turn), 0) FROM jobs WHERE account_id = :account AND state = 'waiting' AND class = :class`,
		with(own, db.Args{"class": class}), &last)
	return max(tx.Now+int64(class)*classStep, last+accountStep), err
}

// insert adds a job. When another transaction added one of the same key a moment ago, that one does.
func insert(ctx context.Context, tx *db.Tx, own db.Args, job New, args string, turn int64) error {
	state := Waiting
	if job.After > 0 {
		state = Later
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO jobs (account_id, id, kind, key, class, args, state, due_at, turn, attempts, worker, stop, error, created_at)
		VALUES (:account, :id, :kind, :key, :class, :args, :state, :due, :turn, 0, '', 0, '', :now)
		ON CONFLICT DO NOTHING`,
		with(own, db.Args{
			"id": id.New(), "kind": job.Kind, "key": job.Key, "class": job.Class, "args": args, "state": state,
			"due": tx.Now + job.After.Milliseconds(), "turn": turn, "now": tx.Now,
		}))
	return err
}

// wakeLater puts what has become due into the order of turns, each job of an account behind the one before: what is planned
// for one moment would else hold up all other accounts. What was parked has its turn.
func wakeLater(ctx context.Context, tx *db.Tx) error {
	var due int
	args := db.Args{"now": tx.Now}
	if found, err := tx.One(ctx, `SELECT 1 FROM jobs WHERE state = 'later' AND due_at <= :now LIMIT 1`, args, &due); err != nil || !found {
		return err
	}
	args["step"], args["gap"] = classStep, accountStep
	_, err := tx.Exec(ctx, `
		UPDATE jobs SET state = 'waiting', turn = CASE WHEN jobs.place <> '' THEN jobs.turn ELSE d.turn END FROM (
			SELECT l.account_id, l.id, (row_number() OVER (PARTITION BY l.account_id, l.class ORDER BY l.due_at, l.id) - 1) * CAST(:gap AS bigint)
				+ CASE WHEN w.turn + CAST(:gap AS bigint) > CAST(:now AS bigint) + l.class * CAST(:step AS bigint)
					THEN w.turn + CAST(:gap AS bigint) ELSE CAST(:now AS bigint) + l.class * CAST(:step AS bigint) END AS turn
			FROM jobs l LEFT JOIN (
				SELECT account_id, class, MAX(turn) AS turn FROM jobs
				WHERE state = 'waiting' AND account_id IN (SELECT account_id FROM jobs WHERE state = 'later' AND due_at <= :now)
				GROUP BY account_id, class
			) w ON w.account_id = l.account_id AND w.class = l.class
			WHERE l.state = 'later' AND l.due_at <= :now
		) d WHERE jobs.account_id = d.account_id AND jobs.id = d.id AND jobs.state = 'later'`, args)
	return err
}

// claimed is a job that this runner holds.
type claimed struct {
	account  id.Account
	id       string
	kind     string
	args     string
	attempts int
	turn     int64
	place    string // for which it was parked; "" = it was not
}

func (c claimed) run() run { return run{id: c.id, attempt: c.attempts} }

// claim takes at most n jobs of the kinds that the runner knows. Jobs whose key runs
// elsewhere are passed over.
func claim(ctx context.Context, tx *db.Tx, worker string, kinds []string, n int, lease int64) ([]claimed, error) {
	var out []claimed
	err := tx.Query(ctx, `
		WITH next AS MATERIALIZED (
			SELECT account_id, id FROM jobs j
			WHERE state = 'waiting' AND kind IN {words :kinds} AND NOT EXISTS (
				SELECT 1 FROM jobs r WHERE r.account_id = j.account_id AND r.kind = j.kind AND r.key = j.key
					AND r.key <> '' AND r.state = 'running')
			ORDER BY turn, id LIMIT :n {lock skip}
		)
		UPDATE jobs SET state = 'running', worker = :worker, attempts = attempts + 1, started_at = :now, lease_until = :lease, stop = 0
		WHERE state = 'waiting' AND (account_id, id) IN (SELECT account_id, id FROM next)
		RETURNING account_id, id, kind, args, attempts, turn, place`,
		db.Args{"kinds": db.Words(kinds), "n": n, "worker": worker, "now": tx.Now, "lease": tx.Now + lease},
		func(scan func(...any) error) error {
			var c claimed
			err := scan(&c.account, &c.id, &c.kind, &c.args, &c.attempts, &c.turn, &c.place)
			out = append(out, c)
			return err
		})
	return out, err
}

// park gives up a claim of jobs for which there is no room at a place.
func park(ctx context.Context, tx *db.Tx, place string, jobs []string) error {
	_, err := tx.Exec(ctx, `
		UPDATE jobs SET state = 'later', place = :place, due_at = :due, worker = '', lease_until = NULL, attempts = attempts - 1
		WHERE id IN {words :jobs} AND state = 'running'`,
		db.Args{"place": place, "due": tx.Now + parkedFor.Milliseconds(), "jobs": db.Words(jobs)})
	return err
}

// unpark lets the first jobs that wait for room at a place be claimed, as many as there is room for with those that it has
// let before. Says whether there may be more.
func unpark(ctx context.Context, tx *db.Tx, place string, room int) (bool, error) {
	var coming int
	args := db.Args{"place": place}
	if _, err := tx.One(ctx, `SELECT count(*) FROM jobs WHERE place = :place AND place <> '' AND state = 'waiting'`, args, &coming); err != nil || coming >= room {
		return true, err
	}
	args["room"] = room - coming
	n, err := tx.Exec(ctx, `
		WITH next AS MATERIALIZED (
			SELECT account_id, id FROM jobs WHERE place = :place AND place <> '' AND state = 'later' ORDER BY turn, id LIMIT :room {lock skip}
		)
		UPDATE jobs SET state = 'waiting' WHERE state = 'later' AND (account_id, id) IN (SELECT account_id, id FROM next)`, args)
	return n > 0 || coming > 0, err
}

// run names one attempt at a job.
type run struct {
	id      string
	attempt int
}

// renew makes the leases of a runner last longer and gives the runs that still are its own, with
// whether somebody asked to stop them.
func renew(ctx context.Context, tx *db.Tx, worker string, lease int64) (map[run]bool, error) {
	held := map[run]bool{}
	err := tx.Query(ctx, `
		UPDATE jobs SET lease_until = :lease WHERE state = 'running' AND worker = :worker RETURNING id, attempts, stop`,
		db.Args{"lease": tx.Now + lease, "worker": worker}, func(scan func(...any) error) error {
			var r run
			var stop int
			err := scan(&r.id, &r.attempt, &stop)
			held[r] = stop != 0
			return err
		})
	return held, err
}

// lost finds running jobs whose lease has run out.
func lost(ctx context.Context, tx *db.Tx) ([]claimed, error) {
	var out []claimed
	err := tx.Query(ctx, `
		SELECT account_id, id, kind, args, attempts FROM jobs WHERE state = 'running' AND lease_until < :now LIMIT 1000 {lock skip}`,
		db.Args{"now": tx.Now}, func(scan func(...any) error) error {
			var c claimed
			err := scan(&c.account, &c.id, &c.kind, &c.args, &c.attempts)
			out = append(out, c)
			return err
		})
	return out, err
}

// end is how a run ended.
type end struct {
	state State
	due   int64 // of Later
	error string
	place string // of Later: where there was no room
	spare bool   // the attempt does not count: the runner stopped, not the work
}

// finish ends a run, if this is still the run that holds the job; says whether it was. A job that is
// to be tried again gives way to one that came under its key meanwhile.
func finish(ctx context.Context, tx *db.Tx, own db.Args, c claimed, e end) (bool, error) {
	again := e.state == Later || e.state == Waiting
	if again {
		var n int
		_, err := tx.One(ctx, `
			SELECT count(*) FROM jobs j JOIN jobs o ON o.account_id = j.account_id AND o.kind = j.kind AND o.key = j.key
			WHERE j.account_id = :account AND j.id = :id AND j.key <> '' AND o.state IN ('waiting', 'later')`,
			with(own, db.Args{"id": c.id}), &n)
		if err != nil {
			return false, err
		}
		if n > 0 {
			e, again = end{state: Done, error: e.error}, false
		}
	}
	n, err := tx.Exec(ctx, `
		UPDATE jobs SET state = :state, error = :error, place = :place, worker = '', lease_until = NULL,
			due_at = CASE WHEN CAST(:due AS bigint) > 0 THEN CAST(:due AS bigint) ELSE due_at END,
			attempts = attempts - CAST(:spare AS bigint),
			ended_at = CASE WHEN :over = 1 THEN CAST(:now AS bigint) ELSE NULL END,
			args = CASE WHEN :done = 1 THEN '{}' ELSE args END
		WHERE account_id = :account AND id = :id AND state = 'running' AND attempts = :attempts`,
		with(own, db.Args{
			"done": e.state == Done, "state": e.state, "error": e.error, "place": e.place, "due": e.due, "spare": e.spare, "now": tx.Now, "over": !again,
			"id": c.id, "attempts": c.attempts,
		}))
	return n > 0, err
}

// sweep deletes jobs that ended before a time.
func sweep(ctx context.Context, tx *db.Tx, before int64) error {
	_, err := tx.Exec(ctx, `DELETE FROM jobs WHERE ended_at < :before`, db.Args{"before": before})
	return err
}
