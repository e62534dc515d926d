// Package clock is the only place that reads the time of the machine, so that
// tests can hold it still.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time; take System, or in tests a Manual.
type Clock interface {
	Now() time.Time
}

type system struct{}

func (system) Now() time.Time { return time.Now() }

// System is the clock of the machine.
func System() Clock { return system{} }

// Manual is a clock that moves only when told. Safe for concurrent use.
type Manual struct {
	mu  sync.Mutex // guards now
	now time.Time
}

// NewManual starts a manual clock at an instant.
func NewManual(at time.Time) *Manual { return &Manual{now: at} }

// Now gives the instant the clock stands at.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Advance moves the clock forward.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

// Millis is an instant as the database stores it: UTC milliseconds.
func Millis(t time.Time) int64 { return t.UnixMilli() }

// FromMillis is the instant of stored milliseconds, in UTC.
func FromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
