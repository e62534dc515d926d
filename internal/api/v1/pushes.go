package v1

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"octavo/internal/authz"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

var pushRoutes = []entry{
	route(Route{ID: "list-pushes", Method: http.MethodGet, Path: "/{account}/klips/{id}/pushes", Tag: "instances",
		Summary: "Updates of the client instances of a Klip in the last 30 days, newest first, 20 at most.", Permission: authz.ClientAccess, Hide: true},
		(*Server).listPushes),
	route(Route{ID: "preview-roll-back", Method: http.MethodGet, Path: "/{account}/klips/{id}/pushes/{push}", Tag: "instances",
		Summary: "What a roll back of an update would do to each instance.", Permission: authz.ClientAccess, Hide: true},
		(*Server).previewRollBack),
	route(Route{ID: "roll-back", Method: http.MethodPost, Path: "/{account}/klips/{id}/pushes/{push}/roll-back", Tag: "instances",
		Summary:    "Gives the instances what they had before an update: all that were not changed since, or none. Honours Idempotency-Key.",
		Permission: authz.ClientAccess, Hide: true}, (*Server).rollBack),
}

// Push is one update of the client instances of a Klip.
type Push struct {
	ID         string    `json:"id"`
	At         time.Time `json:"at"`
	By         string    `json:"by" doc:"Name of the person; empty where none of the agency's people made it."`
	Version    int64     `json:"version" doc:"Of the Klip, as it was given to the instances; 0 = not known."`
	Instances  int       `json:"instances" doc:"That it changed, in clients that one may enter."`
	Open       int       `json:"open" doc:"Of these, as it left them: a roll back changes them."`
	RolledBack int       `json:"rolled_back"`
	Until      time.Time `json:"until" doc:"Last moment of a roll back."`
}

// Pushes lists updates.
type Pushes struct {
	Items []Push `json:"items"`
}

// pushID is the id of an update as the outside knows it.
func pushID(c id.Change) string { return strconv.FormatInt(int64(c), 36) }

func pushOf(p *transfer.Push) Push {
	return Push{
		ID: pushID(p.Change), At: millis(p.Change.At()), By: p.By, Version: p.Version,
		Instances: p.Instances, Open: p.Open, RolledBack: p.RolledBack, Until: millis(p.Until()),
	}
}

func (s *Server) listPushes(ctx context.Context, c *Call, in *AssetPath) (*Answer[Pushes], error) {
	no, err := s.resolve(c, in.ID)
	if err != nil {
		return nil, err
	}
	pushes, err := s.Transfer.Pushes(ctx, c.Actor, no)
	if err != nil {
		return nil, err
	}
	out := Pushes{Items: make([]Push, len(pushes))}
	for i := range pushes {
		out.Items[i] = pushOf(&pushes[i])
	}
	return answer(out), nil
}

// PushPath names an update of a Klip.
type PushPath struct {
	AssetPath
	Push string `path:"push" maxLength:"32" doc:"Id of the update."`
}

// push gives the change and the instance that a call names. A text that cannot be one names nothing.
func (s *Server) push(c *Call, in PushPath, instance string) (no int64, push id.Change, one *id.Asset, err error) {
	if no, err = s.resolve(c, in.ID); err != nil {
		return 0, 0, nil, err
	}
	n, err := strconv.ParseInt(in.Push, 36, 64)
	if err != nil {
		return 0, 0, nil, authz.NotFound()
	}
	if instance != "" {
		key, ok := s.Keys.IDs.Parse(instance)
		if !ok {
			return 0, 0, nil, authz.NotFound()
		}
		one = &key
	}
	return no, id.Change(n), one, nil
}

type previewRollBackInput struct {
	PushPath
	Instance string `query:"instance" maxLength:"64" doc:"Id of one instance; without it all."`
}

// RollBackPlan is what a roll back would do.
type RollBackPlan struct {
	Klip   InstanceMaster   `json:"klip"`
	Push   Push             `json:"push"`
	Items  []PushedInstance `json:"items"`
	PlanID string           `json:"plan_id" doc:"Names what is shown; roll-back wants it back."`
	Hidden int              `json:"hidden" doc:"Clients that you may not see; a roll back needs all."`
}

// PushedInstance is an instance that an update changed.
type PushedInstance struct {
	Client    InstanceClient       `json:"client"`
	ID        string               `json:"id"`
	Name      string               `json:"name"`
	State     transfer.PushedState `json:"state" enum:"open,changed_since,rolled_back,detached,in_bin" doc:"Open ones are rolled back, the others stay as they are."`
	BackTo    int64                `json:"back_to" doc:"Version of the master that it had before; 0 = one that is not kept any more."`
	Edited    bool                 `json:"edited" doc:"The client's own edits come back."`
	ChangedBy string               `json:"changed_by" doc:"Who changed it since; empty where somebody of the agency did."`
	ChangedAt time.Time            `json:"changed_at"`
}

func (s *Server) previewRollBack(ctx context.Context, c *Call, in *previewRollBackInput) (*Answer[RollBackPlan], error) {
	no, push, one, err := s.push(c, in.PushPath, in.Instance)
	if err != nil {
		return nil, err
	}
	p, err := s.Transfer.PreviewRollBack(ctx, c.Actor, no, push, one)
	if err != nil {
		return nil, err
	}
	out := RollBackPlan{
		Klip: InstanceMaster{ID: in.ID, Title: p.Master.Title(), Version: p.Master.Version}, Push: pushOf(&p.Push),
		Items: make([]PushedInstance, len(p.Items)), PlanID: p.PlanID, Hidden: p.Hidden,
	}
	for i, item := range p.Items {
		out.Items[i] = PushedInstance{
			Client: InstanceClient{Slug: item.Client.Slug, Name: item.Client.Name, Status: string(item.Client.Status)},
			ID:     s.Keys.IDs.Format(item.Key), Name: item.Name, State: item.State, BackTo: item.BackTo, Edited: item.Edited,
			ChangedBy: item.ChangedBy, ChangedAt: millis(item.ChangedAt),
		}
	}
	return answer(out), nil
}

type rollBackInput struct {
	PushPath
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"A repeated call with the same key is answered like the first, for 24 hours."`
	Body           struct {
		PlanID   string `json:"plan_id" doc:"As preview-roll-back gave it."`
		Instance string `json:"instance,omitempty" maxLength:"64" doc:"Id of one instance; without it all."`
	}
}

// RollBackResult is what a roll back did.
type RollBackResult struct {
	RolledBack int                           `json:"rolled_back"`
	Left       int                           `json:"left" doc:"Instances that were changed since, or are gone."`
	Items      []transfer.RolledBackInstance `json:"items"`
}

func (s *Server) rollBack(ctx context.Context, c *Call, in *rollBackInput) (*Answer[RollBackResult], error) {
	no, push, one, err := s.push(c, in.PushPath, in.Body.Instance)
	if err != nil {
		return nil, err
	}
	res, err := s.Transfer.RollBack(ctx, c.Actor, no, push, one, in.Body.PlanID, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	return answer(RollBackResult{RolledBack: res.RolledBack, Left: res.Left, Items: res.Items}), nil
}
