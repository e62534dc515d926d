package datefmt_test

import (
	"slices"
	"testing"
	"time"

	"octavo/internal/formula/datefmt"

	"pgregory.net/rapid"
)

var zones = []string{"UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana"}

func drawZone(t *rapid.T) *time.Location {
	z, _ := datefmt.FindZone(rapid.SampledFrom(zones).Draw(t, "zone"))
	return z
}

// drawMoment draws dates of 1945 to 2099, half of them near a change of the
// clocks. Before, many zones left the local mean time of a town by odd seconds,
// which hours do not follow exactly.
func drawMoment(t *rapid.T, label string) float64 {
	sec := rapid.Int64Range(-788918400, 4102444799).Draw(t, label)
	if rapid.Bool().Draw(t, label+" near a change") {
		z := drawZone(t)
		if start, _ := time.Unix(sec, 0).In(z).ZoneBounds(); start.Year() >= 1945 {
			sec = start.Unix() + rapid.Int64Range(-7200, 7200).Draw(t, label+" from the change")
		}
	}
	return float64(sec)
}

var hours = []string{"2024-03-31 Europe/Paris", "2024-10-27 Europe/Paris", "2024-03-10 America/New_York", "2024-11-03 America/New_York", "2024-04-06 Australia/Lord_Howe", "2024-10-05 Australia/Lord_Howe", "2024-05-05 Asia/Kolkata"}

// TestHoursFollowEachOther lists the hours around changes of the clocks minute
// by minute and expects to move along that list.
func TestHoursFollowEachOther(t *testing.T) {
	for _, c := range hours {
		z := zone(t, c[11:])
		day, _ := time.ParseInLocation(time.DateOnly, c[:10], z)
		var starts []float64
		for sec := datefmt.Seconds(day) + 30; sec < datefmt.Seconds(day)+2*86400; sec += 60 {
			start := datefmt.Start(sec, datefmt.Hour, 0, 0, 1, z)
			if start > sec || start < sec-5400 {
				t.Fatalf("%s: the hour of %v starts at %v", c, sec, start)
			}
			if n := len(starts); n == 0 || starts[n-1] != start {
				starts = append(starts, start)
			}
		}
		if !slices.IsSorted(starts) {
			t.Fatalf("%s: the hours go back in time: %v", c, starts)
		}
		for i, sec := range starts {
			for j, want := range starts {
				if got := datefmt.Start(sec, datefmt.Hour, j-i, 0, 1, z); got != want {
					t.Errorf("%s: hour %d moved by %d starts at %v, want %v", c, i, j-i, got-starts[0], want-starts[0])
				}
			}
		}
	}
}

// TestStartAgreesWithTime asks package time for the first moment of periods.
func TestStartAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := drawZone(t)
		sec := drawMoment(t, "date")
		relative := rapid.IntRange(-30, 30).Draw(t, "relative")
		at := time.Unix(int64(sec), 0).In(z)
		y, m, d := at.Date()
		back := (int(at.Weekday()) + 6) % 7 // to Monday
		for period, want := range map[datefmt.Period]time.Time{
			datefmt.Day:     time.Date(y, m, d+relative, 0, 0, 0, 0, z),
			datefmt.WeekOf:  time.Date(y, m, d-back+7*relative, 0, 0, 0, 0, z),
			datefmt.Month:   time.Date(y, m+time.Month(relative), 1, 0, 0, 0, 0, z),
			datefmt.Quarter: time.Date(y, (m-1)/3*3+1+time.Month(3*relative), 1, 0, 0, 0, 0, z),
			datefmt.Year:    time.Date(y+relative, 1, 1, 0, 0, 0, 0, z),
		} {
			got := datefmt.Time(datefmt.Start(sec, period, relative, time.Monday, 1, z), z)
			if !got.Equal(want) && !ambiguous(want) {
				t.Errorf("%s %d of %s starts at %s, want %s", period, relative, at, got, want)
			}
		}
	})
}

// ambiguous says whether package time had a choice: in gaps and overlaps it promises nothing.
func ambiguous(t time.Time) bool {
	for _, d := range []time.Duration{-2 * time.Hour, 2 * time.Hour} {
		_, a := t.Zone()
		if _, b := t.Add(d).Zone(); a != b {
			return true
		}
	}
	return false
}

func TestEndIsBeforeTheNextStart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := drawZone(t)
		sec := drawMoment(t, "date")
		p := rapid.SampledFrom([]datefmt.Period{datefmt.Hour, datefmt.Day, datefmt.WeekOf, datefmt.Month, datefmt.Quarter, datefmt.Year}).Draw(t, "period")
		first := time.Weekday(rapid.IntRange(0, 6).Draw(t, "week start"))
		month := time.Month(rapid.IntRange(1, 12).Draw(t, "year start"))
		start := datefmt.Start(sec, p, 0, first, month, z)
		end := datefmt.End(sec, p, 0, first, month, z)
		if sec < start || sec > end {
			t.Errorf("%v is not in its %s, %v to %v", sec, p, start, end)
		}
		if again := datefmt.Start(start, p, 0, first, month, z); again != start {
			t.Errorf("the %s that starts at %v starts at %v", p, start, again)
		}
		if next := datefmt.Start(end+1, p, 0, first, month, z); next != end+1 {
			t.Errorf("the %s after %v starts at %v", p, end, next)
		}
	})
}

