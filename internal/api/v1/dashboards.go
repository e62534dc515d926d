package v1

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/dashboard"
	"octavo/internal/errs"
)

var dashboardRoutes = []entry{
	route(Route{ID: "list-dashboards", Method: http.MethodGet, Path: "/{account}/dashboards", Tag: "dashboards",
		Summary: "Lists the dashboards that one may see."}, (*Server).listDashboards),
	route(Route{ID: "create-dashboard", Method: http.MethodPost, Path: "/{account}/dashboards", Tag: "dashboards", Status: http.StatusCreated,
		Permission: authz.TabBuild, Creates: true, Shows: "/{account}/dashboards/{subject}", Summary: "Makes a dashboard; placements may be left out."}, (*Server).createDashboard),
	route(Route{ID: "get-dashboard", Method: http.MethodGet, Path: "/{account}/dashboards/{id}", Tag: "dashboards",
		Summary: "Gives one dashboard with its document. From then on it is not new to the person."}, (*Server).getDashboard),
	route(Route{ID: "save-dashboard", Method: http.MethodPut, Path: "/{account}/dashboards/{id}", Tag: "dashboards", MaxBytes: asset.MaxBytes,
		Creates: true, Shows: "/{account}/dashboards/{subject}", Summary: "Stores the document."}, (*Server).saveDashboard),
	route(Route{ID: "trash-dashboard", Method: http.MethodDelete, Path: "/{account}/dashboards/{id}", Tag: "dashboards",
		Summary: "Moves a dashboard to the bin; its Klips stay, unless klips=true takes those along that nothing else shows."}, (*Server).trashDashboard),
	route(Route{ID: "copy-dashboard", Method: http.MethodPost, Path: "/{account}/dashboards/{id}/copy", Tag: "dashboards", Status: http.StatusCreated,
		Creates: true, Shows: "/{account}/dashboards/{subject}", Summary: "Makes a dashboard of one's own with the same Klips, or with copies of them."}, (*Server).copyDashboard),
	route(Route{ID: "lock-dashboard", Method: http.MethodPut, Path: "/{account}/dashboards/{id}/lock", Tag: "dashboards",
		Summary: "Locks a dashboard against changes of its layout."}, (*Server).lockDashboard),
	route(Route{ID: "unlock-dashboard", Method: http.MethodDelete, Path: "/{account}/dashboards/{id}/lock", Tag: "dashboards", Status: http.StatusOK,
		Summary: "Unlocks a dashboard; needs admin.tab."}, (*Server).unlockDashboard),
	route(Route{ID: "add-klip-to-dashboard", Method: http.MethodPost, Path: "/{account}/dashboards/{id}/klips", Tag: "dashboards",
		Creates: true, Shows: "/{account}/dashboards/{subject}", Summary: "Puts a Klip into the first gap that it fits in."}, (*Server).addKlipToDashboard),
}

// Dashboard is a dashboard.
type Dashboard struct {
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Klips       int       `json:"klips" doc:"Different Klips on it."`
	Version     int64     `json:"version"`
	UpdatedAt   time.Time `json:"updated_at"`
	Owner       Named     `json:"owner"`
	IsNew       bool      `json:"is_new" doc:"Imported, and not opened by this person yet."`
	Origin      *Origin   `json:"origin" doc:"Null unless it was imported."`
	Shared      int       `json:"shared" doc:"People and groups it is shared with."`
	CanEdit     bool      `json:"can_edit" doc:"One may change it, unless it is locked."`
	Locked      bool      `json:"locked" doc:"Its layout cannot be changed."`
	Tags        []string  `json:"tags"`
}

// DashboardDetail is a dashboard with its document.
type DashboardDetail struct {
	Dashboard
	Document DashboardTree `json:"dashboard"`
}

// DashboardDoc is the document of a dashboard. Fields that this version does not know are kept.
type DashboardDoc struct {
	_           struct{}    `additionalProperties:"true"`
	Title       string      `json:"title"`
	Description string      `json:"description,omitempty"`
	Placements  []Placement `json:"placements,omitempty" nullable:"false"`
}

// Placement is one Klip at one place. The grid has twelve columns; a step is 24 pixels.
type Placement struct {
	_    struct{} `additionalProperties:"true"`
	ID   string   `json:"id,omitempty" doc:"Ten characters of a–z and 2–7; made when it is left out."`
	Klip string   `json:"klip"`
	X    int      `json:"x" doc:"Column of the left edge, 0 to 11."`
	Y    int      `json:"y" doc:"Step of the top edge."`
	W    int      `json:"w" doc:"Columns, 2 to 12."`
	H    int      `json:"h" doc:"Steps."`
	Auto bool     `json:"auto,omitempty" default:"true" doc:"The content decides the height."`
}

// DashboardTree is a DashboardDoc as it came, with the fields that are not known.
type DashboardTree map[string]any

// Schema describes it as DashboardDoc.
func (DashboardTree) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[DashboardDoc](), true, "DashboardDoc")
}

// documentInput is a document as it was sent. The bytes are read again without the
// leniency of encoding/json: no number is rounded, no key is there twice.
type documentInput struct {
	RawBody []byte
	Body    DashboardTree
}

func (in *documentInput) tree() (map[string]any, error) {
	v, err := asset.ParseJSON(in.RawBody)
	if err != nil {
		return nil, err
	}
	tree, ok := v.(map[string]any)
	if !ok {
		return nil, errs.New(errs.Invalid, "bad_dashboard", "A dashboard is an object.")
	}
	return tree, nil
}

