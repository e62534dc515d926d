// Command p3 measures a thousand formulas of an agency's Klips beside DuckDB,
// Polars and HyperFormula, each of which gets the questions in its own words.
// README.md says what is measured and how to repeat it.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	b := bench{}
	flag.IntVar(&b.rows, "rows", 1_000_000, "orders")
	flag.IntVar(&b.klips, "klips", 125, "Klips of eight formulas")
	flag.IntVar(&b.runs, "runs", 5, "measured runs of each engine")
	flag.Uint64Var(&b.seed, "seed", 3, "of the data and the formulas")
	flag.IntVar(&b.sheet, "sheet", 5_000, "orders for HyperFormula")
	flag.StringVar(&b.dir, "peers", "bench/p3", "folder of the peers' programs")
	sizes := flag.String("sizes", "10000,100000,1000000,10000000", "numbers of orders at which the cost of a formula is measured too; empty: none")
	names := flag.String("engines", "octavo,duckdb,polars,hyperformula", "which to run")
	engine := flag.Bool("engine", false, "answer requests on standard input (used by the command itself)")
	flag.Parse()
	if *engine {
		fail(serve(os.Stdin, os.Stdout))
		return
	}
	b.engines = strings.Split(*names, ",")
	for _, size := range strings.Split(*sizes, ",") {
		if n, err := strconv.Atoi(size); err == nil {
			b.sizes = append(b.sizes, n)
		} else if size != "" {
			fail(err)
		}
	}
	fail(b.run())
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "p3:", err)
		os.Exit(1)
	}
}
