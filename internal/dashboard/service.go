package dashboard

import (
	"context"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/page"
)

// Service keeps dashboards. Ids in its methods are public ids of assets of the
// acting account; those of other accounts are not_found. Safe for concurrent use.
type Service struct {
	db     *db.DB
	assets *asset.Service
}

// New makes the service.
func New(d *db.DB, assets *asset.Service) *Service { return &Service{db: d, assets: assets} }

// Create makes a dashboard of a document. Codes permission_denied, limit_reached,
// unknown_klip and those of a document that is not valid: bad_dashboard, bad_placement,
// placement_overlap, placement_too_small, too_many_klips, name_required, name_too_long.
func (s *Service) Create(ctx context.Context, who authz.Actor, tree map[string]any) (*Dashboard, error) {
	if err := authz.Can(who, authz.TabBuild, authz.None); err != nil {
		return nil, err
	}
	d, err := parseDocument(tree)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, "dashboard.created", 0, func(tx *db.Tx) (*asset.Asset, error) {
		content, _, err := s.content(ctx, tx, who, d, nil, 0)
		if err != nil {
			return nil, err
		}
		return s.assets.Create(ctx, tx, who, authz.TabBuild, asset.Dashboard, d.title, content)
	})
}

// Get gives a dashboard that the actor may see, with its document. Codes not_found, newer_schema.
func (s *Service) Get(ctx context.Context, who authz.Actor, public string) (*Dashboard, error) {
	var out *Dashboard
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err == nil {
			out, err = s.show(ctx, tx, who, a)
		}
		return err
	})
	return out, err
}

// Save stores a document over the expected version. A document equal to the
// current one makes no version. Codes not_found, permission_denied,
// version_conflict, dashboard_locked and those of Create.
func (s *Service) Save(ctx context.Context, who authz.Actor, public string, expected int64, tree map[string]any) (*Dashboard, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, "dashboard.saved", expected, func(tx *db.Tx) (*asset.Asset, error) {
		current, err := s.editable(ctx, tx, who, authz.TabEdit, no)
		if err != nil {
			return nil, err
		}
		if current.Version != expected {
			return nil, asset.Stale(current.Version)
		}
		d, err := parseDocument(tree)
		if err != nil {
			return nil, err
		}
		failpoint.At("dashboard/read")
		return s.put(ctx, tx, who, authz.TabEdit, current, expected, d)
	})
}

// put saves a checked document over the current state.
func (s *Service) put(ctx context.Context, tx *db.Tx, who authz.Actor, p authz.Permission, current *asset.Asset, expected int64, d *document) (*asset.Asset, error) {
	before, err := parseBody(current.JSON)
	if err != nil {
		return nil, err
	}
	content, added, err := s.content(ctx, tx, who, d, before, current.Key.No)
	if err != nil {
		return nil, err
	}
	saved, err := s.assets.Save(ctx, tx, who, p, current.Key.No, expected, d.title, content)
	if err != nil || !added {
		return saved, err
	}
	return saved, s.shareAdded(ctx, tx, who, current.Key.No)
}

// shareAdded lets those who see the dashboard see the Klips that were added, if the actor may share.
func (s *Service) shareAdded(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) error {
	if !who.Has(authz.TabShare) {
		return nil
	}
	shares, err := s.assets.Shares(ctx, tx, who, no)
	if err != nil || len(shares) == 0 {
		return err
	}
	return s.assets.SetShares(ctx, tx, who, no, shares)
}

// AddKlip puts a Klip into the first gap that it fits in, over whatever version is
// current. Codes not_found, permission_denied, dashboard_locked, unknown_klip, too_many_klips.
func (s *Service) AddKlip(ctx context.Context, who authz.Actor, public, klip string) (*Dashboard, error) {
	return s.add(ctx, who, "dashboard.klip_added", public, []string{klip}, false)
}

// AddKlips is AddKlip for many: all of them or none. Those that the dashboard shows
// already stay where they are.
func (s *Service) AddKlips(ctx context.Context, who authz.Actor, public string, klips []string) (*Dashboard, error) {
	return s.add(ctx, who, "dashboard.klips_added", public, klips, true)
}

