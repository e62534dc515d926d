package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"octavo/internal/clock"
)

const (
	// mostTogether bounds how many changes share a transaction: others wait for its locks.
	mostTogether = 64
	// groupsPostgres is how many such transactions are written at a time; SQLite has one writer.
	groupsPostgres = 4
)

// group collects the changes of Together.
type group struct {
	mu      sync.Mutex // guards what follows
	waiting []*part    // in the order in which they came
	leaders int        // callers that write for others
}

// part is the change of one caller.
type part struct {
	ctx   context.Context
	scope Scope
	fn    func(*Tx) error
	err   error
	alone bool      // it has to be written by itself
	news  chan bool // true: lead; false: another leader has written it, or given it up
}

// commitError is a commit that failed, after which nobody knows whether it was done: nothing is done again.
type commitError struct{ error }

func (e *commitError) Unwrap() error { return e.error }

// errBroken says that a part panicked, which its own caller is to see.
var errBroken = errors.New("db: a change panics")

// Together is Tx for changes that many make at the same time, such as the ends of jobs. What comes while another
// transaction is written goes into the next one as a whole, each change in its own scope, and is brought to the disk
// once for all. When one of them fails, all are taken back and each is written by itself: nobody meets the error of
// another. So fn may run again, as with Tx. It sees what changes before it have written.
//
// A ctx that ends while fn runs does not stop the others: fn should not end its statements by it.
func (d *DB) Together(ctx context.Context, scope Scope, fn func(*Tx) error) error {
	p := &part{ctx: ctx, scope: scope, fn: fn, news: make(chan bool, 1)}
	if d.group.enter(p, d.groups()) || <-p.news {
		d.lead(p)
	}
	if p.alone {
		return d.Tx(ctx, scope, fn)
	}
	return p.err
}

func (d *DB) groups() int {
	if d.d.postgres {
		return groupsPostgres
	}
	return 1
}

// enter says whether the caller of a change is to lead; else the change waits for a leader.
func (g *group) enter(p *part, most int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.leaders < most {
		g.leaders++
		return true
	}
	g.waiting = append(g.waiting, p)
	return false
}

// join gives the changes that go into the transaction of a leader, his own first.
func (g *group) join(own *part) []*part {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), mostTogether-1)
	all := append([]*part{own}, g.waiting[:n]...)
	g.waiting = slices.Delete(g.waiting, 0, n)
	return all
}

// leave lets who has waited longest lead.
func (g *group) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.leaders--
		return
	}
	g.waiting[0].news <- true
	g.waiting = slices.Delete(g.waiting, 0, 1)
}

// lead writes the change of its caller and those that wait, and tells whose they were.
func (d *DB) lead(own *part) {
	defer d.group.leave()
	all := d.group.join(own)
	if len(all) == 1 {
		own.err = d.Tx(own.ctx, own.scope, own.fn)
		return
	}
	err := d.writeAll(all)
	var unsure *commitError
	known := err != nil && (!errors.As(err, &unsure) || isTransient(err)) // known to be taken back
	for _, p := range all {
		switch {
		case known:
			p.err, p.alone = nil, true
		case err != nil:
			p.err = cmp.Or(p.err, err)
		}
	}
	for _, p := range all[1:] {
		p.news <- false
	}
}

// writeAll writes changes in one transaction, in the order of their accounts, so that two such transactions seldom wait
// for each other's rows. An error other than a commitError means that nothing is written.
func (d *DB) writeAll(all []*part) (err error) {
	ctx := context.WithoutCancel(d.life)
	sqlTx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if recover() != nil { // its caller meets it again when the change is written by itself
			err = errBroken
		}
		if err != nil {
			_ = sqlTx.Rollback()
		}
	}()
	grown := map[string]int64{}
	for _, p := range slices.SortedStableFunc(slices.Values(all), func(a, b *part) int { return cmp.Compare(a.scope.account, b.scope.account) }) {
		if p.err = p.ctx.Err(); p.err != nil {
			continue
		}
		tx := &Tx{Now: clock.Millis(d.clock.Now()), db: d, tx: sqlTx, scope: p.scope}
		if err := tx.enter(ctx); err != nil {
			return err
		}
		if err := p.fn(tx); err != nil {
			return err
		}
		for table, rows := range tx.grown {
			grown[table] += rows
		}
	}
	if err := sqlTx.Commit(); err != nil {
		return &commitError{explain(fmt.Errorf("db: commit: %w", err))}
	}
	d.count(grown)
	return nil
}
