package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"octavo/internal/account"
	v1 "octavo/internal/api/v1"
	"octavo/internal/app/metrics"
	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/blob"
	"octavo/internal/clock"
	"octavo/internal/credential"
	"octavo/internal/dashboard"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/demo"
	"octavo/internal/draw"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/installation"
	"octavo/internal/job"
	"octavo/internal/klip"
	"octavo/internal/mail"
	"octavo/internal/property"
	"octavo/internal/purge"
	"octavo/internal/secret"
	"octavo/internal/setting"
	"octavo/internal/snapshot"
	"octavo/internal/tour"
	"octavo/internal/transfer"
	"octavo/internal/user"
)

// App is every object of a running installation.
type App struct {
	DB          *db.DB
	Blobs       *blob.Store
	Keys        *installation.Keys
	Master      *secret.Master
	Accounts    *account.Service
	Mails       *mail.Service
	Users       *user.Service
	Properties  *property.Service
	Credentials *credential.Service
	Settings    *setting.Service
	Audit       *audit.Service
	Assets      *asset.Service
	Library     *asset.Library
	Sources     *datasource.Service
	Klips       *klip.Service
	Dashboards  *dashboard.Service
	Transfer    *transfer.Service
	Purge       *purge.Service
	RemoveDemo  *purge.Demo
	Tour        *tour.Service

	Version string // of the program, told by metrics and the report; set before Handle

	cfg     Config
	log     *slog.Logger
	metrics *metrics.Metrics
	handler http.Handler
	jobs    *job.Runner
	fetch   *fetch.Client
	calls   *account.Calls // nil unless it serves
	live    *audit.Watcher
}

// New opens the database and the store of files, brings the tables to the newest
// form and makes the services.
func New(ctx context.Context, cfg Config, log *slog.Logger) (*App, error) {
	if err := cfg.prepare(); err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, log: log}
	err := a.open(ctx, cfg)
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.Mails, err = mail.New(mail.Config{DB: a.DB, Log: log, Server: cfg.SMTPURL, From: cfg.MailFrom})
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.Settings = setting.New(a.DB)
	a.Accounts = account.New(a.DB, account.Config{Contact: cfg.Contact, Keep: cfg.keepDeleted(), Zones: a.Settings.Zone})
	a.Users = user.New(user.Config{DB: a.DB, Accounts: a.Accounts, Mails: a.Mails, HandOver: handOver})
	a.Accounts.OnOpen(a.Users.OpenHeld)
	a.Properties = property.New(a.DB, a.Accounts, a.Master)
	a.Accounts.Tell(a.Users)
	ids := id.NewMaker(a.DB.Clock())
	a.Assets = asset.New(ids, a.Keys.IDs)
	a.Credentials = credential.New(a.DB, a.Accounts, a.Assets, a.Master)
	a.Credentials.OnRenew(datasource.Renewed)
	a.Library = asset.NewLibrary(a.DB, a.Assets, a.Users)
	a.Transfer = transfer.New(a.DB, a.Assets, a.Accounts, a.Properties)
	if err := a.openSources(cfg, ids); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.Klips = klip.New(klip.Config{Log: log, DB: a.DB, Assets: a.Assets, Sources: a.Sources, Instances: a.Transfer, Places: a.Settings})
	a.Dashboards = dashboard.New(a.DB, a.Assets)
	a.Purge = purge.New(log, a.DB, a.Accounts, a.Blobs)
	a.RemoveDemo = purge.NewDemo(a.DB, a.Accounts, a.Users, a.Library)
	a.Audit = audit.New(a.DB)
	a.Tour = tour.New(a.DB, a.Accounts, a.Assets)
	a.live = audit.NewWatcher(a.DB, log)
	handlers := slices.Concat(a.Sources.Jobs(), a.Mails.Jobs(), a.Users.Jobs(), a.Purge.Jobs())
	a.jobs, err = job.NewRunner(job.Config{DB: a.DB, Log: log, Handlers: handlers, Periodic: []job.Periodic{
		{Name: "audit.seal", Every: time.Minute, Run: a.Audit.Seal},
		{Name: "audit.expire", Every: 7 * 24 * time.Hour, Run: func(ctx context.Context) error { return a.Audit.Expire(ctx, cfg.keepActivity()) }},
		{Name: "session.sweep", Every: time.Hour, Run: a.Users.Sweep},
		{Name: "mail.sweep", Every: 24 * time.Hour, Run: a.Mails.Sweep},
		{Name: "trial.tend", Every: 5 * time.Minute, Run: a.Accounts.TendTrials},
		{Name: "bin.sweep", Every: time.Hour, Run: func(ctx context.Context) error { return a.Library.EmptyBins(ctx, a.Accounts.All) }},
		{Name: "client.purge", Every: time.Hour, Run: a.Purge.Due},
		{Name: "content.sweep", Every: 24 * time.Hour, Run: a.Purge.Content},
		{Name: "repeat.sweep", Every: time.Hour, Run: func(ctx context.Context) error { return v1.ForgetKeys(ctx, a.DB, a.Accounts.All) }},
		{Name: "calls.sweep", Every: 24 * time.Hour, Run: a.Accounts.SweepCalls},
		{Name: "refresh.tend", Every: 5 * time.Minute, Run: func(ctx context.Context) error { return a.Sources.Tend(ctx, a.Accounts.All) }},
		{Name: "refresh.digest", Every: time.Hour, Run: func(ctx context.Context) error { return a.Sources.Digest(ctx, a.Accounts.All, a.Users.TellOfData) }},
		{Name: "refresh.sweep", Every: 24 * time.Hour, Run: func(ctx context.Context) error { return a.Sources.Sweep(ctx, a.Accounts.All) }},
	}, Workers: workers})
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// workers is how many jobs run at a time beside fetches, which have workers of their own.
const workers = 32

