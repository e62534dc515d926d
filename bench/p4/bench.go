package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"octavo/bench/process"
)

// bench is one call of the command.
type bench struct {
	megabytes, runs int
	seed            uint64
	peers           string
	engines         []string
}

func (b *bench) run() (err error) {
	dir, err := os.MkdirTemp("", "octavo-p4-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	fmt.Printf("%d processors, %s, %s, seed %d\n", runtime.NumCPU(), runtime.Version(), time.Now().UTC().Format(time.DateOnly), b.seed)
	engines, err := b.open()
	if err != nil {
		return err
	}
	defer func() {
		for _, p := range engines {
			err = errors.Join(err, p.Stop())
		}
	}()
	for _, format := range formats {
		rows, err := writeFile(dir, format, int64(b.megabytes)*1_000_000, b.seed)
		if err != nil {
			return err
		}
		fmt.Printf("\n%s, %d MB, %d rows; median of %d runs in turn:\n", format, b.megabytes, rows, b.runs)
		if err := b.race(engines, request{format, filepath.Join(dir, "orders."+format)}); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) open() ([]*process.Process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var out []*process.Process
	for _, name := range b.engines {
		command := []string{"node", filepath.Join(b.peers, name+".mjs")}
		if name == "octavo" {
			command = []string{self, "-engine"}
		}
		p, err := process.Start(name, command...)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// race compares the answers of all engines, then takes their times in turn.
func (b *bench) race(engines []*process.Process, r request) error {
	var first answer
	times := make([][]float64, len(engines))
	last := make([]answer, len(engines))
	for run := range b.runs + 1 {
		for i, p := range engines {
			a, err := process.Ask[answer](p, r)
			if err != nil {
				return err
			}
			last[i] = a
			switch {
			case run > 0:
				times[i] = append(times[i], a.MS)
			case i == 0:
				first = a
			case a.facts != first.facts:
				return fmt.Errorf("%s answers %+v, %s %+v", p.Name, a.facts, engines[0].Name, first.facts)
			}
		}
	}
	for i, p := range engines {
		slices.Sort(times[i])
		median := times[i][len(times[i])/2]
		fmt.Printf("%-8s %8.0f ms %8.0f MB/s %8d MB at most  %s\n", p.Name, median, float64(b.megabytes)/median*1000, last[i].Peak/1024, last[i].Version)
	}
	return nil
}
