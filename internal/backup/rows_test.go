package backup

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/db"
)

var everyType = db.Table{Name: "t", Columns: []db.Column{
	{Name: "w", Type: db.WholeColumn}, {Name: "f", Type: db.FractionColumn}, {Name: "t", Type: db.TextColumn}, {Name: "b", Type: db.BlobColumn},
}}

func TestRowsRoundTrip(t *testing.T) {
	rows := [][]any{
		{int64(math.MaxInt64), 0.1, "<a & b>\n\u2028\x00 é", []byte{0, 255}},
		{int64(math.MinInt64), -1e300, "", []byte{}},
		{nil, nil, nil, nil},
		{int64(0), float64(3), "not \xff UTF-8", []byte("{")},
		{int64(1), 1e-9, `{"base64":"eA=="}`, []byte(`null`)},
		{int64(1), 5e-324, "null", []byte("x")},
	}
	w := newRowWriter(everyType)
	for _, row := range rows {
		if err := w.add(row); err != nil {
			t.Fatal(err)
		}
	}
	var got [][]any
	if err := readRows(bytes.NewReader(w.buf.Bytes()), everyType, func(row []any) error {
		got = append(got, row)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rows, got); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	if n := strings.Count(w.buf.String(), "\n"); n != len(rows) {
		t.Errorf("%d lines for %d rows", n, len(rows))
	}
}

func TestRowsOfAnotherTypeAreRefused(t *testing.T) {
	for _, row := range [][]any{
		{"1", nil, nil, nil}, {1.5, nil, nil, nil}, {nil, int64(1), nil, nil}, {nil, nil, []byte("x"), nil}, {nil, nil, nil, "x"}, {true, nil, nil, nil},
	} {
		if err := newRowWriter(everyType).add(row); err == nil {
			t.Errorf("%v was written", row)
		}
	}
	for _, text := range []string{`[1.5,null,null,null]`, `[1,2,3]`, `["1",2,"",""]`, `[1,2,3,""]`, `[1,2,"","%"]`, `{}`, `[1,2,"",""`, `[1,2,{"base64":1},""]`} {
		if err := readRows(strings.NewReader(text), everyType, func([]any) error { return nil }); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}
