package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
)

// contest are engines that have loaded the same files.
type contest struct {
	rows     int
	formulas []formula
	peers    []*peer
	loaded   map[string]result
}

// open starts the engines over rows orders. What it gives must be closed, also with an error.
func (b *bench) open(names []string, rows, klips int) (*contest, error) {
	c := &contest{rows: rows, formulas: makeFormulas(klips, b.seed), loaded: map[string]result{}}
	dir, err := os.MkdirTemp("", "octavo-p3")
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir)
	if err := writeData(dir, rows, b.seed); err != nil {
		return c, err
	}
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
		p.Stop()
	}
	c.peers = nil
}

// check runs every engine in each of its ways, or in the one given, compares all
// answers with those of the first engine, and tells the fastest ways.
func (c *contest) check(only map[string]string) (best map[string]string, err error) {
	var ours [][]any
	best = map[string]string{}
	for _, p := range c.peers {
		fastest := math.Inf(1)
		for _, mode := range p.modes {
			if only != nil && only[p.Name] != mode {
				continue
			}
			r, err := p.ask(request{Do: "run", Mode: mode, Answers: true})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", mode, err)
			}
			if ours == nil {
				ours = r.Answers
			}
			if len(r.Answers) < len(c.formulas) && p.Name == "hyperformula" {
				c.formulas = c.formulas[:len(r.Answers)] // those that it finished
				for _, other := range c.peers {
					other.limit = len(c.formulas)
				}
			}
			if err := c.compare(p.Name+", "+mode, ours, r.Answers); err != nil {
				return nil, err
			}
			if only == nil && len(p.modes) > 1 {
				fmt.Printf("  %-12s %-16s %8.2f s  CPU %8.2f s\n", p.Name, mode, r.MS/1e3, r.CPU/1e3)
			}
			if r.MS < fastest {
				best[p.Name], fastest = mode, r.MS
			}
		}
	}
	return best, nil
}

// race lets the engines run in turn and prints the medians.
func (c *contest) race(runs int, best map[string]string) error {
	times := map[string][]result{}
	for range runs {
		for _, p := range c.peers {
			r, err := p.ask(request{Do: "run", Mode: best[p.Name], Limit: p.limit})
			if err != nil {
				return err
			}
			times[p.Name] = append(times[p.Name], r)
		}
	}
	fmt.Printf("%-38s %8s %8s %9s %10s %10s", fmt.Sprintf("%d formulas", len(c.formulas)), "wall s", "CPU s", "load s", "MB loaded", "MB peak")
	for _, k := range kinds {
		fmt.Printf(" %8s", k)
	}
	fmt.Println()
	for _, p := range c.peers {
		m, l := median(times[p.Name]), c.loaded[p.Name]
		fmt.Printf("%-38s %8.2f %8.2f %9.2f %10.0f %10.0f", p.version+", "+best[p.Name], m.MS/1e3, m.CPU/1e3, l.MS/1e3, float64(l.RSS)/1e3, float64(m.Peak)/1e3)
		for _, k := range kinds {
			fmt.Printf(" %8.0f", m.Kinds[k])
		}
		fmt.Println()
	}
	return nil
}

const tolerance = 1e-9 // relative

// compare says where the answers of an engine differ from ours.
func (c *contest) compare(who string, ours, theirs [][]any) error {
	var bad []string
	for i, f := range c.formulas {
		if i >= len(theirs) || !slices.EqualFunc(ours[i], theirs[i], sameItem) {
			got := "nothing"
			if i < len(theirs) {
				got = short(theirs[i])
			}
			bad = append(bad, fmt.Sprintf("%s\n  ours   %s\n  theirs %s", f.Text, short(ours[i]), got))
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("%s: %d of %d answers differ, the first ones:\n%s", who, len(bad), len(c.formulas), strings.Join(bad[:min(3, len(bad))], "\n"))
	}
	return nil
}

func short(v []any) string {
	s := fmt.Sprint(len(v), v)
	return s[:min(300, len(s))]
}

func sameItem(a, b any) bool {
	x, okX := a.(float64)
	y, okY := b.(float64)
	if okX && okY {
		return math.Abs(x-y) <= tolerance*max(math.Abs(x), math.Abs(y))
	}
	return a == b
}
