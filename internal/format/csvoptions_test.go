package format

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"octavo/internal/errs"
)

func TestCSVOptions(t *testing.T) {
	off := ptr(false)
	tests := []struct {
		name, text string
		opt        Options
		grid       [][]string
	}{
		{"quote", "a,b\n'x, ''y''',1\n", Options{Quote: "'"}, [][]string{{"a", "b"}, {"x, 'y'", "1"}}},
		{"no quotes", "a,b\n\"x,1\ny\"\"z,2\n", Options{Quote: noQuote}, [][]string{{"a", "b"}, {"\"x", "1"}, {"y\"\"z", "2"}}},
		{"escape", "a,b\n\"x \\\"y\\\" \\\\ \\n\",1\n", Options{Escape: "\\"}, [][]string{{"a", "b"}, {"x \"y\" \\ \\n", "1"}}},
		{"any delimiter", "a^b\n1^2\n", Options{Delimiter: "^"}, [][]string{{"a", "b"}, {"1", "2"}}},
		{"skipped lines", "Report \"of\r\nthe week\r\na,b\r\n1,2\r\n", Options{SkipRows: 2}, [][]string{{"a", "b"}, {"1", "2"}}},
		{"footer", "a,b\n1,2\nSum,2\nMade by,me,today\n", Options{Footer: 2}, [][]string{{"a", "b"}, {"1", "2"}}},
		{"footer longer than the file", "a,b\n1,2\n", Options{Footer: 5, HeaderRow: ptr(0)}, [][]string{}},
		{"empty lines", "a,b\n\n1,2\n\r\n3,4\n", Options{SkipEmpty: off}, [][]string{{"a", "b"}, {"", ""}, {"1", "2"}, {"", ""}, {"3", "4"}}},
		{"comments", "# made by x, y\na,b\n#1,\"2\n3,4\n", Options{Comment: "#"}, [][]string{{"a", "b"}, {"3", "4"}}},
		{"trim", "a , b\n x,\" 1 \"\n", Options{Trim: true}, [][]string{{"a", "b"}, {"x", "1"}}},
		{"rows with errors", "a,b\n1,2\n3\n4,5,6\n\xff,8\n9,10\n", Options{Encoding: "utf-8", Relax: off, SkipBad: true}, [][]string{{"a", "b"}, {"1", "2"}, {"9", "10"}}},
		{"title above a strict table", "Sales\na,b\n1,2\n", Options{Relax: off, HeaderRow: ptr(2)}, [][]string{{"Sales", ""}, {"a", "b"}, {"1", "2"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, opt := mustRead(t, CSV, tt.text, tt.opt)
			if diff := cmp.Diff(tt.grid, grid(set.Sheets[0])); diff != "" {
				t.Errorf("cells (-want +got)\n%s", diff)
			}
			again, _ := mustRead(t, CSV, tt.text, opt)
			if diff := cmp.Diff(grid(set.Sheets[0]), grid(again.Sheets[0])); diff != "" {
				t.Errorf("reading with the resolved options differs\n%s", diff)
			}
		})
	}
}

func TestCSVStrict(t *testing.T) {
	_, _, err := read(t, CSV, "a,b\n1,2\n3\n", Options{Relax: ptr(false)})
	if !errs.Is(err, "format_mismatch") || !strings.Contains(err.Error(), "Row 3 has 1 cells") {
		t.Errorf("got %v", err)
	}
	if _, _, err := read(t, CSV, "a,b\n1,2\nsum\n", Options{Relax: ptr(false), Footer: 1}); err != nil {
		t.Errorf("a footer is no row: %v", err)
	}
}

func TestCSVRefusedOptions(t *testing.T) {
	tests := map[string]Options{
		"delimiter":        {Delimiter: "''"},
		"quote":            {Quote: "ä"},
		"escape":           {Escape: "\n"},
		"comment":          {Comment: ";", Delimiter: ";"},
		"skip_rows":        {SkipRows: -1},
		"skip_footer_rows": {Footer: maxFooter + 1},
		"date_order":       {DateOrder: "ymd"},
		"null_words":       {Nulls: make([]string, maxWords+1)},
		"headers":          {Headers: []string{strings.Repeat("x", maxWord+1)}},
		"thousands":        {Decimal: ",", Thousands: ptr(",")},
	}
	for field, opt := range tests {
		_, _, err := read(t, CSV, "a,b\n1,2\n", opt)
		if !errs.Is(err, "option_invalid") {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, _, err := read(t, CSV, "a\"b\n1\"2\n", Options{Delimiter: `"`, Quote: "'"}); err != nil {
		t.Errorf("a quote may be the delimiter where it is no quote: %v", err)
	}
}

func TestCSVColumnOptions(t *testing.T) {
	const text = "d;n;x\n03/04/2024;1,5;NA\n31/12/2024;-;b\n"
	set, _ := mustRead(t, CSV, text, Options{DateOrder: "dmy", Headers: []string{"Day", "", "Note"}, Nulls: []string{"NA", "-"}})
	want := []string{"Day date d/M/yyyy", "n number 1/0", "Note text 1/0"}
	if diff := cmp.Diff(want, head(set.Sheets[0])); diff != "" {
		t.Errorf("columns (-want +got)\n%s", diff)
	}
	set, _ = mustRead(t, CSV, "d,v\n03/04/2024,1\n12/31/2024,2\n", Options{DateOrder: "mdy"})
	if c := set.Sheets[0].Columns[0]; c.Pattern != "M/d/yyyy" || c.Values.Item(0).Num != 1709510400 {
		t.Errorf("pattern %s, value %v", c.Pattern, c.Values.Item(0))
	}
	if set, _ = mustRead(t, CSV, "d,v\n03/04/2024,1\n", Options{}); set.Sheets[0].Columns[0].Type != "text" {
		t.Error("an order of dates was guessed")
	}
}

// TestLongNumbersStayTexts: what a float64 would change is shown as it is written.
func TestLongNumbersStayTexts(t *testing.T) {
	const id = "12345678901234567890"
	for format, text := range map[string]string{
		CSV:  "id,n\n" + id + ",1\n9007199254740993,2\n",
		JSON: `[{"id":` + id + `,"n":1},{"id":9007199254740993,"n":2}]`,
	} {
		set, _ := mustRead(t, format, text, Options{})
		s := set.Sheets[0]
		if s.Columns[0].Type != "text" || s.CellText(1, 0) != id || s.Columns[0].Values.Item(1).Str != "9007199254740993" {
			t.Errorf("%s: %s %q", format, s.Columns[0].Type, s.CellText(1, 0))
		}
	}
}

// TestAcceptanceCSV is the first check of data-sources.md §16: every encoding with every
// delimiter, quoted line ends and ragged rows.
func TestAcceptanceCSV(t *testing.T) {
	encodings := map[string]func(string) string{
		"utf-8":          func(s string) string { return s },
		"utf-8 with BOM": func(s string) string { return "\ufeff" + s },
		"utf-16le": func(s string) string {
			return must(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s))
		},
		"windows-1252": func(s string) string { return must(charmap.Windows1252.NewEncoder().String(s)) },
	}
	want := [][]string{{"Stadt", "Größe", "Notiz"}, {"Köln", "1", "two\nlines"}, {"Bonn", "2", ""}, {"Aß", "3", "x \"y\""}}
	for name, encode := range encodings {
		for _, delim := range []string{",", ";", "\t", "|"} {
			lines := []string{"Stadt,Größe,Notiz", "Köln,1,\"two\nlines\"", "Bonn,2", "Aß,3,\"x \"\"y\"\"\""}
			text := strings.ReplaceAll(strings.Join(lines, "\r\n"), ",", delim)
			set, opt := mustRead(t, CSV, encode(text), Options{})
			if diff := cmp.Diff(want, grid(set.Sheets[0])); diff != "" || opt.Delimiter != delim {
				t.Errorf("%s, %q: delimiter %q (-want +got)\n%s", name, delim, opt.Delimiter, diff)
			}
		}
	}
}
