package datefmt_test

import (
	"math"
	"testing"
	"time"

	"octavo/internal/formula/datefmt"
)

var now = time.Date(2024, 3, 15, 8, 30, 0, 0, time.UTC)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, ok := datefmt.FindZone(name)
	if !ok {
		t.Fatalf("no zone %s", name)
	}
	return z
}

func TestPatternsReadWhatTheyWrite(t *testing.T) {
	for _, pattern := range []string{
		"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "EEEE, d MMMM yyyy h:mm:ss a Z", "yyyyMMddHHmmss", "D/y k:mm:ss", "dd MMM yy K:mm:ss a z", "unix", "unixms", "excel", "''yyyy'' MM d H:m:s",
	} {
		p, err := datefmt.Compile(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"UTC", "Europe/Paris", "America/St_Johns", "+05:30"} {
			z := zone(t, name)
			for sec := -1e9; sec < 2e9; sec += 86400*77 + 3671 {
				text := p.Format(sec, z, time.Sunday)
				got, ok := p.Parse(text, z, time.Sunday, now)
				if pattern == "dd MMM yy K:mm:ss a z" && (sec < -7e8 || name == "America/St_Johns" || name == "+05:30") {
					continue // two digits say no more, and not every zone has a name
				}
				if !ok || got-sec > 0.01 || sec-got > 0.01 {
					again := datefmt.Time(got, z).Equal(datefmt.Time(sec-3600, z)) || datefmt.Time(got, z).Equal(datefmt.Time(sec+3600, z))
					if ok && again {
						continue // an hour that exists twice
					}
					t.Fatalf("%s in %s: %v is written %q and read %v, %v", pattern, name, sec, text, got, ok)
				}
			}
		}
	}
}

func TestFromWall(t *testing.T) {
	for _, c := range []struct{ zone, wall, want string }{
		{"Europe/Paris", "2024-03-31T02:30:00Z", "2024-03-31T01:30:00Z"},     // does not exist: forward by the gap
		{"Europe/Paris", "2024-10-27T02:30:00Z", "2024-10-27T00:30:00Z"},     // twice: the first
		{"America/New_York", "2024-03-10T02:15:00Z", "2024-03-10T07:15:00Z"}, // gap west of UTC
		{"America/New_York", "2024-11-03T01:15:00Z", "2024-11-03T05:15:00Z"},
		{"Europe/Paris", "2024-03-31T03:00:00Z", "2024-03-31T01:00:00Z"},
		{"Europe/Paris", "2024-03-30T12:00:00Z", "2024-03-30T11:00:00Z"},
		{"Asia/Tokyo", "2024-01-01T00:00:00Z", "2023-12-31T15:00:00Z"},
	} {
		wall, _ := time.Parse(time.RFC3339, c.wall)
		got := datefmt.Time(datefmt.FromWall(wall.Unix(), zone(t, c.zone)), time.UTC).Format(time.RFC3339)
		if got != c.want {
			t.Errorf("%s in %s: got %s, want %s", c.wall, c.zone, got, c.want)
		}
	}
}

func TestTwoDigitYears(t *testing.T) {
	p, err := datefmt.Compile("d M yy")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"14 3 44": 2044, "16 3 44": 1944, "1 1 43": 2043, "1 1 45": 1945, "1 1 00": 2000, "1 1 99": 1999, "1 1 1901": 1901} {
		sec, ok := p.Parse(text, time.UTC, time.Sunday, now)
		if got := datefmt.Time(sec, time.UTC).Year(); !ok || got != want {
			t.Errorf("%q is read as %d, want %d", text, got, want)
		}
	}
}

// Digits of S are those behind the point of a second.
func TestFractionsOfSeconds(t *testing.T) {
	p, err := datefmt.Compile("H:m:s.SSS")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]float64{"0:0:1.5": 1.5, "0:0:1.04": 1.04, "0:0:1.043": 1.043, "0:0:1.043210": 1.04321} {
		sec, ok := p.Parse(text, time.UTC, time.Sunday, now)
		begin, _ := p.Parse("0:0:0.000", time.UTC, time.Sunday, now)
		if got := sec - begin; !ok || math.Abs(got-want) > 1e-6 {
			t.Errorf("%q is %v seconds of the day, want %v", text, got, want)
		}
	}
}

func TestWeekContainsFirstOfJanuary(t *testing.T) {
	for year := 1999; year < 2031; year++ {
		for start := time.Sunday; start <= time.Saturday; start++ {
			first := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
			if y, w := datefmt.Week(first, start); y != year || w != 1 {
				t.Fatalf("1 January %d, weeks from %s: week %d of %d", year, start, w, y)
			}
			for d := range 366 {
				day := first.AddDate(0, 0, d)
				begin := datefmt.Time(datefmt.Start(datefmt.Seconds(day), datefmt.WeekOf, 0, start, 1, time.UTC), time.UTC)
				y1, w1 := datefmt.Week(day, start)
				y2, w2 := datefmt.Week(begin.AddDate(0, 0, 6), start)
				if y1 != y2 || w1 != w2 {
					t.Fatalf("%s, weeks from %s: week %d of %d, but its last day is in week %d of %d", day.Format(time.DateOnly), start, w1, y1, w2, y2)
				}
			}
		}
	}
}

func TestFindZone(t *testing.T) {
	for name, offset := range map[string]int{"utc": 0, "+02:00": 7200, "GMT+2": 7200, "GMT-0330": -12600, "UTC+5:30": 19800, "PST": -28800, "Asia/Kolkata": 19800} {
		if _, got := now.In(zone(t, name)).Zone(); got != offset {
			t.Errorf("%s: offset %d, want %d", name, got, offset)
		}
	}
	for _, name := range []string{"", "Mars/Base", "+2:3", "+99", "GMT+", "Local", "../etc/passwd", "+02:0x"} {
		if _, ok := datefmt.FindZone(name); ok {
			t.Errorf("%q is taken for a zone", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("yyyy-MM-dd'T'HH:mm:ssX", "2024-03-15T08:30:00Z")
	f.Add("EEE d MMM yy, Q QQQ w W D u F Y k K h a S z", "Fri 15 Mar 24")
	f.Add("excel", "45000.5")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		p, err := datefmt.Compile(pattern)
		if err != nil {
			return
		}
		sec, ok := p.Parse(text, time.UTC, time.Monday, now)
		if ok && !datefmt.IsDate(sec) {
			t.Errorf("%q by %q gives %v", text, pattern, sec)
		}
		if ok {
			p.Format(sec, time.UTC, time.Monday)
		}
	})
}
