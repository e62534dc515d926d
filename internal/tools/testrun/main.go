// Command testrun builds the test binary of each package once and runs it on both
// engines of the database. Packages whose tests cannot tell the engines apart run
// once. It ends with the slowest packages and the line "N passed, M failed".
//
//	go run ./internal/tools/testrun [-race | -rest] [-build] [-engines sqlite,postgres] [-run REGEXP] [-out DIR] [packages]
//
// With -race only the packages of race.go are run, once, on SQLite, with the race
// detector; with -rest everything is run but that. With -build nothing is run: the
// binaries lie there for the next call.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"octavo/internal/testserver"
)

// config is the command line.
type config struct {
	race    bool
	rest    bool
	build   bool
	engines []string
	run     string
	out     string
	timeout time.Duration
	args    []string // packages
}

func main() {
	cfg, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	ok, err := run(ctx, cfg)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "testrun:", err)
		fmt.Println("FAIL")
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func parse(args []string) (config, error) {
	var cfg config
	flags := flag.NewFlagSet("testrun", flag.ContinueOnError)
	flags.BoolVar(&cfg.race, "race", false, "run the packages of race.go with the race detector")
	flags.BoolVar(&cfg.rest, "rest", false, "leave out on SQLite the packages that -race runs there")
	flags.BoolVar(&cfg.build, "build", false, "make the test binaries and run none")
	engines := flags.String("engines", strings.Join(allEngines, ","), "engines to run on")
	flags.StringVar(&cfg.run, "run", "", "run only tests that match this regular expression")
	flags.StringVar(&cfg.out, "out", "build/tests", "directory of the test binaries, kept between runs")
	flags.DurationVar(&cfg.timeout, "timeout", 10*time.Minute, "longest time of one test binary")
	if err := flags.Parse(args); err != nil {
		return cfg, err
	}
	cfg.engines = strings.Split(*engines, ",")
	for _, e := range cfg.engines {
		if !slices.Contains(allEngines, e) {
			return cfg, fmt.Errorf("testrun: unknown engine %q; the engines are %s", e, strings.Join(allEngines, ", "))
		}
	}
	if cfg.race && cfg.rest {
		return cfg, errors.New("testrun: -race and -rest are two halves; choose one")
	}
	cfg.args = flags.Args()
	if len(cfg.args) == 0 {
		cfg.args = []string{"./..."}
	}
	return cfg, nil
}

// run does it all and says whether everything passed.
func run(ctx context.Context, cfg config) (_ bool, err error) {
	packages, err := load(ctx, cfg)
	if err != nil {
		return false, err
	}
	if cfg.build {
		return buildAll(ctx, cfg, packages)
	}
	if slices.ContainsFunc(packages, func(p *pkg) bool { return slices.Contains(p.engines(cfg), postgres) }) {
		server, err := testserver.StartPostgres()
		if err != nil {
			return false, err
		}
		defer func() { err = errors.Join(err, server.Stop()) }()
		if err := os.Setenv(testserver.PostgresEnv, server.URL()); err != nil {
			return false, err
		}
	}
	results, err := runAll(ctx, cfg, packages)
	if err != nil {
		return false, err
	}
	for _, p := range packages {
		if !p.hasTests() {
			fmt.Printf("?   \t%s\t[no test files]\n", p.ImportPath)
		}
	}
	return summarise(os.Stdout, results) && ctx.Err() == nil, nil
}
