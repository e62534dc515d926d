package main

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"octavo/bench/process"
	"octavo/internal/dataset"
	"octavo/internal/format"
)

// request is what an engine is asked: to read a file.
type request struct {
	Format string `json:"format"`
	Path   string `json:"path"`
}

// answer is what an engine found and how long it took to have the columns.
type answer struct {
	Error   string  `json:"error,omitempty"`
	Version string  `json:"version"`
	MS      float64 `json:"ms"`
	Peak    int64   `json:"peak"` // kB, ever
	facts
}

// facts say that the columns are there, with their types. Sums of whole numbers and of
// hundredths are exact.
type facts struct {
	Rows      int    `json:"rows"`
	Hundreds  int64  `json:"hundreds"`  // sum of amounts in hundredths
	Units     int64  `json:"units"`     // sum
	Customers int    `json:"customers"` // different ones
	Notes     int    `json:"notes"`     // different ones
	First     string `json:"first"`     // day
	Last      string `json:"last"`
}

// serve answers requests with our engine until there are no more.
func serve(in io.Reader, out io.Writer) error {
	return process.Serve(in, out, func(r request) answer {
		a, err := answerWith(r)
		if err != nil {
			a.Error = err.Error()
		}
		return a
	})
}

func answerWith(r request) (a answer, err error) {
	a.Version = "this working tree"
	begun := time.Now()
	f, err := os.Open(r.Path)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return a, err
	}
	set, _, err := format.Read(context.Background(), r.Format, f, info.Size(), format.Options{}, format.Limits{Bytes: 1 << 40})
	if err != nil {
		return a, err
	}
	a.MS = float64(time.Since(begun).Nanoseconds()) / 1e6
	a.facts, err = factsOf(set.Sheets[0])
	var u syscall.Rusage
	err = errors.Join(err, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	a.Peak = u.Maxrss
	return a, err
}

func factsOf(s *dataset.Sheet) (facts, error) {
	f := facts{Rows: s.Rows}
	column := func(name string, typ dataset.Type) *dataset.Column {
		i, ok := s.Column(name)
		if !ok || s.Columns[i].Type != typ {
			return nil
		}
		return &s.Columns[i]
	}
	amount, units, day := column("amount", dataset.Number), column("units", dataset.Number), column("day", dataset.Date)
	customer, note := column("customer", dataset.Text), column("note", dataset.Text)
	if amount == nil || units == nil || day == nil || customer == nil || note == nil {
		return f, errors.New("a column has another type")
	}
	customers, notes := map[string]bool{}, map[string]bool{}
	for i := range s.Rows {
		f.Hundreds += int64(amount.Values.Item(i).Num*100 + 0.5)
		f.Units += int64(units.Values.Item(i).Num)
		customers[customer.Values.Item(i).Str] = true
		notes[note.Values.Item(i).Str] = true
	}
	f.Customers, f.Notes = len(customers), len(notes)
	date := func(i int) string {
		return time.Unix(int64(day.Values.Item(i).Num), 0).UTC().Format(time.DateOnly)
	}
	f.First, f.Last = date(0), date(s.Rows-1)
	return f, nil
}
