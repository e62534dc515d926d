package job

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"octavo/internal/db"
	"octavo/internal/id"
)

// parkedFor is how long a job without room at its place rests at most: who knows of it may have died.
const parkedFor = 2 * time.Minute

// noRoom says that as many runs are at a place as are to be.
type noRoom struct {
	place string
	most  int
}

func (e *noRoom) Error() string { return fmt.Sprintf("job: there are %d runs at %s", e.most, e.place) }

// Enter counts the run among those at a place, such as a host that is asked, where at most so many are to be at a time in
// one process. An error means that there is no room, and the handler gives it back: the worker is then free for others, and
// the job is begun again when there is room, the lowest turn of those that wait for it first. That is no attempt.
func (r *Run) Enter(place string, most int) error {
	if !r.places.enter(r.held.run(), place, most) {
		return &noRoom{place, most}
	}
	return nil
}

// ofAccount is the place of the runs of a kind in one account.
func ofAccount(kind string, a id.Account) string { return fmt.Sprintf("%s of %d", kind, a) }

// places knows which runs of this process are where, and where jobs wait for room. Safe for concurrent use.
type places struct {
	mu     sync.Mutex // guards what follows
	at     map[string]int
	held   map[run][]string
	parked map[string]int // most runs at a place where some wait
}

func newPlaces() *places {
	return &places{at: map[string]int{}, held: map[run][]string{}, parked: map[string]int{}}
}

// keep counts a run at a place whether there is room or not.
func (p *places) keep(of run, place string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.add(of, place)
}

func (p *places) add(of run, place string) {
	if place != "" && !slices.Contains(p.held[of], place) {
		p.held[of] = append(p.held[of], place)
		p.at[place]++
	}
}

func (p *places) enter(of run, place string, most int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	others := p.at[place]
	if slices.Contains(p.held[of], place) {
		others--
	}
	if others >= most {
		return false
	}
	p.add(of, place)
	return true
}

// leave ends what enter and keep began.
func (p *places) leave(of run) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, place := range p.held[of] {
		if p.at[place]--; p.at[place] == 0 {
			delete(p.at, place)
		}
	}
	delete(p.held, of)
}

// park notes that somebody waits for room.
func (p *places) park(place string, most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.parked[place] = most
}

// forget is park taken back.
func (p *places) forget(place string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.parked, place)
}

// count says how many are at a place.
func (p *places) count(place string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at[place]
}

// open gives the places with room for which somebody waits, and how much there is.
func (p *places) open() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[string]int{}
	for place, most := range p.parked {
		if room := most - p.at[place]; room > 0 {
			out[place] = room
		}
	}
	return out
}

// claiming is what one look at the table finds. It changes nothing in the runner, for its transaction may be done again.
type claiming struct {
	r      *Runner
	found  []claimed
	more   bool           // there may be more at once
	taken  map[string]int // places of found
	parked map[string]int // as of places: where jobs were parked
	empty  []string       // places where nobody waits any more
}

// unpark lets as many of those that wait for room be claimed as there is.
func (c *claiming) unpark(ctx context.Context, tx *db.Tx) error {
	open := c.r.places.open()
	for _, place := range slices.Sorted(maps.Keys(open)) {
		left, err := unpark(ctx, tx, place, open[place])
		if err != nil {
			return err
		}
		if !left {
			c.empty = append(c.empty, place)
		}
	}
	return nil
}

// rounds bounds how often workers are offered again that a claim has filled with jobs that have no room.
const rounds = 4

// fill takes jobs for the workers of a pool. Those whose account has no room are parked and hold none.
func (c *claiming) fill(ctx context.Context, tx *db.Tx, of *pool) error {
	free := of.workers - c.r.busyWith(of)
	for range rounds {
		if free <= 0 {
			return nil
		}
		some, err := claim(ctx, tx, c.r.name, of.kinds, free, c.r.cfg.Lease.Milliseconds())
		if err != nil {
			return err
		}
		c.more = c.more || len(some) == free
		kept, err := c.admit(ctx, tx, some)
		if err != nil || kept == len(some) {
			return err
		}
		free -= kept
	}
	return nil
}

// admit keeps the claimed jobs whose accounts have room and parks the others. It says how many it has kept.
func (c *claiming) admit(ctx context.Context, tx *db.Tx, some []claimed) (kept int, err error) {
	slices.SortFunc(some, func(a, b claimed) int { return cmp.Or(cmp.Compare(a.turn, b.turn), cmp.Compare(a.id, b.id)) })
	without := map[string][]string{}
	for _, j := range some {
		most, place := c.r.handlers[j.kind].PerAccount, ofAccount(j.kind, j.account)
		if most > 0 && c.r.places.count(place)+c.taken[place] >= most {
			without[place] = append(without[place], j.id)
			c.parked[place] = most
			continue
		}
		c.taken[place]++
		c.found = append(c.found, j)
		kept++
	}
	for _, place := range slices.Sorted(maps.Keys(without)) {
		if err := park(ctx, tx, place, without[place]); err != nil {
			return 0, err
		}
	}
	return kept, nil
}

// apply tells the runner what was written.
func (c *claiming) apply() {
	for _, place := range c.empty {
		c.r.places.forget(place)
	}
	for place, most := range c.parked {
		c.r.places.park(place, most)
	}
}