// TestAddAgreesWithTime asks package time for days and weeks, and checks the
// clamping of months by the day that results.
func TestAddAgreesWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := drawZone(t)
		sec := drawMoment(t, "date")
		n := rapid.IntRange(-5000, 5000).Draw(t, "amount")
		at := time.Unix(int64(sec), 0).In(z)
		for unit, want := range map[datefmt.Period]time.Time{
			datefmt.Second: at.Add(time.Duration(n) * time.Second), datefmt.Minute: at.Add(time.Duration(n) * time.Minute), datefmt.Hour: at.Add(time.Duration(n) * time.Hour),
			datefmt.Day: at.AddDate(0, 0, n), datefmt.WeekOf: at.AddDate(0, 0, 7*n),
		} {
			got := datefmt.Time(datefmt.Add(sec, unit, n, z), z)
			if calendar := unit == datefmt.Day || unit == datefmt.WeekOf; calendar && (ambiguous(want) || n == 0) {
				continue
			}
			if !got.Equal(want) {
				t.Errorf("%s plus %d %s is %s, want %s", at, n, unit, got, want)
			}
		}
		got := datefmt.Time(datefmt.Add(sec, datefmt.Month, n, z), z)
		if ambiguous(got) {
			return
		}
		last := time.Date(at.Year(), at.Month()+time.Month(n)+1, 0, 12, 0, 0, 0, time.UTC)
		if got.Month() != last.Month() || got.Year() != last.Year() || got.Day() != min(at.Day(), last.Day()) || got.Hour() != at.Hour() {
			t.Errorf("%s plus %d months is %s", at, n, got)
		}
	})
}

func TestDiffUndoesAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := drawZone(t)
		a, b := drawMoment(t, "a"), drawMoment(t, "b")
		if b < a {
			a, b = b, a
		}
		unit := rapid.SampledFrom([]datefmt.Period{datefmt.Second, datefmt.Minute, datefmt.Hour, datefmt.Day, datefmt.WeekOf, datefmt.Month, datefmt.Quarter, datefmt.Year}).Draw(t, "unit")
		n := datefmt.Diff(a, b, unit, z)
		if datefmt.Add(a, unit, n, z) > b {
			t.Errorf("%d %s after %v is beyond %v", n, unit, a, b)
		}
		if datefmt.Add(a, unit, n+1, z) <= b {
			t.Errorf("more than %d %s fit between %v and %v", n, unit, a, b)
		}
		if back := datefmt.Diff(b, a, unit, z); back != -n {
			t.Errorf("from %v to %v it is %d %s, back %d", a, b, n, unit, back)
		}
	})
}

func TestSetAndClosest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := drawZone(t)
		sec := drawMoment(t, "date")
		at := time.Unix(int64(sec), 0).In(z)
		day := time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))
		for direction, days := range map[int][2]int{1: {0, 6}, -1: {-6, 0}, 0: {-3, 3}} {
			got := datefmt.Time(datefmt.Closest(sec, day, direction, z), z)
			moved := datefmt.DayNumber(datefmt.Seconds(got), z) - datefmt.DayNumber(sec, z)
			if got.Weekday() != day || moved < days[0] || moved > days[1] {
				t.Errorf("the %s closest to %s (%d) is %s", day, at, direction, got)
			}
		}
		n := rapid.IntRange(1, 28).Draw(t, "day")
		got := datefmt.Time(datefmt.Set(sec, datefmt.Day, n, z), z)
		if want := time.Date(at.Year(), at.Month(), n, at.Hour(), at.Minute(), at.Second(), 0, z); !got.Equal(want) && !ambiguous(want) {
			t.Errorf("day %d of %s is %s, want %s", n, at, got, want)
		}
	})
}

func TestWeeksOfYearsThatBeginInJanuary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sec := drawMoment(t, "date")
		first := time.Weekday(rapid.IntRange(0, 6).Draw(t, "week start"))
		_, want := datefmt.Week(time.Unix(int64(sec), 0).UTC(), first)
		if got := datefmt.Value(sec, datefmt.Part(datefmt.WeekOf), first, time.January, time.UTC); got != want {
			t.Errorf("week of %v is %d, the letter w writes %d", sec, got, want)
		}
		month := time.Month(rapid.IntRange(1, 12).Draw(t, "year start"))
		begin := datefmt.Start(sec, datefmt.Year, 0, first, month, time.UTC)
		if got := datefmt.Value(begin, datefmt.Part(datefmt.WeekOf), first, month, time.UTC); got != 1 {
			t.Errorf("the first day of the year from %s is in week %d", month, got)
		}
		if got, want := datefmt.Value(sec, datefmt.DayOfYear, first, month, time.UTC), int((sec-begin)/86400)+1; got != want {
			t.Errorf("day %d of the year from %s, want %d", got, month, want)
		}
	})
}
