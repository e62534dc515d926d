// Command p6 measures 10,000 refreshes of a service that answers after 100 ms, stored, over 1,000 accounts of which one owns
// half of the queue: how long all take, and how long those of the others wait. Every answer is checked before the clock counts.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"octavo/internal/account"
	"octavo/internal/app"
	"octavo/internal/authz"
	"octavo/internal/connector/rest"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/job"
)

type options struct {
	refreshes, accounts, fetches int
	latency                      time.Duration
	database                     string
}

func main() {
	var o options
	flag.IntVar(&o.refreshes, "refreshes", 10_000, "data sources to be fetched once; one account has half of them")
	flag.IntVar(&o.accounts, "accounts", 1000, "accounts with data sources")
	flag.IntVar(&o.fetches, "fetches", datasource.DefaultFetches, "refreshes at a time")
	flag.DurationVar(&o.latency, "latency", 100*time.Millisecond, "of the service")
	flag.StringVar(&o.database, "database", "", "address of an empty database; default: SQLite in a temporary folder")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "p6:", err)
		os.Exit(1)
	}
}

// service answers each number with one row of its own, and counts who was asked.
type service struct {
	latency time.Duration
	mu      sync.Mutex // guards asked
	asked   map[string]int
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := r.URL.Query().Get("n")
	s.mu.Lock()
	s.asked[n]++
	s.mu.Unlock()
	time.Sleep(s.latency)
	fmt.Fprintf(w, `[{"n":%s,"twice":%s}]`, n, n+n) // the client sees it when it goes wrong
}

// bench is an installation with a full queue.
type bench struct {
	app     *app.App
	o       options
	service *service
	port    int           // of the service, on all addresses of this machine
	owners  []authz.Actor // the first one owns half of the queue
	sources map[string]made
}

// made is a data source by the number that its service answers with.
type made struct {
	who authz.Actor
	id  string
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "octavo-p6")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{o: o, service: &service{latency: o.latency, asked: map[string]int{}}, sources: map[string]made{}}
	upstream := httptest.NewUnstartedServer(b.service)
	if upstream.Listener, err = net.Listen("tcp4", "0.0.0.0:0"); err != nil {
		return err
	}
	upstream.Start()
	defer upstream.Close()
	b.port = upstream.Listener.Addr().(*net.TCPAddr).Port
	b.app, err = app.New(ctx, app.Config{Data: dir, Database: o.database, FetchAllow: "127.0.0.0/8", Fetches: o.fetches}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer b.app.Close()
	fmt.Printf("%d refreshes, %d accounts, %d at a time, the service answers after %s\n", o.refreshes, o.accounts, o.fetches, o.latency)
	if err := b.fill(ctx); err != nil {
		return err
	}
	begun, before := time.Now(), processor()
	if err := b.work(ctx); err != nil {
		return err
	}
	took, used := time.Since(begun), processor()-before
	waits, err := b.check(ctx, begun)
	if err != nil {
		return err
	}
	fmt.Printf("all took %.1f s, %.0f a second; without work of ours they would take %.1f s\n", took.Seconds(), float64(o.refreshes)/took.Seconds(),
		o.latency.Seconds()*float64(o.refreshes)/float64(o.fetches))
	fmt.Printf("each took %.2f ms of a processor, with its service; PostgreSQL not counted\n", used.Seconds()*1000/float64(o.refreshes))
	fmt.Printf("the other accounts had theirs after: half %.1f s, 99 of 100 %.1f s, the last %.1f s\n", at(waits, 0.5), at(waits, 0.99), at(waits, 1))
	return nil
}

// processor is the time of processors that this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// at is the value below which a part of sorted waits lies, in seconds.
func at(waits []time.Duration, part float64) float64 {
	return waits[max(0, int(part*float64(len(waits)))-1)].Seconds()
}

