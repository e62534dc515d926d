package datasource

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/klauspost/compress/zstd"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/blob"
	"octavo/internal/connector/sql"
	"octavo/internal/credential"
	"octavo/internal/dataset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/fetch"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/property"
)

// What people do to data and to how it comes, as the trail calls it.
const (
	didSetHistory    = "source.history_set"
	didRollBack      = "source.rolled_back"
	didReconfigure   = "source.reconfigured"
	didSetColumns    = "source.columns_set"
	didAcceptColumns = "source.columns_accepted"
	didSetSchedule   = "source.schedule_set"
	didSetLimit      = "source.limit_set"
	didSetExpected   = "source.expected_set"
	didReplaceData   = "source.data_replaced"
	didStopRefresh   = "source.refresh_stopped"
	didDropSet       = "source.set_dropped"
	didCopy          = "source.copied"
	didSwitchOff     = "source.switched_off"
	didSwitchOn      = "source.switched_on"
)

// Config are the limits of the service. Zero values mean the defaults.
type Config struct {
	Limits     format.Limits // of one file; default 100 MiB, 5,000,000 rows, 2,000 columns
	Instances  int           // sets of values that a source has data for, default 500
	CacheBytes int64         // columns kept in memory, default 256 MiB
	Readers    int           // files read at the same time, default 2
	PushBytes  int64         // of one push, default 50 MiB; never more than a file
	PushRows   int           // of one push, default 100,000
	FetchTime  time.Duration // of one refresh, with all its requests and the reading of what comes; default 10 min
	UploadAge  time.Duration // after which an upload that became nothing goes, default 24 h
	Fetches    int           // at a time in one process, default 256: most of them wait for a service
	PerAccount int           // of Fetches, of one account, default half of them
	PerHost    int           // of Fetches, of one host and port, default 4
	TempDir    string        // default: the system's
	Wake       func()        // tells the runner of this process that a job was added that somebody waits for; nil = it looks by itself
	Watch      func(Attempt) // is told of each run that has ended; nil = nobody is

	Client      *fetch.Client                                           // who fetches data; nil = one that reads public addresses only
	Properties  *property.Service                                       // values of placeholders; nil = there are no company properties
	Credentials *credential.Service                                     // what services are read with; required where sources have credentials
	Habits      func(ctx context.Context, a id.Account) (Habits, error) // of accounts; nil = UTC, always
	Pause       time.Duration                                           // before a request is repeated, default 1 s
}

// DefaultFetches is how many fetches run at a time in one process.
const DefaultFetches = 256

// Service keeps data sources. Ids in its methods are public ids of assets of the
// acting account; those of other accounts are not_found. Safe for concurrent use.
type Service struct {
	log     *slog.Logger
	db      *db.DB
	assets  *asset.Service
	blobs   *blob.Store
	ids     *id.Maker
	cfg     Config
	cache   *cache
	readers chan struct{}
	large   chan struct{}
	shared  *shared
	fetches *fetches
	pushes  *turns
	bell    *bell
	pools   *sql.Pools
	packs   *zstd.Encoder // small files: its tables are larger than those, so they are kept

	newcomers *newcomers
}

// New makes the service.
func New(log *slog.Logger, d *db.DB, assets *asset.Service, blobs *blob.Store, ids *id.Maker, cfg Config) *Service {
	cfg.Limits.Bytes = cmp.Or(cfg.Limits.Bytes, format.DefaultBytes)
	cfg.Limits.Rows = cmp.Or(cfg.Limits.Rows, dataset.DefaultRows)
	cfg.Instances = cmp.Or(cfg.Instances, DefaultInstances)
	cfg.CacheBytes = cmp.Or(cfg.CacheBytes, 256<<20)
	cfg.Readers = cmp.Or(cfg.Readers, 2)
	cfg.Fetches = cmp.Or(cfg.Fetches, DefaultFetches)
	cfg.PerAccount = cmp.Or(cfg.PerAccount, max(1, cfg.Fetches/2))
	cfg.PerHost = cmp.Or(cfg.PerHost, fetch.DefaultPerHost)
	cfg.PushBytes = min(cmp.Or(cfg.PushBytes, 50<<20), cfg.Limits.Bytes)
	cfg.PushRows = cmp.Or(cfg.PushRows, 100_000)
	cfg.FetchTime = cmp.Or(cfg.FetchTime, 10*time.Minute)
	cfg.UploadAge = cmp.Or(cfg.UploadAge, 24*time.Hour)
	if cfg.Wake == nil {
		cfg.Wake = func() {}
	}
	if cfg.Watch == nil {
		cfg.Watch = func(Attempt) {}
	}
	if cfg.Client == nil {
		cfg.Client = fetch.New(fetch.Options{})
	}
	if cfg.Habits == nil {
		cfg.Habits = func(context.Context, id.Account) (Habits, error) {
			return Habits{time.UTC, time.UTC, PolicyAlways}, nil
		}
	}
	packs, _ := zstd.NewWriter(nil) // without options it cannot fail
	return &Service{
		log: log, db: d, assets: assets, blobs: blobs, ids: ids, cfg: cfg,
		cache: newCache(cfg.CacheBytes), readers: make(chan struct{}, cfg.Readers), large: make(chan struct{}, largeAtOnce), shared: newShared(d.Clock()), fetches: newFetches(), pushes: &turns{busy: map[pushTo]chan struct{}{}}, bell: newBell(), pools: sql.NewPools(cfg.Client),
		packs: packs, newcomers: &newcomers{looks: map[person][]int64{}},
	}
}

