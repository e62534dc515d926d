package format

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"octavo/internal/errs"
)

func merged(f *excelize.File) error {
	return errors.Join(
		set(f, "Sheet1", map[string]any{
			"B2": "Region", "C2": "Quarter", "D2": "Net",
			"B3": "North", "C3": "Q1", "D3": 1, "C4": "Q2", "D4": 2, "D6": 3,
			"A1": "left of the area", "B9": "Made by me",
		}),
		f.MergeCell("Sheet1", "B3", "B7"), f.MergeCell("Sheet1", "C4", "C6"), f.MergeCell("Sheet1", "A1", "XFD1"),
	)
}

func TestXLSXMerged(t *testing.T) {
	book, _ := readBook(t, workbook(t, merged), Options{Merged: true, Range: "B2:D7"})
	want := [][]string{
		{"Region", "Quarter", "Net"},
		{"North", "Q1", "1"}, {"North", "Q2", "2"}, {"North", "Q2", ""}, {"North", "Q2", "3"}, {"North", "", ""},
	}
	if diff := cmp.Diff(want, grid(book.Sheets[0])); diff != "" {
		t.Errorf("filled (-want +got)\n%s", diff)
	}
	book, _ = readBook(t, workbook(t, merged), Options{Range: "$B$2:D7"})
	if got := book.Sheets[0].CellText(2, 0); got != "" {
		t.Errorf("not filled: %q", got)
	}
	book, _ = readBook(t, workbook(t, merged), Options{Merged: true})
	if got := len(book.Sheets[0].Columns); got != 4 {
		t.Errorf("a title over all columns makes %d columns", got)
	}
}

func TestXLSXSheets(t *testing.T) {
	data := workbook(t, sample)
	names := func(opt Options) string {
		book, _ := readBook(t, data, opt)
		out := ""
		for _, s := range book.Sheets {
			out += s.Name + ";"
		}
		return out
	}
	for want, opt := range map[string]Options{
		"Orders ;Hidden one;": {}, "Orders ;": {Hidden: ptr(false)}, "Hidden one;": {Sheets: []string{"#2"}},
	} {
		if got := names(opt); got != want {
			t.Errorf("%+v: %s, want %s", opt, got, want)
		}
	}
	if got := names(Options{Sheets: []string{"Orders"}}); got != "Orders ;" {
		t.Errorf("a name without its space at the end: %s", got)
	}
	book, _ := readBook(t, data, Options{Range: "A1:B3, 'Hidden one'!C3"})
	if a, b := grid(book.Sheets[0]), grid(book.Sheets[1]); len(a) != 3 || len(a[0]) != 2 || cmp.Diff([][]string{{"2024-01-31"}}, b) != "" {
		t.Errorf("areas %q, %q", a, b)
	}
}

func TestXLSXRefusedOptions(t *testing.T) {
	data := workbook(t, sample)
	for _, opt := range []Options{{Sheets: []string{"Nope"}}, {Range: "B3:A1"}, {Range: "Orders!"}, {Range: "ZZZZ1"}, {Range: "A0"}} {
		_, _, err := Read(context.Background(), XLSX, bytes.NewReader(data), int64(len(data)), opt, Limits{})
		if !errs.Is(err, "option_invalid") {
			t.Errorf("%+v: %v", opt, err)
		}
	}
}

// TestAcceptanceXLSX is the second check of data-sources.md §16: several sheets, a tab that
// ends with a space, merged cells, both systems of dates, errors.
func TestAcceptanceXLSX(t *testing.T) {
	for _, since1904 := range []bool{false, true} {
		data := workbook(t, func(f *excelize.File) error {
			_, err := f.NewSheet("Empty ")
			_, err2 := f.NewSheet("Third")
			return errors.Join(err, err2,
				f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &since1904}),
				set(f, "Sheet1", map[string]any{"A1": "Day", "B1": "n", "A2": 45322, "B2": 1}),
				style(f, "Sheet1", "A2", &excelize.Style{NumFmt: 14}),
				f.SetCellFormula("Sheet1", "B3", "1/0"), f.MergeCell("Sheet1", "B4", "C5"),
				set(f, "Third", map[string]any{"A1": "x", "A2": "y"}))
		})
		book, _ := readBook(t, data, Options{})
		want := "2024-01-31"
		if since1904 {
			want = "2028-02-01"
		}
		if len(book.Sheets) != 3 || book.Sheets[1].Name != "Empty " || book.Sheets[0].CellText(1, 0) != want {
			t.Errorf("1904 %t: %d sheets, day %s", since1904, len(book.Sheets), book.Sheets[0].CellText(1, 0))
		}
	}
}
