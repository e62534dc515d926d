package v1

import (
	"context"
	"net/http"
	"strings"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

var rolloutRoutes = []entry{
	route(Route{ID: "list-rollout-clients", Method: http.MethodGet, Path: "/{account}/roll-out/clients", Tag: "import",
		Summary: "All clients that a roll-out could reach, with what they are chosen by."}, (*Server).listRolloutClients),
	route(Route{ID: "plan-rollout", Method: http.MethodPost, Path: "/{account}/roll-out/plan", Tag: "import", MaxBytes: rolloutBody,
		Summary: "What bringing assets of the agency into many clients would do in each; nothing is changed."}, (*Server).planRollout),
	route(Route{ID: "roll-out", Method: http.MethodPost, Path: "/{account}/roll-out", Tag: "import", MaxBytes: rolloutBody,
		Summary: "Brings assets of the agency into many clients in one step: in all of them or in none. Honours Idempotency-Key."},
		(*Server).rollOut),
}

// rolloutBody has room for a value of every property of a thousand clients.
const rolloutBody = 8 << 20

// RolloutSelection is what to bring, and where to.
type RolloutSelection struct {
	Assets  []string `json:"assets" minItems:"1" maxItems:"200" doc:"Ids of dashboards, Klips and data sources of the agency."`
	Clients []string `json:"clients" minItems:"1" maxItems:"5000" doc:"Addresses of clients; at most 1,000."`
	Without bool     `json:"without,omitempty" doc:"Leave out what was deleted, instead of refusing."`
}

func (s *Server) rollout(c *Call, in RolloutSelection) (transfer.Rollout, error) {
	out := transfer.Rollout{Clients: in.Clients, Without: in.Without}
	seen := map[id.Asset]bool{}
	for _, public := range in.Assets {
		a, ok := s.Keys.IDs.Parse(public)
		if !ok || a.Account != c.Actor.Account {
			return out, authz.NotFound()
		}
		if !seen[a] {
			seen[a] = true
			out.Assets = append(out.Assets, a)
		}
	}
	return out, nil
}

// RolloutCandidate is a client that a roll-out could reach.
type RolloutCandidate struct {
	Slug   string     `json:"slug"`
	Name   string     `json:"name"`
	Status string     `json:"status" enum:"setup,trial,active,disabled"`
	Tags   []string   `json:"tags"`
	Groups []id.Group `json:"groups" doc:"Ids of the agency's groups that it is shared with."`
	Value  string     `json:"value" doc:"Of the property that was asked for; empty without one."`
}

type rolloutClientsInput struct {
	Property string `query:"property" maxLength:"200" doc:"Name of a property whose values are wanted."`
}

func (s *Server) listRolloutClients(ctx context.Context, c *Call, in *rolloutClientsInput) (*Answer[Page[RolloutCandidate]], error) {
	list, err := s.Transfer.Candidates(ctx, c.Actor, in.Property)
	if err != nil {
		return nil, err
	}
	out := Page[RolloutCandidate]{Items: []RolloutCandidate{}}
	for _, one := range list {
		out.Items = append(out.Items, RolloutCandidate{
			Slug: one.Slug, Name: one.Name, Status: string(one.Status), Tags: append([]string{}, one.Tags...),
			Groups: append([]id.Group{}, one.Groups...), Value: one.Value,
		})
	}
	return answer(out), nil
}

// RolloutPlan is what a roll-out would do.
type RolloutPlan struct {
	PlanID     string          `json:"plan_id" doc:"For the clients that are ready, and only for all of these."`
	ExpiresAt  time.Time       `json:"expires_at"`
	Items      []RolloutItem   `json:"items" doc:"Everything that comes into each client."`
	Counts     map[string]int  `json:"counts" doc:"New assets by kind, in each client."`
	Unresolved []string        `json:"unresolved" doc:"Names of assets with a link to a dashboard that does not come along; the link becomes plain text."`
	Needs      []ImportNeed    `json:"needs" doc:"Properties that it names; missing says that a client lacks a value."`
	Clients    []RolloutClient `json:"clients" doc:"In order of name."`
}

// RolloutItem is one asset that comes into each client.
type RolloutItem struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind" enum:"dashboard,klip,source,model"`
	Name     string   `json:"name"`
	Selected bool     `json:"selected"`
	Warnings []string `json:"warnings" doc:"merged_model, uploaded_file, foreign_credential, without_data."`
}

// RolloutClient is one client of a roll-out.
type RolloutClient struct {
	Slug       string        `json:"slug"`
	Name       string        `json:"name"`
	Status     string        `json:"status" enum:"setup,trial,active,disabled"`
	Ready      bool          `json:"ready" doc:"Nothing stands in the way."`
	Dashboards DashboardRoom `json:"dashboards"`
	Missing    []string      `json:"missing" doc:"Names of properties without a value."`
	Open       []string      `json:"open" doc:"Names of properties that decide whose data is read and that it could change: they are not locked."`
	Here       int           `json:"here" doc:"How many of the chosen assets it has copies of; it gets second ones."`
	EditedHere int           `json:"edited_here" doc:"How many of these it has edited."`
}