func (s *Service) add(ctx context.Context, who authz.Actor, action, public string, klips []string, once bool) (*Dashboard, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	const tries = 4 // against others who save at the same moment
	for try := 1; ; try++ {
		out, err := s.change(ctx, who, action, 0, func(tx *db.Tx) (*asset.Asset, error) {
			return s.addKlips(ctx, tx, who, no, klips, once)
		})
		if try == tries || !errs.Is(err, "version_conflict") {
			return out, err
		}
	}
}

// addKlips saves a dashboard with more Klips; once leaves out those that it shows already.
func (s *Service) addKlips(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, klips []string, once bool) (*asset.Asset, error) {
	current, err := s.editable(ctx, tx, who, authz.DashboardKlip, no)
	if err != nil {
		return nil, err
	}
	d, err := s.document(ctx, tx, current)
	if err != nil {
		return nil, err
	}
	field := "klip"
	if once {
		field = "klips"
	}
	unknown := func(klip string) error { return unknownKlip(field).WithParams(map[string]any{"klip": klip}) }
	numbers := make([]int64, len(klips))
	for i, klip := range klips {
		if numbers[i], err = s.assets.Resolve(who.Account, klip); err != nil {
			return nil, unknown(klip)
		}
	}
	found, err := s.assets.Some(ctx, tx, numbers)
	if err != nil {
		return nil, err
	}
	visible, err := s.assets.Visible(ctx, tx, who, found)
	if err != nil {
		return nil, err
	}
	for i, klip := range klips {
		k := found[numbers[i]]
		switch there := slices.ContainsFunc(d.placements, func(p placement) bool { return p.klip == klip }); {
		case there && once:
			continue
		case !there && (k == nil || k.Kind != asset.Klip || k.DeletedAt != 0 || !visible[numbers[i]]):
			return nil, unknown(klip)
		}
		size := UsualSize(componentTypes(k))
		x, y := FirstGap(d.boxes(), size.W, size.H)
		d.placements = append(d.placements, placement{Box: Box{X: x, Y: y, W: size.W, H: size.H}, klip: klip, auto: true})
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	return s.put(ctx, tx, who, authz.DashboardKlip, current, current.Version, d)
}

// List gives a page of the dashboards that the actor may see, in order of title.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, req page.Request) ([]Dashboard, *page.Mark, error) {
	var out []Dashboard
	var next *page.Mark
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		rows, mark, err := s.assets.Page(ctx, tx, who, f.assets(), req)
		if err != nil {
			return err
		}
		out, next = make([]Dashboard, len(rows)), mark
		for i := range rows {
			d, _, err := s.describe(&rows[i])
			if err != nil {
				return err
			}
			out[i] = *d
		}
		return s.addCounts(ctx, tx, who, out)
	})
	return out, next, err
}

// Count is the number of dashboards that List gives over all pages.
func (s *Service) Count(ctx context.Context, who authz.Actor, f Filter) (int64, error) {
	var n int64
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		n, err = s.assets.Count(ctx, tx, who, f.assets())
		return err
	})
	return n, err
}

// MarkSeen remembers that the actor has opened the dashboard: it is not new any more. Code not_found.
func (s *Service) MarkSeen(ctx context.Context, who authz.Actor, public string) error {
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		return s.assets.MarkSeen(ctx, tx, who, a.Key.No)
	})
}

// change runs fn in a transaction, records what happened and shows the result. A
// save that leaves the version before as it is leaves no line in the trail.
func (s *Service) change(ctx context.Context, who authz.Actor, action string, before int64, fn func(tx *db.Tx) (*asset.Asset, error)) (*Dashboard, error) {
	var out *Dashboard
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
		failpoint.At("dashboard/recorded")
		if a, err = s.assets.Viewable(ctx, tx, who, a.Key.No); err != nil {
			return err
		}
		out, err = s.show(ctx, tx, who, a)
		failpoint.At("dashboard/shown")
		return err
	})
	failpoint.At("dashboard/committed")
	return out, err
}

func (s *Service) record(ctx context.Context, tx *db.Tx, who authz.Actor, action string, a *asset.Asset) error {
	return audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: s.assets.PublicID(a.Key), SubjectName: a.Title()})
}