// fill makes accounts and data sources, which puts their first refresh into the queue.
func (b *bench) fill(ctx context.Context) error {
	agency, err := b.app.Accounts.CreateParent(ctx, account.Draft{Name: "Agency"})
	if err != nil {
		return err
	}
	operator := agency.Operator()
	for i := range b.o.accounts {
		c, err := b.app.Accounts.CreateClient(ctx, operator, account.Draft{Name: fmt.Sprintf("Client %04d", i), Status: account.Active})
		if err != nil {
			return err
		}
		who := operator
		who.Account, who.IsParent, who.Delegated, who.Owner = c.ID, false, true, c.Principal
		b.owners = append(b.owners, who)
	}
	for n := range b.o.refreshes {
		who := b.owners[0]
		if n%2 == 1 && len(b.owners) > 1 {
			who = b.owners[1+n/2%(len(b.owners)-1)]
		}
		number := strconv.Itoa(n + 1)
		src, err := b.app.Sources.CreateWeb(ctx, who, datasource.WebDraft{Name: "Source " + number, Format: format.JSON, // asked once, as they are made
			Request: rest.Spec{URL: b.host(n) + "/?n=" + number}})
		if err != nil {
			return err
		}
		b.sources[number] = made{who, src.ID}
	}
	return nil
}

// host is where data source n is read: each is a host of its own, for one host is read by few connections at a time.
func (b *bench) host(n int) string {
	return fmt.Sprintf("http://127.%d.%d.%d:%d", 1+n/62_500, 1+n/250%250, 1+n%250, b.port)
}

// work does all jobs of the queue.
func (b *bench) work(ctx context.Context) error {
	r, err := job.NewRunner(job.Config{DB: b.app.DB, Handlers: b.app.Sources.Jobs()})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); r.Serve(running) }()
	defer func() { stop(); <-ended }()
	for {
		left := 0
		err := b.app.DB.Read(ctx, db.System(), func(tx *db.Tx) error {
			_, err := tx.One(ctx, `SELECT COUNT(*) FROM jobs WHERE state IN ('waiting', 'running') OR state = 'later' AND (due_at <= :now OR place <> '')`, db.Args{"now": tx.Now}, &left)
			return err
		})
		if err != nil || left == 0 {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// check compares what every account has with what the service says, and gives the waits of all accounts but the first, sorted.
func (b *bench) check(ctx context.Context, begun time.Time) ([]time.Duration, error) {
	for number, m := range b.sources {
		if b.service.asked[number] != 1 {
			return nil, fmt.Errorf("the service was asked %d times for %s", b.service.asked[number], number)
		}
		sheets, err := b.app.Sources.Preview(ctx, m.who, m.id, "", 10)
		if err != nil {
			return nil, err
		}
		if got := sheets[0].Preview; len(got) != 2 || got[1][0] != number || got[1][1] != number+number {
			return nil, fmt.Errorf("source %s has %v", number, got)
		}
	}
	var waits []time.Duration
	for _, who := range b.owners[1:] {
		some, err := b.waits(ctx, who.Account, begun)
		if err != nil {
			return nil, err
		}
		waits = append(waits, some...)
	}
	slices.Sort(waits)
	if len(waits) != b.o.refreshes/2 {
		return nil, fmt.Errorf("%d refreshes of others are in the log", len(waits))
	}
	return waits, nil
}

func (b *bench) waits(ctx context.Context, a id.Account, begun time.Time) (out []time.Duration, err error) {
	err = b.app.DB.Read(ctx, db.Account(a), func(tx *db.Tx) error {
		out = nil
		return tx.Query(ctx, `SELECT ended_at, outcome FROM refresh_runs WHERE account_id = :account`, nil, func(scan func(...any) error) error {
			var ended int64
			var outcome string
			if err := scan(&ended, &outcome); err != nil {
				return err
			}
			if outcome != "changed" {
				return fmt.Errorf("a refresh is %s", outcome)
			}
			out = append(out, time.UnixMilli(ended).Sub(begun))
			return nil
		})
	})
	return out, err
}
