package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
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
}

// AssetVersion is one state of an asset.
type AssetVersion struct {
	Version int64     `json:"version"`
	Name    string    `json:"name"`
	At      time.Time `json:"at"`
	By      Named     `json:"by" doc:"Empty where somebody of the agency did it."`
	Change  string    `json:"change" enum:"create,edit,import,update,restore"`
	Current bool      `json:"current"`
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
	Kind  string      `json:"kind" enum:"user,group"`
	ID    string      `json:"id" maxLength:"64"`
	Right authz.Right `json:"right" enum:"view,edit"`
	Name  string      `json:"name,omitempty" maxLength:"1000" doc:"Of the person or group; what is sent is not looked at."`
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
	Body Shares
}

func (s *Server) setShares(ctx context.Context, c *Call, in *setSharesInput) (*Answer[Shares], error) {
	list := make([]asset.Share, len(in.Body.Items))
	for i, sh := range in.Body.Items {
		list[i] = asset.Share{Kind: sh.Kind, ID: sh.ID, Right: sh.Right}
	}
	list, err := s.Library.SetShares(ctx, c.Actor, in.ID, list)
	if err != nil {
		return nil, err
	}
	return shares(list), nil
}
