package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Every engine is a process of its own that answers requests, a line of JSON
// each: load reads the files, run evaluates all formulas.
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
	name    string
	version string
	modes   []string
	limit   int // formulas of a run, 0 = all
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
	p.in, p.out = in, bufio.NewReaderSize(out, 1<<20)
	return p, p.process.Start()
}

func (p *peer) ask(r request) (result, error) {
	var out result
	if err := json.NewEncoder(p.in).Encode(r); err != nil {
		return out, fmt.Errorf("%s: %w", p.name, err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return out, fmt.Errorf("%s ended: %w", p.name, err)
	}
	if err := json.Unmarshal(line, &out); err != nil {
		return out, fmt.Errorf("%s: %w", p.name, err)
	}
	if out.Error != "" {
		return out, fmt.Errorf("%s: %s", p.name, out.Error)
	}
	return out, nil
}

func (p *peer) stop() {
	p.in.Close()
	p.process.Wait()
}

// serve answers requests with our engine until there are no more.
func serve(in io.Reader, out io.Writer) error {
	o := &octavo{}
	read, write := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var r request
		if err := read.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		cpu, begun := cpuTime(), time.Now()
		var res result
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
		if err := write.Encode(res); err != nil {
			return err
		}
	}
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
