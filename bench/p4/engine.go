package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"octavo/internal/dataset"
	"octavo/internal/format"
)

// Every engine is a process of its own that answers requests, a line of JSON each.
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

// peer is a running engine.
type peer struct {
	name    string
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func start(name string, command ...string) (*peer, error) {
	p := &peer{name: name, process: exec.Command(command[0], command[1:]...)}
	p.process.Stderr = os.Stderr
	in, err := p.process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewReader(out)
	return p, p.process.Start()
}

func (p *peer) ask(r request) (answer, error) {
	var a answer
	if err := json.NewEncoder(p.in).Encode(r); err != nil {
		return a, fmt.Errorf("%s: %w", p.name, err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return a, fmt.Errorf("%s ended: %w", p.name, err)
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return a, fmt.Errorf("%s: %w", p.name, err)
	}
	if a.Error != "" {
		return a, fmt.Errorf("%s: %s", p.name, a.Error)
	}
	return a, nil
}

func (p *peer) stop() error { return errors.Join(p.in.Close(), p.process.Wait()) }

// serve answers requests with our engine until there are no more.
func serve(in io.Reader, out io.Writer) error {
	read, write := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var r request
		if err := read.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		a, err := answerWith(r)
		if err != nil {
			a.Error = err.Error()
		}
		if err := write.Encode(a); err != nil {
			return err
		}
	}
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
