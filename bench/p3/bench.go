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
	rows, klips, runs, sheet int
	seed                     uint64
	dir                      string
	engines                  []string
	sizes                    []int // at which the cost of a formula is measured as well
}

// scaleKlips is with how many Klips: enough for a mean, few enough to end.
const scaleKlips = 20

func (b *bench) run() error {
	fmt.Printf("%s, %d processors, %s, %s\n", processor(), runtime.NumCPU(), runtime.Version(), time.Now().UTC().Format(time.DateOnly))
	fmt.Printf("seed %d, %d orders, %d formulas in %d Klips\n", b.seed, b.rows, b.klips*len(kinds), b.klips)
	large := slices.DeleteFunc(slices.Clone(b.engines), func(name string) bool { return name == "hyperformula" })
	best, err := b.main(large)
	if err != nil {
		return err
	}
	if len(large) < len(b.engines) {
		if err := b.spreadsheet(); err != nil {
			return err
		}
	}
	return b.scale(large, best)
}

// main measures all formulas and tells the fastest way of each engine.
func (b *bench) main(names []string) (best map[string]string, err error) {
	c, err := b.open(names, b.rows, b.klips)
	defer c.close()
	if err != nil {
		return nil, err
	}
	fmt.Println("\nanswers compared; one run in each way an engine has:")
	if best, err = c.check(nil); err != nil {
		return nil, err
	}
	fmt.Printf("\nmedians of %d runs in turn; kinds in ms:\n", b.runs)
	return best, c.race(b.runs, best)
}

// spreadsheet measures HyperFormula, which ends only with far fewer orders, beside us.
func (b *bench) spreadsheet() error {
	c, err := b.open([]string{"octavo", "hyperformula"}, b.sheet, b.klips)
	defer c.close()
	if err != nil {
		return err
	}
	fmt.Printf("\n%d orders, as many Klips as HyperFormula ends within a minute; kinds in ms:\n", b.sheet)
	best, err := c.check(nil)
	if err != nil {
		return err
	}
	return c.race(1, best)
}

// scale measures the mean cost of a formula at several sizes.
func (b *bench) scale(names []string, best map[string]string) error {
	if len(b.sizes) == 0 {
		return nil
	}
	fmt.Printf("\nms for a formula, wall / CPU, by the number of orders (%d formulas):\n%-12s", scaleKlips*len(kinds), "")
	lines := map[string]string{}
	for _, rows := range b.sizes {
		c, err := b.open(names, rows, scaleKlips)
		if err == nil {
			_, err = c.check(best)
		}
		if err != nil {
			c.close()
			return err
		}
		for _, p := range c.peers {
			r, err := p.ask(request{Do: "run", Mode: best[p.Name]})
			if err != nil {
				c.close()
				return err
			}
			n := float64(len(c.formulas))
			lines[p.Name] += fmt.Sprintf(" %18s", fmt.Sprintf("%.2f / %.2f", r.MS/n, r.CPU/n))
		}
		c.close()
		fmt.Printf(" %18d", rows)
	}
	fmt.Println()
	for _, name := range names {
		fmt.Printf("%-12s%s\n", name, lines[name])
	}
	return nil
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

// start starts an engine as a process of its own.
func (b *bench) start(name string) (*peer, error) {
	if name != "octavo" {
		return start(name, "node", "--max-old-space-size=8192", filepath.Join(b.dir, name+".mjs"))
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(name, self, "-engine")
}

// median gives the run in the middle by time, with the largest peak of all.
func median(runs []result) result {
	slices.SortFunc(runs, func(a, b result) int { return int(math.Round(a.MS*1000 - b.MS*1000)) })
	m := runs[len(runs)/2]
	for _, r := range runs {
		m.Peak = max(m.Peak, r.Peak)
	}
	return m
}
