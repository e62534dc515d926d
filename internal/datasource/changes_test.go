package datasource

import (
	"strconv"
	"testing"
	"time"

	"octavo/internal/dataset"
)

// TestManyColumnsAreComparedAtOnce: columns are compared within a transaction that others wait for.
func TestManyColumnsAreComparedAtOnce(t *testing.T) {
	const n = 100_000
	sheet := func(prefix string) Schema {
		columns := make([]Column, n)
		for i := range columns {
			columns[i].Name = prefix + strconv.Itoa(i)
		}
		return Schema{Sheets: []Sheet{{HeaderRow: 1, Columns: columns}}}
	}
	begun := time.Now()
	got := changesOf(sheet("a"), sheet("b"))
	if took := time.Since(begun); took > 20*time.Second { // comparing each with each takes minutes
		t.Errorf("it took %s", took)
	}
	if len(got.Added) != maxChanges || len(got.Missing) != maxChanges || got.Added[1] != "b1" || got.Missing[0] != "a0" {
		t.Errorf("%+v", got)
	}
	if got := changesOf(sheet("a"), sheet("a")); !got.none() {
		t.Errorf("the same are %+v", got)
	}
}

// TestLastValuesLoadTheirColumns: a request asks for one value of a payload, not for all its columns.
func TestLastValuesLoadTheirColumns(t *testing.T) {
	sheet := &dataset.Sheet{Columns: []dataset.Column{{Name: "amount"}, {Name: "id"}, {Name: ""}, {Name: "id"}}}
	pick := called([]string{"", "id ", "none"})
	for col, want := range []bool{false, true, false, false} {
		if pick(sheet, col) != want {
			t.Errorf("column %d is loaded: %t", col, !want)
		}
	}
}