// Close ends the connections to databases that are read.
func (s *Service) Close() error { return s.pools.Close() }

// Config gives the settings in force, defaults put in.
func (s *Service) Config() Config {
	c := s.cfg
	c.Limits.Columns = cmp.Or(c.Limits.Columns, dataset.DefaultColumns)
	return c
}

// MaxUpload is the largest file that is taken, in bytes.
func (s *Service) MaxUpload() int64 { return s.cfg.Limits.Bytes }

// MaxPush is the largest body of a push, in bytes.
func (s *Service) MaxPush() int64 { return s.cfg.PushBytes }

// creates asks whether the actor may make a source, and cleans what it is called. Codes permission_denied, name_required,
// name_too_long, text_too_long.
func creates(who authz.Actor, name, description string) (cleanName, cleanDescription string, err error) {
	if err := authz.Can(who, authz.SourceCreate, authz.None); err != nil {
		return "", "", err
	}
	if cleanName, err = asset.CheckName(name, "name"); err != nil {
		return "", "", err
	}
	cleanDescription, err = checkDescription(description)
	return cleanName, cleanDescription, err
}

// Create makes a source of an upload of the actor. Codes permission_denied,
// name_required, name_too_long, text_too_long, unknown_upload, upload_reading and why the file could not be read.
func (s *Service) Create(ctx context.Context, who authz.Actor, in Draft) (*Source, error) {
	name, description, err := creates(who, in.Name, in.Description)
	if err != nil {
		return nil, err
	}
	up, err := s.findUpload(ctx, who, in.Upload)
	if err != nil {
		return nil, err
	}
	if err := up.usable(); err != nil {
		return nil, err
	}
	failpoint.At("source/upload_found")
	p, err := s.keep(ctx, who, up)
	if err != nil {
		return nil, err
	}
	tree, err := newTree(up.Format, up.chosen, nil)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, "source.created", func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.assets.Create(ctx, tx, who, authz.SourceCreate, asset.Source, name, asset.Content{Tree: tree})
		if err != nil {
			return nil, err
		}
		failpoint.At("source/asset_written")
		return a, s.insert(ctx, tx, a, description, p)
	})
}

// Get gives a source that the actor may see. Code not_found.
func (s *Service) Get(ctx context.Context, who authz.Actor, public string) (*Source, error) {
	var out *Source
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err == nil {
			out, err = s.show(ctx, tx, a)
		}
		return err
	})
	return out, err
}

// List gives a page of the sources that the actor may see, in order of name.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, req page.Request) ([]Source, *page.Mark, error) {
	var out []Source
	var next *page.Mark
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		rows, mark, err := s.assets.Page(ctx, tx, who, f.assets(), req)
		if err != nil {
			return err
		}
		out, err = s.describe(ctx, tx, rows)
		next = mark
		return err
	})
	return out, next, err
}

// Count is the number of sources that List gives over all pages.
func (s *Service) Count(ctx context.Context, who authz.Actor, f Filter) (int64, error) {
	var n int64
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		n, err = s.assets.Count(ctx, tx, who, f.assets())
		return err
	})
	return n, err
}

// Update changes name and description over the expected version, which makes a new one. The description is for people of
// this account only: it is no part of the content, and an earlier version does not bring it back.
// Codes not_found, permission_denied, version_conflict, name_required, name_too_long, text_too_long.
func (s *Service) Update(ctx context.Context, who authz.Actor, public string, expected int64, p Patch) (*Source, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, "source.saved", func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.editable(ctx, tx, who, no)
		if err != nil {
			return nil, err
		}
		if a.Version != expected {
			return nil, asset.Stale(a.Version)
		}
		described := false
		if p.Description != nil {
			if described, err = s.setDescription(ctx, tx, no, *p.Description); err != nil {
				return nil, err
			}
		}
		if p.Name != nil {
			if a, err = s.rename(ctx, tx, who, a, *p.Name); err != nil {
				return nil, err
			}
		}
		if described && a.Version == expected {
			return s.assets.Touch(ctx, tx, who, authz.SourceEdit, no, expected)
		}
		return a, nil
	})
}