// openSources makes the service of data sources, with the client that fetches.
func (a *App) openSources(cfg Config, ids *id.Maker) error {
	networks, hosts, err := fetch.ParseAllow(cfg.FetchAllow)
	if err != nil {
		return fmt.Errorf("--fetch-allow: %w", err)
	}
	a.fetch = fetch.New(fetch.Options{Allow: networks, Hosts: hosts, PerHost: cfg.FetchHost, MaxIdle: cfg.Fetches})
	a.Credentials.Reach(a.fetch)
	a.Sources = datasource.New(a.log, a.DB, a.Assets, a.Blobs, ids, datasource.Config{
		Client: a.fetch, Properties: a.Properties, Credentials: a.Credentials, Habits: a.habits,
		Limits: format.Limits{Bytes: int64(cfg.SourceMB) << 20, Limits: dataset.Limits{Rows: cfg.SourceRows}}, Instances: cfg.SourceSets,
		Fetches: cfg.Fetches, PerAccount: cfg.FetchAccount, PerHost: cfg.FetchHost,
		PushBytes: int64(cfg.PushMB) << 20, PushRows: cfg.PushRows, Wake: func() { a.jobs.Wake() },
		Watch: func(x datasource.Attempt) {
			if a.metrics != nil { // a server; commands count nothing
				a.metrics.Fetched(x.Connector, x.Outcome, x.Code, x.Waited, x.Took)
			}
		},
	})
	return nil
}

// habits are what an account has decided on the times at which its data is fetched.
func (a *App) habits(ctx context.Context, of id.Account) (h datasource.Habits, err error) {
	h.Zone, h.Days, h.Policy, err = a.Settings.Refreshing(ctx, of)
	return h, err
}

// handOver gives all that a person owns to another one. It says how many assets changed hands.
func handOver(ctx context.Context, tx *db.Tx, from, to id.User) (int64, error) {
	if err := credential.HandOver(ctx, tx, from, to); err != nil {
		return 0, err
	}
	return asset.HandOver(ctx, tx, from, to)
}

// Stores opens the database and the store of files and nothing else: tables stay as
// they are. It is for saving and filling an installation. Where must is set, an
// embedded database has to be there already.
func Stores(ctx context.Context, cfg Config, must bool, log *slog.Logger) (_ *App, err error) {
	defer errs.Wrap(&err, "app.Stores")
	abs, err := filepath.Abs(cfg.Data)
	if err != nil {
		return nil, err
	}
	cfg.Data = abs
	if path := cfg.sqlitePath(); must && path != "" {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is no installation: %w", err)
		}
	}
	if err := cfg.prepare(); err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, log: log}
	if a.DB, err = db.Open(ctx, db.Config{URL: cfg.databaseURL(), Clock: clock.System(), Log: log}); err != nil {
		return nil, err
	}
	if a.Blobs, err = blob.Open(ctx, cfg.blobURL()); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Demo is what makes the demo workspace.
func (a *App) Demo() *demo.Maker {
	return &demo.Maker{
		DB: a.DB, Accounts: a.Accounts, Users: a.Users, Assets: a.Assets, Sources: a.Sources, Klips: a.Klips,
		Dashboards: a.Dashboards, Transfer: a.Transfer, Properties: a.Properties, Tour: a.Tour, Things: a.RemoveDemo,
	}
}

