package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"octavo/bench/process"
)

// request is what an engine is asked: load reads the files, run evaluates all formulas.
type request struct {
	Do       string    `json:"do"` // load, run
	Mode     string    `json:"mode,omitempty"`
	Answers  bool      `json:"answers,omitempty"` // run: give them back
	Limit    int       `json:"limit,omitempty"`   // run: only so many formulas, 0 = all
	Dir      string    `json:"dir,omitempty"`
	Formulas []formula `json:"formulas,omitempty"`
}

// result is the answer to a request.
type result struct {
	Error   string             `json:"error,omitempty"`
	Version string             `json:"version,omitempty"` // load
	Modes   []string           `json:"modes,omitempty"`   // load: the ways in which the engine can run
	Answers [][]any            `json:"answers,omitempty"`
	Kinds   map[string]float64 `json:"kinds,omitempty"` // ms
	MS      float64            `json:"ms"`
	CPU     float64            `json:"cpu"`  // ms, user and system
	RSS     int64              `json:"rss"`  // kB, now
	Peak    int64              `json:"peak"` // kB, ever
}

// peer is a running engine.
type peer struct {
	*process.Process
	version string
	modes   []string
	limit   int // formulas of a run, 0 = all
}

func start(name string, command ...string) (*peer, error) {
	p, err := process.Start(name, command...)
	return &peer{Process: p}, err
}

func (p *peer) ask(r request) (result, error) { return process.Ask[result](p.Process, r) }

// serve answers requests with our engine until there are no more.
func serve(in io.Reader, out io.Writer) error {
	o := &octavo{}
	return process.Serve(in, out, func(r request) (res result) {
		cpu, begun := cpuTime(), time.Now()
		var err error
		if r.Do == "load" {
			err = o.load(r)
			res.Version, res.Modes = "this working tree", []string{"klip"}
		} else {
			res, err = o.run(r)
		}
		res.MS, res.CPU = float64(time.Since(begun).Nanoseconds())/1e6, cpuTime()-cpu
		res.RSS, res.Peak = memory()
		if err != nil {
			res.Error = err.Error()
		}
		if !r.Answers {
			res.Answers = nil
		}
		return res
	})
}

func cpuTime() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}

// memory reads the resident size of this process, now and at its highest, in kB.
func memory() (now, peak int64) {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		fmt.Sscanf(line, "VmRSS: %d", &now)
		fmt.Sscanf(line, "VmHWM: %d", &peak)
	}
	return now, peak
}
