package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/dashboard"
	"octavo/internal/datasource"
	"octavo/internal/id"
	"octavo/internal/klip"
)

var assetRoutes = []entry{
	route(Route{ID: "list-versions", Method: http.MethodGet, Path: "/{account}/assets/{id}/versions", Tag: "assets",
		Summary: "Lists the versions of a dashboard, Klip or data source, newest first."}, (*Server).listVersions),
	route(Route{ID: "restore-version", Method: http.MethodPost, Path: "/{account}/assets/{id}/restore", Tag: "assets",
		Summary: "Makes an earlier version the current one, as a new version."}, (*Server).restoreVersion),
	route(Route{ID: "list-shares", Method: http.MethodGet, Path: "/{account}/assets/{id}/shares", Tag: "assets",
		Summary: "Lists who may see or edit it, beside its owner and administrators."}, (*Server).listShares),
	route(Route{ID: "set-shares", Method: http.MethodPut, Path: "/{account}/assets/{id}/shares", Tag: "assets",
		Summary: "Says who may see or edit it. Whoever may see a dashboard may see its Klips."}, (*Server).setShares),
	route(Route{ID: "set-owner", Method: http.MethodPut, Path: "/{account}/assets/{id}/owner", Tag: "assets",
		Summary: "Gives it to another person of the account; the owner before may still edit it."}, (*Server).setOwner),
	route(Route{ID: "get-reach", Method: http.MethodGet, Path: "/{account}/assets/{id}/reach", Tag: "assets",
		Summary: "Says what comes along when it is shared, and what only it uses."}, (*Server).getReach),
}

// AssetVersion is one state of an asset.
type AssetVersion struct {
	Version int64     `json:"version"`
	Name    string    `json:"name"`
	At      time.Time `json:"at"`
	By      Named     `json:"by" doc:"Empty where somebody of the agency did it."`
	Change  string    `json:"change" enum:"create,edit,import,update,restore,rebind,roll_back"`
	Current bool      `json:"current"`

	Differences []asset.Difference `json:"differences" doc:"What changed from the version before, in words; empty for the oldest, and for those who may only look."`
}

// differences says what changed from one version to the next, as the kind of the asset words it.
func differences(before, after asset.Version) []asset.Difference {
	if before.JSON == "" {
		return nil
	}
	switch after.Asset {
	case asset.Klip:
		return klip.Differences(before, after)
	case asset.Dashboard:
		return dashboard.Differences(before, after)
	}
	return datasource.Differences(before, after)
}

func (s *Server) listVersions(ctx context.Context, c *Call, in *AssetPath) (*Answer[Page[AssetVersion]], error) {
	rows, err := s.Library.Versions(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := Page[AssetVersion]{Items: make([]AssetVersion, len(rows))}
	for i, v := range rows {
		out.Items[i] = AssetVersion{
			Version: v.Version, Name: v.Name, At: millis(v.Change.At()), By: Named{ID: v.ByID, Name: v.By}, Change: v.Kind, Current: v.Current,
			Differences: []asset.Difference{},
		}
		if i+1 < len(rows) {
			out.Items[i].Differences = orEmpty(differences(rows[i+1], v))
		}
	}
	return answer(out), nil
}

type restoreVersionInput struct {
	AssetPath
	IfMatch
	Body struct {
		Version int64 `json:"version" minimum:"1"`
	}
}

// Restored says which version is current now.
type Restored struct {
	Version int64 `json:"version"`
}

func (s *Server) restoreVersion(ctx context.Context, c *Call, in *restoreVersionInput) (*Tagged[Restored], error) {
	expected, err := in.Version()
	if err != nil {
		return nil, err
	}
	a, err := s.Library.Restore(ctx, c.Actor, in.ID, in.Body.Version, expected)
	if err != nil {
		return nil, err
	}
	return tagged(a.Version, Restored{Version: a.Version}), nil
}

// Share gives a person or a group a right.
type Share struct {
	Kind       string           `json:"kind" enum:"user,group"`
	ID         string           `json:"id" maxLength:"64"`
	Right      authz.Right      `json:"right" enum:"view,edit"`
	Visibility asset.Visibility `json:"visibility,omitempty" enum:"required,added,library" doc:"Of a dashboard for a group: how it comes into the bars of its people. To change it needs tab.push; left out, it stays."`
	Name       string           `json:"name,omitempty" maxLength:"1000" doc:"Of the person or group; what is sent is not looked at."`
}

// Shares are all shares of an asset.
type Shares struct {
	Items []Share `json:"items" maxItems:"500"`
}

func shares(list []asset.Share) *Answer[Shares] {
	out := Shares{Items: make([]Share, len(list))}
	for i, sh := range list {
		out.Items[i] = Share(sh)
	}
	return answer(out)
}

func (s *Server) listShares(ctx context.Context, c *Call, in *AssetPath) (*Answer[Shares], error) {
	list, err := s.Library.Shares(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return shares(list), nil
}

type setSharesInput struct {
	AssetPath
	Body struct {
		Shares
		Hidden *[]string `json:"hidden,omitempty" maxItems:"60" doc:"Klips of a dashboard that are not shared along; left out, they stay."`
		Notify bool      `json:"notify,omitempty" doc:"Mail those who can see it from now on and could not before; at most 20 such mails a person and day."`
	}
}

func (s *Server) setShares(ctx context.Context, c *Call, in *setSharesInput) (*Answer[Shares], error) {
	sharing := asset.Sharing{With: make([]asset.Share, len(in.Body.Items)), Tell: in.Body.Notify}
	for i, sh := range in.Body.Items {
		sharing.With[i] = asset.Share{Kind: sh.Kind, ID: sh.ID, Right: sh.Right, Visibility: sh.Visibility}
	}
	if in.Body.Hidden != nil {
		sharing.Hidden = append([]string{}, *in.Body.Hidden...)
	}
	list, err := s.Library.SetShares(ctx, c.Actor, in.ID, sharing)
	if err != nil {
		return nil, err
	}
	return shares(list), nil
}

type setOwnerInput struct {
	AssetPath
	Body struct {
		User id.User `json:"user" maxLength:"64" doc:"A person of the account."`
	}
}

func (s *Server) setOwner(ctx context.Context, c *Call, in *setOwnerInput) (*Empty, error) {
	return &Empty{}, s.Library.SetOwner(ctx, c.Actor, in.ID, in.Body.User)
}

// Reach is what comes along with an asset.
type Reach struct {
	Owner   Named       `json:"owner"`
	IsOwner bool        `json:"is_owner" doc:"The caller may give it to somebody else."`
	Klips   []ReachKlip `json:"klips" doc:"Of a dashboard."`
	Sources int         `json:"sources" doc:"Data sources that it, or its Klips, draw on."`
}

// ReachKlip is a Klip of a dashboard.
type ReachKlip struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Hidden    bool   `json:"hidden" doc:"Not shared along with the dashboard."`
	Missing   bool   `json:"missing" doc:"Not hidden, and still not shared with everybody that the dashboard is shared with."`
	OnlyHere  bool   `json:"only_here" doc:"No other dashboard shows it."`
	CanDelete bool   `json:"can_delete"`
}

func (s *Server) getReach(ctx context.Context, c *Call, in *AssetPath) (*Answer[Reach], error) {
	r, err := s.Library.Reach(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := Reach{
		Owner: Named{ID: id.User(r.OwnerID), Name: r.Owner}, IsOwner: r.IsOwner, Klips: make([]ReachKlip, len(r.Klips)), Sources: r.Sources,
	}
	for i, k := range r.Klips {
		out.Klips[i] = ReachKlip(k)
	}
	return answer(out), nil
}
