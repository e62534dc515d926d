package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/authz"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

var arrivalRoutes = []entry{
	route(Route{ID: "get-arrival", Method: http.MethodGet, Path: "/{account}/imports/{import}", Tag: "import",
		Summary: "What an import brought, and what was done with it since. In the agency also a roll-out."}, (*Server).getArrival),
	route(Route{ID: "delete-arrival", Method: http.MethodPost, Path: "/{account}/imports/{import}/delete", Tag: "import",
		Summary: "Moves everything that an import brought to the bin, for all its receivers or none. Honours Idempotency-Key."},
		(*Server).deleteArrival),
}

// ArrivalPath names an import.
type ArrivalPath struct {
	Import string `path:"import" maxLength:"32" doc:"Id of the import or roll-out."`
}

func (in ArrivalPath) change() (id.Change, error) {
	change, ok := id.ParseChange(in.Import)
	if !ok {
		return 0, authz.NotFound()
	}
	return change, nil
}

// Arrival is what an import has become.
type Arrival struct {
	ID      string          `json:"id"`
	At      time.Time       `json:"at" doc:"When it came."`
	Rollout bool            `json:"rollout"`
	Clients []ArrivalClient `json:"clients" doc:"Of a roll-out: its clients, in order of name. Of an import: the account alone."`
	Items   []ArrivalAsset  `json:"items" doc:"All assets of an import. Of a roll-out those that were edited, shared or used since, at most 500."`
	PlanID  string          `json:"plan_id" doc:"Names what is shown; delete-arrival wants it back."`
}

// ArrivalClient sums up one account. Edited, shared and used leave out what is in the bin.
type ArrivalClient struct {
	Slug   string `json:"slug" doc:"Of a client; empty for the account itself."`
	Name   string `json:"name"`
	Assets int    `json:"assets"`
	Gone   int    `json:"gone" doc:"Already in the bin."`
	Edited int    `json:"edited" doc:"Assets that were edited."`
	Shared int    `json:"shared" doc:"Shares with people and groups."`
	Used   int    `json:"used" doc:"Uses by what did not come with it."`
}

// ArrivalAsset is an asset that an import brought.
type ArrivalAsset struct {
	ID     string   `json:"id"`
	Client string   `json:"client" doc:"Address of the client; empty for the account itself."`
	Kind   string   `json:"kind" enum:"dashboard,klip,source,model"`
	Name   string   `json:"name"`
	Gone   bool     `json:"gone" doc:"In the bin."`
	Edited bool     `json:"edited"`
	Shared int      `json:"shared" doc:"People and groups that it is shared with."`
	UsedBy []string `json:"used_by" doc:"Names of what uses it and did not come with it."`
}

func (s *Server) getArrival(ctx context.Context, c *Call, in *ArrivalPath) (*Answer[Arrival], error) {
	change, err := in.change()
	if err != nil {
		return nil, err
	}
	a, err := s.Transfer.Arrival(ctx, c.Actor, change)
	if err != nil {
		return nil, err
	}
	out := Arrival{ID: in.Import, At: millis(change.At()), Rollout: a.Rollout, Clients: []ArrivalClient{}, Items: []ArrivalAsset{}, PlanID: a.PlanID}
	slugs := map[id.Account]string{}
	for _, one := range a.Clients {
		slugs[one.Account] = one.Slug
		out.Clients = append(out.Clients, ArrivalClient{Slug: one.Slug, Name: one.Name, Assets: one.Assets, Gone: one.Gone, Edited: one.Edited, Shared: one.Shared, Used: one.Used})
	}
	for _, item := range a.Items {
		out.Items = append(out.Items, s.arrivalAsset(item, slugs[item.Key.Account]))
	}
	return answer(out), nil
}

func (s *Server) arrivalAsset(item transfer.Arrived, client string) ArrivalAsset {
	return ArrivalAsset{
		ID: s.Keys.IDs.Format(item.Key), Client: client, Kind: string(item.Kind), Name: item.Name, Gone: item.Gone, Edited: item.Edited,
		Shared: item.Shared, UsedBy: append([]string{}, item.UsedBy...),
	}
}

type deleteArrivalInput struct {
	ArrivalPath
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"A repeated call with the same key is answered like the first, for 24 hours."`
	Body           struct {
		PlanID string `json:"plan_id" minLength:"1" doc:"As get-arrival gave it."`
	}
}

// DeletedArrival is what went into the bin.
type DeletedArrival struct {
	Assets  int `json:"assets"`
	Clients int `json:"clients" doc:"Accounts that something was moved in."`
}

func (s *Server) deleteArrival(ctx context.Context, c *Call, in *deleteArrivalInput) (*Answer[DeletedArrival], error) {
	change, err := in.change()
	if err != nil {
		return nil, err
	}
	out, err := s.Transfer.Undo(ctx, c.Actor, change, in.Body.PlanID, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return answer(DeletedArrival(*out)), nil
}
