package klip

import (
	"context"
	"log/slog"
	"runtime"

	"golang.org/x/sync/singleflight"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/db"
	"octavo/internal/failpoint"
)

// Instances counts the client instances of Klips; package transfer has it.
type Instances interface {
	// InstanceCounts gives the number of instances by number of the Klip, as far as
	// the actor may see them. Klips without instances may be absent.
	InstanceCounts(ctx context.Context, who authz.Actor, klips []int64) (map[int64]int, error)
}

// Places says how numbers and dates are written for a person in an account; package setting has it.
type Places interface {
	PlaceFor(ctx context.Context, who authz.Actor) (component.Place, error)
}

// factoryPlaces is every account that has decided nothing.
type factoryPlaces struct{}

func (factoryPlaces) PlaceFor(context.Context, authz.Actor) (component.Place, error) {
	return component.DefaultPlace(), nil
}

// Config is what the service is made of.
type Config struct {
	Log       *slog.Logger // default: none
	DB        *db.DB
	Assets    *asset.Service
	Sources   Sources
	Instances Instances // nil = no Klip has instances
	Places    Places    // nil = English, UTC, weeks begin on Sunday for every account
}

// Service keeps Klips and computes their results. Ids in its methods are public ids
// of assets of the acting account; those of other accounts are not_found. Safe for
// concurrent use.
type Service struct {
	log       *slog.Logger
	db        *db.DB
	assets    *asset.Service
	sources   Sources
	instances Instances
	places    Places
	results   *lru[string, *Result] // by hash
	flight    singleflight.Group    // one evaluation per hash at a time
	turns     chan struct{}         // one for each evaluation that may run at a time
}

// New makes the service.
func New(c Config) *Service {
	s := &Service{
		log: c.Log, db: c.DB, assets: c.Assets, sources: c.Sources, instances: c.Instances, places: c.Places,
		results: newLRU[string, *Result](resultBytes), turns: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.places == nil {
		s.places = factoryPlaces{}
	}
	return s
}

// newTitle is the title of a Klip that was made without one and without a source.
const newTitle = "New Klip"

// Create makes a Klip of a document. Without components it gets a starter that suits
// the columns of its active source; without a title it is called like that source.
// Codes permission_denied, unknown_source, source_not_attached, id_in_body, and those
// of a document that is not valid: bad_klip, name_too_long, text_too_long.
func (s *Service) Create(ctx context.Context, who authz.Actor, tree map[string]any) (*Klip, error) {
	if err := authz.Can(who, authz.KlipBuild, authz.None); err != nil {
		return nil, err
	}
	var dr *draft
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		d, err := parse(tree)
		if err != nil {
			return err
		}
		dr, err = s.prepare(ctx, tx, who, d, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	titled := without(tree)
	if dr.doc.title == "" {
		titled["title"] = dr.defaultTitle()
	}
	if dr.doc, err = parseDocument(titled); err != nil {
		return nil, err
	}
	content, err := s.contentOf(ctx, who, dr)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, "klip.created", 0, func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.assets.Create(ctx, tx, who, authz.KlipBuild, asset.Klip, dr.doc.title, content)
		if err != nil {
			return nil, err
		}
		return a, declare(ctx, tx, dr.doc)
	})
}

func (dr *draft) defaultTitle() string {
	for i, no := range dr.attach {
		if dr.doc.sources[i] == dr.doc.active {
			return dr.sources[no].name
		}
	}
	return newTitle
}

// contentOf reads the columns of the draft's sources, outside of any transaction,
// and makes its content.
func (s *Service) contentOf(ctx context.Context, who authz.Actor, dr *draft) (asset.Content, error) {
	for _, src := range dr.sources {
		if err := s.describe(ctx, []*source{src}); err != nil {
			return asset.Content{}, err
		}
	}
	if dr.before == nil {
		if err := dr.starter(); err != nil {
			return asset.Content{}, err
		}
	}
	return s.content(who, dr)
}

// Save stores a document over the expected version. A document as it was shown makes
// no version. Codes not_found, permission_denied, version_conflict, source_not_visible
// and those of Create.
func (s *Service) Save(ctx context.Context, who authz.Actor, public string, expected int64, tree map[string]any) (*Klip, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	var dr *draft
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		current, err := ofKind(s.assets.Editable(ctx, tx, who, authz.KlipEdit, no))
		if err != nil {
			return err
		}
		if current.Version != expected {
			return asset.Stale(current.Version)
		}
		d, err := parseDocument(tree)
		if err != nil {
			return err
		}
		dr, err = s.prepare(ctx, tx, who, d, current)
		return err
	})
	if err != nil {
		return nil, err
	}
	failpoint.At("klip/prepared")
	content, err := s.contentOf(ctx, who, dr)
	if err != nil {
		return nil, err
	}
	failpoint.At("klip/content_made")
	return s.change(ctx, who, "klip.saved", expected, func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.assets.Save(ctx, tx, who, authz.KlipEdit, no, expected, dr.doc.title, content)
		if err != nil {
			return nil, err
		}
		return a, declare(ctx, tx, dr.doc)
	})
}

// Copy makes a Klip of the actor's own over the same sources. It is no instance of
// the first one. Codes not_found, permission_denied.
func (s *Service) Copy(ctx context.Context, who authz.Actor, public string) (*Klip, error) {
	return s.change(ctx, who, "klip.copied", 0, func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return nil, err
		}
		return s.assets.Duplicate(ctx, tx, who, authz.KlipBuild, a.Key.No, asset.CopyTitle(a.Title()))
	})
}

// Trash moves a Klip to the bin. One that a dashboard shows is refused. Codes
// not_found, permission_denied, version_conflict, in_use.
func (s *Service) Trash(ctx context.Context, who authz.Actor, public string, expected int64) error {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if _, err := ofKind(s.assets.Editable(ctx, tx, who, authz.KlipDelete, no)); err != nil {
			return err
		}
		a, err := s.assets.Trash(ctx, tx, who, no, expected)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, who, "klip.trashed", a)
	})
}

// change runs fn in a transaction, records what happened and shows the result. A
// save that leaves the version before as it is leaves no line in the trail.
func (s *Service) change(ctx context.Context, who authz.Actor, action string, before int64, fn func(tx *db.Tx) (*asset.Asset, error)) (*Klip, error) {
	var v *view
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := fn(tx)
		if err != nil {
			return err
		}
		if a.Version != before {
			if err := s.record(ctx, tx, who, action, a); err != nil {
				return err
			}
		}
		failpoint.At("klip/recorded")
		v, err = s.view(ctx, tx, who, a.Key.No)
		failpoint.At("klip/viewed")
		return err
	})
	if err != nil {
		return nil, err
	}
	failpoint.At("klip/committed")
	return s.show(ctx, who, v)
}

func (s *Service) record(ctx context.Context, tx *db.Tx, who authz.Actor, action string, a *asset.Asset) error {
	return audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: s.assets.PublicID(a.Key), SubjectName: a.Title()})
}

// viewable reads a Klip that the actor may see; other kinds of asset are not_found.
func (s *Service) viewable(ctx context.Context, tx *db.Tx, who authz.Actor, public string) (*asset.Asset, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	return ofKind(s.assets.Viewable(ctx, tx, who, no))
}

func ofKind(a *asset.Asset, err error) (*asset.Asset, error) {
	if err == nil && a.Kind != asset.Klip {
		err = authz.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}
