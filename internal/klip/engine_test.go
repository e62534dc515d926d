package klip

import (
	"context"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/fn"
	"octavo/internal/formula/value"
)

// A function whose examples depend on the clock must be known to clockNeed, or its
// results would be kept for too long.
func TestClockFunctionsAreKnown(t *testing.T) {
	start := time.Date(2024, 3, 15, 8, 30, 0, 0, time.UTC)
	later := map[clockNeed]time.Time{needsYear: start.AddDate(0, 5, 3).Add(7 * time.Hour), needsDay: start.Add(2 * time.Hour)}
	for _, f := range fn.All() {
		for _, x := range f.Examples {
			program, err := formula.Compile(x.Formula, nil, formula.Scope{})
			if err != nil {
				continue // it needs the fixture
			}
			node := map[string]any{"type": "table_column", "formulas": []any{map[string]any{"text": x.Formula}}}
			d := &document{components: []any{map[string]any{"type": "table", "components": []any{node}}}}
			at, known := later[d.clockNeed()]
			if known && show(t, program, start) != show(t, program, at) {
				t.Errorf("%s looks at the clock, and clockNeed does not know", x.Formula)
			}
		}
	}
}

func show(t *testing.T, p *formula.Program, now time.Time) string {
	t.Helper()
	v, _, err := p.Eval(context.Background(), &formula.Env{Now: now, Zone: time.UTC})
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, it := range v.All() {
		out = append(out, it.Text())
	}
	return strings.Join(out, ", ")
}

func TestBuckets(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	at := time.Date(2026, 3, 2, 23, 59, 59, 0, time.UTC)
	for need, want := range map[clockNeed]string{
		needsYear: "2026-01-01T00:00:00+02:00", needsDay: "2026-03-03T00:00:00+02:00", needsMinute: "2026-03-03T01:59:00+02:00",
	} {
		if got := need.bucket(at, zone).Format(time.RFC3339); got != want {
			t.Errorf("bucket %d = %s, want %s", need, got, want)
		}
	}
}

func TestLRUForgetsTheOldest(t *testing.T) {
	c := newLRU[string, int](100)
	c.put("a", 1, 25)
	c.put("b", 2, 25)
	c.put("c", 3, 25)
	c.put("d", 4, 25)
	if _, ok := c.get("a"); !ok {
		t.Fatal("a is gone too early")
	}
	c.put("e", 5, 25)
	if _, ok := c.get("b"); ok {
		t.Error("b stayed")
	}
	for _, key := range []string{"a", "c", "d", "e"} {
		if _, ok := c.get(key); !ok {
			t.Errorf("%s is gone", key)
		}
	}
	c.put("huge", 6, 26)
	if _, ok := c.get("huge"); ok {
		t.Error("a value beyond the share was kept")
	}
	c.put("a", 7, 10)
	if v, _ := c.get("a"); v != 7 || c.used != 85 {
		t.Errorf("a = %d, used %d", v, c.used)
	}
}

func TestVariableValues(t *testing.T) {
	v := vectorOf([]any{"a", 1.0, true, nil})
	want := []value.Item{value.Str("a"), value.Num(1), value.Boolean(true), {}}
	for i, it := range v.All() {
		if it != want[i] {
			t.Errorf("item %d = %+v, want %+v", i, it, want[i])
		}
	}
	if one := vectorOf("x"); one.Len() != 1 {
		t.Errorf("one value has %d items", one.Len())
	}
}
