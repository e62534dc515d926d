package format

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"octavo/internal/dataset"
	"octavo/internal/errs"
	"octavo/internal/formula/value"
)

// workbook is written by excelize, an implementation of another origin.
func workbook(t testing.TB, fill func(f *excelize.File) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := fill(f); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := errors.Join(f.Write(&buf), f.Close()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func set(f *excelize.File, sheet string, cells map[string]any) error {
	var problems []error
	for at, v := range cells {
		problems = append(problems, f.SetCellValue(sheet, at, v))
	}
	return errors.Join(problems...)
}

func style(f *excelize.File, sheet, at string, s *excelize.Style) error {
	id, err := f.NewStyle(s)
	if err != nil {
		return err
	}
	return f.SetCellStyle(sheet, at, at, id)
}

func sample(f *excelize.File) error {
	hidden, err := f.NewSheet("Hidden one")
	if err != nil || hidden != 1 {
		return fmt.Errorf("sheet %d: %w", hidden, err)
	}
	day := time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC)
	return errors.Join(
		f.SetSheetName("Sheet1", "Orders "),
		set(f, "Orders ", map[string]any{
			"A1": "Region", "B1": "Net", "C1": "Day", "D1": "At", "E1": "Paid", "F1": "Note", "G1": "Share",
			"A2": "North & <South>", "B2": 10.5, "C2": 45322.75, "D2": 45322.75, "E2": true, "F2": "12.50", "G2": 0.25,
			"A3": "East", "B3": 7, "C3": 45323, "D3": 45323.5, "E3": false, "F3": 3,
			"A5": "  ",
		}),
		f.SetCellRichText("Orders ", "A4", []excelize.RichTextRun{{Text: "Rich "}, {Text: "text", Font: &excelize.Font{Bold: true}}}),
		f.SetCellFormula("Orders ", "B4", "1/0"),
		style(f, "Orders ", "C2", &excelize.Style{NumFmt: 14}),
		style(f, "Orders ", "C3", &excelize.Style{CustomNumFmt: new("dd.mm.yyyy;@")}),
		style(f, "Orders ", "D2", &excelize.Style{NumFmt: 22}),
		style(f, "Orders ", "D3", &excelize.Style{CustomNumFmt: new(`yyyy-mm-dd"T"hh:mm:ss`)}),
		style(f, "Orders ", "G2", &excelize.Style{NumFmt: 10}),
		style(f, "Orders ", "K30", &excelize.Style{NumFmt: 14}), // styled and empty: not part of the used area
		f.MergeCell("Orders ", "F3", "G3"),
		set(f, "Hidden one", map[string]any{"B3": "x", "C3": day}),
		f.SetSheetVisible("Hidden one", false),
	)
}

func readBook(t testing.TB, data []byte, opt Options) (*dataset.Set, Options) {
	t.Helper()
	s, got, err := Read(context.Background(), XLSX, bytes.NewReader(data), int64(len(data)), opt, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return s, got
}

func TestXLSX(t *testing.T) {
	data := workbook(t, sample)
	if format, err := Detect("orders.xlsx", "", data[:min(len(data), HeadSize)]); err != nil || format != XLSX {
		t.Fatalf("Detect = %s, %v", format, err)
	}
	book, _ := readBook(t, data, Options{})
	s := book.Sheets[0]
	if len(book.Sheets) != 2 || s.Name != "Orders " || s.Hidden || !book.Sheets[1].Hidden || s.HeaderRow != 1 {
		t.Fatalf("sheets %+v", book.Sheets)
	}
	want := []string{
		"Region text 1/0", "Net number 2/0", "Day date yyyy-MM-dd 2/0", "At date yyyy-MM-dd HH:mm:ss 2/0",
		"Paid bool 2/0", "Note number 2/0", "Share number 3/0",
	}
	if diff := cmp.Diff(want, head(s)); diff != "" {
		t.Errorf("columns (-want +got)\n%s", diff)
	}
	wantCells := [][]string{
		{"Region", "Net", "Day", "At", "Paid", "Note", "Share"},
		{"North & <South>", "10.5", "2024-01-31", "2024-01-31 18:00:00", "true", "12.50", "0.25"},
		{"East", "7", "2024-02-01", "2024-02-01 12:00:00", "false", "3", ""},
		{"Rich text", "", "", "", "", "", ""},
		{"  ", "", "", "", "", "", ""},
	}
	if diff := cmp.Diff(wantCells, grid(s)); diff != "" {
		t.Errorf("cells (-want +got)\n%s", diff)
	}
	note := s.Raw(5)
	if note.Item(1) != value.Str("12.50") || note.Item(2) != value.Num(3) {
		t.Errorf("text and number in one column: %v", note.All())
	}
	if diff := cmp.Diff([][]string{{"", "", ""}, {"", "", ""}, {"", "x", "2024-01-31"}}, grid(book.Sheets[1])); diff != "" {
		t.Errorf("second sheet (-want +got)\n%s", diff)
	}
}

// TestXLSXAgainstExcelize compares many cells with what excelize reads back.
func TestXLSXAgainstExcelize(t *testing.T) {
	data := workbook(t, func(f *excelize.File) error {
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			return err
		}
		for row := range 500 {
			cells := []any{row, float64(row) / 7, fmt.Sprintf("text %d <&> \"ä\"", row%50), row%2 == 0, nil, strings.Repeat("x", row)}
			if row%5 == 0 {
				cells[2] = nil
			}
			if err := w.SetRow(fmt.Sprintf("A%d", row+1), cells); err != nil {
				return err
			}
		}
		return w.Flush()
	})
	book, _ := readBook(t, data, Options{HeaderRow: ptr(0)})
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	got := book.Sheets[0]
	if got.Rows != len(rows) {
		t.Fatalf("%d rows, want %d", got.Rows, len(rows))
	}
	for r, row := range rows {
		for c, want := range row {
			text := got.CellText(r, c)
			switch got.Cell(r, c).Kind {
			case value.Bool:
				text = map[bool]string{true: "1", false: "0"}[got.Cell(r, c).Bool]
			case value.Number:
				v, ok := dataset.ParseNumber(want, dataset.Marks{})
				if ok && v == got.Cell(r, c).Num {
					continue
				}
			}
			if text != want {
				t.Fatalf("cell %s%d: %q, want %q", dataset.Letter(c), r+1, text, want)
			}
		}
	}
}

// pack makes a workbook from its parts, for what excelize does not write.
func pack(t testing.TB, sheet string, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"_rels/.rels":     `<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<?xml version="1.0"?><x:workbook xmlns:x="m"><x:sheets><x:sheet name="A &amp; B" sheetId="1" r:id="r1"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="/xl/s.xml"/>` +
			`<Relationship Id="r2" Type="x/styles" Target="styles.xml"/><Relationship Id="r3" Type="x/sharedStrings" Target="shared.xml"/></Relationships>`,
		"xl/s.xml": sheet,
	}
	for name, text := range parts {
		all[name] = text
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(all[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestXLSXByHand(t *testing.T) {
	styles := `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\-mmm;@"/><numFmt numFmtId="165" formatCode="[h]:mm"/>` +
		`<numFmt numFmtId="166" formatCode="0 &quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="21"/></cellXfs></styleSheet>`
	shared := `<sst><si><t xml:space="preserve"> a_x000D_b </t></si><si><r><t>one</t></r><rPh><t>no</t></rPh><r><t><![CDATA[ <two>]]></t></r></si></sst>`
	sheet := `<!-- c > c --><worksheet><sheetData>` +
		`<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>` +
		`<row r="3"><c r="B3" t="inlineStr"><is><t>in&#x20;line</t></is></c><c r="D3" t="e"><v>#N/A</v></c><c r="E3" t="str"><f>A1&gt;"x"</f><v>calc</v></c></row>` +
		`<row r="4"><c r="A4" s="1"><v>1</v></c><c r="B4" s="2"><v>1.5</v></c><c r="C4" s="3"><v>12</v></c><c r="D4" s="4"><v>0.5</v></c><c r="E4" t="d"><v>2024-01-31T10:00:00</v></c></row>` +
		`</sheetData></worksheet>`
	data := pack(t, sheet, map[string]string{"xl/styles.xml": styles, "xl/shared.xml": shared})
	book, _ := readBook(t, data, Options{HeaderRow: ptr(0)})
	want := [][]string{
		{" a\rb ", "one <two>", "", "", ""},
		{"", "", "", "", ""},
		{"", "in line", "", "", "calc"},
		{"1900-01-01", "1.5", "12", "12:00:00", "2024-01-31 10:00:00"},
	}
	if diff := cmp.Diff(want, grid(book.Sheets[0])); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if book.Sheets[0].Name != "A & B" || len(book.Warnings) != 1 || !strings.Contains(book.Warnings[0], "1 cells") {
		t.Errorf("name %q, warnings %q", book.Sheets[0].Name, book.Warnings)
	}
}

func TestMoments(t *testing.T) {
	tests := []struct {
		serial float64
		m      moment
		y1904  bool
		want   string
	}{
		{1, dayMoment, false, "1900-01-01"},
		{59, dayMoment, false, "1900-02-28"},
		{60, dayMoment, false, "1900-02-29"},
		{61, dayMoment, false, "1900-03-01"},
		{45322, dayMoment, false, "2024-01-31"},
		{45322 - 1462, dayMoment, true, "2024-01-31"},
		{45322.999999, dayTimeMoment, false, "2024-02-01 00:00:00"},
		{0.75, timeMoment, false, "18:00:00"},
		{2958465, dayMoment, false, "9999-12-31"},
		{2958466, dayMoment, false, ""},
		{-1, dayMoment, false, ""},
	}
	for _, tt := range tests {
		got, ok := appendMoment(nil, tt.serial, tt.m, tt.y1904)
		if string(got) != tt.want || ok != (tt.want != "") {
			t.Errorf("%v: got %q, %v, want %q", tt.serial, got, ok, tt.want)
		}
	}
	codes := map[string]moment{
		"General": noMoment, "0.00": noMoment, `0 "days"`: noMoment, "#,##0.00 [$€-407]": noMoment, "0.00E+00": noMoment,
		"[Red]-0;yyyy": noMoment, "yyyy-mm-dd": dayMoment, "mmm yy": dayMoment, `d"."m"."`: dayMoment, "h:mm AM/PM": timeMoment,
		"[h]:mm:ss": noMoment, "[mm]:ss": noMoment, "mm:ss": timeMoment, "dd/mm/yyyy hh:mm": dayTimeMoment, `[$-409]d\-mmm`: dayMoment, "": noMoment,
	}
	for code, want := range codes {
		if got := formatMoment(code); got != want {
			t.Errorf("%q: got %d, want %d", code, got, want)
		}
	}
}

func Test1904(t *testing.T) {
	data := workbook(t, func(f *excelize.File) error {
		return errors.Join(
			f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: new(true)}),
			set(f, "Sheet1", map[string]any{"A1": 0.5}),
			style(f, "Sheet1", "A1", &excelize.Style{NumFmt: 14}),
		)
	})
	book, _ := readBook(t, data, Options{})
	if got := book.Sheets[0].CellText(0, 0); got != "1904-01-01" {
		t.Errorf("got %s", got)
	}
}

func TestXLSXLimits(t *testing.T) {
	bomb := pack(t, `<worksheet><sheetData>`+strings.Repeat(" ", 4<<20)+`</sheetData></worksheet>`, nil)
	lying := bytes.Clone(bomb) // declares 100 bytes for each part
	for i := 0; ; {
		n := bytes.Index(lying[i:], []byte("PK\x01\x02"))
		if n < 0 {
			break
		}
		binary.LittleEndian.PutUint32(lying[i+n+24:], 100)
		i += n + 4
	}
	equal := pack(t, `<worksheet><sheetData>`+strings.Repeat("<row/>", freeUnpacked/6)+`</sheetData></worksheet>`, nil)
	far := pack(t, `<worksheet><sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>`, nil)
	wide := pack(t, `<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>`, nil)
	long := pack(t, `<worksheet><sheetData><row><c t="inlineStr"><is><t>`+strings.Repeat("x", 2000)+`</t></is></c></row></sheetData></worksheet>`, nil)
	tests := []struct {
		name string
		data []byte
		lim  Limits
		code string
	}{
		{"declared size", bomb, Limits{Unpacked: 1 << 20}, "too_large"},
		{"real size", lying, Limits{Unpacked: 1 << 20}, "format_mismatch"},
		{"a bomb below the limit of all files", equal, Limits{}, "too_large"},
		{"a far row", far, Limits{Limits: dataset.Limits{Rows: 1000}}, "too_large"},
		{"a far column", wide, Limits{}, "too_large"},
		{"a long cell", long, Limits{Cell: 1000}, "too_large"},
		{"no cells", pack(t, `<worksheet><sheetData/></worksheet>`, nil), Limits{}, "empty_file"},
		{"a document type", pack(t, `<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>`, nil), Limits{}, "format_mismatch"},
		{"a cut sheet", pack(t, `<worksheet><sheetData><row><c><v>1`, nil), Limits{}, "format_mismatch"},
		{"rows out of order", pack(t, `<worksheet><sheetData><row r="2"/><row r="1"/></sheetData></worksheet>`, nil), Limits{}, "format_mismatch"},
		{"a missing text", pack(t, `<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>`, nil), Limits{}, "format_mismatch"},
		{"a cut package", bomb[:len(bomb)/2], Limits{}, "format_mismatch"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Read(context.Background(), XLSX, bytes.NewReader(tt.data), int64(len(tt.data)), Options{}, tt.lim)
			if !errs.Is(err, tt.code) {
				t.Errorf("got %v, want %s", err, tt.code)
			}
		})
	}
}

func TestXLSXManyRows(t *testing.T) { // more rows than are held back for the header, with gaps
	var b strings.Builder
	b.WriteString(`<worksheet><sheetData><row r="2"><c r="A2" t="inlineStr"><is><t>n</t></is></c></row>`)
	for r := 3; r <= 400; r += 3 {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%d"><v>%d</v></c></row>`, r, r, r)
	}
	b.WriteString(`</sheetData></worksheet>`)
	book, opt := readBook(t, pack(t, b.String(), nil), Options{})
	s := book.Sheets[0]
	if s.HeaderRow != 2 || *opt.HeaderRow != 2 || s.Height() != 399 || s.Columns[0].Name != "n" {
		t.Fatalf("header %d, height %d, name %q", s.HeaderRow, s.Height(), s.Columns[0].Name)
	}
	for r := 3; r <= 399; r++ {
		want := ""
		if r%3 == 0 {
			want = fmt.Sprint(r)
		}
		if got := s.CellText(r-1, 0); got != want {
			t.Fatalf("row %d: %q, want %q", r, got, want)
		}
	}
}
