package dataset

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"octavo/internal/errs"
	"octavo/internal/formula/value"
)

// build makes a sheet from rows of cells: string, float64, bool or nil.
func build(t testing.TB, layout Layout, rows ...[]any) *Sheet {
	t.Helper()
	b := NewBuilder("Sheet1", layout, NewBudget(Limits{}))
	for _, row := range rows {
		for col, cell := range row {
			var err error
			switch v := cell.(type) {
			case string:
				err = b.Text(col, []byte(v))
			case float64:
				err = b.Number(col, v)
			case bool:
				err = b.Bool(col, v)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := b.EndRow(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Sheet()
}

func column(cells ...any) [][]any {
	rows := make([][]any, len(cells))
	for i, c := range cells {
		rows[i] = []any{c}
	}
	return rows
}

type shape struct {
	Type          Type
	Pattern       string
	Blank, Misfit int
}

func TestTypes(t *testing.T) {
	tests := []struct {
		name  string
		cells []any
		want  shape
	}{
		{"plain numbers", []any{"1", "2.50", "-.5"}, shape{Type: Number}},
		{"numbers and a blank", []any{"1", nil, "3"}, shape{Type: Number, Blank: 1}},
		{"one misfit in ten", []any{"1", "2", "3", "4", "5", "6", "7", "8", "9", "much"}, shape{Type: Number, Misfit: 1}},
		{"two misfits in ten", []any{"1", "2", "3", "4", "5", "6", "7", "8", "x", "much"}, shape{Type: Text}},
		{"money and percent", []any{"$1,200.50", "(3)", "12 %", "1.5e3"}, shape{Type: Number}},
		{"leading zero is a label", []any{"90210", "01234"}, shape{Type: Text}},
		{"long ids are labels", []any{"12345678901234567890", "1"}, shape{Type: Text}},
		{"telephone numbers", []any{"+49301234567"}, shape{Type: Text}},
		{"ISO days", []any{"2024-01-31", "2024-02-29"}, shape{Type: Date, Pattern: "yyyy-MM-dd"}},
		{"a day no calendar has", []any{"2023-02-29"}, shape{Type: Text}},
		{"day and month are not guessed", []any{"25/12/2023", "31/01/2024"}, shape{Type: Text}},
		{"month", []any{"2024-01", "2024-02"}, shape{Type: Date, Pattern: "yyyy-MM"}},
		{"month names", []any{"3 Jan 2024", "14 Feb 2024"}, shape{Type: Date, Pattern: "d MMM yyyy"}},
		{"time with zone", []any{"2024-01-31T10:00:00Z", "2024-01-31T10:00:00+02:00"}, shape{Type: Date, Pattern: "yyyy-MM-dd'T'HH:mm:ssXXX"}},
		{"booleans", []any{"true", nil, "FALSE"}, shape{Type: Bool, Blank: 1}},
		{"blanks", []any{nil, "  ", "x"}, shape{Type: Text, Blank: 2}},
		{"numbers of a workbook", []any{1.0, 2.0, true}, shape{Type: Text}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := build(t, Layout{Marks: Marks{Thousands: ","}}, column(tt.cells...)...)
			c := s.Columns[0]
			if diff := cmp.Diff(tt.want, shape{c.Type, c.Pattern, c.Blank, c.Misfit}); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDeclaredDatePattern(t *testing.T) {
	s := build(t, Layout{DatePatterns: []string{"dd/MM/yyyy"}}, column("03/04/2024", "31/12/2024")...)
	want := []value.Item{value.Num(1712102400), value.Num(1735603200)}
	if diff := cmp.Diff(want, s.Columns[0].Values.All()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestValuesAndRaw(t *testing.T) {
	s := build(t, Layout{HeaderRow: 2, Marks: Marks{Decimal: ',', Thousands: "."}},
		[]any{"Report", nil},
		[]any{"Net", "Mixed"},
		[]any{"1.234,50", 7.0},
		[]any{"0,10", "seven"},
		[]any{nil, true},
		[]any{nil, nil},
	)
	if s.Rows != 3 || s.HeaderRow != 2 {
		t.Fatalf("rows %d, header %d", s.Rows, s.HeaderRow)
	}
	wantValues := []value.Item{value.Num(1234.5), value.Num(0.1), {}}
	if diff := cmp.Diff(wantValues, s.Columns[0].Values.All()); diff != "" {
		t.Errorf("values (-want +got)\n%s", diff)
	}
	wantRaw := []value.Item{value.Str("Report"), value.Str("Net"), value.Str("1.234,50"), value.Str("0,10"), {}}
	if diff := cmp.Diff(wantRaw, s.Raw(0).All()); diff != "" {
		t.Errorf("raw (-want +got)\n%s", diff)
	}
	wantMixed := []value.Item{{}, value.Str("Mixed"), value.Num(7), value.Str("seven"), value.Boolean(true)}
	if diff := cmp.Diff(wantMixed, s.Raw(1).All()); diff != "" {
		t.Errorf("mixed (-want +got)\n%s", diff)
	}
	if got := s.Columns[1].Values.All()[0]; got != value.Str("7") {
		t.Errorf("text value %v", got)
	}
}

func TestNames(t *testing.T) {
	s := build(t, Layout{HeaderRow: 1}, []any{" Net ", nil, "Net", "Net"}, []any{"1", "2", "3", "4"})
	var names []string
	for _, c := range s.Columns {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"Net", "B", "Net (2)", "Net (3)"}, names); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for col, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := Letter(col); got != want {
			t.Errorf("Letter(%d) = %s, want %s", col, got, want)
		}
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name   string
		limits Limits
		fill   func(b *Builder) error
	}{
		{"rows", Limits{Rows: 2}, func(b *Builder) error {
			for range 3 {
				if err := b.EndRow(); err != nil {
					return err
				}
			}
			return nil
		}},
		{"rows by skip", Limits{Rows: 2}, func(b *Builder) error { return b.Skip(3) }},
		{"columns", Limits{Columns: 2}, func(b *Builder) error { return b.Text(2, []byte("x")) }},
		{"cells", Limits{Cells: 100}, func(b *Builder) error {
			if err := b.Skip(60); err != nil {
				return err
			}
			return b.Text(1, []byte("x"))
		}},
		{"texts", Limits{Texts: 10}, func(b *Builder) error { return b.Text(0, []byte("eleven bytes")) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.fill(NewBuilder("s", Layout{}, NewBudget(tt.limits)))
			if !errs.Is(err, "too_large") || errs.KindOf(err) != errs.TooLarge {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestRejectsOtherEncodings(t *testing.T) {
	b := NewBuilder("s", Layout{}, NewBudget(Limits{}))
	if err := b.Text(0, []byte("caf\xe9")); !errs.Is(err, NotUTF8) {
		t.Fatalf("got %v", err)
	}
}

func encode(t testing.TB, s *Set) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := s.Encode(context.Background(), &buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// content is all that a set says, for comparison.
func content(s *Set) string {
	var b strings.Builder
	fmt.Fprintln(&b, s.Warnings)
	for _, sh := range s.Sheets {
		fmt.Fprintln(&b, sh.Name, sh.Hidden, sh.HeaderRow, sh.Rows, sh.marks)
		for i := range sh.Columns {
			c := &sh.Columns[i]
			fmt.Fprintf(&b, "%q %s %q %d %d\n", c.Name, c.Type, c.Pattern, c.Blank, c.Misfit)
			if c.Loaded() {
				fmt.Fprintf(&b, "%#v\n%#v\n", c.Values.All(), sh.Raw(i).All())
			}
		}
	}
	return b.String()
}

// genCell gives cells that are awkward on purpose.
func genCell() *rapid.Generator[any] {
	return rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.SampledFrom([]string{"", "0", "-0", "-0.00", ".50", "007", "1.10", "1,10", "n/a", " ", "TRUE", "2024-01-31", "12 Feb 2024", "$5"}), func(s string) any { return s }),
		rapid.Map(rapid.Float64Range(-1e12, 1e12), func(f float64) any { return f }),
		rapid.Map(rapid.Bool(), func(v bool) any { return v }),
	)
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		set := &Set{Warnings: rapid.SliceOfN(rapid.StringN(0, 9, -1), 0, 2).Draw(rt, "warnings")}
		if len(set.Warnings) == 0 {
			set.Warnings = nil
		}
		for range rapid.IntRange(0, 3).Draw(rt, "sheets") {
			rows := rapid.SliceOfN(rapid.SliceOfN(genCell(), 0, 4), 0, 12).Draw(rt, "rows")
			layout := Layout{
				HeaderRow: rapid.IntRange(0, 2).Draw(rt, "header"), Hidden: rapid.Bool().Draw(rt, "hidden"),
				Marks: rapid.SampledFrom([]Marks{{'.', ""}, {',', "."}, {'.', ","}}).Draw(rt, "marks"),
			}
			set.Sheets = append(set.Sheets, build(t, layout, rows...))
		}
		file := encode(t, set)
		if !bytes.Equal(file, encode(t, set)) {
			rt.Fatal("two encodings differ")
		}
		got, err := Decode(context.Background(), bytes.NewReader(file), int64(len(file)), nil)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(content(set), content(got)); diff != "" {
			rt.Fatalf("(-want +got)\n%s", diff)
		}
		if !bytes.Equal(file, encode(t, got)) {
			rt.Fatal("the decoded set encodes differently")
		}
	})
}

// TestRawIsTheFile holds the raw view to what was given, cell by cell.
func TestRawIsTheFile(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cells := rapid.SliceOfN(genCell(), 1, 20).Draw(rt, "cells")
		cells = append(cells, "end")
		header := rapid.IntRange(0, 1).Draw(rt, "header")
		s := build(t, Layout{HeaderRow: header}, column(cells...)...)
		raw := s.Raw(0)
		for i, cell := range cells {
			want := value.Item{}
			switch v := cell.(type) {
			case string:
				if v != "" {
					want = value.Str(v)
				}
			case float64:
				want = value.Num(v)
			case bool:
				want = value.Boolean(v)
			}
			if got := raw.Item(i); got != want {
				rt.Fatalf("raw %d: got %#v, want %#v", i, got, want)
			}
			if got := s.Cell(i, 0); got != want {
				rt.Fatalf("cell %d: got %#v, want %#v", i, got, want)
			}
		}
	})
}

func TestLargeRoundTrip(t *testing.T) {
	b := NewBuilder("big", Layout{HeaderRow: 1}, NewBudget(Limits{}))
	for i := range 60_000 {
		cells := []string{fmt.Sprint(i), fmt.Sprintf("%d.%02d", i%900, i%100), fmt.Sprintf("text %d with some length to it", i), []string{"a", "b", ""}[i%3]}
		if i == 0 {
			cells = []string{"id", "price", "note", "group"}
		}
		for col, c := range cells {
			if err := b.Text(col, []byte(c)); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.EndRow(); err != nil {
			t.Fatal(err)
		}
	}
	set := &Set{Sheets: []*Sheet{b.Sheet()}}
	file := encode(t, set)
	got, err := Decode(context.Background(), bytes.NewReader(file), int64(len(file)), nil)
	if err != nil {
		t.Fatal(err)
	}
	for col := range 4 {
		want, have := set.Sheets[0].Raw(col), got.Sheets[0].Raw(col)
		wantValues, haveValues := set.Sheets[0].Columns[col].Values, got.Sheets[0].Columns[col].Values
		for i := range want.Len() {
			if want.Item(i) != have.Item(i) || i > 0 && wantValues.Item(i-1) != haveValues.Item(i-1) {
				t.Fatalf("column %d, row %d: %v, want %v", col, i, have.Item(i), want.Item(i))
			}
		}
	}
}

// countingReader counts the bytes that were asked for.
type countingReader struct {
	r *bytes.Reader
	n int
}

func (c *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n += n
	return n, err
}

func TestDecodeReadsByColumn(t *testing.T) {
	b := NewBuilder("wide", Layout{HeaderRow: 1}, NewBudget(Limits{}))
	for row := range 20_000 {
		for col := range 40 {
			if err := b.Text(col, fmt.Appendf(nil, "%d", (row*7919+col*104729)%1_000_003)); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.EndRow(); err != nil {
			t.Fatal(err)
		}
	}
	file := encode(t, &Set{Sheets: []*Sheet{b.Sheet()}})
	r := &countingReader{r: bytes.NewReader(file)}
	set, err := Decode(context.Background(), r, int64(len(file)), func(_ *Sheet, col int) bool { return col == 3 })
	if err != nil {
		t.Fatal(err)
	}
	if s := set.Sheets[0]; !s.Columns[3].Loaded() || s.Columns[2].Loaded() {
		t.Error("the wrong columns are loaded")
	}
	if r.n > len(file)/4 {
		t.Errorf("read %d of %d bytes for one of 40 columns", r.n, len(file))
	}
}

func TestDecodeRefusesDamage(t *testing.T) {
	s := build(t, Layout{HeaderRow: 1}, column("Net", "1", "2", "x", "2")...)
	file := encode(t, &Set{Sheets: []*Sheet{s}})
	for cut := range len(file) {
		if _, err := DecodeHead(bytes.NewReader(file[:cut]), int64(cut)); !errs.Is(err, "payload_damaged") {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
	for i := 0; i < len(file); i += 3 { // a flipped byte gives an error or the same shape, never a panic
		bad := bytes.Clone(file)
		bad[i] ^= 0x5a
		set, err := Decode(context.Background(), bytes.NewReader(bad), int64(len(bad)), nil)
		if err == nil && set.Sheets[0].Columns[0].Values.Len() != s.Rows {
			t.Fatalf("byte %d: rows changed without an error", i)
		}
	}
}

func TestFind(t *testing.T) {
	set := &Set{Sheets: []*Sheet{{Name: "One "}, {Name: "Two"}}}
	for name, want := range map[string]string{"": "One ", "One": "One ", " Two": "Two", "#2": "Two", "#3": "", "x": ""} {
		got, ok := set.Sheet(name)
		if ok != (want != "") || ok && got.Name != want {
			t.Errorf("Sheet(%q) = %v, %v", name, got, ok)
		}
	}
}

func TestNullWords(t *testing.T) {
	rows := column("1", "N/A", "-", "2.5", "-999")
	tests := []struct {
		name   string
		layout Layout
		rows   [][]any
		want   shape
	}{
		{"known ones in numbers", Layout{}, rows, shape{Number, "", 2, 0}},
		{"known ones in texts stay", Layout{}, column("North", "NA", "South"), shape{Text, "", 0, 0}},
		{"known ones alone are texts", Layout{}, column("NA", "NA"), shape{Text, "", 0, 0}},
		{"given ones count everywhere", Layout{Nulls: []string{"NA"}}, column("North", "NA", "South"), shape{Text, "", 1, 0}},
		{"given ones may be numbers", Layout{Nulls: []string{"-999", "N/A", "-"}}, rows, shape{Number, "", 3, 0}},
		{"none", Layout{Nulls: []string{}}, rows, shape{Text, "", 0, 0}},
		{"dates", Layout{}, column("2024-01-31", "NULL"), shape{Date, "yyyy-MM-dd", 1, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := build(t, tt.layout, tt.rows...)
			file := encode(t, &Set{Sheets: []*Sheet{s}})
			set, err := Decode(context.Background(), bytes.NewReader(file), int64(len(file)), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []*Sheet{s, set.Sheets[0]} {
				c := &s.Columns[0]
				if diff := cmp.Diff(tt.want, shape{c.Type, c.Pattern, c.Blank, c.Misfit}); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				blank := 0
				for row, it := range c.Values.All() {
					if it == (value.Item{}) {
						blank++
					}
					if got, want := s.CellText(row, 0), tt.rows[row][0]; got != want {
						t.Errorf("the raw view shows %q for %q", got, want)
					}
				}
				if blank != tt.want.Blank+tt.want.Misfit {
					t.Errorf("%d blank values", blank)
				}
			}
		})
	}
}

func TestGivenNames(t *testing.T) {
	s := build(t, Layout{HeaderRow: 1, Names: []string{"Net", "", "Extra"}}, []any{"a", "b"}, []any{1.0, 2.0})
	if s.Columns[0].Name != "Net" || s.Columns[1].Name != "b" || s.CellText(0, 0) != "a" {
		t.Errorf("names %q, %q over %q", s.Columns[0].Name, s.Columns[1].Name, s.CellText(0, 0))
	}
}
