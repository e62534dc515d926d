// Command p4 measures how long a file of 100 MB takes to become typed columns, beside
// DuckDB and Polars. README.md says what is measured and how to repeat it.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	b := bench{}
	flag.IntVar(&b.megabytes, "mb", 100, "size of each file")
	flag.IntVar(&b.runs, "runs", 5, "measured runs of each engine")
	flag.Uint64Var(&b.seed, "seed", 4, "of the data")
	flag.StringVar(&b.peers, "peers", "bench/p4", "folder of the peers' programs")
	names := flag.String("engines", "octavo,duckdb,polars", "which to run")
	engine := flag.Bool("engine", false, "answer requests on standard input (used by the command itself)")
	flag.Parse()
	b.engines = strings.Split(*names, ",")
	run := b.run
	if *engine {
		run = func() error { return serve(os.Stdin, os.Stdout) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "p4:", err)
		os.Exit(1)
	}
}
