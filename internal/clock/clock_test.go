package clock_test

import (
	"sync"
	"testing"
	"time"

	"octavo/internal/clock"
)

func TestSystemIsTheMachine(t *testing.T) {
	before := time.Now()
	got := clock.System().Now()
	if got.Before(before) || got.After(time.Now()) {
		t.Errorf("System().Now() = %s, asked at %s", got, before)
	}
}

func TestManualMovesOnlyWhenTold(t *testing.T) {
	at := time.Date(2026, time.March, 29, 0, 30, 0, 0, time.UTC)
	m := clock.NewManual(at)
	_ = m.Now() // looking does not move it
	if !m.Now().Equal(at) {
		t.Fatalf("a fresh clock stands at %s", m.Now())
	}
	m.Advance(90 * time.Minute)
	if want := at.Add(90 * time.Minute); !m.Now().Equal(want) {
		t.Errorf("after 90 minutes it stands at %s, want %s", m.Now(), want)
	}
}

// No step is lost and no reader goes back when many move and read at once.
func TestManualIsSafeForConcurrentUse(t *testing.T) {
	const movers, steps = 8, 500
	at := time.UnixMilli(0)
	m := clock.NewManual(at)
	var wg sync.WaitGroup
	for range movers {
		wg.Go(func() {
			for last := at; last.Before(at.Add(steps * time.Second)); {
				m.Advance(time.Second)
				now := m.Now()
				if !now.After(last) {
					t.Errorf("%s after %s", now, last)
					return
				}
				last = now
			}
		})
	}
	wg.Wait()
	total := m.Now().Sub(at)
	if total < steps*time.Second || total >= (steps+movers)*time.Second {
		t.Errorf("the clock stands at %s", total)
	}
	m = clock.NewManual(at)
	for range movers {
		wg.Go(func() {
			for range steps {
				m.Advance(time.Millisecond)
			}
		})
	}
	wg.Wait()
	if got := m.Now().Sub(at); got != movers*steps*time.Millisecond {
		t.Errorf("steps were lost: %s", got)
	}
}

func TestMillis(t *testing.T) {
	paris := time.FixedZone("", 3600)
	at := time.Date(2026, time.March, 2, 10, 30, 0, 123_999_999, paris)
	ms := clock.Millis(at)
	if ms != 1_772_443_800_123 {
		t.Errorf("Millis = %d", ms)
	}
	back := clock.FromMillis(ms)
	if back.Location() != time.UTC || !back.Equal(time.Date(2026, time.March, 2, 9, 30, 0, 123_000_000, time.UTC)) {
		t.Errorf("FromMillis = %s", back)
	}
	if got := clock.Millis(clock.FromMillis(-1)); got != -1 {
		t.Errorf("a moment before 1970: %d", got)
	}
}
