package datasource

import (
	"bytes"
	"container/list"
	"context"
	"io"
	"slices"
	"sync"

	"octavo/internal/dataset"
	"octavo/internal/errs"
	"octavo/internal/formula/xpath"
)

// Load gives the columns of a payload that pick names; nil means all. Columns
// beyond these may be loaded or not, see dataset.Column.Loaded. The set is shared:
// nobody changes it. What was read stays in memory within the service's budget, and
// callers who ask for the same payload at the same time wait for one reading.
// Codes no_data, blob_not_found, payload_damaged.
func (s *Service) Load(ctx context.Context, p Payload, pick func(sh *dataset.Sheet, col int) bool) (*dataset.Set, error) {
	if p.ID == 0 {
		return nil, errs.Newf(errs.Conflict, "no_data", "%s has no data yet.", p.Name)
	}
	return s.cache.load(ctx, string(p.Hash), pick, func() (io.ReaderAt, int64, error) {
		if p.DataKey == "" {
			data, err := p.data, error(nil)
			if data == nil {
				data, err = s.columnsIn(ctx, p)
			}
			return bytes.NewReader(data), int64(len(data)), err
		}
		r, err := s.blobs.ReaderAt(ctx, p.DataKey)
		if err != nil {
			return nil, 0, err
		}
		return r, r.Size(), nil
	})
}

// cache keeps columns and trees of payloads, least recently used payloads leave first. Safe
// for concurrent use.
type cache struct {
	budget int64 // bytes, estimated

	mu      sync.Mutex // guards what follows, and bytes and place of entries
	used    int64
	entries map[string]*entry
	order   *list.List // of *entry, the most recently used first
}

// entry is one payload. Turn is held by whoever reads or changes set and doc.
type entry struct {
	key   string
	turn  chan struct{}
	set   *dataset.Set    // nil until the first reading; replaced, never changed
	doc   *xpath.Document // nil until a path asks for it
	bytes int64
	place *list.Element // nil = not in the cache any more
}

// take waits until the caller alone may read or change the entry; give must follow.
func (e *entry) take(ctx context.Context) error {
	select {
	case e.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *entry) give() { <-e.turn }

func newCache(budget int64) *cache {
	return &cache{budget: budget, entries: map[string]*entry{}, order: list.New()}
}

func (c *cache) load(ctx context.Context, key string, pick func(*dataset.Sheet, int) bool, open func() (io.ReaderAt, int64, error)) (*dataset.Set, error) {
	e := c.enter(key)
	if err := e.take(ctx); err != nil {
		return nil, err
	}
	defer e.give()
	if e.set != nil && has(e.set, pick) {
		return e.set, nil
	}
	r, size, err := open()
	if err != nil {
		c.leave(e)
		return nil, err
	}
	before := e.set
	fresh, err := dataset.Decode(ctx, r, size, func(sh *dataset.Sheet, col int) bool {
		return wanted(pick, sh, col) && !loadedIn(before, sh.Name, col)
	})
	if err != nil {
		c.leave(e)
		return nil, err
	}
	e.set = join(fresh, before)
	c.resize(e)
	return e.set, nil
}

func wanted(pick func(*dataset.Sheet, int) bool, sh *dataset.Sheet, col int) bool {
	return pick == nil || pick(sh, col)
}

// has says whether all wanted columns are loaded.
func has(set *dataset.Set, pick func(*dataset.Sheet, int) bool) bool {
	for _, sh := range set.Sheets {
		for col := range sh.Columns {
			if wanted(pick, sh, col) && !sh.Columns[col].Loaded() {
				return false
			}
		}
	}
	return true
}

func loadedIn(set *dataset.Set, sheet string, col int) bool {
	if set == nil {
		return false
	}
	i := slices.IndexFunc(set.Sheets, func(sh *dataset.Sheet) bool { return sh.Name == sheet })
	return i >= 0 && set.Sheets[i].Columns[col].Loaded()
}

// join puts the columns that were loaded before into a fresh set, which nobody else has seen.
func join(fresh, before *dataset.Set) *dataset.Set {
	if before == nil {
		return fresh
	}
	for i, sh := range fresh.Sheets {
		for col := range sh.Columns {
			if old := &before.Sheets[i].Columns[col]; old.Loaded() && !sh.Columns[col].Loaded() {
				sh.Columns[col] = *old
			}
		}
	}
	return fresh
}

// enter finds or makes the entry of a key and makes it the most recently used.
func (c *cache) enter(key string) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		e = &entry{key: key, turn: make(chan struct{}, 1)}
		e.place = c.order.PushFront(e)
		c.entries[key] = e
	}
	c.order.MoveToFront(e.place)
	return e
}

// leave takes an entry that holds nothing out again.
func (c *cache) leave(e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.set == nil && e.doc == nil {
		c.remove(e)
	}
}

// resize counts what an entry holds now and lets the least recently used ones go.
func (c *cache) resize(e *entry) {
	bytes := sizeOf(e.set)
	if e.doc != nil {
		bytes += e.doc.Size()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.place == nil {
		return // it was let go while it was read; its callers still have it
	}
	c.used += bytes - e.bytes
	e.bytes = bytes
	for c.used > c.budget && c.order.Len() > 0 {
		c.remove(c.order.Back().Value.(*entry))
	}
}

// remove takes an entry out; c.mu is held. Callers that have its set keep it.
func (c *cache) remove(e *entry) {
	if e.place == nil {
		return
	}
	c.order.Remove(e.place)
	delete(c.entries, e.key)
	c.used -= e.bytes
	e.place = nil
}

// sizeOf estimates the memory of a set: typed values, cells as written (about as
// much again and a form each), and what formulas remember with a column.
func sizeOf(set *dataset.Set) int64 {
	const perCell = 1 + 8
	var n int64
	if set == nil {
		return 0
	}
	for _, sh := range set.Sheets {
		for i := range sh.Columns {
			if c := &sh.Columns[i]; c.Loaded() {
				n += 2*c.Values.Size() + perCell*int64(sh.Rows)
			}
		}
	}
	return n
}
