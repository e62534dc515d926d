package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/authz"
	"octavo/internal/transfer"
)

var instanceRoutes = []entry{
	route(Route{ID: "list-instances", Method: http.MethodGet, Path: "/{account}/klips/{id}/instances", Tag: "instances",
		Summary: "Client instances of a Klip, with what an update would do to each.", Permission: authz.ClientAccess, Hide: true},
		(*Server).listInstances),
	route(Route{ID: "get-drift", Method: http.MethodGet, Path: "/{account}/klips/{id}/drift", Tag: "instances",
		Summary: "Counts how far the client instances of a Klip are from it.", Permission: authz.ClientAccess, Hide: true}, (*Server).getDrift),
	route(Route{ID: "update-instances", Method: http.MethodPost, Path: "/{account}/klips/{id}/update-instances", Tag: "instances",
		Summary:    "Gives all client instances the current version: all that are not blocked, or none. Honours Idempotency-Key.",
		Permission: authz.ClientAccess, Hide: true}, (*Server).updateInstances),
}

// AssetPath names an asset in the account of the path.
type AssetPath struct {
	ID string `path:"id" doc:"Id of the asset."`
}

// Instances is what an update of a Klip would reach.
type Instances struct {
	Klip       InstanceMaster `json:"klip"`
	Items      []Instance     `json:"items"`
	PlanID     string         `json:"plan_id" doc:"Names what is shown; update-instances wants it back."`
	Behind     int            `json:"behind"`
	Edited     int            `json:"edited" doc:"Instances whose own edits an update overwrites."`
	Blocked    int            `json:"blocked"`
	BlockedAll bool           `json:"blocked_all" doc:"Nothing can be updated."`
	Hidden     int            `json:"hidden" doc:"Clients that you may not see; an update needs all."`
}

// InstanceMaster is the Klip itself.
type InstanceMaster struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Version int64  `json:"version"`
}

// Instance is the copy of a Klip in a client.
type Instance struct {
	Client     InstanceClient `json:"client"`
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	HasVersion int64          `json:"has_version" doc:"Version of the master that it has; 0 = one that is not kept any more."`
	State      string         `json:"state" enum:"up_to_date,behind,blocked"`
	Edited     bool           `json:"edited"`
	EditedBy   string         `json:"edited_by"`
	EditedAt   *time.Time     `json:"edited_at"`
	Rebound    bool           `json:"rebound" doc:"The client exchanged a data source; an update keeps that."`
	ImportedAt time.Time      `json:"imported_at"`
	UpdatedAt  time.Time      `json:"updated_at"`
	Dashboards int64          `json:"dashboards" doc:"Dashboards of the client that it is on."`
	Block      string         `json:"block" enum:",merged_model,datasource_added,datasource_changed,binding_broken"`
	BlockedBy  []string       `json:"blocked_by" doc:"Names of the data sources concerned."`
}

// InstanceClient is the client that an instance is in.
type InstanceClient struct {
	Slug   string `json:"slug"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

func (s *Server) listInstances(ctx context.Context, c *Call, in *AssetPath) (*Answer[Instances], error) {
	no, err := s.resolve(c, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.Transfer.Instances(ctx, c.Actor, no)
	if err != nil {
		return nil, err
	}
	m := list.Master
	out := Instances{
		Klip:  InstanceMaster{ID: in.ID, Title: m.Title(), Version: m.Version},
		Items: []Instance{}, PlanID: list.PlanID, Hidden: list.Hidden,
		Behind:  list.Count(func(i *transfer.Instance) bool { return i.Behind(m) }),
		Edited:  list.Count(func(i *transfer.Instance) bool { return i.Edited }),
		Blocked: list.Count(func(i *transfer.Instance) bool { return i.Block != transfer.Clear }),
	}
	out.BlockedAll = out.Blocked > 0 && out.Blocked == len(list.Items)
	for i := range list.Items {
		out.Items = append(out.Items, s.instance(&list.Items[i], list))
	}
	return answer(out), nil
}

func (s *Server) instance(i *transfer.Instance, list *transfer.Instances) Instance {
	out := Instance{
		Client: InstanceClient{Slug: i.Client.Slug, Name: i.Client.Name, Status: string(i.Client.Status)},
		ID:     s.Keys.IDs.Format(i.Key), Name: i.Name, HasVersion: i.HasVersion, State: "up_to_date",
		Edited: i.Edited, EditedBy: i.EditedBy, Rebound: i.Rebound, ImportedAt: millis(i.ImportedAt), UpdatedAt: millis(i.UpdatedAt),
		Dashboards: i.Dashboards, Block: string(i.Block), BlockedBy: append([]string{}, i.BlockedBy...),
	}
	if i.Edited {
		at := millis(i.EditedAt)
		out.EditedAt = &at
	}
	switch {
	case i.Block != transfer.Clear:
		out.State = "blocked"
	case i.Behind(list.Master):
		out.State = "behind"
	}
	return out
}

// UpdateInput carries out what list-instances showed.
type UpdateInput struct {
	AssetPath
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"A repeated call with the same key is answered like the first, for 24 hours."`
	Body           struct {
		PlanID string `json:"plan_id" doc:"As list-instances gave it."`
	}
}

// UpdateResult is what an update did.
type UpdateResult struct {
	Push      string                   `json:"push" doc:"Id of the update, for a roll back; empty when it changed nothing."`
	Version   int64                    `json:"version" doc:"Of the Klip."`
	Updated   int                      `json:"updated"`
	Unchanged int                      `json:"unchanged"`
	Blocked   int                      `json:"blocked"`
	Items     []transfer.UpdatedClient `json:"items"`
}

func (s *Server) updateInstances(ctx context.Context, c *Call, in *UpdateInput) (*Answer[UpdateResult], error) {
	no, err := s.resolve(c, in.ID)
	if err != nil {
		return nil, err
	}
	res, err := s.Transfer.Update(ctx, c.Actor, no, in.Body.PlanID, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	out := UpdateResult{Version: res.Version, Updated: res.Updated, Unchanged: res.Unchanged, Blocked: res.Blocked, Items: res.Items}
	if res.Updated > 0 {
		out.Push = pushID(res.Change)
	}
	return answer(out), nil
}

// Drift counts how far the client instances of a Klip are from it.
type Drift struct {
	Version  int64               `json:"version" doc:"Of the Klip."`
	Total    int                 `json:"total" doc:"Instances in clients that one may enter."`
	UpToDate int                 `json:"up_to_date"`
	Behind   int                 `json:"behind"`
	BehindBy []transfer.BehindBy `json:"behind_by" doc:"The nearest first; 0 versions = older than what is kept."`
	Edited   int                 `json:"edited"`
	Rebound  int                 `json:"rebound"`
}

func (s *Server) getDrift(ctx context.Context, c *Call, in *AssetPath) (*Answer[Drift], error) {
	no, err := s.resolve(c, in.ID)
	if err != nil {
		return nil, err
	}
	d, err := s.Transfer.KlipDrift(ctx, c.Actor, no)
	if err != nil {
		return nil, err
	}
	return answer(Drift(*d)), nil
}
