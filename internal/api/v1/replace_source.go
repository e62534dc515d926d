package v1

import (
	"context"
	"net/http"

	"octavo/internal/klip"
)

var replaceSourceRoutes = []entry{
	route(Route{ID: "preview-replace-source", Method: http.MethodGet, Path: "/{account}/klips/{id}/replace-source", Tag: "klips",
		Summary: "What the formulas of a Klip read of a data source, and whether another one has it too."}, (*Server).previewReplaceSource),
	route(Route{ID: "replace-source", Method: http.MethodPost, Path: "/{account}/klips/{id}/replace-source", Tag: "klips",
		Summary: "Lets a Klip read another data source in place of one; its formulas stay."}, (*Server).replaceSource),
	route(Route{ID: "detach-klip", Method: http.MethodPost, Path: "/{account}/klips/{id}/detach", Tag: "klips",
		Summary: "Takes an instance from its template for good: no update reaches it any more. Administrators only."}, (*Server).detachKlip),
}

type previewReplaceInput struct {
	AssetPath
	From string `query:"from" maxLength:"64" doc:"Data source that goes."`
	To   string `query:"to" maxLength:"64" doc:"Data source that comes."`
}

// SourceReplacement tells what a Klip would read of another data source.
type SourceReplacement struct {
	From KlipSource `json:"from"`
	To   KlipSource `json:"to"`
	Uses []klip.Use `json:"uses" doc:"What formulas read, what is missing first."`
}

func (s *Server) previewReplaceSource(ctx context.Context, c *Call, in *previewReplaceInput) (*Answer[SourceReplacement], error) {
	r, err := s.Klips.PreviewReplace(ctx, c.Actor, in.ID, in.From, in.To)
	if err != nil {
		return nil, err
	}
	return answer(SourceReplacement{From: KlipSource(r.From), To: KlipSource(r.To), Uses: r.Uses}), nil
}

type replaceSourceInput struct {
	AssetPath
	IfMatch
	Body struct {
		From string `json:"from" maxLength:"64" doc:"Data source that goes."`
		To   string `json:"to" maxLength:"64" doc:"Data source that comes."`
	}
}

func (s *Server) replaceSource(ctx context.Context, c *Call, in *replaceSourceInput) (*Tagged[KlipDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	k, err := s.Klips.Replace(ctx, c.Actor, in.ID, version, in.Body.From, in.Body.To)
	if err != nil {
		return nil, err
	}
	return s.oneKlip(ctx, c, k)
}

type detachKlipInput struct {
	AssetPath
	IfMatch
}

func (s *Server) detachKlip(ctx context.Context, c *Call, in *detachKlipInput) (*Tagged[KlipDetail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	k, err := s.Klips.Detach(ctx, c.Actor, in.ID, version)
	if err != nil {
		return nil, err
	}
	return s.oneKlip(ctx, c, k)
}