// rename saves the same content under another name.
func (s *Service) rename(ctx context.Context, tx *db.Tx, who authz.Actor, a *asset.Asset, name string) (*asset.Asset, error) {
	name, err := asset.CheckName(name, "name")
	if err != nil {
		return nil, err
	}
	c, err := s.contentOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	return s.assets.Save(ctx, tx, who, authz.SourceEdit, a.Key.No, a.Version, name, c)
}

// contentOf is what a source consists of.
func (s *Service) contentOf(ctx context.Context, tx *db.Tx, a *asset.Asset) (asset.Content, error) {
	tree, err := asset.ParseJSON([]byte(a.JSON))
	if err != nil {
		return asset.Content{}, err
	}
	links, err := s.assets.Links(ctx, tx, []int64{a.Key.No})
	c := asset.Content{Tree: tree.(map[string]any), Wires: map[string]int64{}}
	for _, l := range links {
		c.Refs, c.Wires[l.Slot] = append(c.Refs, asset.Ref{Kind: l.Kind, Name: l.Slot}), l.To
	}
	return c, err
}

// Trash moves a source to the bin; what is being fetched of it ends. force moves also what is used: the Klips that use it say
// that it was deleted, until it is restored or replaced. Only those who manage all data sources may force it.
// Codes not_found, permission_denied, version_conflict, in_use.
func (s *Service) Trash(ctx context.Context, who authz.Actor, public string, expected int64, force bool) error {
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		line := audit.Line{Action: "source.trashed"}
		if force {
			used := 0
			a, used, err = s.assets.TrashUsed(ctx, tx, who, a.Key.No, expected)
			line.Detail = map[string]any{"used_by": used}
		} else {
			a, err = s.assets.Trash(ctx, tx, who, a.Key.No, expected)
		}
		if err != nil {
			return err
		}
		if err := s.stopAll(ctx, tx, a.Key.No); err != nil {
			return err
		}
		line.Subject, line.SubjectName = s.assets.PublicID(a.Key), a.Title()
		return audit.Record(ctx, tx, who, line)
	})
}

// Preview shows the first rows of one sheet, or of all when sheet is "", at most
// MaxPreview rows. Codes not_found, no_data, unknown_sheet.
func (s *Service) Preview(ctx context.Context, who authz.Actor, public, sheet string, limit int) ([]Sheet, error) {
	return s.PreviewInstance(ctx, who, public, "", sheet, limit)
}

// PreviewInstance is Preview with the data of the instance with a key, for who may change the source; "" = Preview.
// Codes as there, and permission_denied, not_web.
func (s *Service) PreviewInstance(ctx context.Context, who authz.Actor, public, key, sheet string, limit int) ([]Sheet, error) {
	src, err := s.own(ctx, who, public, key)
	if err != nil {
		return nil, err
	}
	wanted := func(sh *dataset.Sheet) bool { return sheet == "" || sh.Name == sheet }
	set, err := s.Load(ctx, src.payload, func(sh *dataset.Sheet, _ int) bool { return wanted(sh) })
	if err != nil {
		return nil, err
	}
	var out []Sheet
	for _, sh := range set.Sheets {
		if wanted(sh) {
			out = append(out, previewOf(sh, limit))
		}
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Invalid, "unknown_sheet", "There is no sheet of this name.").WithField("sheet")
	}
	return out, nil
}

// change runs fn in a transaction, records what happened and shows the result.
func (s *Service) change(ctx context.Context, who authz.Actor, action string, fn func(tx *db.Tx) (*asset.Asset, error)) (*Source, error) {
	var out *Source
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := fn(tx)
		if err != nil {
			return err
		}
		failpoint.At("source/written")
		if err := s.record(ctx, tx, who, action, a); err != nil {
			return err
		}
		failpoint.At("source/recorded")
		if a, err = s.assets.Viewable(ctx, tx, who, a.Key.No); err != nil {
			return err
		}
		out, err = s.show(ctx, tx, a)
		failpoint.At("source/shown")
		return err
	})
	failpoint.At("source/committed")
	return out, err
}

func (s *Service) record(ctx context.Context, tx *db.Tx, who authz.Actor, action string, a *asset.Asset) error {
	return audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: s.assets.PublicID(a.Key), SubjectName: a.Title()})
}
