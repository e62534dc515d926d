package datasource

import (
	"context"
	"io"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// viewable reads a source that the actor may see; other kinds of asset are not_found.
func (s *Service) viewable(ctx context.Context, tx *db.Tx, who authz.Actor, public string) (*asset.Asset, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	return ofKind(s.assets.Viewable(ctx, tx, who, no))
}

func (s *Service) editable(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (*asset.Asset, error) {
	return ofKind(s.assets.Editable(ctx, tx, who, authz.SourceEdit, no))
}

func ofKind(a *asset.Asset, err error) (*asset.Asset, error) {
	if err == nil && a.Kind != asset.Source {
		err = authz.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (s *Service) show(ctx context.Context, tx *db.Tx, a *asset.Asset) (*Source, error) {
	list, err := s.describe(ctx, tx, []asset.Asset{*a})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// describe fills in what bodies, rows, payloads and the asset graph say.
func (s *Service) describe(ctx context.Context, tx *db.Tx, rows []asset.Asset) ([]Source, error) {
	out := make([]Source, len(rows))
	byNo := make(map[int64]*Source, len(rows))
	nos := make([]int64, len(rows))
	for i, a := range rows {
		b, err := parseBody(a.JSON)
		if err != nil {
			return nil, err
		}
		out[i] = Source{Asset: a, ID: s.assets.PublicID(a.Key), Connector: b.Connector, Format: b.Format, Web: webOf(b), Table: b.Table}
		byNo[a.Key.No], nos[i] = &out[i], a.Key.No
	}
	if err := s.addRows(ctx, tx, byNo, nos); err != nil {
		return nil, err
	}
	if err := addWeb(ctx, tx, byNo, nos); err != nil {
		return nil, err
	}
	for _, src := range byNo {
		src.fitVariables()
	}
	uses, err := s.uses(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	for no, src := range byNo {
		src.Klips, src.Dashboards = len(uses[no].klips), len(uses[no].dashboards)
	}
	return out, nil
}

// fitVariables leaves out what is not for those who look now: rows of all where there are variables by now, and the
// moment of rows for sets of values where there are none any more. An earlier version may have brought that about.
func (s *Source) fitVariables() {
	switch {
	case s.varies():
		s.payload, s.stored, s.Rows, s.Columns, s.Bytes, s.FileName = Payload{}, stored{}, 0, 0, 0, ""
	case s.Table != nil && s.payload.ID == 0:
		s.State, s.ReceivedAt = NoData, 0
	}
}

// use is what uses one source: numbers of Klips and dashboards.
type use struct{ klips, dashboards map[int64]bool }

// uses follows the asset graph upward: Klips that use the sources, dashboards that show these.
func (s *Service) uses(ctx context.Context, tx *db.Tx, nos []int64) (map[int64]use, error) {
	below, err := s.assets.Users(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]use, len(nos))
	for _, no := range nos {
		out[no] = use{map[int64]bool{}, map[int64]bool{}}
	}
	var klips []int64
	for _, l := range below {
		out[l.To].klips[l.From] = true
		klips = append(klips, l.From)
	}
	above, err := s.assets.Users(ctx, tx, klips)
	if err != nil {
		return nil, err
	}
	dashboards := map[int64][]int64{}
	for _, l := range above {
		dashboards[l.To] = append(dashboards[l.To], l.From)
	}
	for _, l := range below {
		for _, d := range dashboards[l.From] {
			out[l.To].dashboards[d] = true
		}
	}
	return out, nil
}

// Ref names an asset that the actor may see.
type Ref struct {
	ID    string // public
	Title string
}

// UsedBy lists what uses a source. Hidden counts what the actor may not see.
type UsedBy struct {
	Klips      []Ref
	Dashboards []Ref
	Hidden     int
}

// UsedBy tells what uses a source that the actor may see. Code not_found.
func (s *Service) UsedBy(ctx context.Context, who authz.Actor, public string) (*UsedBy, error) {
	out := &UsedBy{Klips: []Ref{}, Dashboards: []Ref{}}
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		uses, err := s.uses(ctx, tx, []int64{a.Key.No})
		if err != nil {
			return err
		}
		u := uses[a.Key.No]
		if out.Klips, err = s.refs(ctx, tx, who, u.klips); err != nil {
			return err
		}
		out.Dashboards, err = s.refs(ctx, tx, who, u.dashboards)
		out.Hidden = len(u.klips) + len(u.dashboards) - len(out.Klips) - len(out.Dashboards)
		return err
	})
	return out, err
}

// refs names the assets that the actor may see, in order of title.
func (s *Service) refs(ctx context.Context, tx *db.Tx, who authz.Actor, set map[int64]bool) ([]Ref, error) {
	some, err := s.assets.Some(ctx, tx, numbers(set))
	if err != nil {
		return nil, err
	}
	visible, err := s.assets.Visible(ctx, tx, who, some)
	if err != nil {
		return nil, err
	}
	out := []Ref{}
	for _, no := range byTitle(some) {
		if visible[no] {
			out = append(out, Ref{ID: s.assets.PublicID(some[no].Key), Title: some[no].Title()})
		}
	}
	return out, nil
}

// File is the file that a source was made of.
type File struct {
	io.ReadCloser
	Name      string
	MediaType string
	Bytes     int64
}

// Download opens the file of a source, of a fetched one the answer as it came, with the
// values that hold for the actor; the caller closes it. Codes not_found,
// permission_denied, no_data.
func (s *Service) Download(ctx context.Context, who authz.Actor, public string) (*File, error) {
	return s.DownloadInstance(ctx, who, public, "")
}

// DownloadInstance is Download with the data of the instance with a key, for who may change the source; "" = Download.
// Codes as there, and not_web.
func (s *Service) DownloadInstance(ctx context.Context, who authz.Actor, public, key string) (*File, error) {
	src, err := s.own(ctx, who, public, key)
	if err != nil {
		return nil, err
	}
	if err := authz.Can(who, authz.SourceDownload, authz.None); err != nil {
		return nil, err
	}
	if src.payload.ID == id.Content(0) {
		return nil, errs.New(errs.Conflict, "no_data", "This data source has no data yet.")
	}
	r, err := s.openOriginal(ctx, who.Account.Family(), src.payload.ID, src.stored.FileKey)
	if err != nil {
		return nil, err
	}
	return &File{ReadCloser: r, Name: src.stored.FileName, MediaType: src.stored.MediaType, Bytes: src.stored.Bytes}, nil
}
