package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// bench is one call of the command.
type bench struct {
	rows, klips, runs int
	seed              uint64
	dir               string
	engines           []string
}

// contest are engines that have loaded the same files and give the same answers.
type contest struct {
	rows     int
	formulas []formula
	peers    []*peer
	loaded   map[string]result
}

func (b *bench) start(name string) (*peer, error) {
	if name != "octavo" {
		return start(name, nil, "node", "--max-old-space-size=8192", filepath.Join(b.dir, name+".mjs"))
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(name, nil, self, "-engine")
}

// open starts the engines over rows orders and compares their answers with ours.
func (b *bench) open(names []string, rows, klips int) (*contest, error) {
	dir, err := os.MkdirTemp("", "octavo-p3")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := writeData(dir, rows, b.seed); err != nil {
		return nil, err
	}
	c := &contest{rows: rows, formulas: makeFormulas(klips, b.seed), loaded: map[string]result{}}
	for _, name := range names {
		p, err := b.start(name)
		if err != nil {
			return c, err
		}
		c.peers = append(c.peers, p)
		r, err := p.ask(request{Do: "load", Dir: dir, Formulas: c.formulas})
		if err != nil {
			return c, err
		}
		p.version, p.modes = r.Version, r.Modes
		c.loaded[name] = r
	}
	return c, nil
}

func (c *contest) close() {
	for _, p := range c.peers {
		p.stop()
	}
}

// check runs every engine in each of its ways, compares the answers of all with
// ours, and leaves it the way that was fastest.
func (c *contest) check() error {
	var ours [][]any
	for _, p := range c.peers {
		best, fastest := "", math.Inf(1)
		for _, mode := range p.modes {
			r, err := p.ask(request{Do: "run", Mode: mode, Answers: true})
			if err != nil {
				return fmt.Errorf("%s: %w", mode, err)
			}
			if ours == nil {
				ours = r.Answers
			}
			if err := c.compare(p.name+", "+mode, ours, r.Answers); err != nil {
				return err
			}
			timed, err := p.ask(request{Do: "run", Mode: mode})
			if err != nil {
				return err
			}
			if len(p.modes) > 1 {
				fmt.Printf("  %-12s %-16s %8.2f s  CPU %8.2f s\n", p.name, mode, timed.MS/1e3, timed.CPU/1e3)
			}
			if timed.MS < fastest {
				best, fastest = mode, timed.MS
			}
		}
		p.modes = []string{best}
	}
	return nil
}

const tolerance = 1e-9 // relative

// compare says where the answers of an engine differ from ours.
func (c *contest) compare(who string, ours, theirs [][]any) error {
	var bad []string
	for i, f := range c.formulas {
		if i >= len(theirs) || !same(ours[i], theirs[i]) {
			bad = append(bad, fmt.Sprintf("%s\n  ours   %s\n  theirs %s", f.Text, short(ours[i]), short(theirs[i])))
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("%s: %d of %d answers differ, the first ones:\n%s", who, len(bad), len(ours), strings.Join(bad[:min(3, len(bad))], "\n"))
	}
	return nil
}

func short(v []any) string {
	s := fmt.Sprint(len(v), v)
	return s[:min(300, len(s))]
}

func same(a, b []any) bool { return slices.EqualFunc(a, b, sameItem) }

func sameItem(a, b any) bool {
	x, okX := a.(float64)
	y, okY := b.(float64)
	if okX && okY {
		return math.Abs(x-y) <= tolerance*max(math.Abs(x), math.Abs(y))
	}
	return a == b
}

func (b *bench) run(scale bool) error {
	fmt.Printf("%s, %d processors, %s, %s\n", processor(), runtime.NumCPU(), runtime.Version(), time.Now().UTC().Format(time.DateOnly))
	fmt.Printf("seed %d, %d orders, %d formulas in %d Klips\n\n", b.seed, b.rows, b.klips*len(kinds), b.klips)
	var large []string
	for _, name := range b.engines {
		if name != "hyperformula" {
			large = append(large, name)
		}
	}
	c, err := b.open(large, b.rows, b.klips)
	defer c.close()
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if err := c.race(b.runs); err != nil {
		return err
	}
	c.close()
	return nil
}

// race lets the engines run in turn and prints the medians.
func (c *contest) race(runs int) error {
	times := map[string][]result{}
	for range runs {
		for _, p := range c.peers {
			r, err := p.ask(request{Do: "run", Mode: p.modes[0]})
			if err != nil {
				return err
			}
			times[p.name] = append(times[p.name], r)
		}
	}
	fmt.Printf("\nmedians of %d runs in turn\n", runs)
	fmt.Printf("%-34s %8s %8s %10s %10s %10s", "", "wall s", "CPU s", "loaded s", "MB loaded", "MB peak")
	for _, k := range kinds {
		fmt.Printf(" %8s", k)
	}
	fmt.Println()
	for _, p := range c.peers {
		m := median(times[p.name])
		l := c.loaded[p.name]
		fmt.Printf("%-34s %8.2f %8.2f %10.2f %10.0f %10.0f", p.version+", "+p.modes[0], m.MS/1e3, m.CPU/1e3, l.MS/1e3, float64(l.RSS)/1e3, float64(m.Peak)/1e3)
		for _, k := range kinds {
			fmt.Printf(" %8.0f", m.Kinds[k])
		}
		fmt.Println()
	}
	return nil
}

// median gives the run in the middle by time, with the largest peak of all.
func median(runs []result) result {
	slices.SortFunc(runs, func(a, b result) int { return int(a.MS*1000) - int(b.MS*1000) })
	m := runs[len(runs)/2]
	for _, r := range runs {
		m.Peak = max(m.Peak, r.Peak)
	}
	return m
}

func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimLeft(strings.TrimSpace(name), " \t:")
		}
	}
	return runtime.GOARCH
}
