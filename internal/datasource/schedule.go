package datasource

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"time"

	"octavo/internal/errs"
)

// instanceAt names an instance in its account.
type instanceAt struct {
	No  int64  `json:"no"`
	Key string `json:"key"`
}

// spread is the moment within an interval at which an instance is due, in milliseconds:
// equal intervals do not fall together.
func (at instanceAt) spread(account, interval int64) int64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.BigEndian, [2]int64{account, at.No}) // a hash never fails
	_, _ = h.Write([]byte(at.Key))                                  // a hash never fails
	return int64(h.Sum64() % uint64(interval))
}

// nextDue is the first moment after now at which an instance is due; 0 = never. It
// depends on the clock alone, so a late run moves none after it, and many missed ones
// become one.
func (at instanceAt) nextDue(account, now, interval int64) int64 {
	if interval <= 0 {
		return 0
	}
	spread := at.spread(account, interval)
	due := now - (now-spread)%interval
	for due <= now {
		due += interval
	}
	return due
}

// disabledAfter is the number of failures in a row after which an instance is tried no more.
const disabledAfter = 20

// ladder is how long after the n-th failure in a row the next attempt comes (data-sources.md §10.6).
func ladder(n int64) time.Duration {
	switch {
	case n <= 2:
		return 5 * time.Minute
	case n <= 4:
		return 30 * time.Minute
	}
	return 6 * time.Hour
}

// maxDeferrals is how many times in a row a service may put us off before that is a failure.
const maxDeferrals = 6

// deferral is how long a service asks to wait; ok is false for other errors.
func deferral(err error) (wait time.Duration, ok bool) {
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != "service_limited" {
		return 0, false
	}
	seconds, _ := e.Params["retry_after_s"].(int)
	return time.Duration(seconds) * time.Second, true
}