func dashboardOf(d *dashboard.Dashboard, origin *Origin) Dashboard {
	return Dashboard{
		ID: d.ID, Title: d.Title(), Description: d.Description, Klips: d.Klips, Version: d.Version, UpdatedAt: millis(d.UpdatedAt()),
		Owner: Named{ID: d.Owner, Name: d.OwnerName}, IsNew: d.IsNew, Origin: origin, Shared: d.Shared,
		CanEdit: d.CanEdit, Locked: d.Locked, Tags: orEmpty(d.Tags),
	}
}

// oneDashboard answers with one dashboard, its document and its version.
func (s *Server) oneDashboard(ctx context.Context, c *Call, d *dashboard.Dashboard) (*Tagged[DashboardDetail], error) {
	origin, err := s.assetFacts(ctx, c, &d.Asset)
	if err != nil {
		return nil, err
	}
	return tagged(d.Version, DashboardDetail{Dashboard: dashboardOf(d, origin(&d.Asset)), Document: d.Document}), nil
}

// DashboardsInput asks for dashboards.
type DashboardsInput struct {
	ListInput
	AssetChoice
	Using string `query:"using" maxLength:"64" doc:"A Klip or data source: only what shows it."`
}

func (in *DashboardsInput) choice() asset.Choice {
	out := in.AssetChoice.choice()
	out.Using = in.Using
	return out
}

func (s *Server) listDashboards(ctx context.Context, c *Call, in *DashboardsInput) (*Listing[Dashboard], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	filter := dashboard.Filter{Search: in.Q, Choice: in.choice()}
	rows, next, err := s.Dashboards.List(ctx, c.Actor, filter, req)
	if err != nil {
		return nil, err
	}
	var count *int64
	if in.Count {
		n, err := s.Dashboards.Count(ctx, c.Actor, filter)
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
	return listing(s, c, rows, next, count, func(d dashboard.Dashboard) Dashboard { return dashboardOf(&d, origin(&d.Asset)) })
}

func (s *Server) createDashboard(ctx context.Context, c *Call, in *documentInput) (*Tagged[DashboardDetail], error) {
	tree, err := in.tree()
	if err != nil {
		return nil, err
	}
	d, err := s.Dashboards.Create(ctx, c.Actor, tree)
	if err != nil {
		return nil, err
	}
	return s.oneDashboard(ctx, c, d)
}

func (s *Server) getDashboard(ctx context.Context, c *Call, in *AssetPath) (*Tagged[DashboardDetail], error) {
	d, err := s.Dashboards.Get(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	if d.IsNew {
		if err := s.Dashboards.MarkSeen(ctx, c.Actor, in.ID); err != nil {
			return nil, err
		}
	}
	return s.oneDashboard(ctx, c, d)
}

type saveDashboardInput struct {
	AssetPath
	IfMatch
	documentInput
}

func (s *Server) saveDashboard(ctx context.Context, c *Call, in *saveDashboardInput) (*Tagged[DashboardDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	tree, err := in.tree()
	if err != nil {
		return nil, err
	}
	d, err := s.Dashboards.Save(ctx, c.Actor, in.ID, version, tree)
	if err != nil {
		return nil, err
	}
	return s.oneDashboard(ctx, c, d)
}

type trashDashboardInput struct {
	AssetPath
	IfMatch
	Klips bool `query:"klips" doc:"Klips go as well that no other dashboard shows and that one may delete."`
}

func (s *Server) trashDashboard(ctx context.Context, c *Call, in *trashDashboardInput) (*Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &Empty{}, s.Dashboards.Trash(ctx, c.Actor, in.ID, version, in.Klips)
}

type copyDashboardInput struct {
	AssetPath
	Klips bool `query:"klips" doc:"Copies the Klips as well, for which klip.build is needed."`
}

func (s *Server) copyDashboard(ctx context.Context, c *Call, in *copyDashboardInput) (*Tagged[DashboardDetail], error) {
	d, err := s.Dashboards.Copy(ctx, c.Actor, in.ID, in.Klips)
	if err != nil {
		return nil, err
	}
	return s.oneDashboard(ctx, c, d)
}

func (s *Server) lockDashboard(ctx context.Context, c *Call, in *AssetPath) (*Tagged[DashboardDetail], error) {
	return s.setLocked(ctx, c, in.ID, true)
}

func (s *Server) unlockDashboard(ctx context.Context, c *Call, in *AssetPath) (*Tagged[DashboardDetail], error) {
	return s.setLocked(ctx, c, in.ID, false)
}

func (s *Server) setLocked(ctx context.Context, c *Call, public string, locked bool) (*Tagged[DashboardDetail], error) {
	d, err := s.Dashboards.SetLocked(ctx, c.Actor, public, locked)
	if err != nil {
		return nil, err
	}
	return s.oneDashboard(ctx, c, d)
}

type addKlipInput struct {
	AssetPath
	Body struct {
		Klip string `json:"klip" maxLength:"64"`
	}
}

func (s *Server) addKlipToDashboard(ctx context.Context, c *Call, in *addKlipInput) (*Tagged[DashboardDetail], error) {
	d, err := s.Dashboards.AddKlip(ctx, c.Actor, in.ID, in.Body.Klip)
	if err != nil {
		return nil, err
	}
	return s.oneDashboard(ctx, c, d)
}
