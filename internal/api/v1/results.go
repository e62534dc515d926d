package v1

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/klip"
)

var resultRoutes = []entry{
	route(Route{ID: "get-klip-result", Method: http.MethodGet, Path: "/{account}/klips/{id}/result", Tag: "results",
		Summary: "Gives what a browser draws of a Klip. Rights on its data sources are not needed."}, (*Server).getKlipResult),
	route(Route{ID: "get-dashboard-results", Method: http.MethodGet, Path: "/{account}/dashboards/{id}/results", Tag: "results",
		Summary: "Gives what a browser draws of all Klips of a dashboard."}, (*Server).getDashboardResults),
	route(Route{ID: "preview-klip", Method: http.MethodPost, Path: "/{account}/klip-preview", Tag: "results", MaxBytes: asset.MaxBytes,
		Permission: authz.KlipEdit, Summary: "Computes a document that is not saved. The caller must see its data sources."}, (*Server).previewKlip),
}

// ChoiceQuery is what is chosen in the controls of a page.
type ChoiceQuery struct {
	Set []string `query:"set,explode" maxItems:"200" doc:"What controls are set to: NAME=VALUE, or KLIP!NAME=VALUE for one Klip alone. A name that comes twice stands for a list."`
}

type klipResultInput struct {
	AssetPath
	IfNoneMatch
	ChoiceQuery
}

func (s *Server) getKlipResult(ctx context.Context, c *Call, in *klipResultInput) (*Cached[klip.Result], error) {
	has := func(hash string) bool { return in.Has(strconv.Quote(hash)) }
	choices, err := klip.ParseChoices(in.Set)
	if err != nil {
		return nil, err
	}
	a, err := s.Klips.Result(ctx, c.Actor, in.ID, choices, has)
	if err != nil {
		return nil, err
	}
	return cached(in.IfNoneMatch, strconv.Quote(a.Hash), func() (klip.Result, error) { return *a.Result, nil })
}

// DashboardResults are the results of the Klips of a dashboard, by id of the Klip.
type DashboardResults struct {
	Klips  map[string]KlipAnswer `json:"klips"`
	Locale *component.DrawLocale `json:"locale,omitempty" doc:"Of all results in this answer; absent without any."`
}

// KlipAnswer is the result of a Klip, or why there is none.
type KlipAnswer struct {
	Hash    string             `json:"hash" doc:"Names the result: equal hashes mean equal results."`
	Result  *klip.Result       `json:"result" doc:"Null with an error, and where the caller knows the hash."`
	Sources []KlipSourceState  `json:"sources"`
	Error   *KlipResultProblem `json:"error,omitempty"`
}

// KlipSourceState says how fresh the data behind a Klip is.
type KlipSourceState struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	RefreshedAt *time.Time `json:"refreshed_at" doc:"Null: never."`
	State       string     `json:"state" doc:"fresh, stale, loading, no_data, failing, disabled, off, or deleted."`
	DeletedAt   *time.Time `json:"deleted_at,omitempty" doc:"When it went into the bin; without it, a deleted one is gone for good."`
	Notes       []string   `json:"notes,omitempty" nullable:"false" doc:"Of the data. partial: a part of them could not be read; pages_repeat: their pages began to repeat; truncated: there are more rows than are taken."`
}

// KlipResultProblem says why a Klip cannot be shown.
type KlipResultProblem struct {
	Code    string `json:"code" doc:"not_shared, klip_deleted, newer_schema, internal_error."`
	Message string `json:"message"`
}

type dashboardResultsInput struct {
	AssetPath
	IfNoneMatch
	ChoiceQuery
	Known []string `query:"known" maxItems:"100" doc:"Hashes of results that the caller has; these are left out."`
}

func (s *Server) getDashboardResults(ctx context.Context, c *Call, in *dashboardResultsInput) (*Cached[DashboardResults], error) {
	choices, err := klip.ParseChoices(in.Set)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(in.Known))
	for _, hash := range in.Known {
		known[hash] = true
	}
	has := func(hash string) bool { return known[hash] }
	changed := func(tag string) bool { return !in.Has(strconv.Quote(tag)) }
	all, tag, err := s.Klips.DashboardResults(ctx, c.Actor, in.ID, choices, has, changed)
	if err != nil {
		return nil, err
	}
	return cached(in.IfNoneMatch, strconv.Quote(tag), func() (DashboardResults, error) {
		out := DashboardResults{Klips: make(map[string]KlipAnswer, len(all))}
		for public, a := range all {
			one := klipAnswer(a)
			if one.Result != nil { // kept for others: only a copy may change
				shared := *one.Result
				out.Locale, shared.Locale = shared.Locale, nil
				one.Result = &shared
			}
			out.Klips[public] = one
		}
		return out, nil
	})
}

func klipAnswer(a *klip.Answer) KlipAnswer {
	out := KlipAnswer{Hash: a.Hash, Result: a.Result, Sources: make([]KlipSourceState, len(a.Sources))}
	for i, src := range a.Sources {
		out.Sources[i] = KlipSourceState{ID: src.ID, Name: src.Name, State: string(src.State), Notes: src.Notes}
		if src.RefreshedAt != 0 {
			at := millis(src.RefreshedAt)
			out.Sources[i].RefreshedAt = &at
		}
		if src.DeletedAt != 0 {
			at := millis(src.DeletedAt)
			out.Sources[i].DeletedAt = &at
		}
	}
	if a.Err != nil {
		out.Error = &KlipResultProblem{Code: a.Err.Code, Message: a.Err.Message}
	}
	return out
}

type previewKlipInput struct {
	RawBody []byte
	Body    struct {
		Klip KlipTree `json:"klip"`
		Set  []string `json:"set,omitempty" maxItems:"200" doc:"What controls are set to, as for results."`
	}
}

func (s *Server) previewKlip(ctx context.Context, c *Call, in *previewKlipInput) (*Answer[klip.Result], error) {
	body, err := objectOf(in.RawBody)
	if err != nil {
		return nil, err
	}
	tree, _ := body["klip"].(map[string]any)
	choices, err := klip.ParseChoices(in.Body.Set)
	if err != nil {
		return nil, err
	}
	r, err := s.Klips.Preview(ctx, c.Actor, tree, choices)
	if err != nil {
		return nil, err
	}
	return answer(*r), nil
}
