package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

func read(t testing.TB, format, text string, opt Options) (*dataset.Set, Options, error) {
	t.Helper()
	return Read(context.Background(), format, strings.NewReader(text), int64(len(text)), opt, Limits{})
}

func mustRead(t testing.TB, format, text string, opt Options) (*dataset.Set, Options) {
	t.Helper()
	set, got, err := read(t, format, text, opt)
	if err != nil {
		t.Fatal(err)
	}
	return set, got
}

// grid is the raw view of a sheet as texts.
func grid(s *dataset.Sheet) [][]string {
	out := make([][]string, s.Height())
	for r := range out {
		out[r] = make([]string, len(s.Columns))
		for c := range out[r] {
			out[r][c] = s.CellText(r, c)
		}
	}
	return out
}

// head describes the columns of a sheet: "name type pattern blank/misfit".
func head(s *dataset.Sheet) []string {
	out := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		out[i] = fmt.Sprintf("%s %s", c.Name, c.Type)
		if c.Pattern != "" {
			out[i] += " " + c.Pattern
		}
		if c.Blank+c.Misfit > 0 {
			out[i] += fmt.Sprintf(" %d/%d", c.Blank, c.Misfit)
		}
	}
	return out
}

func ptr[T any](v T) *T { return &v }

func TestCSV(t *testing.T) {
	tests := []struct {
		name, text string
		opt        Options
		header     int
		head       []string
		grid       [][]string
	}{
		{
			"plain", "Region,Net\nNorth,10\nSouth,2.50\n", Options{}, 1,
			[]string{"Region text", "Net number"},
			[][]string{{"Region", "Net"}, {"North", "10"}, {"South", "2.50"}},
		},
		{
			"quotes and line ends", "a,b\r\n\"x, \"\"y\"\"\nz\",1\r\"\",2", Options{}, 1,
			[]string{"a text 1/0", "b number"},
			[][]string{{"a", "b"}, {"x, \"y\"\nz", "1"}, {"", "2"}},
		},
		{
			"semicolon with decimal commas", "1,5;2,5\n3,5;4,25\n", Options{}, 0,
			[]string{"A number", "B number"},
			[][]string{{"1,5", "2,5"}, {"3,5", "4,25"}},
		},
		{
			"sep line", "sep=|\r\na|b,c\n1|2\n", Options{}, 1,
			[]string{"a number", "b,c number"},
			[][]string{{"a", "b,c"}, {"1", "2"}},
		},
		{
			"byte order mark and tabs", "\ufeffid\trate\n1001\t.097\n", Options{}, 1,
			[]string{"id number", "rate number"},
			[][]string{{"id", "rate"}, {"1001", ".097"}},
		},
		{
			"title above the header", "Sales 2024,,\n\n,,\nRegion,2023,2024\nNorth,5,6\n", Options{}, 3,
			[]string{"Region text", "2023 number", "2024 number"},
			[][]string{{"Sales 2024", "", ""}, {"", "", ""}, {"Region", "2023", "2024"}, {"North", "5", "6"}},
		},
		{
			"no header among numbers", "2023,5\n2024,6\n", Options{}, 0,
			[]string{"A number", "B number"},
			[][]string{{"2023", "5"}, {"2024", "6"}},
		},
		{
			"no header when a name repeats below", "Berlin,x\nBerlin,y\nParis,z\n", Options{}, 0,
			[]string{"A text", "B text"},
			[][]string{{"Berlin", "x"}, {"Berlin", "y"}, {"Paris", "z"}},
		},
		{
			"header by option", "1,2\n3,4\n", Options{HeaderRow: ptr(1)}, 1,
			[]string{"1 number", "2 number"},
			[][]string{{"1", "2"}, {"3", "4"}},
		},
		{
			"ragged rows", "a,b\n1\n1,2,3\n4,5\n", Options{}, 1,
			[]string{"a number", "b number 1/0", "C number 2/0"},
			[][]string{{"a", "b", ""}, {"1", "", ""}, {"1", "2", "3"}, {"4", "5", ""}},
		},
		{
			"text after a closing quote", "a,b\n\"x\"y,1\nz\"w,2\n", Options{}, 1,
			[]string{"a text", "b number"},
			[][]string{{"a", "b"}, {"xy", "1"}, {"z\"w", "2"}},
		},
		{
			"grouped numbers", "n\n\"1,234\"\n\"12,345.5\"\n", Options{Delimiter: ","}, 1,
			[]string{"n number"},
			[][]string{{"n"}, {"1,234"}, {"12,345.5"}},
		},
		{
			"declared dates", "d,v\n03/04/2024,1\n", Options{Date: "dd/MM/yyyy"}, 1,
			[]string{"d date dd/MM/yyyy", "v number"},
			[][]string{{"d", "v"}, {"03/04/2024", "1"}},
		},
		{
			"one column", "name\nAda\nBo\n", Options{}, 1,
			[]string{"name text"},
			[][]string{{"name"}, {"Ada"}, {"Bo"}},
		},
		{
			"header alone", "a,b\n", Options{}, 1,
			[]string{"a text", "b text"},
			[][]string{{"a", "b"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, opt := mustRead(t, CSV, tt.text, tt.opt)
			s := set.Sheets[0]
			if s.HeaderRow != tt.header || *opt.HeaderRow != tt.header {
				t.Errorf("header row %d, option %d, want %d", s.HeaderRow, *opt.HeaderRow, tt.header)
			}
			if diff := cmp.Diff(tt.head, head(s)); diff != "" {
				t.Errorf("columns (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.grid, grid(s)); diff != "" {
				t.Errorf("cells (-want +got)\n%s", diff)
			}
			again, opt2 := mustRead(t, CSV, tt.text, opt)
			if diff := cmp.Diff(grid(s), grid(again.Sheets[0])) + cmp.Diff(opt, opt2); diff != "" {
				t.Errorf("reading with the resolved options differs\n%s", diff)
			}
		})
	}
}

func TestCSVNumbers(t *testing.T) {
	set, opt := mustRead(t, CSV, "Name;Netto\na;1.234,50\nb;0,75\nc;12\n", Options{})
	if opt.Delimiter != ";" || opt.Decimal != "," || *opt.Thousands != "." {
		t.Errorf("options %+v", opt)
	}
	v := set.Sheets[0].Columns[1].Values
	if got := []float64{v.Item(0).Num, v.Item(1).Num, v.Item(2).Num}; cmp.Diff([]float64{1234.5, 0.75, 12}, got) != "" {
		t.Errorf("got %v", got)
	}
}

func TestCSVEncodings(t *testing.T) {
	const text = "Stadt,Größe\nKöln,1\nMünchen,2\n"
	late := "Stadt,n\n" + strings.Repeat("Berlin,1\n", 40_000) + "K\xf6ln,2\n" // beyond the sample
	latin := must(charmap.Windows1252.NewEncoder().String(text))
	little := must(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text))
	big := must(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text))
	bare := must(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text))
	tests := []struct{ name, text, want, cell string }{
		{"utf-8", text, "utf-8", "Köln"},
		{"windows-1252", latin, "windows-1252", "Köln"},
		{"utf-16 little", little, "utf-16le", "Köln"},
		{"utf-16 big", big, "utf-16be", "Köln"},
		{"utf-16 without a mark", bare, "utf-16le", "Köln"},
		{"windows-1252 seen late", late, "windows-1252", "Berlin"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, opt := mustRead(t, CSV, tt.text, Options{})
			s := set.Sheets[0]
			if opt.Encoding != tt.want || s.CellText(1, 0) != tt.cell || s.Columns[0].Name != "Stadt" {
				t.Errorf("encoding %s, cell %q, name %q", opt.Encoding, s.CellText(1, 0), s.Columns[0].Name)
			}
			if last := s.CellText(s.Height()-1, 0); last != "München" && last != "Köln" {
				t.Errorf("last cell %q", last)
			}
		})
	}
	if _, _, err := read(t, CSV, latin, Options{Encoding: "utf-8"}); !errs.Is(err, "encoding_unknown") {
		t.Errorf("wrong encoding: %v", err)
	}
	if _, _, err := read(t, CSV, text, Options{Encoding: "klingon"}); !errs.Is(err, "option_invalid") {
		t.Errorf("unknown encoding: %v", err)
	}
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func TestRealFiles(t *testing.T) {
	tests := []struct {
		file, format string
		rows, cols   int
		head         []string
	}{
		{"seattle-weather.csv", CSV, 40, 6, []string{"date date yyyy-MM-dd", "precipitation number", "temp_max number", "temp_min number", "wind number", "weather text"}},
		{"us-employment.csv", CSV, 40, 24, []string{"month date yyyy-MM-dd", "nonfarm number", "private number"}},
		{"unemployment.tsv", CSV, 40, 2, []string{"id number", "rate number"}},
		{"penguins.json", JSON, 30, 7, []string{"Species text", "Island text", "Beak Length (mm) number 1/0", "Beak Depth (mm) number 1/0", "Flipper Length (mm) number 1/0", "Body Mass (g) number 1/0", "Sex text 5/0"}},
		{"budgets.json", JSON, 40, 3, []string{"budgetYear number", "forecastYear number", "value number"}},
		{"us-state-capitals.json", JSON, 50, 4, []string{"lon number", "lat number", "state text", "city text"}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			data, err := os.ReadFile("testdata/" + tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if format, err := Detect(tt.file, "", data[:min(len(data), HeadSize)]); err != nil || format != tt.format {
				t.Fatalf("Detect = %s, %v", format, err)
			}
			set, _ := mustRead(t, tt.format, string(data), Options{})
			s := set.Sheets[0]
			if s.Rows != tt.rows || len(s.Columns) != tt.cols || set.Warnings != nil {
				t.Errorf("%d rows, %d columns, warnings %v", s.Rows, len(s.Columns), set.Warnings)
			}
			if diff := cmp.Diff(tt.head, head(s)[:len(tt.head)]); diff != "" {
				t.Errorf("columns (-want +got)\n%s", diff)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	tests := []struct {
		name, text, records string
		opt                 Options
		grid                [][]string
	}{
		{
			"nested", `[{"id":1,"who":{"name":"Ada","tags":["a", {"b" : null}]}},{"id":2,"who":null,"ok":true}]`, "", Options{},
			[][]string{{"id", "who.name", "who.tags", "who", "ok"}, {"1", "Ada", `["a",{"b":null}]`, "", ""}, {"2", "", "", "", "true"}},
		},
		{
			"longest list of objects", `{"meta":{"n":[1,2,3,4]},"a":[{"x":1}],"b":{"rows":[{"y":1},{"y":2}]}}`, "b.rows", Options{},
			[][]string{{"y"}, {"1"}, {"2"}},
		},
		{
			"records by option", `{"a":[{"x":1}],"b":[{"y":1},{"y":2}]}`, "a", Options{Records: ptr("a")},
			[][]string{{"x"}, {"1"}},
		},
		{"one document", `{"a":1,"b":{"c":"x"}}`, "", Options{}, [][]string{{"a", "b.c"}, {"1", "x"}}},
		{"JSON lines", "{\"a\":1}\n{\"a\":2}\n", "", Options{}, [][]string{{"a"}, {"1"}, {"2"}}},
		{"numbers", `[1.50, 2e3, 12345678901234567890, 1e999]`, "", Options{}, [][]string{{"value"}, {"1.5"}, {"2000"}, {"12345678901234567890"}, {"1e999"}}},
		{"escapes", `[{"a\"b":"\u00e4\ud83d\ude00\ud800\n"}]`, "", Options{}, [][]string{{"a\"b"}, {"ä😀\ufffd\n"}}},
		{"a key twice", `[{"a":1,"a":2}]`, "", Options{}, [][]string{{"a"}, {"1"}}},
		{"byte order mark", "\ufeff[{\"a\":1}]", "", Options{}, [][]string{{"a"}, {"1"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, opt := mustRead(t, JSON, tt.text, tt.opt)
			if *opt.Records != tt.records {
				t.Errorf("records at %q, want %q", *opt.Records, tt.records)
			}
			if diff := cmp.Diff(tt.grid, grid(set.Sheets[0])); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestJSONTypes(t *testing.T) {
	set, _ := mustRead(t, JSON, `[{"n":1.5,"s":"1.50","d":"2024-01-31","b":true,"id":12345678901234567890}]`, Options{})
	s := set.Sheets[0]
	if diff := cmp.Diff([]string{"n number", "s number", "d date yyyy-MM-dd", "b bool", "id text"}, head(s)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := s.Raw(0).Item(1); got.Num != 1.5 {
		t.Errorf("raw number %+v", got)
	}
	if got := s.Raw(1).Item(1); got.Str != "1.50" {
		t.Errorf("raw text %+v", got)
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct{ name, format, text, code string }{
		{"nothing", CSV, "", "empty_file"},
		{"blank lines", CSV, "\n\r\n \n", "empty_file"},
		{"a mark alone", CSV, "\ufeff", "empty_file"},
		{"binary", CSV, "\x00\x01\x02\x03\xff\xfe\x00\x00junk", "format_mismatch"},
		{"an open quote", CSV, "a,b\n\"x,1\n", "format_mismatch"},
		{"no JSON", JSON, "a,b\n1,2\n", "format_mismatch"},
		{"cut JSON", JSON, `[{"a":1},`, "format_mismatch"},
		{"two arrays", JSON, `[1] [2]`, "format_mismatch"},
		{"blank JSON", JSON, "  ", "empty_file"},
		{"no workbook", XLSX, "a,b\n", "format_mismatch"},
		{"unknown format", "tsv", "a", "option_invalid"},
		{"JSON that is not UTF-8", JSON, "[\"\xe4\"]", "encoding_unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := read(t, tt.format, tt.text, Options{}); !errs.Is(err, tt.code) {
				t.Errorf("got %v, want %s", err, tt.code)
			}
		})
	}
	if _, _, err := read(t, JSON, `{"a":[]}`, Options{Records: ptr("b")}); !errs.Is(err, "records_missing") {
		t.Errorf("missing records: %v", err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for field, opt := range map[string]Options{
		"delimiter":  {Delimiter: "ab"},
		"decimal":    {Decimal: "x"},
		"thousands":  {Decimal: ",", Thousands: ptr(",")},
		"header_row": {HeaderRow: ptr(-1)},
	} {
		_, _, err := read(t, CSV, "a,b\n", opt)
		var e *errs.Error
		if !errors.As(err, &e) || e.Code != "option_invalid" || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestLimits(t *testing.T) {
	deep := strings.Repeat("[", 300) + strings.Repeat("]", 300)
	tests := []struct {
		name, format, text, limit string
		lim                       Limits
	}{
		{"bytes", CSV, "a,b\n1,2\n", "bytes", Limits{Bytes: 3}},
		{"rows", CSV, "a\n1\n2\n3\n", "rows", Limits{Limits: dataset.Limits{Rows: 3}}},
		{"columns", CSV, "a,b,c\n", "columns", Limits{Limits: dataset.Limits{Columns: 2}}},
		{"a cell", CSV, "a\n" + strings.Repeat("x", 101), "cell", Limits{Cell: 100}},
		{"a quoted cell", CSV, "a\n\"" + strings.Repeat("x\"\"", 101) + "\"", "cell", Limits{Cell: 100}},
		{"a huge cell", CSV, "a\n" + strings.Repeat("x", 3<<20), "cell", Limits{}},
		{"depth", JSON, deep, "depth", Limits{}},
		{"depth of a record", JSON, "[{\"a\":" + deep + "}]", "depth", Limits{}},
		{"columns of JSON", JSON, `[{"a":null,"b":1,"c":2}]`, "columns", Limits{Limits: dataset.Limits{Columns: 2}}},
		{"a JSON text", JSON, `["` + strings.Repeat("x", 3<<20) + `"]`, "cell", Limits{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Read(context.Background(), tt.format, strings.NewReader(tt.text), int64(len(tt.text)), Options{}, tt.lim)
			var e *errs.Error
			if !errors.As(err, &e) || e.Code != "too_large" || e.Params["limit"] != tt.limit {
				t.Errorf("got %v, want too_large for %s", err, tt.limit)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for format, text := range map[string]string{CSV: "a,b\n1,2\n", JSON: "[1]"} {
		if _, _, err := Read(ctx, format, strings.NewReader(text), int64(len(text)), Options{}, Limits{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestDetect(t *testing.T) {
	tests := []struct{ name, media, head, want, message string }{
		{"a.csv", "", "a,b\n1,2", CSV, ""},
		{"a.txt", "text/plain", "a\tb\n", CSV, ""},
		{"a.json", "", " \n[{\"a\":1}]", JSON, ""},
		{"data", "application/json", "{\"a\":1}", JSON, ""},
		{"a.csv", "", "[Region],[Net]\n", CSV, ""},
		{"a.csv", "", "\xff\xfea\x00,\x00b\x00", CSV, ""},
		{"a.xlsx", "", "PK\x03\x04....[Content_Types].xml", XLSX, ""},
		{"BMW.csv", "", "BMW,1\nAudi,2\n", CSV, ""},
		{"a.xls", "", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "Excel 97–2003"},
		{"a.ods", "", "PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "", "OpenDocument"},
		{"a.docx", "", "PK\x03\x04[Content_Types].xml word/document.xml", "", "no workbook"},
		{"a.zip", "", "PK\x03\x04data.csv", "", "inside of the archive"},
		{"a.pdf", "", "%PDF-1.7", "", "PDF"},
		{"a.png", "", "\x89PNG\r\n", "", "image"},
		{"a.csv", "", "<!DOCTYPE html><html>", HTML, ""},
		{"a.xml", "", "<?xml version=\"1.0\"?><a/>", XML, ""},
		{"a.csv", "", "<x>,1\n", CSV, ""},
		{"a.xhtml", "", "<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html xmlns=\"x\">", HTML, ""},
		{"a.gz", "", "\x1f\x8b\x08", "", "inside of the archive"},
		{"a.bin", "", "\x01\x02\x03\x04\x00\x00", "", "not text"},
		{"a.csv", "", "", "", "empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" "+tt.want+tt.message, func(t *testing.T) {
			got, err := Detect(tt.name, tt.media, []byte(tt.head))
			if got != tt.want || (err == nil) != (tt.message == "") || err != nil && !strings.Contains(err.Error(), tt.message) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// TestSmallWindow reads through windows that end everywhere.
func TestSmallWindow(t *testing.T) {
	const text = "a,b\r\n\"x\"\"y\",\"\"\r\r\n,\"z\"w,\n\"last\""
	want := &sampler{}
	if err := newCSVParser(newWindow(context.Background(), strings.NewReader(text), 100), want, dialect{delim: ',', quote: '"'}, 100).run(); err != nil {
		t.Fatal(err)
	}
	for size := 1; size < 12; size++ {
		got := &sampler{}
		w := &window{ctx: context.Background(), r: strings.NewReader(text), buf: make([]byte, 0, size), max: 100}
		if err := newCSVParser(w, got, dialect{delim: ',', quote: '"'}, 100).run(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.rows, got.rows); diff != "" {
			t.Errorf("window of %d bytes (-want +got)\n%s", size, diff)
		}
	}
	if diff := cmp.Diff([][]string{{"a", "b"}, {"x\"y", ""}, {"", "zw", ""}, {"last"}}, want.rows); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func benchmarkText() []byte {
	var b bytes.Buffer
	b.WriteString("id,date,region,product,units,price,net,note\n")
	regions := []string{"North", "South", "East", "West"}
	for i := range 200_000 {
		fmt.Fprintf(&b, "%d,2024-%02d-%02d,%s,product %d,%d,%d.%02d,%d.5,n%d\n",
			i, i%12+1, i%28+1, regions[i%4], i%500, i%40, i%90, i%100, i%7919, i%50_000)
	}
	return b.Bytes()
}

func BenchmarkCSV(b *testing.B) {
	text := benchmarkText()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		set, _, err := Read(context.Background(), CSV, bytes.NewReader(text), int64(len(text)), Options{}, Limits{})
		if err != nil || set.Sheets[0].Rows != 200_000 {
			b.Fatal(err)
		}
	}
}
