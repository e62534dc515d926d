package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/clock"
)

var clientLimitRoutes = []entry{
	route(Route{ID: "get-client-limits", Method: http.MethodGet, Path: "/{account}/clients/{client}/limits", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Gives the limits of a client, their use, and what is left to give."}, (*Server).getClientLimits),
	route(Route{ID: "set-client-limits", Method: http.MethodPut, Path: "/{account}/clients/{client}/limits", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Changes the limits of a client: all of them or none."}, (*Server).setClientLimits),
	route(Route{ID: "get-client-features", Method: http.MethodGet, Path: "/{account}/clients/{client}/features", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Says what is switched on for a client."}, (*Server).getClientFeatures),
	route(Route{ID: "set-client-features", Method: http.MethodPut, Path: "/{account}/clients/{client}/features", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Switches features of a client on and off; those left out stay."}, (*Server).setClientFeatures),
	route(Route{ID: "extend-trial", Method: http.MethodPost, Path: "/{account}/clients/{client}/trial-extension", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Gives the running trial of a client 14 more days, once."}, (*Server).extendTrial),
	route(Route{ID: "get-client-set-up", Method: http.MethodGet, Path: "/{account}/clients/{client}/set-up", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Says how far a client has been set up."}, (*Server).getClientSetUp),
	route(Route{ID: "get-client-defaults", Method: http.MethodGet, Path: "/{account}/client-defaults", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Says what new clients get."}, (*Server).getClientDefaults),
	route(Route{ID: "set-client-defaults", Method: http.MethodPut, Path: "/{account}/client-defaults", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Changes what new clients get; those that are there keep what they have."}, (*Server).setClientDefaults),
}

// ClientLimits are the four limits of a client.
type ClientLimits struct {
	Seats      int64 `json:"seats" doc:"-1 = unlimited."`
	Dashboards int64 `json:"dashboards" doc:"-1 = unlimited."`
	Links      int64 `json:"private_links" doc:"-1 = unlimited."`
	APICalls   int64 `json:"api_calls" doc:"A day; -1 = unlimited."`
}

func (l ClientLimits) limits() account.Limits {
	return account.Limits{Seats: l.Seats, Dashboards: l.Dashboards, Links: l.Links, APICalls: l.APICalls}
}

// Resource is one limit with its use.
type Resource struct {
	Limit int64 `json:"limit" doc:"-1 = unlimited."`
	Used  int64 `json:"used"`
	Left  int64 `json:"left" doc:"What the agency has left to give; -1 = without end."`
}

// ClientResources are the limits of a client with their use.
type ClientResources struct {
	Seats      Resource  `json:"seats"`
	Dashboards Resource  `json:"dashboards"`
	Links      Resource  `json:"private_links"`
	APICalls   Resource  `json:"api_calls" doc:"Today."`
	ResetsAt   time.Time `json:"api_calls_reset_at" doc:"When calls count anew."`
	Version    int64     `json:"version"`
}

func resources(a *account.Allowance) *Tagged[ClientResources] {
	limits := a.Limits()
	one := func(r account.Resource) Resource {
		return Resource{Limit: limits.Of(r), Used: a.Used.Of(r), Left: a.Left.Of(r)}
	}
	return tagged(a.Version, ClientResources{
		Seats: one(account.Seats), Dashboards: one(account.Dashboards), Links: one(account.Links), APICalls: one(account.APICalls),
		ResetsAt: clock.FromMillis(a.Reset), Version: a.Version,
	})
}

func (s *Server) getClientLimits(ctx context.Context, c *Call, in *getClientInput) (*Tagged[ClientResources], error) {
	a, err := s.Accounts.Limits(ctx, c.Actor, in.Client)
	if err != nil {
		return nil, err
	}
	return resources(a), nil
}

type setClientLimitsInput struct {
	ClientPath
	IfMatch
	Body ClientLimits
}

func (s *Server) setClientLimits(ctx context.Context, c *Call, in *setClientLimitsInput) (*Tagged[ClientResources], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	a, err := s.Accounts.SetLimits(ctx, c.Actor, in.Client, version, in.Body.limits())
	if err != nil {
		return nil, err
	}
	return resources(a), nil
}

// ClientFeatures are the switches of a client.
type ClientFeatures struct {
	Features map[account.Feature]bool `json:"features"`
}

func (s *Server) getClientFeatures(ctx context.Context, c *Call, in *getClientInput) (*Tagged[ClientFeatures], error) {
	l, err := s.Accounts.GetClient(ctx, c.Actor, in.Client)
	if err != nil {
		return nil, err
	}
	return tagged(l.Version, ClientFeatures{Features: l.Switches()}), nil
}

type setClientFeaturesInput struct {
	ClientPath
	IfMatch
	Body ClientFeatures
}

func (s *Server) setClientFeatures(ctx context.Context, c *Call, in *setClientFeaturesInput) (*Tagged[ClientFeatures], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	l, err := s.Accounts.SetFeatures(ctx, c.Actor, in.Client, version, in.Body.Features)
	if err != nil {
		return nil, err
	}
	return tagged(l.Version, ClientFeatures{Features: l.Switches()}), nil
}

type extendTrialInput struct {
	ClientPath
	IfMatch
}

func (s *Server) extendTrial(ctx context.Context, c *Call, in *extendTrialInput) (*Tagged[Client], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	l, err := s.Accounts.ExtendTrial(ctx, c.Actor, in.Client, version)
	if err != nil {
		return nil, err
	}
	return s.oneClient(ctx, c, l)
}

// ClientSetUp is how far a client has been set up.
type ClientSetUp struct {
	Groups        int64        `json:"groups" doc:"Made for the client."`
	Users         int64        `json:"users" doc:"With those who are invited or wait to be."`
	BrandingLater bool         `json:"branding_later" doc:"Put off on purpose."`
	Imported      int64        `json:"imported" doc:"Assets that came from elsewhere."`
	Made          int64        `json:"made" doc:"Assets that were made there."`
	Held          []HeldInvite `json:"held" doc:"Whose invitations are sent when the client is opened; at most 200."`
}

// HeldInvite is somebody whose invitation waits.
type HeldInvite struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func (s *Server) getClientSetUp(ctx context.Context, c *Call, in *getClientInput) (*Answer[ClientSetUp], error) {
	u, err := s.Accounts.SetUp(ctx, c.Actor, in.Client)
	if err != nil {
		return nil, err
	}
	out := ClientSetUp{Groups: u.Groups, Users: u.Users, BrandingLater: u.BrandingLater, Imported: u.Imported, Made: u.Made, Held: make([]HeldInvite, len(u.Held))}
	for i, h := range u.Held {
		out.Held[i] = HeldInvite(h)
	}
	return answer(out), nil
}

// ClientDefaults are what new clients get, and whom their people write to.
type ClientDefaults struct {
	ClientLimits
	TrialDays int64  `json:"trial_days" doc:"1 to 90."`
	Support   string `json:"support" maxLength:"1000" doc:"Whom people of the clients write to, such as an e-mail address."`
}

func defaults(d account.Defaults, version int64) *Tagged[ClientDefaults] {
	return tagged(version, ClientDefaults{ClientLimits: ClientLimits(d.Limits), TrialDays: d.TrialDays, Support: d.Support})
}

func (s *Server) getClientDefaults(ctx context.Context, c *Call, _ *struct{}) (*Tagged[ClientDefaults], error) {
	d, version, err := s.Accounts.ClientDefaults(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	return defaults(d, version), nil
}

type setClientDefaultsInput struct {
	IfMatch
	Body ClientDefaults
}

func (s *Server) setClientDefaults(ctx context.Context, c *Call, in *setClientDefaultsInput) (*Tagged[ClientDefaults], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	d, version, err := s.Accounts.SetClientDefaults(ctx, c.Actor, version, account.Defaults{
		Limits: in.Body.limits(), TrialDays: in.Body.TrialDays, Support: in.Body.Support,
	})
	if err != nil {
		return nil, err
	}
	return defaults(d, version), nil
}
