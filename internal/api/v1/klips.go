package v1

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/klip"
)

var klipRoutes = []entry{
	route(Route{ID: "list-klips", Method: http.MethodGet, Path: "/{account}/klips", Tag: "klips",
		Permission: authz.KlipLibrary, Summary: "Lists the Klips that one may see."}, (*Server).listKlips),
	route(Route{ID: "create-klip", Method: http.MethodPost, Path: "/{account}/klips", Tag: "klips", Status: http.StatusCreated, MaxBytes: asset.MaxBytes,
		Permission: authz.KlipBuild, Creates: true, Shows: "/{account}/klips/{subject}", Summary: "Makes a Klip. Without components it gets one that suits its active source."}, (*Server).createKlip),
	route(Route{ID: "get-klip", Method: http.MethodGet, Path: "/{account}/klips/{id}", Tag: "klips",
		Summary: "Gives one Klip, with its document for those who may change it."}, (*Server).getKlip),
	route(Route{ID: "save-klip", Method: http.MethodPut, Path: "/{account}/klips/{id}", Tag: "klips", MaxBytes: asset.MaxBytes,
		Creates: true, Shows: "/{account}/klips/{subject}", Summary: "Stores the document."}, (*Server).saveKlip),
	route(Route{ID: "trash-klip", Method: http.MethodDelete, Path: "/{account}/klips/{id}", Tag: "klips",
		Summary: "Moves a Klip that no dashboard shows to the bin; everywhere=true takes it off all dashboards first."}, (*Server).trashKlip),
	route(Route{ID: "copy-klip", Method: http.MethodPost, Path: "/{account}/klips/{id}/copy", Tag: "klips", Status: http.StatusCreated,
		Creates: true, Shows: "/{account}/klips/{subject}", Summary: "Makes a Klip of one's own over the same sources; it is no instance."}, (*Server).copyKlip),
	route(Route{ID: "list-klip-uses", Method: http.MethodGet, Path: "/{account}/klips/{id}/used-by", Tag: "klips",
		Summary: "Lists the dashboards that show a Klip."}, (*Server).listKlipUses),
}

// Klip is a Klip.
type Klip struct {
	ID          string       `json:"id"`
	Title       string       `json:"title"`
	Description string       `json:"description"`
	Component   string       `json:"component" doc:"Type of its first component; empty without one."`
	Sources     []KlipSource `json:"sources"`
	Dashboards  int          `json:"dashboards" doc:"That show it."`
	Instances   int          `json:"instances" doc:"Copies in clients that one may enter."`
	Version     int64        `json:"version"`
	UpdatedAt   time.Time    `json:"updated_at"`
	UpdatedBy   Named        `json:"updated_by" doc:"Empty where somebody of the agency did it. The id is not told."`
	Owner       Named        `json:"owner"`
	Origin      *Origin      `json:"origin" doc:"Null unless it was imported."`
	CopiedFrom  string       `json:"copied_from" doc:"Title of the client instance that it is a copy of; empty = of none. A copy has no template."`
	Tags        []string     `json:"tags"`
}

// KlipSource is a data source attached to a Klip.
type KlipSource struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// KlipDetail is a Klip with its document.
type KlipDetail struct {
	Klip
	CanEdit  bool     `json:"can_edit"`
	Document KlipTree `json:"klip,omitempty" doc:"Only where can_edit is true: who may look sees results."`
}

// KlipDoc is the document of a Klip. Fields that this version does not know are kept.
type KlipDoc struct {
	_           struct{}       `additionalProperties:"true"`
	Title       string         `json:"title,omitempty"`
	Description string         `json:"description,omitempty"`
	Workspace   *KlipWorkspace `json:"workspace,omitempty"`
	Properties  map[string]any `json:"properties,omitempty"`
	Components  []KlipNode     `json:"components,omitempty"`
}

// KlipWorkspace names the data sources of a Klip.
type KlipWorkspace struct {
	_                struct{} `additionalProperties:"true"`
	DataSources      []string `json:"datasources,omitempty"`
	ActiveDataSource string   `json:"activeDatasource,omitempty" doc:"One of them; @Column means its column. The first when left out."`
}

// KlipNode is a component, or below one a part: a column, an axis, a series, a label.
type KlipNode struct {
	_           struct{}       `additionalProperties:"true"`
	ID          string         `json:"id,omitempty" doc:"Ten characters of a–z and 2–7; made when it is left out."`
	Type        string         `json:"type"`
	Role        string         `json:"role,omitempty"`
	DisplayName string         `json:"displayName,omitempty"`
	Formulas    []KlipFormula  `json:"formulas,omitempty" maxItems:"1"`
	Format      map[string]any `json:"format,omitempty"`
	Properties  map[string]any `json:"properties,omitempty"`
	Components  []KlipNode     `json:"components,omitempty"`
}

// KlipFormula is the formula of a part, as people write it. Refs stay only for
// references that lead nowhere.
type KlipFormula struct {
	_    struct{}       `additionalProperties:"true"`
	Text string         `json:"text"`
	Refs map[string]any `json:"refs,omitempty"`
}

// KlipTree is a KlipDoc as it came, with the fields that are not known.
type KlipTree map[string]any

// Schema describes it as KlipDoc.
func (KlipTree) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[KlipDoc](), true, "KlipDoc")
}

// klipInput is a document as it was sent; see documentInput.
type klipInput struct {
	RawBody []byte
	Body    KlipTree
}

func (in *klipInput) tree() (map[string]any, error) { return objectOf(in.RawBody) }

