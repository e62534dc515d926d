package format

import (
	"bytes"
	"context"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

type parquetOrder struct {
	ID     int64     `parquet:"id"`
	Name   *string   `parquet:"name,optional,dict,zstd"`
	Net    float64   `parquet:"net"`
	Rate   float32   `parquet:"rate"`
	Price  int64     `parquet:"price,decimal(2:18)"`
	Day    int32     `parquet:"day,date"`
	At     time.Time `parquet:"at,timestamp(millisecond)"`
	Paid   bool      `parquet:"paid"`
	Tags   []string  `parquet:"tags,list"`
	Nested struct {
		City string `parquet:"city,snappy"`
	} `parquet:"ship"`
	Raw []byte `parquet:"raw"`
}

func parquetFile(t testing.TB, rows []parquetOrder) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := parquet.Write(&buf, rows); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func someOrders() []parquetOrder {
	name := "Ada"
	a := parquetOrder{
		ID: 7, Name: &name, Net: 1.5, Rate: 0.1, Price: -5, Day: 19753, At: time.Date(2024, 1, 31, 18, 0, 0, 0, time.UTC),
		Paid: true, Tags: []string{"x", "y"}, Raw: []byte{0xff, 0},
	}
	a.Nested.City = "Köln"
	b := parquetOrder{ID: 1 << 60, Net: math.NaN(), Price: 123456, Day: -1, At: time.Date(1969, 12, 31, 23, 59, 59, 5e8, time.UTC), Raw: []byte("plain")}
	return []parquetOrder{a, b}
}

func TestParquet(t *testing.T) {
	data := parquetFile(t, someOrders())
	if got, err := Detect("x.parquet", "", data[:min(len(data), HeadSize)]); got != Parquet || err != nil {
		t.Errorf("Detect = %s, %v", got, err)
	}
	set, _ := mustRead(t, Parquet, string(data), Options{})
	want := [][]string{
		{"id", "name", "net", "rate", "price", "day", "at", "paid", "tags", "ship.city", "raw"},
		{"7", "Ada", "1.5", "0.1", "-0.05", "2024-01-31", "2024-01-31 18:00:00", "true", "x, y", "Köln", "/wA="},
		{"1152921504606846976", "", "", "0", "1234.56", "1969-12-31", "1969-12-31 23:59:59.500", "false", "", "", "plain"},
	}
	if diff := cmp.Diff(want, grid(set.Sheets[0])); diff != "" {
		t.Errorf("cells (-want +got)\n%s", diff)
	}
	for i, typ := range map[int]dataset.Type{2: dataset.Number, 4: dataset.Number, 5: dataset.Date, 7: dataset.Bool} {
		if c := set.Sheets[0].Columns[i]; c.Type != typ {
			t.Errorf("%s is %s", c.Name, c.Type)
		}
	}
	many := make([]parquetOrder, 3000)
	for i := range many {
		many[i].ID = int64(i)
	}
	set, _ = mustRead(t, Parquet, string(parquetFile(t, many)), Options{})
	if s := set.Sheets[0]; s.Rows != 3000 || s.CellText(3000, 0) != "2999" {
		t.Errorf("%d rows, the last is %s", s.Rows, s.CellText(3000, 0))
	}
}

// TestParquetAttacks: damage is told, and pages that would unpack to too much are never unpacked.
func TestParquetAttacks(t *testing.T) {
	data := parquetFile(t, someOrders())
	for n := 0; n < len(data); n += 7 {
		bad := bytes.Clone(data)
		bad[n] ^= 0xff
		set, _, err := Read(context.Background(), Parquet, bytes.NewReader(bad), int64(len(bad)), Options{}, Limits{})
		if err != nil {
			checkError(t, err)
		} else {
			checkPayload(t, set)
		}
	}
	for _, cut := range []int{4, len(data) / 2, len(data) - 1} {
		if _, _, err := read(t, Parquet, string(data[:cut]), Options{}); !errs.Is(err, "format_mismatch") {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
	bomb := make([]parquetOrder, 1)
	bomb[0].Raw = bytes.Repeat([]byte("x"), 2<<20)
	if _, _, err := read(t, Parquet, string(parquetFile(t, bomb)), Options{}); !errs.Is(err, "too_large") {
		t.Errorf("a large cell: %v", err)
	}
	small := Limits{Unpacked: 100}
	if _, _, err := Read(context.Background(), Parquet, bytes.NewReader(data), int64(len(data)), Options{}, small); !errs.Is(err, "too_large") {
		t.Errorf("pages over the limit: %v", err)
	}
	few := Limits{Limits: dataset.Limits{Rows: 1}}
	if _, _, err := Read(context.Background(), Parquet, bytes.NewReader(data), int64(len(data)), Options{}, few); !errs.Is(err, "too_large") {
		t.Errorf("rows over the limit: %v", err)
	}
}
