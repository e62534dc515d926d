package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/asset"
)

var binRoutes = []entry{
	route(Route{ID: "list-bin", Method: http.MethodGet, Path: "/{account}/bin", Tag: "bin",
		Summary: "Lists what lies in the bin and one may restore, the newest first."}, (*Server).listBin),
	route(Route{ID: "restore-from-bin", Method: http.MethodPost, Path: "/{account}/bin/{id}/restore", Tag: "bin",
		Summary: "Takes it out of the bin with its id and rights; a dashboard brings the Klips that went with it."}, (*Server).restoreFromBin),
	route(Route{ID: "delete-for-good", Method: http.MethodDelete, Path: "/{account}/bin/{id}", Tag: "bin",
		Summary: "Removes what lies in the bin for good."}, (*Server).deleteForGood),
}

// Binned is something in the bin.
type Binned struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" enum:"dashboard,klip,source,model"`
	Title     string    `json:"title"`
	Owner     Named     `json:"owner"`
	DeletedAt time.Time `json:"deleted_at"`
	DeletedBy Named     `json:"deleted_by" doc:"Empty where somebody of the agency did it. The id is not told."`
	GoesAt    time.Time `json:"goes_at" doc:"When it is removed for good."`
}

type listBinInput struct {
	ListInput
	Q    string `query:"q" maxLength:"200" doc:"Part of the name."`
	Kind string `query:"kind" enum:"dashboard,klip,source" doc:"source: models as well."`
}

// kinds are the kinds of asset that a filter means.
func (in *listBinInput) kinds() []asset.Kind {
	switch in.Kind {
	case "":
		return nil
	case string(asset.Source):
		return []asset.Kind{asset.Source, asset.Model}
	}
	return []asset.Kind{asset.Kind(in.Kind)}
}

func (s *Server) listBin(ctx context.Context, c *Call, in *listBinInput) (*Listing[Binned], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	rows, next, err := s.Library.Bin(ctx, c.Actor, asset.BinFilter{Kinds: in.kinds(), Search: in.Q}, req)
	if err != nil {
		return nil, err
	}
	return listing(s, c, rows, next, nil, func(b asset.Binned) Binned {
		return Binned{
			ID: b.ID, Kind: string(b.Kind), Title: b.Title(), Owner: Named{ID: b.Owner, Name: b.OwnerName},
			DeletedAt: millis(b.DeletedAt), DeletedBy: Named{Name: b.DeletedBy}, GoesAt: millis(b.GoesAt()),
		}
	})
}

func (s *Server) restoreFromBin(ctx context.Context, c *Call, in *AssetPath) (*Empty, error) {
	_, err := s.Library.RestoreFromBin(ctx, c.Actor, in.ID)
	return &Empty{}, err
}

func (s *Server) deleteForGood(ctx context.Context, c *Call, in *AssetPath) (*Empty, error) {
	return &Empty{}, s.Library.Purge(ctx, c.Actor, in.ID)
}
