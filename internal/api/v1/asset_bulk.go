package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/asset"
	"octavo/internal/id"
)

var assetBulkRoutes = []entry{
	route(Route{ID: "list-asset-tags", Method: http.MethodGet, Path: "/{account}/asset-tags", Tag: "assets",
		Summary: "Lists the tags of what one may see, with how many have each."}, (*Server).listAssetTags),
	route(Route{ID: "trash-assets", Method: http.MethodPost, Path: "/{account}/assets-bulk/trash", Tag: "assets",
		Summary: "Moves many to the bin: all of them or none; bulk_refused names each that stands in the way."}, (*Server).trashAssets),
	route(Route{ID: "restore-assets", Method: http.MethodPost, Path: "/{account}/assets-bulk/restore", Tag: "assets",
		Summary: "Takes many out of the bin: all of them or none."}, (*Server).restoreAssets),
	route(Route{ID: "tag-assets", Method: http.MethodPost, Path: "/{account}/assets-bulk/tags", Tag: "assets",
		Summary: "Adds tags to many and removes others: of all of them or none."}, (*Server).tagAssets),
	route(Route{ID: "share-assets", Method: http.MethodPost, Path: "/{account}/assets-bulk/shares", Tag: "assets",
		Summary: "Gives people and groups a right on many, beside whom they are shared with: on all of them or none."}, (*Server).shareAssets),
	route(Route{ID: "add-klips-to-dashboard", Method: http.MethodPost, Path: "/{account}/dashboards/{id}/klips-bulk", Tag: "dashboards",
		Summary: "Puts many Klips onto a dashboard: all of them or none. Those that it shows already stay where they are."}, (*Server).addKlipsToDashboard),
}

// AssetChoice is what lists of assets are narrowed by, and their order.
type AssetChoice struct {
	Q      string      `query:"q" maxLength:"200" doc:"Part of the name."`
	Owner  id.User     `query:"owner" maxLength:"64" doc:"Whose they are."`
	Group  id.Group    `query:"group" maxLength:"64" doc:"Shared with this group; needs user.view."`
	Origin string      `query:"origin" enum:"imported,own"`
	Since  time.Time   `query:"since" doc:"Changed at this time or later."`
	Tag    string      `query:"tag" maxLength:"200"`
	Sort   asset.Order `query:"sort" enum:"name,-name,updated_at,-updated_at"`
}

func (in AssetChoice) choice() asset.Choice {
	out := asset.Choice{Owner: in.Owner, Group: in.Group, Origin: in.Origin, Tag: in.Tag, Order: in.Sort}
	if !in.Since.IsZero() {
		out.Since = in.Since.UnixMilli()
	}
	return out
}

// assetFacts reads what is said of assets beside their content: their tags, and where
// they came from.
func (s *Server) assetFacts(ctx context.Context, c *Call, assets ...*asset.Asset) (func(*asset.Asset) *Origin, error) {
	if err := s.Library.AddTags(ctx, c.Actor, assets...); err != nil {
		return nil, err
	}
	return s.origins(ctx, c, assets...)
}

// AssetTags are the tags of one kind of asset.
type AssetTags struct {
	Items []AssetTag `json:"items"`
}

// AssetTag is a tag with how many have it.
type AssetTag struct {
	Tag   string `json:"tag"`
	Count int64  `json:"count"`
}

type listAssetTagsInput struct {
	Kind string `query:"kind" required:"true" enum:"dashboard,klip,source"`
}

func (s *Server) listAssetTags(ctx context.Context, c *Call, in *listAssetTagsInput) (*Answer[AssetTags], error) {
	tags, err := s.Library.Tags(ctx, c.Actor, []asset.Kind{asset.Kind(in.Kind)}) // as the lists: that of data sources shows no models
	if err != nil {
		return nil, err
	}
	out := AssetTags{Items: make([]AssetTag, len(tags))}
	for i, t := range tags {
		out.Items[i] = AssetTag(t)
	}
	return answer(out), nil
}

// ManyAssets names assets of one account.
type ManyAssets struct {
	IDs []string `json:"ids" minItems:"1" maxItems:"1000" doc:"Dashboards, Klips and data sources; at most 200."`
}

type manyAssetsInput struct{ Body ManyAssets }

func (s *Server) trashAssets(ctx context.Context, c *Call, in *manyAssetsInput) (*Empty, error) {
	return &Empty{}, s.Library.TrashAll(ctx, c.Actor, in.Body.IDs)
}

func (s *Server) restoreAssets(ctx context.Context, c *Call, in *manyAssetsInput) (*Empty, error) {
	return &Empty{}, s.Library.RestoreAll(ctx, c.Actor, in.Body.IDs)
}

type tagAssetsInput struct {
	Body struct {
		ManyAssets
		Add    []string `json:"add,omitempty" maxItems:"20"`
		Remove []string `json:"remove,omitempty" maxItems:"20"`
	}
}

func (s *Server) tagAssets(ctx context.Context, c *Call, in *tagAssetsInput) (*Empty, error) {
	return &Empty{}, s.Library.TagAll(ctx, c.Actor, in.Body.IDs, in.Body.Add, in.Body.Remove)
}

type shareAssetsInput struct {
	Body struct {
		ManyAssets
		Items  []Share `json:"items" minItems:"1" maxItems:"100"`
		Notify bool    `json:"notify,omitempty" doc:"Mail those who can see more from now on, one mail for all of it."`
	}
}

func (s *Server) shareAssets(ctx context.Context, c *Call, in *shareAssetsInput) (*Empty, error) {
	with := make([]asset.Share, len(in.Body.Items))
	for i, sh := range in.Body.Items {
		with[i] = asset.Share{Kind: sh.Kind, ID: sh.ID, Right: sh.Right, Visibility: sh.Visibility}
	}
	return &Empty{}, s.Library.ShareAll(ctx, c.Actor, in.Body.IDs, with, in.Body.Notify)
}

type addKlipsInput struct {
	AssetPath
	Body struct {
		Klips []string `json:"klips" minItems:"1" maxItems:"60"`
	}
}

func (s *Server) addKlipsToDashboard(ctx context.Context, c *Call, in *addKlipsInput) (*Tagged[DashboardDetail], error) {
	d, err := s.Dashboards.AddKlips(ctx, c.Actor, in.ID, in.Body.Klips)
	if err != nil {
		return nil, err
	}
	return s.oneDashboard(ctx, c, d)
}
