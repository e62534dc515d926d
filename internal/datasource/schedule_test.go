package datasource

import (
	"strings"
	"testing"
	"time"

	"octavo/internal/errs"
)

// moments are the next n at which a plan is due after a time, as local text.
func moments(t *testing.T, r Refresh, account int64, after, zone string, n int) []string {
	t.Helper()
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	now, err := time.ParseInLocation("2006-01-02 15:04", after, place)
	if err != nil {
		t.Fatal(err)
	}
	p := planOf(r, account, instanceAt{No: 1}, place)
	var out []string
	at := now.UnixMilli()
	for range n {
		next := p.next(at)
		if next == 0 {
			break
		}
		if next <= at {
			t.Fatalf("%v: %d is not after %d", r, next, at)
		}
		at = next
		out = append(out, time.UnixMilli(at).In(p.zone).Format("Mon 01-02 15:04 MST"))
	}
	return out
}

func TestMomentsOfSchedules(t *testing.T) {
	weekdays := []string{"mon", "tue", "wed", "thu", "fri"}
	for _, c := range []struct {
		name  string
		r     Refresh
		after string
		zone  string
		want  []string
	}{
		{"times", Refresh{Mode: modeTimes, Times: []string{"06:30", "18:00"}}, "2026-05-04 07:00", "Europe/Paris", []string{"Mon 05-04 18:00 CEST", "Tue 05-05 06:30 CEST"}},
		{"times on days", Refresh{Mode: modeTimes, Times: []string{"06:30"}, Days: weekdays}, "2026-05-08 06:30", "Europe/Paris", []string{"Mon 05-11 06:30 CEST", "Tue 05-12 06:30 CEST"}},
		{"a zone of its own", Refresh{Mode: modeTimes, Times: []string{"06:30"}, Zone: "Asia/Tokyo"}, "2026-05-08 12:00", "Europe/Paris", []string{"Sat 05-09 06:30 JST"}},
		{"spring leaves 02:30 out", Refresh{Mode: modeTimes, Times: []string{"02:30"}}, "2026-03-28 03:00", "Europe/Paris", []string{"Sun 03-29 03:00 CEST", "Mon 03-30 02:30 CEST"}},
		{"autumn has 02:30 twice", Refresh{Mode: modeTimes, Times: []string{"02:30"}}, "2026-10-24 03:00", "Europe/Paris", []string{"Sun 10-25 02:30 CEST", "Mon 10-26 02:30 CET"}},
		{"spring in New York", Refresh{Mode: modeTimes, Times: []string{"02:15"}}, "2026-03-07 12:00", "America/New_York", []string{"Sun 03-08 03:00 EDT", "Mon 03-09 02:15 EDT"}},
		{"half an hour", Refresh{Mode: modeTimes, Times: []string{"02:10"}}, "2026-10-03 12:00", "Australia/Lord_Howe", []string{"Sun 10-04 02:30 +11", "Mon 10-05 02:10 +11"}},
		{"midnight that is not there", Refresh{Mode: modeTimes, Times: []string{"00:00"}}, "2026-09-05 12:00", "America/Santiago", []string{"Sun 09-06 01:00 -03", "Mon 09-07 00:00 -03"}},
		{"a Sunday after it, in the evening before", Refresh{Mode: modeTimes, Times: []string{"06:00"}, Days: []string{"sun"}}, "2026-09-05 00:30", "America/Santiago",
			[]string{"Sun 09-06 06:00 -03", "Sun 09-13 06:00 -03"}},
		{"the same in Havana", Refresh{Mode: modeTimes, Times: []string{"06:00"}, Days: []string{"sun"}}, "2026-03-07 00:30", "America/Havana",
			[]string{"Sun 03-08 06:00 CDT", "Sun 03-15 06:00 CDT"}},
		{"cron in the evening before", Refresh{Mode: modeCron, Cron: "*/30 0 * * sun"}, "2026-09-05 00:30", "America/Santiago",
			[]string{"Sun 09-06 01:00 -03", "Sun 09-13 00:00 -03", "Sun 09-13 00:30 -03"}},
		{"cron", Refresh{Mode: modeCron, Cron: "*/30 9-10 * * mon-fri"}, "2026-05-08 09:40", "Europe/Paris",
			[]string{"Fri 05-08 10:00 CEST", "Fri 05-08 10:30 CEST", "Mon 05-11 09:00 CEST"}},
		{"cron: day or weekday", Refresh{Mode: modeCron, Cron: "0 8 1 * 7"}, "2026-05-28 00:00", "UTC", []string{"Sun 05-31 08:00 UTC", "Mon 06-01 08:00 UTC", "Sun 06-07 08:00 UTC"}},
		{"cron: 29 February", Refresh{Mode: modeCron, Cron: "5 4 29 feb *"}, "2026-05-28 00:00", "UTC", []string{"Tue 02-29 04:05 UTC"}},
		{"cron in spring", Refresh{Mode: modeCron, Cron: "30 2 * * *"}, "2026-03-28 03:00", "Europe/Paris", []string{"Sun 03-29 03:00 CEST", "Mon 03-30 02:30 CEST"}},
		{"never", Refresh{Mode: modeNever}, "2026-05-28 00:00", "UTC", nil},
	} {
		if c.r.Mode != modeNever {
			if _, err := c.r.checked(); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		got := moments(t, c.r, 7, c.after, c.zone, max(len(c.want), 1))
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

// TestMinutesOfADayHaveAnOrder: cron.next takes the first minute that comes after now.
func TestMinutesOfADayHaveAnOrder(t *testing.T) {
	for name, day := range map[string]string{"Europe/Paris": "2026-03-29", "Europe/Berlin": "2026-10-25", "America/Santiago": "2026-09-06", "America/Santiago ": "2026-04-04",
		"America/Havana": "2026-03-08", "America/Havana ": "2026-11-01", "Australia/Lord_Howe": "2026-04-05", "Pacific/Apia": "2011-12-30"} {
		zone, err := time.LoadLocation(strings.TrimSpace(name))
		if err != nil {
			t.Fatal(err)
		}
		local, err := time.ParseInLocation("2006-01-02 15:04", day+" 12:00", zone)
		if err != nil {
			t.Fatal(err)
		}
		last := wall(local, -2, 0, zone)
		for minute := range 5 * 24 * 60 {
			at := wall(local, minute/(24*60)-2, minute%(24*60), zone)
			if at.Before(last) {
				t.Fatalf("%s: minute %d is %s, after %s", name, minute, at, last)
			}
			last = at
		}
	}
}

// TestIntervals: steps are equal, whatever the clocks do; no moment is outside of days and window, and no day is left
// out; equal intervals do not fall together.
func TestIntervals(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Date(2026, 10, 20, 0, 0, 0, 0, paris).UnixMilli()
	end := time.Date(2026, 10, 27, 0, 0, 0, 0, paris).UnixMilli()
	together := map[int64]int{}
	for account := range int64(200) {
		plain := planOf(Refresh{Mode: modeInterval, IntervalS: 3600}, account, instanceAt{No: 3}, paris)
		n := 0
		last := plain.next(begin)
		together[last]++
		for at := last; at < end; at = plain.next(at) {
			if n++; at != last && at-last != 3600_000 {
				t.Fatalf("a step of %d ms", at-last)
			}
			last = at
		}
		if n != 7*24+1 {
			t.Errorf("%d moments in a week with an hour more", n)
		}
		for _, r := range []Refresh{
			{Mode: modeInterval, IntervalS: 900, Window: &Window{"06:00", "20:00"}, Days: []string{"mon", "wed"}},
			{Mode: modeInterval, IntervalS: 7200, Window: &Window{"22:00", "04:00"}},
			{Mode: modeInterval, IntervalS: 86400, Window: &Window{"02:00", "02:10"}},
			{Mode: modeInterval, IntervalS: 7 * 86400, Days: []string{"tue"}},
		} {
			p := planOf(r, account, instanceAt{No: 3}, paris)
			n, last := 0, begin
			for at := p.next(begin); at < end; at = p.next(at) {
				if n++; at <= last || !p.allows(at) {
					t.Fatalf("%+v: %d after %d", r, at, last)
				}
				last = at
				if late := p.next(at + 1000); late != p.next(at) {
					t.Fatalf("%+v: a late run moves the next moment from %d to %d", r, p.next(at), late)
				}
			}
			if want := map[int]int{900: 112, 7200: 21, 86400: 6, 7 * 86400: 1}[r.IntervalS]; n < want-1 || n > want+2 {
				t.Errorf("%+v: %d moments in a week, want about %d", r, n, want)
			}
		}
	}
	if len(together) < 150 {
		t.Errorf("200 accounts are due at %d moments", len(together))
	}
}

func TestStale(t *testing.T) {
	at := time.Date(2026, 5, 8, 6, 30, 0, 0, time.UTC) // a Friday
	for _, c := range []struct {
		r    Refresh
		want time.Duration
	}{
		{Refresh{Mode: modeInterval, IntervalS: 60}, 15 * time.Minute},
		{Refresh{Mode: modeInterval, IntervalS: 3600}, 2 * time.Hour},
		{Refresh{Mode: modeTimes, Times: []string{"06:30"}, Days: []string{"mon", "tue", "wed", "thu", "fri"}}, 4 * 24 * time.Hour}, // not on Saturday
		{Refresh{Mode: modeCron, Cron: "* * * * *"}, 15 * time.Minute},
	} {
		p := planOf(c.r, 1, instanceAt{No: 1}, time.UTC)
		if got := p.stale(at.UnixMilli()); got != at.Add(c.want).UnixMilli() {
			t.Errorf("%+v: stale at %s", c.r, time.UnixMilli(got).UTC())
		}
	}
	if got := (plan{Refresh: Refresh{Mode: modeNever}}).stale(1); got != 0 {
		t.Errorf("never: %d", got)
	}
}

func TestSchedulesThatCannotBe(t *testing.T) {
	for _, r := range []Refresh{
		{}, {Mode: "often"}, {Mode: modeInterval}, {Mode: modeInterval, IntervalS: 59}, {Mode: modeInterval, IntervalS: mostInterval + 1},
		{Mode: modeTimes}, {Mode: modeTimes, Times: []string{"6:30"}}, {Mode: modeTimes, Times: []string{"24:00"}}, {Mode: modeTimes, Times: make([]string, 25)},
		{Mode: modeInterval, IntervalS: 60, Window: &Window{"06:00", "06:00"}}, {Mode: modeInterval, IntervalS: 60, Window: &Window{"06:00", ""}},
		{Mode: modeInterval, IntervalS: 60, Days: []string{"mon", "mon"}}, {Mode: modeInterval, IntervalS: 60, Days: []string{"monday"}},
		{Mode: modeInterval, IntervalS: 60, Zone: "Mars/Olympus"}, {Mode: modeInterval, IntervalS: 60, Zone: "Local"}, {Mode: modeInterval, IntervalS: 60, Policy: "never"},
		{Mode: modeCron}, {Mode: modeCron, Cron: "* * * *"}, {Mode: modeCron, Cron: "60 * * * *"}, {Mode: modeCron, Cron: "* * 30 feb *"}, {Mode: modeCron, Cron: "*/0 * * * *"},
		{Mode: modeCron, Cron: "5-1 * * * *"}, {Mode: modeCron, Cron: "+5 * * * *"}, {Mode: modeCron, Cron: "1,,2 * * * *"}, {Mode: modeCron, Cron: "99999999999999999999 * * * *"},
	} {
		_, err := r.checked()
		if e, ok := err.(*errs.Error); !ok || e.Code != "bad_schedule" {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
