package format

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/errs"
)

const webPage = `<!doctype html><html><head><meta charset="utf-8"><style>td{}</style></head><body>
<table><tr><td>menu<table><caption> Net  sales </caption>
<thead><tr><th>Region<th>Quarter<th>Net</tr></thead>
<tr><td rowspan=2>North &amp; <b>East</b><td>Q1<td>1.5
<tr><td>Q2<td>2<script>var x = "<td>9"</script></tr>
<tr><td colspan="2">South<td>3</tr></table></td></tr></table>
<table><tr><td>logo</td></tr></table>
<table><tr><td>a</td><td>1<br>2</td></tr><tr><td>b</td><td>&nbsp;</td></tr>`

func TestHTML(t *testing.T) {
	if got, err := Detect("report.xls", "", []byte(webPage)); got != HTML || err != nil {
		t.Errorf("Detect = %s, %v", got, err)
	}
	set, _ := mustRead(t, HTML, webPage, Options{})
	if len(set.Sheets) != 2 || set.Sheets[0].Name != "Net sales" || set.Sheets[1].Name != "Table 2" {
		t.Fatalf("sheets %+v", set.Sheets)
	}
	want := [][]string{{"Region", "Quarter", "Net"}, {"North & East", "Q1", "1.5"}, {"", "Q2", "2"}, {"South", "", "3"}}
	if diff := cmp.Diff(want, grid(set.Sheets[0])); diff != "" {
		t.Errorf("cells (-want +got)\n%s", diff)
	}
	if c := set.Sheets[0].Columns[2]; set.Sheets[0].HeaderRow != 1 || c.Type != "number" {
		t.Errorf("header row %d, type %s", set.Sheets[0].HeaderRow, c.Type)
	}
	if diff := cmp.Diff([][]string{{"a", "1 2"}, {"b", ""}}, grid(set.Sheets[1])); diff != "" {
		t.Errorf("second table (-want +got)\n%s", diff)
	}
	set, _ = mustRead(t, HTML, webPage, Options{Sheets: []string{"#2"}, HeaderRow: ptr(1)})
	if len(set.Sheets) != 1 || set.Sheets[0].Columns[0].Name != "a" {
		t.Errorf("chosen table %+v", set.Sheets)
	}
}

func TestHTMLRefused(t *testing.T) {
	for text, code := range map[string]string{
		"<html><form>Sign in</form>":                         "format_unsupported",
		"<html>" + strings.Repeat("<table><tr><td>", 50):     "too_large",
		"<html><table><tr><td>" + strings.Repeat("x", 2<<20): "too_large",
		"<html><table><tr>" + strings.Repeat("<td>x", 3000):  "too_large",
	} {
		if _, _, err := read(t, HTML, text, Options{}); !errs.Is(err, code) {
			t.Errorf("%.40s: %v", text, err)
		}
	}
	latin := "<html><meta http-equiv=content-type content='text/html; charset=ISO-8859-1'><table><tr><td>K\xf6ln<td>1</table>"
	if set, _ := mustRead(t, HTML, latin, Options{}); set.Sheets[0].CellText(0, 0) != "Köln" {
		t.Errorf("latin: %s", set.Sheets[0].CellText(0, 0))
	}
}

// FuzzHTML: nothing panics, and errors have codes.
func FuzzHTML(f *testing.F) {
	f.Add([]byte(webPage))
	f.Add([]byte("<table><td rowspan=3 colspan=9>x<tr><td>y</table><caption>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, _, err := Read(context.Background(), HTML, bytes.NewReader(data), int64(len(data)), Options{}, Limits{Cell: 1 << 12})
		if err != nil {
			checkError(t, err)
			return
		}
		checkPayload(t, set)
	})
}
