package datasource

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"time"

	"octavo/internal/clock"
	"octavo/internal/errs"
)

// instanceAt names an instance in its account.
type instanceAt struct {
	No  int64  `json:"no"`
	Key string `json:"key"`
}

// spread is a moment within a time, in milliseconds, that is the instance's own: what is due equally often is not due
// together.
func (at instanceAt) spread(account, within int64) int64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.BigEndian, [2]int64{account, at.No}) // a hash never fails
	_, _ = h.Write([]byte(at.Key))                                  // a hash never fails
	return int64(h.Sum64() % uint64(within))
}

// plan is when one instance is due: a schedule, in a time zone.
type plan struct {
	Refresh
	at      instanceAt
	account int64
	zone    *time.Location
	cron    *cron // of mode cron
}

// planOf is the plan of an instance. account is the zone of its account.
func planOf(r Refresh, owner int64, at instanceAt, account *time.Location) plan {
	p := plan{Refresh: r, at: at, account: owner, zone: account}
	if r.Zone != "" {
		if zone, err := time.LoadLocation(r.Zone); err == nil { // it was there when it was saved
			p.zone = zone
		}
	}
	if r.Mode == modeCron {
		p.cron, _ = parseCron(r.Cron) // it was read when it was saved; without one nothing is due
	}
	return p
}

// next is the first moment after now at which the instance is due, in UTC milliseconds as now; 0 = never. It depends
// on the clock alone, so a late run moves none after it, and many missed ones become one.
func (p plan) next(now int64) int64 {
	switch p.Mode {
	case modeInterval:
		return p.nextSlot(now)
	case modeTimes:
		return p.nextTime(now)
	case modeCron:
		if p.cron == nil {
			return 0
		}
		return p.cron.next(now, p.zone)
	}
	return 0
}

// nextSlot is the first moment of an interval after now. One that falls out of the window is put off to where the
// window opens, or the first moment after that.
func (p plan) nextSlot(now int64) int64 {
	interval := p.interval()
	if interval <= 0 {
		return 0
	}
	slot := now - mod(now-p.at.spread(p.account, interval), interval)
	for {
		if due := p.putOff(slot, interval); due > now {
			return due
		}
		slot += interval
	}
}

// putOff is when the work of a moment may be done.
func (p plan) putOff(slot, interval int64) int64 {
	if p.allows(slot) {
		return slot
	}
	opens := p.opens(slot)
	long := (24 * time.Hour).Milliseconds()
	if p.Window != nil {
		long = p.Window.length()
	}
	if first := slot + (opens-slot+interval-1)/interval*interval; first < opens+long && p.allows(first) {
		return first
	}
	if later := opens + p.at.spread(p.account, min(interval, long)); p.allows(later) {
		return later
	}
	return opens
}

// allows says whether the days and the window of a schedule have a moment in them.
func (p plan) allows(at int64) bool {
	local := clock.FromMillis(at).In(p.zone)
	return p.onDay(local.Weekday()) && (p.Window == nil || p.Window.has(local.Hour()*60+local.Minute()))
}

// opens is the first moment after one that is not allowed at which all is.
func (p plan) opens(after int64) int64 {
	local := clock.FromMillis(after).In(p.zone)
	for day := 0; ; day++ { // at most a week and a day: some day is allowed
		minutes := []int{0}
		if p.Window != nil {
			minutes = append(minutes, p.Window.from())
		}
		for _, minute := range minutes {
			at := clock.Millis(wall(local, day, minute, p.zone))
			if at > after && p.allows(at) {
				return at
			}
		}
	}
}

// nextTime is the first time of day after now, on a day of the schedule.
func (p plan) nextTime(now int64) int64 {
	local := clock.FromMillis(now).In(p.zone)
	for day := 0; day <= 8; day++ {
		if !p.onDay(civil(local, day).Weekday()) {
			continue
		}
		var found int64
		for _, text := range p.Times {
			if at := clock.Millis(wall(local, day, minuteOf(text), p.zone)); at > now && (found == 0 || at < found) {
				found = at
			}
		}
		if found != 0 {
			return found
		}
	}
	return 0
}

// within is a moment, or the first after it that the window allows: for attempts after failures.
func (p plan) within(at int64) int64 {
	if p.Mode != modeInterval || p.allows(at) {
		return at
	}
	return p.opens(at)
}

// leastStale is how old data may be at least before they are stale.
const leastStale = 15 * time.Minute

// stale is from when on data that came at a time are too old, unless others come; 0 = never: nothing else is expected.
// That is the case when two moments were missed (data-sources.md §10.6).
func (p plan) stale(received int64) int64 {
	if !p.planned() {
		return 0
	}
	least := received + leastStale.Milliseconds()
	if p.Mode == modeInterval && p.Window == nil && len(p.Days) == 0 {
		return max(received+2*p.interval(), least)
	}
	second := p.next(received)
	if second != 0 {
		second = p.next(second)
	}
	return max(second, least)
}

// civil is the day some days after that of local, as noon in UTC: a day of the calendar, whatever clocks do in it.
func civil(local time.Time, days int) time.Time {
	y, m, d := local.Date()
	return time.Date(y, m, d+days, 12, 0, 0, 0, time.UTC)
}

// wall is the moment at which clocks of a zone show a minute of the day, days after that of local. Of two it is the
// first; where clocks leave the minute out, it is when they go on. So a later minute is never an earlier moment.
func wall(local time.Time, days, minute int, zone *time.Location) time.Time {
	y, m, d := local.Date()
	t := time.Date(y, m, d+days, 0, minute, 0, 0, zone)
	begin, end := t.ZoneBounds()
	_, offset := t.Zone()
	switch shown, wanted := t.Unix()+int64(offset), time.Date(y, m, d+days, 0, minute, 0, 0, time.UTC).Unix(); {
	case shown > wanted:
		return begin
	case shown < wanted:
		return end
	}
	if begin.IsZero() {
		return t
	}
	_, before := begin.Add(-time.Second).Zone()
	if first := t.Add(-time.Duration(before-offset) * time.Second); before > offset && first.Before(begin) {
		return first
	}
	return t
}

func mod(a, b int64) int64 { return (a%b + b) % b }

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
