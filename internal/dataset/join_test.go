package dataset

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/errs"
)

// rowsOf writes a sheet as lines, to be compared.
func rowsOf(s *Sheet) []string {
	out := []string{}
	for r := range s.Height() {
		cells := make([]string, len(s.Columns))
		for c := range cells {
			cells[c] = s.CellText(r, c)
		}
		out = append(out, strings.Join(cells, ","))
	}
	return out
}

// tableOf makes a sheet of lines of cells, the first with the names.
func tableOf(t *testing.T, m Marks, lines ...string) *Sheet {
	t.Helper()
	rows := make([][]any, len(lines))
	for i, line := range lines {
		for cell := range strings.SplitSeq(line, "|") {
			rows[i] = append(rows[i], cell)
		}
	}
	return build(t, Layout{HeaderRow: 1, Marks: m}, rows...)
}

func TestJoin(t *testing.T) {
	t.Parallel()
	days := []Declared{{Name: "Day", Type: Date}, {Name: "N", Type: Number}}
	day := func(text string) float64 { v, _ := ParseDate("yyyy-MM-dd", text); return v }
	tests := []struct {
		name   string
		join   Join
		before []string
		in     []string
		want   []string
		counts Counts
	}{
		{"replace", Join{Mode: Replace}, []string{"Day|N", "2026-01-01|1"}, []string{"N|Day", "7|2026-02-01"}, []string{"Day,N", "2026-02-01,7"}, Counts{In: 1, Added: 1}},
		{"append keeps order and blanks", Join{Mode: Append}, []string{"Day|N", "2026-01-01|1"}, []string{"N", "7", "8"},
			[]string{"Day,N", "2026-01-01,1", ",7", ",8"}, Counts{In: 2, Added: 2}},
		{"append to nothing", Join{Mode: Append}, nil, []string{"Day|N", "2026-01-01|1"}, []string{"Day,N", "2026-01-01,1"}, Counts{In: 1, Added: 1}},
		{"upsert", Join{Mode: Upsert, Key: []string{"Day"}}, []string{"Day|N", "2026-01-01|1", "2026-01-02|2"}, []string{"Day|N", "2026-01-02|20", "2026-01-03|3"},
			[]string{"Day,N", "2026-01-01,1", "2026-01-02,20", "2026-01-03,3"}, Counts{In: 2, Added: 1, Updated: 1}},
		{"the last of equal keys wins", Join{Mode: Upsert, Key: []string{"Day"}}, nil, []string{"Day|N", "2026-01-02|1", "2026-01-02|2"},
			[]string{"Day,N", "2026-01-02,2"}, Counts{In: 2, Added: 1, Updated: 1}},
		{"numbers are keys by their value", Join{Mode: Upsert, Key: []string{"N"}}, []string{"Day|N", "2026-01-01|1.0"}, []string{"Day|N", "2026-01-05|1"},
			[]string{"Day,N", "2026-01-05,1"}, Counts{In: 1, Updated: 1}},
		{"a key becomes unique", Join{Mode: Upsert, Key: []string{"N"}}, []string{"Day|N", "2026-01-01|1", "2026-01-02|1", "2026-01-03|2"}, []string{"Day|N", "2026-01-05|1"},
			[]string{"Day,N", "2026-01-05,1", "2026-01-03,2"}, Counts{In: 1, Updated: 1}},
		{"left out rows", Join{Mode: Append, Skip: []int{0, 2}}, nil, []string{"Day|N", "|1", "|2", "|3"}, []string{"Day,N", ",2"}, Counts{In: 3, Added: 1}},
		{"keep the newest by date", Join{Mode: Append, Keep: Keep{Rows: 2, OrderBy: "Day"}}, []string{"Day|N", "2026-01-03|3", "|0", "2026-01-01|1"}, []string{"Day|N", "2026-01-02|2"},
			[]string{"Day,N", "2026-01-03,3", "2026-01-02,2"}, Counts{In: 1, Added: 1, Dropped: 2}},
		{"keep the last ones", Join{Mode: Append, Keep: Keep{Rows: 2}}, []string{"Day|N", "|1", "|2"}, []string{"Day|N", "|3"}, []string{"Day,N", ",2", ",3"}, Counts{In: 1, Added: 1, Dropped: 1}},
		{"keep an age", Join{Mode: Append, Keep: Keep{Since: day("2026-01-02"), OrderBy: "Day"}}, []string{"Day|N", "2026-01-01|1", "|9"}, []string{"Day|N", "2026-01-02|2"},
			[]string{"Day,N", ",9", "2026-01-02,2"}, Counts{In: 1, Added: 1, Dropped: 1}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			var before *Sheet
			if tc.before != nil {
				before = tableOf(t, Marks{}, tc.before...)
			}
			got, counts, err := tc.join.Rows(before, tableOf(t, Marks{}, tc.in...), days, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, rowsOf(got)) + cmp.Diff(tc.counts, counts); diff != "" {
				t.Error(diff)
			}
			if got.Columns[0].Type != Date || got.Columns[1].Type != Number {
				t.Errorf("types: %v, %v", got.Columns[0].Type, got.Columns[1].Type)
			}
		})
	}
}

