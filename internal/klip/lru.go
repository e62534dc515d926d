package klip

import (
	"container/list"
	"sync"
)

// lru keeps values up to a total size and forgets those that were not asked for
// longest. Safe for concurrent use.
type lru[K comparable, V any] struct {
	max   int64
	mu    sync.Mutex // guards the fields below
	used  int64
	order *list.List // of *entry, the last used one in front
	byKey map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key  K
	v    V
	size int64
}

func newLRU[K comparable, V any](most int64) *lru[K, V] {
	return &lru[K, V]{max: most, order: list.New(), byKey: map[K]*list.Element{}}
}

func (c *lru[K, V]) get(key K) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return v, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry[K, V]).v, true
}

// put keeps a value of about size bytes; one larger than a quarter of all is not kept.
func (c *lru[K, V]) put(key K, v V, size int64) {
	if size > c.max/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		c.remove(e)
	}
	c.byKey[key] = c.order.PushFront(&entry[K, V]{key, v, size})
	for c.used += size; c.used > c.max; {
		c.remove(c.order.Back())
	}
}

func (c *lru[K, V]) remove(e *list.Element) {
	old := c.order.Remove(e).(*entry[K, V])
	delete(c.byKey, old.key)
	c.used -= old.size
}