func (s *Server) planRollout(ctx context.Context, c *Call, in *struct{ Body RolloutSelection }) (*Answer[RolloutPlan], error) {
	if err := authz.MayRollOut(c.Actor, nil); err != nil {
		return nil, err
	}
	wanted, err := s.rollout(c, in.Body)
	if err != nil {
		return nil, err
	}
	plan, err := s.Transfer.PlanRollout(ctx, c.Actor, wanted)
	if err != nil {
		return nil, err
	}
	return answer(s.rolloutPlan(plan, c.Actor.Account)), nil
}

func (s *Server) rolloutPlan(plan *transfer.RolloutPlan, from id.Account) RolloutPlan {
	out := RolloutPlan{
		PlanID: plan.ID, ExpiresAt: plan.ExpiresAt, Items: []RolloutItem{}, Counts: map[string]int{}, Unresolved: []string{},
		Needs: []ImportNeed{}, Clients: []RolloutClient{},
	}
	for _, item := range plan.Items {
		n := item.Node
		out.Counts[string(n.Kind)]++
		out.Items = append(out.Items, RolloutItem{ID: s.Keys.IDs.Format(n.Key(from)), Kind: string(n.Kind), Name: asset.Title(n.Name, n.Suffix),
			Selected: n.Selected, Warnings: append([]string{}, item.Warnings...)})
	}
	for _, lost := range plan.Unresolved {
		out.Unresolved = append(out.Unresolved, lost.From.Name)
	}
	for _, n := range plan.Needs {
		out.Needs = append(out.Needs, s.importNeed(n, from))
	}
	for _, r := range plan.Clients {
		out.Clients = append(out.Clients, RolloutClient{
			Slug: r.Slug, Name: r.Name, Status: string(r.Status), Ready: r.Ready(), Dashboards: DashboardRoom(r.Dashboards),
			Missing: append([]string{}, r.Missing...), Open: append([]string{}, r.Open...), Here: r.Here, EditedHere: r.EditedHere,
		})
	}
	return out
}

type rollOutInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"200" doc:"A repeated call with the same key is answered like the first, for 24 hours."`
	Body           struct {
		RolloutSelection
		PlanID string         `json:"plan_id" doc:"As plan-rollout gave it for these clients."`
		Values []RolloutValue `json:"values,omitempty" maxItems:"20000" doc:"Properties that clients lack; they are made in the same step."`
		Lock   []string       `json:"lock,omitempty" nullable:"false" maxItems:"200" doc:"Properties that the plan shows as open, to be locked in the same step."`
	}
}

// RolloutValue is the value of a property of one client.
type RolloutValue struct {
	Client string `json:"client" doc:"Address."`
	Name   string `json:"name"`
	Value  string `json:"value"`
}

// RolledOut is what a roll-out did.
type RolledOut struct {
	ID      string            `json:"id" doc:"Names the roll-out; get-arrival shows what became of it."`
	Assets  int               `json:"assets" doc:"New ones in each client."`
	Lost    int               `json:"lost" doc:"Links to dashboards that are plain text now, in each client."`
	Left    int               `json:"left" doc:"Properties that are still missing, over all clients."`
	Clients []RolledOutClient `json:"clients"`
}

// RolledOutClient is a client with the copy of the first asset that was chosen.
type RolledOutClient struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	ID   string `json:"id"`
}

func (s *Server) rollOut(ctx context.Context, c *Call, in *rollOutInput) (*Answer[RolledOut], error) {
	if err := authz.MayRollOut(c.Actor, nil); err != nil {
		return nil, err
	}
	wanted, err := s.rollout(c, in.Body.RolloutSelection)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(in.Body.PlanID) == "" {
		return nil, planRequired()
	}
	wanted.Lock = in.Body.Lock
	for _, v := range in.Body.Values {
		wanted.Values = append(wanted.Values, transfer.RolloutValue(v))
	}
	res, err := s.Transfer.RollOut(ctx, c.Actor, wanted, in.Body.PlanID, in.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	out := RolledOut{ID: res.Change.String(), Assets: res.Assets, Lost: res.Lost, Left: res.Left, Clients: []RolledOutClient{}}
	parties, err := s.Accounts.Parties(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	first := map[id.Account]int64{}
	for _, one := range res.Clients {
		first[one.Account] = one.First
	}
	for _, p := range parties {
		if no, reached := first[p.Account]; reached {
			out.Clients = append(out.Clients, RolledOutClient{Slug: p.Slug, Name: p.Name, ID: s.Keys.IDs.Format(id.Asset{Account: p.Account, No: no})})
		}
	}
	return answer(out), nil
}