// Snapshots is what makes PDF and PNG files of dashboards, with the drawing code of
// the built web application.
func (a *App) Snapshots(build fs.FS) (*snapshot.Service, error) {
	code, err := fs.Sub(build, drawFolder)
	if err != nil {
		return nil, err
	}
	engine, err := draw.New(code, draw.Config{})
	if err != nil {
		return nil, err
	}
	return snapshot.New(snapshot.Config{
		Clock: a.DB.Clock(), Accounts: a.Accounts, Dashboards: a.Dashboards, Klips: a.Klips, Engine: engine,
	}), nil
}

func (a *App) open(ctx context.Context, cfg Config) (err error) {
	defer errs.Wrap(&err, "app.New")
	if a.DB, err = db.Open(ctx, db.Config{URL: cfg.databaseURL(), Clock: clock.System(), Log: a.log}); err != nil {
		return err
	}
	if err = a.DB.Migrate(ctx); err != nil {
		return err
	}
	if a.Blobs, err = blob.Open(ctx, cfg.blobURL()); err != nil {
		return err
	}
	if a.Keys, err = installation.Load(ctx, a.DB); err != nil {
		return err
	}
	if a.Master, err = secret.LoadMaster(cfg.MasterKey, cfg.masterKeyPath()); err != nil {
		return err
	}
	return a.Master.Check(ctx, a.DB)
}

// Handle makes what answers requests: the API and the pages of the built web application.
func (a *App) Handle(cfg ServeConfig, build fs.FS) error {
	a.metrics = metrics.New(metrics.Facts{
		Version: a.Version, Engine: a.engine(), Blobs: a.blobKind(), Pools: a.DB.Pools, Clock: a.DB.Clock(),
	})
	a.calls = account.NewCalls(a.DB, a.log, account.CallsConfig{Burst: cfg.APIBurst, Zones: a.Settings.Zone})
	api, err := v1.New(v1.Deps{
		Log: a.log, DB: a.DB, Keys: a.Keys, Accounts: a.Accounts, Users: a.Users, Mails: a.Mails, Transfer: a.Transfer, Purge: a.Purge, Demo: a.RemoveDemo, Calls: a.calls,
		Properties: a.Properties, Credentials: a.Credentials, Settings: a.Settings, Audit: a.Audit,
		Library: a.Library, DataSources: a.Sources, Klips: a.Klips, Dashboards: a.Dashboards, Tour: a.Tour,
		Live:          a.live,
		Watch:         a.metrics.Begin,
		SecureCookies: cfg.secure(), TrustProxy: cfg.TrustProxy,
	})
	if err != nil {
		return err
	}
	if err := a.refusePublic(cfg.PublicURL); err != nil {
		return err
	}
	web, err := newPages(build, api.OnlyLooks)
	if err != nil {
		return err
	}
	a.handler = a.routes(api, web)
	return nil
}

// refusePublic keeps data sources from reading this server by the address that people type; "" = there is none.
func (a *App) refusePublic(address string) error {
	if address == "" {
		return nil
	}
	origin, err := fetch.Origin(address)
	if err != nil {
		return fmt.Errorf("--public-url: %w", err)
	}
	_, hostPort, _ := strings.Cut(origin, "://")
	host, text, err := net.SplitHostPort(hostPort)
	if err != nil {
		return fmt.Errorf("--public-url: %w", err)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return fmt.Errorf("--public-url: %w", err)
	}
	a.fetch.RefuseName(host, uint16(port))
	return nil
}

// engine names the kind of database.
func (a *App) engine() string {
	if a.DB.Postgres() {
		return "postgres"
	}
	return "sqlite"
}

// blobKind is how the address of the store of files begins: "file" or "s3".
func (a *App) blobKind() string {
	kind, _, _ := strings.Cut(a.cfg.blobURL(), ":")
	return kind
}

// ReachedAt says under which address people reach the server, for links in mails. Called before Serve.
func (a *App) ReachedAt(url string) { a.Mails.ReachedAt(url) }

// Close lets everything go that New opened.
func (a *App) Close() error {
	if a.fetch != nil {
		a.fetch.Close()
	}
	if a.calls != nil {
		a.calls.Flush(context.Background())
	}
	var err error
	if a.Sources != nil {
		err = a.Sources.Close()
	}
	if a.Credentials != nil {
		a.Credentials.Close()
	}
	if a.Blobs != nil {
		err = errors.Join(err, a.Blobs.Close())
	}
	if a.DB != nil {
		err = errors.Join(err, a.DB.Close())
	}
	return err
}
