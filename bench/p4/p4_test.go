package main

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// TestAnswers: the facts of our engine are those of the rows that were written, in every format.
func TestAnswers(t *testing.T) {
	dir := t.TempDir()
	for _, format := range formats {
		rows, err := writeFile(dir, format, 300_000, 4)
		if err != nil {
			t.Fatal(err)
		}
		got, err := answerWith(request{format, filepath.Join(dir, "orders."+format)})
		if err != nil {
			t.Fatal(err)
		}
		if want := truth(rows); got.facts != want {
			t.Errorf("%s: %+v, want %+v", format, got.facts, want)
		}
	}
}

// truth is what the first rows of the seed are.
func truth(rows int) facts {
	o := &orders{r: rand.New(rand.NewPCG(4, 4))}
	f := facts{Rows: rows}
	customers, notes := map[string]bool{}, map[string]bool{}
	for i := range rows {
		row := o.next()
		if i == 0 {
			f.First = row.Day
		}
		f.Last = row.Day
		f.Hundreds += int64(row.Amount*100 + 0.5)
		f.Units += int64(row.Units)
		customers[row.Customer], notes[row.Note] = true, true
	}
	f.Customers, f.Notes = len(customers), len(notes)
	return f
}
