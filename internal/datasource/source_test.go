package datasource

import (
	"strings"
	"testing"

	"octavo/internal/asset"
	"octavo/internal/format"
)

func TestCleanFileName(t *testing.T) {
	long := strings.Repeat("ä", 300) + ".csv"
	for name, want := range map[string]string{
		"orders.csv":                 "orders.csv",
		`C:\Users\ina\Über uns.xlsx`: "Über uns.xlsx",
		"../../etc/passwd":           "passwd",
		"a\x00b\r\n.csv":             "ab.csv",
		"invoice\u202efdp.csv":       "invoicefdp.csv",
		"  ":                         "upload",
		"/":                          "upload",
		"..":                         "upload",
		"":                           "upload",
		"bad\xff.csv":                "bad.csv",
		long:                         strings.Repeat("ä", maxFileName-4) + ".csv",
	} {
		if got := cleanFileName(name); got != want {
			t.Errorf("cleanFileName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestTreeHoldsWhatWasChosenOnly(t *testing.T) {
	row := 3
	for want, chosen := range map[string]format.Options{
		`{"connector":"upload","format":"csv","kind":"source","schema":1}`: {},
		`{"connector":"upload","format":"csv","kind":"source","options":{"delimiter":";","header_row":3},"schema":1}`: {
			Delimiter: ";", HeaderRow: &row,
		},
	} {
		tree, err := newTree("csv", chosen, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := asset.Write(tree)
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
		b, err := parseBody(string(got))
		if err != nil || !sameOptions(b.Options, chosen) || b.Format != "csv" || b.Connector != "upload" {
			t.Errorf("reads back as %+v, %v", b, err)
		}
	}
}