func TestJoinRefuses(t *testing.T) {
	t.Parallel()
	in := tableOf(t, Marks{}, "A|B", "1|2")
	for name, j := range map[string]Join{
		"key":   {Mode: Upsert, Key: []string{"C"}},
		"order": {Mode: Append, Keep: Keep{Rows: 1, OrderBy: "C"}},
	} {
		_, _, err := j.Rows(nil, in, in.Describe(), Limits{})
		if !errs.Is(err, "unknown_column") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err := Join{Mode: Append}.Rows(in, in, in.Describe(), Limits{Rows: 2})
	if !errs.Is(err, "too_large") {
		t.Errorf("too many rows: %v", err)
	}
}

// A table that has no rows any more still has its columns, also in its file.
func TestJoinEmpty(t *testing.T) {
	t.Parallel()
	in := tableOf(t, Marks{}, "A|B", "1|x")
	got, n, err := in.Without(nil, in.Describe(), Limits{})
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	file := encode(t, &Set{Sheets: []*Sheet{got}})
	again, err := Decode(t.Context(), strings.NewReader(string(file)), int64(len(file)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"A,B"}, rowsOf(again.Sheets[0])); diff != "" {
		t.Error(diff)
	}
}

// Numbers written with other marks become numbers of the table.
func TestJoinMarks(t *testing.T) {
	t.Parallel()
	before := tableOf(t, Marks{}, "A", "1.5")
	in := tableOf(t, Marks{Decimal: ',', Thousands: "."}, "A", "2,50", "1.234,5")
	got, _, err := Join{Mode: Append}.Rows(before, in, before.Describe(), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"A", "1.5", "2.50", "1234.5"}, rowsOf(got)); diff != "" {
		t.Error(diff)
	}
}

func TestMisfits(t *testing.T) {
	t.Parallel()
	columns := []Declared{{Name: "D", Type: Date}, {Name: "N", Type: Number}, {Name: "B", Type: Bool}, {Name: "T", Type: Text}}
	in := tableOf(t, Marks{}, "D|N|B|T", "2026-01-01|1|true|x", "nonsense|2|false|y", "20260101|007||z", "|n/a|maybe|1", "2026-01-02|much||")
	got, _, err := Join{Mode: Replace}.Rows(nil, in, columns, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	rows, first := got.Misfits(3)
	want := []Misfit{{2, "D", Date, "nonsense"}, {3, "D", Date, "20260101"}, {3, "N", Number, "007"}}
	if diff := cmp.Diff([]int{1, 2, 3, 4}, rows) + cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	if total := got.Columns[0].Misfit + got.Columns[1].Misfit + got.Columns[2].Misfit + got.Columns[3].Misfit; total != 5 {
		t.Errorf("misfits counted: %d", total)
	}
}

func TestWhere(t *testing.T) {
	t.Parallel()
	s := tableOf(t, Marks{}, "Day|N|Text|B:1", "2026-01-01|1|north|true", "2026-01-02|2.0|south|false", "|||")
	s, _, err := Join{}.Rows(nil, s, s.Describe(), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{
		"N:eq:2": 1, "N:lt:2": 1, "N:ge:1": 2, "Day:gt:2026-01-01": 1, "Day:le:2026-01-01T12:00:00": 1, "Text:contains:outh": 1, "Text:eq:north": 1,
		"Text:ne:north": 1, "D:eq:true": 1, "N:eq:": 0, "A:gt:2025-12-31": 2,
	} {
		w, err := ParseWhere(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, n, err := s.Without([]Where{w}, s.Describe(), Limits{}); err != nil || n != want {
			t.Errorf("%s: %d, %v; want %d", text, n, err, want)
		}
	}
	for _, text := range []string{"", "N", "N:is:1", "N:eq:much", "Nope:eq:1", "D:lt:true", "Day:lt:soon"} {
		w, err := ParseWhere(text)
		if err == nil {
			_, _, err = s.Without([]Where{w}, s.Describe(), Limits{})
		}
		var known *errs.Error
		if !errors.As(err, &known) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func BenchmarkUpsert(b *testing.B) {
	rows := [][]any{{"Id", "N"}}
	for i := range 100_000 {
		rows = append(rows, []any{fmt.Sprint("id", i), float64(i)})
	}
	s := build(b, Layout{HeaderRow: 1}, rows...)
	for b.Loop() {
		if _, _, err := (Join{Mode: Upsert, Key: []string{"Id"}}).Rows(s, s, s.Describe(), Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
