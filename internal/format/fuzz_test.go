package format

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// FuzzCSV: nothing panics; every cell that encoding/csv reads from a strictly
// written file is in the raw view; the payload file keeps the set.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"x\"\"y\";2\r\n", "sep=;\na;b\n", "\xff\xfea\x00", "a\tb\n\n1\t2", "\"open", "1.234,5;x\n", "\xe4,1\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set, _, err := Read(context.Background(), CSV, bytes.NewReader(data), int64(len(data)), Options{}, Limits{Cell: 1 << 12})
		if err != nil {
			checkError(t, err)
		} else {
			checkPayload(t, set)
		}
		checkStrictCSV(t, data)
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) {
		t.Fatalf("an error without a code: %v", err)
	}
}

func checkPayload(t *testing.T, set *dataset.Set) {
	t.Helper()
	var buf bytes.Buffer
	if err := set.Encode(context.Background(), &buf); err != nil {
		t.Fatal(err)
	}
	got, err := dataset.Decode(context.Background(), bytes.NewReader(buf.Bytes()), int64(buf.Len()), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range set.Sheets {
		want, have := grid(s), grid(got.Sheets[i])
		for r := range want {
			if strings.Join(want[r], "\x00") != strings.Join(have[r], "\x00") {
				t.Fatalf("row %d: %q, want %q", r, have[r], want[r])
			}
		}
	}
}

// checkStrictCSV writes the bytes as cells with encoding/csv and reads them back.
func checkStrictCSV(t *testing.T, data []byte) {
	t.Helper()
	text := strings.ToValidUTF8(strings.ReplaceAll(string(data), "\r", ""), "")
	cells := strings.Split(text, "\x00")
	var rows [][]string
	for i := 0; i+1 < len(cells); i += 2 {
		rows = append(rows, cells[i:i+2])
	}
	rows = append(rows, []string{"end", "end"})
	var file bytes.Buffer
	if err := csv.NewWriter(&file).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	got := &sampler{}
	err := newCSVParser(newWindow(context.Background(), bytes.NewReader(file.Bytes()), 1<<20), got, dialect{delim: ',', quote: '"'}, 1<<20).run()
	if err != nil && !errors.Is(err, errEnough) {
		t.Fatalf("strict file refused: %v\n%q", err, file.Bytes())
	}
	for i, r := range got.rows {
		if len(r) != 2 || r[0] != rows[i][0] || r[1] != rows[i][1] {
			t.Fatalf("row %d: %q, want %q", i, r, rows[i])
		}
	}
}

// FuzzJSON: nothing panics; what encoding/json accepts is read, and what it
// refuses is refused.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`[{"a":1,"b":{"c":[1,{"d":null}]}}]`, `{"x":[{"a":"\u00e4"}]}`, "{}\n{}", `[1,"a",true,null]`, `["\ud800"]`, `[-0.0e+1]`, `[01]`, `{"":{"":1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set, _, err := Read(context.Background(), JSON, bytes.NewReader(data), int64(len(data)), Options{}, Limits{})
		valid := validJSON(data)
		switch {
		case err == nil:
			checkPayload(t, set)
			if !valid && sniffEncoding(data) == encUTF8 && !bytes.HasPrefix(data, utf8BOM) {
				t.Fatalf("read what is no JSON: %q", data)
			}
		case errs.Is(err, "format_mismatch") && valid:
			t.Fatalf("refused JSON: %v\n%q", err, data)
		default:
			checkError(t, err)
		}
	})
}

// validJSON says whether the bytes are one value, or several objects.
func validJSON(data []byte) bool {
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(data))
	objects, others := 0, 0
	for {
		var v json.RawMessage
		err := d.Decode(&v)
		if errors.Is(err, io.EOF) {
			return objects > 0 && others == 0 || others == 1 && objects == 0
		}
		if err != nil {
			return false
		}
		if v[0] == '{' {
			objects++
		} else {
			others++
		}
	}
}

// FuzzXLSX: nothing panics on the XML of a sheet.
func FuzzXLSX(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c><v>1</v></c></row></sheetData></worksheet>`))
	f.Add([]byte(`<a b="c>d"><![CDATA[x]]><!-- y --><?z?></a>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := pack(t, string(data), nil)
		lim := Limits{Limits: dataset.Limits{Rows: 10_000, Cells: 100_000}}
		set, _, err := Read(context.Background(), XLSX, bytes.NewReader(file), int64(len(file)), Options{}, lim)
		if err != nil {
			checkError(t, err)
			return
		}
		checkPayload(t, set)
	})
}