// objectOf reads the bytes of a request strictly. Codes bad_body, bad_klip.
func objectOf(body []byte) (map[string]any, error) {
	v, err := asset.ParseJSON(body)
	if err != nil {
		return nil, err
	}
	tree, ok := v.(map[string]any)
	if !ok {
		return nil, errs.New(errs.Invalid, "bad_klip", "An object belongs here.")
	}
	return tree, nil
}

func klipOf(k *klip.Klip, origin *Origin) Klip {
	out := Klip{
		ID: k.ID, Title: k.Title(), Description: k.Description, Component: k.Component, Sources: make([]KlipSource, len(k.Sources)),
		Dashboards: k.Dashboards, Instances: k.Instances, Version: k.Version, UpdatedAt: millis(k.UpdatedAt()),
		UpdatedBy: Named{Name: k.ChangedBy}, Owner: Named{ID: k.Owner, Name: k.OwnerName}, Origin: origin, CopiedFrom: k.CopiedFrom, Tags: orEmpty(k.Tags),
	}
	for i, src := range k.Sources {
		out.Sources[i] = KlipSource(src)
	}
	return out
}

// oneKlip answers with one Klip, its document and its version.
func (s *Server) oneKlip(ctx context.Context, c *Call, k *klip.Klip) (*Tagged[KlipDetail], error) {
	origin, err := s.assetFacts(ctx, c, &k.Asset)
	if err != nil {
		return nil, err
	}
	return tagged(k.Version, KlipDetail{Klip: klipOf(k, origin(&k.Asset)), CanEdit: k.CanEdit, Document: k.Document}), nil
}

// KlipsInput asks for Klips.
type KlipsInput struct {
	ListInput
	AssetChoice
	On    string `query:"on" maxLength:"64" doc:"A dashboard: only the Klips on it."`
	Using string `query:"using" maxLength:"64" doc:"A data source: only what draws on it."`
}

func (in *KlipsInput) choice() asset.Choice {
	out := in.AssetChoice.choice()
	out.On, out.Using = in.On, in.Using
	return out
}

func (s *Server) listKlips(ctx context.Context, c *Call, in *KlipsInput) (*Listing[Klip], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	filter := klip.Filter{Search: in.Q, Choice: in.choice()}
	rows, next, err := s.Klips.List(ctx, c.Actor, filter, req)
	if err != nil {
		return nil, err
	}
	var count *int64
	if in.Count {
		n, err := s.Klips.Count(ctx, c.Actor, filter)
		if err != nil {
			return nil, err
		}
		count = &n
	}
	assets := make([]*asset.Asset, len(rows))
	for i := range rows {
		assets[i] = &rows[i].Asset
	}
	origin, err := s.assetFacts(ctx, c, assets...)
	if err != nil {
		return nil, err
	}
	return listing(s, c, rows, next, count, func(k klip.Klip) Klip { return klipOf(&k, origin(&k.Asset)) })
}

func (s *Server) createKlip(ctx context.Context, c *Call, in *klipInput) (*Tagged[KlipDetail], error) {
	tree, err := in.tree()
	if err != nil {
		return nil, err
	}
	k, err := s.Klips.Create(ctx, c.Actor, tree)
	if err != nil {
		return nil, err
	}
	return s.oneKlip(ctx, c, k)
}

func (s *Server) getKlip(ctx context.Context, c *Call, in *AssetPath) (*Tagged[KlipDetail], error) {
	k, err := s.Klips.Get(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return s.oneKlip(ctx, c, k)
}

type saveKlipInput struct {
	AssetPath
	IfMatch
	klipInput
}

func (s *Server) saveKlip(ctx context.Context, c *Call, in *saveKlipInput) (*Tagged[KlipDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	tree, err := in.tree()
	if err != nil {
		return nil, err
	}
	k, err := s.Klips.Save(ctx, c.Actor, in.ID, version, tree)
	if err != nil {
		return nil, err
	}
	return s.oneKlip(ctx, c, k)
}

type trashKlipInput struct {
	AssetPath
	IfMatch
	Everywhere bool `query:"everywhere" doc:"Takes it off the dashboards that show it, all of which one must be able to change."`
}

func (s *Server) trashKlip(ctx context.Context, c *Call, in *trashKlipInput) (*Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	if in.Everywhere {
		return &Empty{}, s.Dashboards.TrashKlip(ctx, c.Actor, in.ID, version)
	}
	return &Empty{}, s.Klips.Trash(ctx, c.Actor, in.ID, version)
}

func (s *Server) copyKlip(ctx context.Context, c *Call, in *AssetPath) (*Tagged[KlipDetail], error) {
	k, err := s.Klips.Copy(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return s.oneKlip(ctx, c, k)
}

// KlipUses lists what shows a Klip.
type KlipUses struct {
	Klips      []AssetRef `json:"klips" doc:"Always empty: Klips do not show each other."`
	Dashboards []AssetRef `json:"dashboards"`
	Hidden     int        `json:"hidden" doc:"Dashboards that are not shared with the caller."`
}

func (s *Server) listKlipUses(ctx context.Context, c *Call, in *AssetPath) (*Answer[KlipUses], error) {
	dashboards, hidden, err := s.Klips.UsedBy(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := KlipUses{Klips: []AssetRef{}, Dashboards: make([]AssetRef, len(dashboards)), Hidden: hidden}
	for i, d := range dashboards {
		out.Dashboards[i] = AssetRef{ID: d.ID, Title: d.Name}
	}
	return answer(out), nil
}
