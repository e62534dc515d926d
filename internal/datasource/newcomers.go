package datasource

import (
	"sync"

	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// How often one person may look at values in a minute that nobody has looked at: each such look makes instances, and
// asks services outside. All that one look needs counts once.
const (
	maxNewLooks = 20
	newLooksIn  = 60_000
)

// person is somebody who looks.
type person struct {
	home id.Account
	user id.User
}

// newcomers remembers who looked at new values in the last minute, in this process. Safe for concurrent use.
type newcomers struct {
	mu    sync.Mutex // guards looks
	looks map[person][]int64
}

// take counts a look at a moment. Code too_many_new_values.
func (n *newcomers) take(who authz.Actor, now int64) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for p, times := range n.looks {
		for len(times) > 0 && times[0] <= now-newLooksIn {
			times = times[1:]
		}
		if n.looks[p] = times; len(times) == 0 {
			delete(n.looks, p)
		}
	}
	p := person{who.Home, who.User}
	if len(n.looks[p]) >= maxNewLooks {
		return errs.Newf(errs.RateLimited, "too_many_new_values", "You looked at new values %d times within a minute, which is the most. Wait a moment, and choose again.", maxNewLooks).
			WithParams(map[string]any{"limit": maxNewLooks})
	}
	n.looks[p] = append(n.looks[p], now)
	return nil
}
