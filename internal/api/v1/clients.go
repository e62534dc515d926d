package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

// Who may not see clients does not learn that there are any (accounts.md D6).
var clientRoutes = []entry{
	route(Route{ID: "list-clients", Method: http.MethodGet, Path: "/{account}/clients", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Lists the clients of the agency."}, (*Server).listClients),
	route(Route{ID: "create-client", Method: http.MethodPost, Path: "/{account}/clients", Tag: "clients", Status: http.StatusCreated,
		Permission: authz.ClientAccess, Hide: true, Creates: true, Summary: "Adds a client."}, (*Server).createClient),
	route(Route{ID: "summarise-clients", Method: http.MethodGet, Path: "/{account}/clients-summary", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Counts the clients by status."}, (*Server).summariseClients),
	route(Route{ID: "get-client", Method: http.MethodGet, Path: "/{account}/clients/{client}", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Gives one client."}, (*Server).getClient),
	route(Route{ID: "update-client", Method: http.MethodPatch, Path: "/{account}/clients/{client}", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Changes a client."}, (*Server).updateClient),
	route(Route{ID: "visit-client", Method: http.MethodPost, Path: "/{account}/clients/{client}/sign-in", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Begins a visit: the session may act in the client as its administrator."}, (*Server).visitClient),
}

// Client is a client as its agency sees it.
type Client struct {
	ID              string           `json:"id"`
	Slug            string           `json:"slug"`
	Name            string           `json:"name" doc:"Internal to the agency."`
	DisplayName     string           `json:"display_name" doc:"What the client's people see; empty = the name."`
	Description     string           `json:"description" doc:"Internal to the agency."`
	ExternalID      string           `json:"external_id" doc:"Internal to the agency: its id in other systems."`
	Tags            []string         `json:"tags" doc:"Internal to the agency."`
	Status          account.Status   `json:"status" enum:"setup,trial,active,disabled"`
	StatusNote      string           `json:"status_note" doc:"Why it is so: trial_expired, or empty."`
	NextStatuses    []account.Status `json:"next_statuses" enum:"setup,trial,active,disabled" doc:"Where it can go from here."`
	TrialEndsAt     *time.Time       `json:"trial_ends_at"`
	TrialExtended   bool             `json:"trial_extended" doc:"The one extension was used."`
	SeatsUsed       int64            `json:"seats_used"`
	SeatsLimit      int64            `json:"seats_limit" doc:"-1 = unlimited."`
	DashboardsUsed  int64            `json:"dashboards_used"`
	DashboardsLimit int64            `json:"dashboards_limit" doc:"-1 = unlimited."`
	LinksUsed       int64            `json:"private_links_used"`
	LinksLimit      int64            `json:"private_links_limit" doc:"-1 = unlimited."`
	CallsUsed       int64            `json:"api_calls_used" doc:"Today, with keys of the client's own people."`
	CallsLimit      int64            `json:"api_calls_limit" doc:"A day; -1 = unlimited."`
	CreatedAt       time.Time        `json:"created_at"`
	LastSignInAt    *time.Time       `json:"last_sign_in_at" doc:"Of the client's own people."`
	SourcesTotal    int64            `json:"sources_total"`
	SourcesFresh    int64            `json:"sources_fresh"`
	InstancesTotal  int64            `json:"instances_total"`
	InstancesBehind int64            `json:"instances_behind"`
	InstancesEdited int64            `json:"instances_edited" doc:"That the client changed itself."`
	InstancesBound  int64            `json:"instances_rebound" doc:"That the client gave another data source."`
	InstancesOrphan int64            `json:"instances_orphaned" doc:"Whose template is deleted; not in the total."`
	PropsMissing    int64            `json:"properties_missing" doc:"Required company properties without a value."`
	CanSignIn       bool             `json:"can_sign_in"`
	Version         int64            `json:"version"`
}

// clientFact is what other domains know of a client.
type clientFact struct {
	transfer.Facts
	missing int64 // required properties without a value
}

type listClientsInput struct {
	ListInput
	ClientFilter
}

// ClientFilter selects and orders clients.
type ClientFilter struct {
	Q          string `query:"q" maxLength:"200" doc:"Part of the name, the shown name, the address or the id in other systems."`
	Status     string `query:"status" enum:"setup,trial,active,disabled"`
	Tag        string `query:"tag" maxLength:"200"`
	ExternalID string `query:"external_id" maxLength:"500"`
	Attention  string `query:"attention" enum:"stale,property,behind,trial_ending,trial_ended,near_limit,setup" doc:"Those that need somebody, for this cause."`
	Sort       string `query:"sort" enum:"name,status,seats_used,dashboards_used,api_calls_used,trial_ends_at,last_sign_in_at,created_at,-name,-status,-seats_used,-dashboards_used,-api_calls_used,-trial_ends_at,-last_sign_in_at,-created_at"`
}

// filter is what the service looks for.
func (s *Server) filter(ctx context.Context, c *Call, in ClientFilter) (account.Filter, error) {
	f := account.Filter{Search: in.Q, Status: account.Status(in.Status), Tag: in.Tag, ExternalID: in.ExternalID, Sort: in.Sort}
	switch in.Attention {
	case "":
	case causeStale, causeProperty, causeBehind:
		needing, err := s.needing(ctx, c)
		if err != nil {
			return f, err
		}
		f.Only = needing[in.Attention].clients
	default:
		f.Cause = account.Cause(in.Attention)
	}
	return f, nil
}

func (s *Server) listClients(ctx context.Context, c *Call, in *listClientsInput) (*Listing[Client], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	filter, err := s.filter(ctx, c, in.ClientFilter)
	if err != nil {
		return nil, err
	}
	rows, next, err := s.Accounts.ListClients(ctx, c.Actor, filter, req)
	if err != nil {
		return nil, err
	}
	var count *int64
	if in.Count {
		n, err := s.Accounts.CountClients(ctx, c.Actor, filter)
		if err != nil {
			return nil, err
		}
		count = &n
	}
	facts, err := s.clientFacts(ctx, c, rows...)
	if err != nil {
		return nil, err
	}
	return listing(s, c, rows, next, count, func(l *account.Listed) Client { return s.client(c, l, facts[l.ID]) })
}

// clientFacts asks the other domains about some clients.
func (s *Server) clientFacts(ctx context.Context, c *Call, rows ...*account.Listed) (map[id.Account]clientFact, error) {
	parties := make([]authz.Party, len(rows))
	for i, l := range rows {
		parties[i] = authz.Party{Account: l.ID, CanSee: true} // the service showed it
	}
	return s.factsOf(ctx, c, parties)
}

// factsOf asks the other domains about clients that the caller sees: as many statements for one as for thousands.
func (s *Server) factsOf(ctx context.Context, c *Call, parties []authz.Party) (map[id.Account]clientFact, error) {
	grant, err := authz.GrantFamily(c.Actor, authz.ClientAccess, parties, false)
	if err != nil {
		return nil, err
	}
	assets, err := s.Transfer.ClientFacts(ctx, grant)
	if err != nil {
		return nil, err
	}
	missing, err := s.Properties.Missing(ctx, grant)
	if err != nil {
		return nil, err
	}
	facts := make(map[id.Account]clientFact, len(parties))
	for _, p := range parties {
		facts[p.Account] = clientFact{Facts: assets[p.Account], missing: missing[p.Account]}
	}
	return facts, nil
}

func (s *Server) client(c *Call, l *account.Listed, f clientFact) Client {
	out := Client{
		ID: l.PublicID, Slug: l.Slug, Name: l.Name, DisplayName: l.DisplayName, Description: l.Description, Status: l.Status,
		ExternalID: l.ExternalID, Tags: orEmpty(l.Tags), StatusNote: l.StatusNote, NextStatuses: orEmpty(l.Next(s.DB.Clock().Now())), TrialExtended: l.TrialExtended,
		SeatsUsed: l.SeatsUsed, SeatsLimit: l.SeatsLimit, DashboardsUsed: l.DashboardsUsed, DashboardsLimit: l.DashboardsLimit,
		LinksUsed: l.LinksUsed, LinksLimit: l.LinksLimit, CallsUsed: l.CallsToday, CallsLimit: l.APILimit, CreatedAt: l.CreatedAt,
		SourcesTotal: f.SourcesTotal, SourcesFresh: f.SourcesFresh, InstancesTotal: f.InstancesTotal, InstancesBehind: f.InstancesBehind,
		InstancesEdited: f.InstancesEdited, InstancesBound: f.InstancesRebound, InstancesOrphan: f.InstancesOrphaned,
		PropsMissing: f.missing, CanSignIn: c.Actor.Has(authz.ClientLogin), Version: l.Version,
	}
	if !l.TrialEndsAt.IsZero() {
		out.TrialEndsAt = &l.TrialEndsAt
	}
	if l.LastSignIn != 0 {
		t := clock.FromMillis(l.LastSignIn)
		out.LastSignInAt = &t
	}
	return out
}

// orEmpty is a list that is never null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// oneClient answers with one client and its version.
func (s *Server) oneClient(ctx context.Context, c *Call, l *account.Listed) (*Tagged[Client], error) {
	facts, err := s.clientFacts(ctx, c, l)
	if err != nil {
		return nil, err
	}
	return tagged(l.Version, s.client(c, l, facts[l.ID])), nil
}

// NewClient is what a client is made of.
type NewClient struct {
	Name        string        `json:"name" maxLength:"500"`
	DisplayName string        `json:"display_name,omitempty" maxLength:"500"`
	Description string        `json:"description,omitempty" maxLength:"5000"`
	Slug        string        `json:"slug,omitempty" maxLength:"200" doc:"Proposed from the shown name when it is left out."`
	Status      string        `json:"status,omitempty" enum:"setup,trial,active,disabled" doc:"Default setup."`
	ExternalID  string        `json:"external_id,omitempty" maxLength:"500"`
	Tags        []string      `json:"tags,omitempty" maxItems:"100"`
	Limits      *ClientLimits `json:"limits,omitempty" doc:"Default: what the agency gives new clients."`
	Groups      []id.Group    `json:"groups,omitempty" maxItems:"200" doc:"Groups of the agency that have the client and manage it. Without one only administrators see it; who is no administrator names at least one that they are in."`
}

type createClientInput struct {
	Body NewClient
}

func (s *Server) createClient(ctx context.Context, c *Call, in *createClientInput) (*Tagged[Client], error) {
	draft := account.Draft{
		Name: in.Body.Name, DisplayName: in.Body.DisplayName, Description: in.Body.Description,
		Slug: in.Body.Slug, Status: account.Status(in.Body.Status), ExternalID: in.Body.ExternalID, Tags: in.Body.Tags, Groups: in.Body.Groups,
	}
	if in.Body.Limits != nil {
		limits := in.Body.Limits.limits()
		draft.Limits = &limits
	}
	a, err := s.Accounts.CreateClient(ctx, c.Actor, draft)
	if err != nil {
		return nil, err
	}
	return s.oneClient(ctx, c, &account.Listed{Account: *a})
}

// ClientsSummary counts clients by status.
type ClientsSummary struct {
	Total    int64 `json:"total"`
	Setup    int64 `json:"setup"`
	Trial    int64 `json:"trial"`
	Active   int64 `json:"active"`
	Disabled int64 `json:"disabled"`
}

func (s *Server) summariseClients(ctx context.Context, c *Call, _ *struct{}) (*Answer[ClientsSummary], error) {
	n, err := s.Accounts.Summary(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := ClientsSummary{Setup: n[account.Setup], Trial: n[account.Trial], Active: n[account.Active], Disabled: n[account.Disabled]}
	out.Total = out.Setup + out.Trial + out.Active + out.Disabled
	return answer(out), nil
}

// ClientPath is the client that a path names.
type ClientPath struct {
	Client string `path:"client" maxLength:"200" doc:"Address of the client."`
}

type getClientInput struct{ ClientPath }

func (s *Server) getClient(ctx context.Context, c *Call, in *getClientInput) (*Tagged[Client], error) {
	l, err := s.Accounts.GetClient(ctx, c.Actor, in.Client)
	if err != nil {
		return nil, err
	}
	return s.oneClient(ctx, c, l)
}

// ClientPatch is a change of a client; what is left out stays.
type ClientPatch struct {
	Name        *string         `json:"name,omitempty" nullable:"false" maxLength:"500"`
	DisplayName *string         `json:"display_name,omitempty" nullable:"false" maxLength:"500"`
	Description *string         `json:"description,omitempty" nullable:"false" maxLength:"5000"`
	Slug        *string         `json:"slug,omitempty" nullable:"false" maxLength:"200"`
	Status      *account.Status `json:"status,omitempty" nullable:"false" enum:"setup,trial,active,disabled"`
	ExternalID  *string         `json:"external_id,omitempty" nullable:"false" maxLength:"500"`
	Tags        *[]string       `json:"tags,omitempty" nullable:"false" maxItems:"100"`

	BrandingLater *bool `json:"branding_later,omitempty" nullable:"false" doc:"Its set-up goes on without branding."`
}

type updateClientInput struct {
	ClientPath
	IfMatch
	Body ClientPatch
}

func (s *Server) updateClient(ctx context.Context, c *Call, in *updateClientInput) (*Tagged[Client], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	l, err := s.Accounts.UpdateClient(ctx, c.Actor, in.Client, version, account.Patch(in.Body))
	if err != nil {
		return nil, err
	}
	return s.oneClient(ctx, c, l)
}

// VisitStart says where a visit goes and how long it lasts.
type VisitStart struct {
	Slug   string    `json:"slug"`
	EndsAt time.Time `json:"ends_at"`
}

func (s *Server) visitClient(ctx context.Context, c *Call, in *getClientInput) (*Answer[VisitStart], error) {
	v, a, err := s.Users.StartVisit(ctx, c.Actor, c.Identity, in.Client)
	if err != nil {
		return nil, err
	}
	return answer(VisitStart{Slug: a.Slug, EndsAt: v.EndsAt}), nil
}
