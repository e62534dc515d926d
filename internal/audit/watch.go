package audit

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"octavo/internal/db"
	"octavo/internal/id"
)

const (
	watchEvery = 400 * time.Millisecond
	// watchBack is how far each look goes back: clocks of servers differ, and a transaction may take its
	// time between the id of its line and its commit.
	watchBack = 10 * time.Second
)

// Watcher tells open pages that something in their account has changed, whichever server changed
// it: one look at the trail now and then for all accounts that are watched here. Safe for concurrent use.
type Watcher struct {
	db    *db.DB
	log   *slog.Logger
	every time.Duration

	mu     sync.Mutex // guards what follows
	pages  map[id.Account]map[chan string]bool
	seen   map[string]int64 // lines told already → when they may be forgotten
	closed bool
}

// NewWatcher makes a watcher; Serve runs it.
func NewWatcher(d *db.DB, log *slog.Logger) *Watcher {
	return &Watcher{db: d, log: log, every: watchEvery, pages: map[id.Account]map[chan string]bool{}, seen: map[string]int64{}}
}

// Watch gives the id of the newest change after each change of an account from now on; ids that nobody
// took in time are replaced by newer ones. The channel is closed when the watcher ends. Call stop
// when nobody reads any more.
func (w *Watcher) Watch(account id.Account) (changes <-chan string, stop func()) {
	c := make(chan string, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		close(c)
		return c, func() {}
	}
	if w.pages[account] == nil {
		w.pages[account] = map[chan string]bool{}
	}
	w.pages[account][c] = true
	return c, func() { w.leave(account, c) }
}

func (w *Watcher) leave(account id.Account, c chan string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.pages[account], c)
	if len(w.pages[account]) == 0 {
		delete(w.pages, account)
	}
}

// Newest gives the id of the last change of an account, "" when nothing has changed yet.
func (w *Watcher) Newest(ctx context.Context, account id.Account) (string, error) {
	var newest string
	err := w.db.Read(ctx, db.Account(account), func(tx *db.Tx) error {
		var news string
		_, err := tx.One(ctx, `SELECT coalesce(max(id), '') FROM audit WHERE account_id = :account AND `+isChange, nil, &newest)
		if err == nil {
			_, err = tx.One(ctx, `SELECT coalesce(max(id), '') FROM account_news WHERE account_id = :account`, nil, &news)
		}
		newest = max(newest, news)
		return err
	})
	return newest, err
}

// News lets the open pages of the account of tx look again, for a change that is none of
// a person and so has no line: data that arrived.
func News(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO account_news (account_id, id) VALUES (:account, :id)
		ON CONFLICT (account_id) DO UPDATE SET id = CASE WHEN excluded.id > account_news.id THEN excluded.id ELSE account_news.id END`,
		db.Args{"id": id.New()})
	return err
}

// isChange leaves out the lines of what nobody's page shows: people coming and going.
const isChange = `action NOT LIKE 'user.%' AND action NOT LIKE 'visit.%' AND action NOT LIKE 'key.%'`

// Serve looks until ctx ends, and then closes all channels.
func (w *Watcher) Serve(ctx context.Context) {
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	defer w.close()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := w.look(ctx); err != nil && ctx.Err() == nil {
			w.log.WarnContext(ctx, "changes cannot be looked up", "error", err)
		}
	}
}

func (w *Watcher) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for _, pages := range w.pages {
		for c := range pages {
			close(c)
		}
	}
	w.pages = map[id.Account]map[chan string]bool{}
}

// look reads the newest lines of the accounts that are watched and tells their pages.
func (w *Watcher) look(ctx context.Context) error {
	watched := w.watched()
	if len(watched) == 0 {
		return nil
	}
	type line struct {
		account id.Account
		id      string
	}
	var lines []line
	now := int64(0)
	err := w.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		lines, now = nil, tx.Now
		return tx.Query(ctx, `SELECT account_id, id FROM audit WHERE account_id IN {each :watched} AND id > :since AND `+isChange+`
			UNION ALL SELECT account_id, id FROM account_news WHERE account_id IN {each :watched} AND id > :since ORDER BY id`,
			db.Args{"watched": db.List(watched), "since": firstID(now - watchBack.Milliseconds())}, func(scan func(...any) error) error {
				var l line
				err := scan(&l.account, &l.id)
				lines = append(lines, l)
				return err
			})
	})
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range lines {
		if w.seen[l.id] == 0 {
			w.seen[l.id] = now + 2*watchBack.Milliseconds()
			tell(w.pages[l.account], l.id)
		}
	}
	for line, until := range w.seen {
		if until < now {
			delete(w.seen, line)
		}
	}
	return nil
}

func (w *Watcher) watched() []id.Account {
	w.mu.Lock()
	defer w.mu.Unlock()
	accounts := make([]id.Account, 0, len(w.pages))
	for a := range w.pages {
		accounts = append(accounts, a)
	}
	slices.Sort(accounts)
	return accounts
}

// tell puts an id into each channel, in place of one that nobody has taken.
func tell(pages map[chan string]bool, line string) {
	for c := range pages {
		select {
		case <-c:
		default:
		}
		c <- line
	}
}

// firstID is lower than the id of every line written at a time or later.
func firstID(ms int64) string {
	text := fmt.Sprintf("%012x", max(ms, 0))
	return text + strings.Repeat("0", 32-len(text))
}
