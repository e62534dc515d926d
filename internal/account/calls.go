package account

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Zones gives the time zone of an account: its day of calls ends at midnight there.
type Zones func(ctx context.Context, a id.Account) (*time.Location, error)

// in is the zone of an account; without zones all is UTC.
func (z Zones) in(ctx context.Context, a id.Account) (*time.Location, error) {
	if z == nil {
		return time.UTC, nil
	}
	return z(ctx, a)
}

// dayIn is the day that a call at an instant counts for, YYYY-MM-DD, and when that ends, UTC milliseconds.
func dayIn(zone *time.Location, now int64) (name string, ends int64) {
	at := clock.FromMillis(now).In(zone)
	end := time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, zone)
	if end.Day() == at.Day() { // where clocks go forward at midnight, that may be 23:00
		end = end.Add(time.Hour)
	}
	return at.Format(time.DateOnly), clock.Millis(end)
}

// shortestDay is the least time from the end of a day of calls to the end of the next: where a changed time zone
// would make it shorter, the day goes on for another one, so that nobody gets a fresh limit by choosing the zone whose
// midnight comes next.
const shortestDay = 22 * time.Hour

// today is the day of calls of an account that runs, with what was stored of it. in limits the accounts to those of the scope.
func today(ctx context.Context, tx *db.Tx, in string, a id.Account, zone *time.Location) (tally, error) {
	var t tally
	args := db.Args{"of": a, "now": tx.Now}
	found, err := tx.One(ctx, `SELECT day, ends_at, calls FROM api_calls WHERE `+in+`account_id = :of AND ends_at > :now ORDER BY ends_at LIMIT 1`,
		args, &t.day, &t.ends, &t.stored)
	if err != nil || found {
		return t, err
	}
	var last int64
	_, err = tx.One(ctx, `SELECT ends_at FROM api_calls WHERE `+in+`account_id = :of ORDER BY ends_at DESC LIMIT 1`, db.Args{"of": a}, &last)
	t.day, t.ends = dayIn(zone, tx.Now)
	if t.ends-last < shortestDay.Milliseconds() {
		t.day, t.ends = dayIn(zone, t.ends)
	}
	return t, err
}

// CallsConfig are the limits of calls with API keys. Zero values are the factory's.
type CallsConfig struct {
	Burst int           // calls a second of one key; default 50
	Write time.Duration // how often counts are written; default 2 s
	Zones Zones         // nil = all UTC
}

const (
	burst      = 50
	writeEvery = 2 * time.Second
	keptKeys   = 10_000 // buckets of keys; beyond, those that are full are forgotten
)

// Calls counts calls with API keys and refuses those beyond the limits. Counts are kept in
// memory and written together: statements cost an account's first call of a day, and one call in Write for all; what other processes have counted
// is learnt with each writing. Several processes may therefore together let through more than the
// limit: at most what all of them answer in Write, each. A process that dies loses what it counted
// since. Safe for concurrent use.
type Calls struct {
	db  *db.DB
	log *slog.Logger
	cfg CallsConfig

	one     sync.Mutex // held while counts are written, so that a Flush waits for the one under way
	mu      sync.Mutex
	buckets map[id.Key]bucket
	days    map[id.Account]*tally
	written int64 // when counts were written last, UTC milliseconds
	writing bool
}

// bucket is what a key has left at an instant.
type bucket struct {
	left float64
	at   int64
}

// tally is one account's day. A changed time zone holds from the next day on.
type tally struct {
	day     string
	ends    int64 // UTC milliseconds
	stored  int64 // as read at the last writing
	pending int64 // counted here and not written
}

// NewCalls makes the counter of a process.
func NewCalls(d *db.DB, log *slog.Logger, cfg CallsConfig) *Calls {
	if cfg.Burst <= 0 {
		cfg.Burst = burst
	}
	if cfg.Write <= 0 {
		cfg.Write = writeEvery
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Calls{db: d, log: log, cfg: cfg, buckets: map[id.Key]bucket{}, days: map[id.Account]*tally{}}
}

// Take counts a call with a key in the account at home, whose limit is given. Refused calls
// count against neither limit. Code rate_limited, with the seconds to wait.
func (c *Calls) Take(ctx context.Context, key id.Key, home *Account) error {
	now := clock.Millis(c.db.Clock().Now())
	if err := c.load(ctx, home.ID, now); err != nil {
		return err
	}
	err := c.take(key, home, now)
	c.flushLater(ctx, now)
	return err
}

func (c *Calls) take(key id.Key, home *Account, now int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, ok := c.buckets[key]
	if !ok {
		c.forgetFull(now)
		b = bucket{left: float64(c.cfg.Burst), at: now}
	}
	b.left = min(float64(c.cfg.Burst), b.left+float64(max(0, now-b.at))*float64(c.cfg.Burst)/1000)
	b.at = now
	limit := home.callLimit()
	t := c.days[home.ID] // load put it there
	if limit != Unlimited && t.stored+t.pending >= limit {
		c.buckets[key] = b
		return rateLimited("day", limit, max(1, (t.ends-now+999)/1000))
	}
	if b.left < 1 {
		c.buckets[key] = b
		return rateLimited("second", int64(c.cfg.Burst), 1)
	}
	b.left--
	c.buckets[key] = b
	t.pending++
	return nil
}

// forgetFull makes room for a further key: a full bucket says nothing.
func (c *Calls) forgetFull(now int64) {
	if len(c.buckets) < keptKeys {
		return
	}
	maps.DeleteFunc(c.buckets, func(_ id.Key, b bucket) bool { return now-b.at >= 1000 })
}

// load reads what was counted before, once per account and day.
func (c *Calls) load(ctx context.Context, a id.Account, now int64) error {
	c.mu.Lock()
	t := c.days[a]
	c.mu.Unlock()
	if t != nil && now < t.ends {
		return nil
	}
	if t != nil { // yesterday's calls first
		c.flush(ctx)
	}
	zone, err := c.cfg.Zones.in(ctx, a)
	if err != nil {
		return err
	}
	var next tally
	err = c.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		next, err = today(ctx, tx, ``, a, zone)
		return err
	})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.days[a]; t == nil || t.ends <= now { // nobody was faster; what could not be written of yesterday is lost
		c.days[a] = &next
	}
	return nil
}

