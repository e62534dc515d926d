// Command rollout measures P1 over the HTTP API: a template of 12 dashboards with 100
// Klips over 50 data sources is rolled out to 1,000 clients in one durable transaction,
// while readers open dashboards. Every answer is checked before its time counts.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/app"
)

type options struct {
	clients, runs, readers int
	pushes                 int
	curve                  bool
	database               string
}

func main() {
	var o options
	flag.IntVar(&o.clients, "clients", 1000, "clients of one roll-out")
	flag.IntVar(&o.runs, "runs", 5, "roll-outs, each to clients of its own")
	flag.IntVar(&o.readers, "readers", 4, "people who open dashboards meanwhile")
	flag.IntVar(&o.pushes, "pushes", 20, "updates of a Klip after the first roll-out, for the growth")
	flag.BoolVar(&o.curve, "curve", false, "measure roll-outs and updates from 100 to 10,000 clients instead")
	flag.StringVar(&o.database, "database", "", "address of an empty database; default: SQLite in a temporary folder")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "rollout:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "octavo-rollout")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	a, err := app.New(ctx, app.Config{Data: dir, Database: o.database}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer a.Close()
	api, err := v1.New(v1.Deps{DB: a.DB, Keys: a.Keys, Accounts: a.Accounts, Users: a.Users, Mails: a.Mails, Transfer: a.Transfer,
		Properties: a.Properties, Settings: a.Settings, Audit: a.Audit, Library: a.Library, Klips: a.Klips, Dashboards: a.Dashboards})
	if err != nil {
		return err
	}
	server := httptest.NewServer(api)
	defer server.Close()
	b := &bench{app: a, base: server.URL + "/api/v1", o: o, file: filepath.Join(dir, "octavo.db")}
	begun := time.Now()
	if err := b.template(ctx); err != nil {
		return err
	}
	engine := "SQLite"
	if a.DB.Postgres() {
		engine = "PostgreSQL with row level security"
	}
	fmt.Printf("%s, %d clients a roll-out, %d CPUs; template made in %.1f s\n", engine, o.clients, runtime.NumCPU(), time.Since(begun).Seconds())
	if o.curve {
		return b.curve(ctx)
	}
	for n := range o.runs {
		if err := b.rollOut(ctx, n); err != nil {
			return err
		}
	}
	b.report()
	return nil
}

// times are those of the runs.
type times struct {
	plan, rollOut, undo []time.Duration
	quiet, during       []time.Duration // of readers
	cpu                 []time.Duration // of the process, readers included, during a roll-out
	growth              []int64
	pushed              int64 // growth with the updates after it
}

func (b *bench) report() {
	show("plan", b.t.plan)
	show("roll-out", b.t.rollOut)
	both := make([]time.Duration, len(b.t.plan))
	for i := range both {
		both[i] = b.t.plan[i] + b.t.rollOut[i]
	}
	show("both (P1)", both)
	show("CPU of it", b.t.cpu)
	show("undo", b.t.undo)
	fmt.Printf("%-10s p50 %6.1f ms  p99 %6.1f ms  max %6.1f ms  (%d calls)\n", "quiet", ms(at(b.t.quiet, 50)), ms(at(b.t.quiet, 99)), ms(at(b.t.quiet, 100)), len(b.t.quiet))
	fmt.Printf("%-10s p50 %6.1f ms  p99 %6.1f ms  max %6.1f ms  (%d calls)\n", "meanwhile", ms(at(b.t.during, 50)), ms(at(b.t.during, 99)), ms(at(b.t.during, 100)), len(b.t.during))
	slices.Sort(b.t.growth)
	fmt.Printf("%-10s median %.1f MB\n", "growth", float64(b.t.growth[len(b.t.growth)/2])/1e6)
	if b.o.pushes > 0 {
		fmt.Printf("%-10s %.1f MB with %d updates of all clients\n", "growth", float64(b.t.pushed)/1e6, b.o.pushes)
	}
}

func show(name string, list []time.Duration) {
	slices.Sort(list)
	fmt.Printf("%-10s median %6.0f ms  (%.0f … %.0f)\n", name, ms(list[len(list)/2]), ms(list[0]), ms(list[len(list)-1]))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// used is the time that this process has spent on processors.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// at gives a percentile.
func at(list []time.Duration, percent int) time.Duration {
	slices.Sort(list)
	if len(list) == 0 {
		return 0
	}
	return list[min(len(list)-1, len(list)*percent/100)]
}

// size is that of the database in bytes.
func (b *bench) size(ctx context.Context) (int64, error) {
	driver, address, text := "pgx", b.o.database, `SELECT pg_database_size(current_database())`
	if !b.app.DB.Postgres() {
		driver, address, text = "sqlite", "file:"+b.file, `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`
	}
	d, err := sql.Open(driver, address)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	var n int64
	return n, d.QueryRowContext(ctx, text).Scan(&n)
}

// watch lets readers open dashboards until stop is called, which gives what each call took.
func (b *bench) watch() (stop func() ([]time.Duration, error)) {
	end := make(chan struct{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	for r := range b.o.readers {
		wg.Go(func() {
			for n := r; ; n++ {
				select {
				case <-end:
					return
				case <-time.After(10 * time.Millisecond):
				}
				begun := time.Now()
				err := b.call("GET", "/agency/dashboards/"+b.dashboards[n%len(b.dashboards)], nil, nil)
				took := time.Since(begun)
				mu.Lock()
				all, failed = append(all, took), errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	return func() ([]time.Duration, error) {
		close(end)
		wg.Wait()
		return all, failed
	}
}
