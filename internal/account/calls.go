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

// dayOf is the day that a call at an instant counts for, YYYY-MM-DD. Days begin at midnight
// UTC; with a zone per account this and nextDay take the account.
func dayOf(now int64) string { return clock.FromMillis(now).Format(time.DateOnly) }

// nextDay is when the calls of an account begin to count anew, UTC milliseconds.
func nextDay(now int64) int64 {
	return clock.Millis(clock.FromMillis(now).Truncate(day).Add(day))
}

// CallsConfig are the limits of calls with API keys. Zero values are the factory's.
type CallsConfig struct {
	Burst int           // calls a second of one key; default 50
	Write time.Duration // how often counts are written; default 2 s
}

const (
	burst      = 50
	writeEvery = 2 * time.Second
	keptKeys   = 10_000 // buckets of keys; beyond, those that are full are forgotten
)

// Calls counts calls with API keys and refuses those beyond the limits. Counts are kept in
// memory and written together, so a call costs no statement; what other processes have counted
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

// tally is one account's day.
type tally struct {
	day     string
	stored  int64 // as read at the last writing
	pending int64 // counted here and not written
	known   bool  // stored was read
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
	limit := home.APILimit
	if home.IsParent() && limit != Unlimited {
		limit = max(0, limit-home.given.APICalls)
	}
	t := c.day(home.ID, now)
	if limit != Unlimited && t.stored+t.pending >= limit {
		c.buckets[key] = b
		return rateLimited("day", limit, (nextDay(now)-now+999)/1000)
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

// day gives the tally of an account; mu is held.
func (c *Calls) day(a id.Account, now int64) *tally {
	today := dayOf(now)
	t := c.days[a]
	if t == nil || t.day != today && t.pending == 0 {
		t = &tally{day: today}
		c.days[a] = t
	}
	return t
}

// load reads what was counted before, once per account and day.
func (c *Calls) load(ctx context.Context, a id.Account, now int64) error {
	c.mu.Lock()
	stale := c.days[a] != nil && c.days[a].day != dayOf(now)
	known := c.day(a, now).known
	c.mu.Unlock()
	if stale { // yesterday's calls first
		c.flush(ctx)
	}
	if known && !stale {
		return nil
	}
	var calls int64
	err := c.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		calls = 0
		_, err := tx.One(ctx, `SELECT calls FROM api_calls WHERE account_id = :of AND day = :day`, db.Args{"of": a, "day": dayOf(now)}, &calls)
		return err
	})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.day(a, now); !t.known {
		t.stored, t.known = calls, true
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
		calls, err := c.write(ctx, a, t)
		c.mu.Lock()
		now := c.days[a]
		switch {
		case err != nil && now != nil && now.day == t.day:
			now.stored, now.pending = now.stored-t.pending, now.pending+t.pending
		case err == nil && now != nil && now.day == t.day:
			now.stored, now.known = max(now.stored, calls), true
		}
		c.mu.Unlock()
		if err != nil {
			c.log.WarnContext(ctx, "calls cannot be counted", "error", err)
		}
	}
}

func (c *Calls) write(ctx context.Context, a id.Account, t tally) (calls int64, err error) {
	err = c.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `INSERT INTO api_calls (account_id, day, calls) VALUES (:of, :day, :n)
			ON CONFLICT (account_id, day) DO UPDATE SET calls = api_calls.calls + excluded.calls RETURNING calls`,
			db.Args{"of": a, "day": t.day, "n": t.pending}, &calls)
		return err
	})
	return calls, err
}

// keepCalls is how long the counts of a day are kept.
const keepCalls = 400 * day

// SweepCalls removes counts of days long past. A worker calls it now and then.
func (s *Service) SweepCalls(ctx context.Context) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM api_calls WHERE day < :day`, db.Args{"day": dayOf(tx.Now - keepCalls.Milliseconds())})
		return err
	})
}

func rateLimited(per string, limit, wait int64) error {
	return errs.New(errs.RateLimited, "rate_limited", "Too many calls with API keys. Wait, then go on.").
		WithParams(map[string]any{"per": per, "limit": limit, "retry_after_s": wait})
}