// flushLater writes the counts when they are due, beside the call.
func (c *Calls) flushLater(ctx context.Context, now int64) {
	c.mu.Lock()
	due := !c.writing && (now-c.written >= c.cfg.Write.Milliseconds() || now < c.written)
	c.writing = c.writing || due
	if due {
		c.written = now
	}
	c.mu.Unlock()
	if !due {
		return
	}
	go func() {
		c.flush(context.WithoutCancel(ctx))
		c.mu.Lock()
		c.writing = false
		c.mu.Unlock()
	}()
}

// Flush writes what was counted and not written yet: before a process ends.
func (c *Calls) Flush(ctx context.Context) { c.flush(ctx) }

// flush adds the pending counts to the stored ones and learns those of other processes. What
// cannot be written stays pending.
func (c *Calls) flush(ctx context.Context) {
	c.one.Lock()
	defer c.one.Unlock()
	c.mu.Lock()
	pending := map[id.Account]tally{}
	for a, t := range c.days {
		if t.pending > 0 {
			pending[a] = *t
			t.stored, t.pending = t.stored+t.pending, 0
		}
	}
	c.mu.Unlock()
	for a, t := range pending {
		calls, ends, err := c.write(ctx, a, t)
		c.mu.Lock()
		now := c.days[a]
		switch {
		case err != nil && now != nil && now.ends == t.ends:
			now.stored, now.pending = now.stored-t.pending, now.pending+t.pending
		case err == nil && now != nil && now.ends == t.ends:
			now.stored, now.ends = max(now.stored, calls), ends
		}
		c.mu.Unlock()
		if err != nil {
			c.log.WarnContext(ctx, "calls cannot be counted", "error", err)
		}
	}
}

// write adds what was counted of a day to what is stored of it, and gives the sum and when the day ends: another
// process may have begun it before the time zone was changed, and its end holds for all. A stored day of that name which
// is over, seen from another zone, is begun anew.
func (c *Calls) write(ctx context.Context, a id.Account, t tally) (calls, ends int64, err error) {
	const goesOn = `api_calls.ends_at > CAST(:now AS bigint) OR api_calls.ends_at >= excluded.ends_at`
	err = c.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `INSERT INTO api_calls (account_id, day, calls, ends_at) VALUES (:of, :day, :n, :ends)
			ON CONFLICT (account_id, day) DO UPDATE SET
				ends_at = CASE WHEN `+goesOn+` THEN api_calls.ends_at ELSE excluded.ends_at END,
				calls = CASE WHEN `+goesOn+` THEN api_calls.calls ELSE 0 END + excluded.calls
			RETURNING calls, ends_at`,
			db.Args{"of": a, "day": t.day, "n": t.pending, "ends": t.ends, "now": tx.Now}, &calls, &ends)
		return err
	})
	return calls, ends, err
}

// keepCalls is how long the counts of a day are kept.
const keepCalls = 400 * day

// Burst is how many calls a second one key may make.
func (c *Calls) Burst() int {
	if c == nil {
		return burst
	}
	return c.cfg.Burst
}

// DayOfCalls is what an account has used of its calls today, as far as it was written.
type DayOfCalls struct {
	Used, Limit int64 // Limit: Unlimited = none
	EndsAt      time.Time
}

// CallsToday tells an account's own people how many calls they have left today.
func (s *Service) CallsToday(ctx context.Context, a *Account) (*DayOfCalls, error) {
	zone, err := s.zones.in(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	var t tally
	err = s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		t, err = today(ctx, tx, "", a.ID, zone)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &DayOfCalls{Used: t.stored, Limit: a.callLimit(), EndsAt: clock.FromMillis(t.ends)}, nil
}

// callLimit is how many calls a day the account may make: what an agency gave to its clients is not its own.
func (a *Account) callLimit() int64 {
	if a.IsParent() && a.APILimit != Unlimited {
		return max(0, a.APILimit-a.given.APICalls)
	}
	return a.APILimit
}

// SweepCalls removes counts of days long past. A worker calls it now and then.
func (s *Service) SweepCalls(ctx context.Context) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM api_calls WHERE ends_at < :old`, db.Args{"old": tx.Now - keepCalls.Milliseconds()})
		return err
	})
}

func rateLimited(per string, limit, wait int64) error {
	return errs.New(errs.RateLimited, "rate_limited", "Too many calls with API keys. Wait, then go on.").
		WithParams(map[string]any{"per": per, "limit": limit, "retry_after_s": wait})
}
