package v1

import (
	"bytes"
	"context"
	"net/http"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/id"
)

var clientBulkRoutes = []entry{
	route(Route{ID: "list-client-attention", Method: http.MethodGet, Path: "/{account}/clients-attention", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Counts the clients that need somebody, by cause, over all clients."}, (*Server).listAttention),
	route(Route{ID: "list-client-tags", Method: http.MethodGet, Path: "/{account}/clients-tags", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Lists the tags that clients have."}, (*Server).listClientTags),
	route(Route{ID: "change-clients", Method: http.MethodPost, Path: "/{account}/clients-bulk", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Changes many clients: all of them or none; check only says what would happen."}, (*Server).changeClients),
	route(Route{ID: "export-clients", Method: http.MethodGet, Path: "/{account}/clients-export", Tag: "clients",
		Permission: authz.ClientAccess, Hide: true, Summary: "Gives the clients of a list as CSV."}, (*Server).exportClients),
	route(Route{ID: "import-clients", Method: http.MethodPost, Path: "/{account}/clients-import", Tag: "clients", Creates: true,
		Permission: authz.ClientAccess, Hide: true, Summary: "Adds the clients of a CSV file: all of them or none; check only says what would happen."}, (*Server).importClients),
}

// The causes that facts of other domains tell of.
const (
	causeStale    = "stale"
	causeProperty = "property" // a required company property has no value
	causeBehind   = "behind"
)

// need is what one cause touches.
type need struct {
	clients []id.Account
	things  int64
}

// needing asks the other domains which clients need somebody.
func (s *Server) needing(ctx context.Context, c *Call) (map[string]*need, error) {
	parties, err := s.Accounts.Parties(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	off := map[id.Account]bool{}
	var mine []authz.Party
	for _, p := range parties {
		if !p.IsParent && p.CanSee {
			off[p.Account] = p.Status == account.Disabled
			mine = append(mine, p.Party)
		}
	}
	facts, err := s.factsOf(ctx, c, mine)
	if err != nil {
		return nil, err
	}
	out := map[string]*need{causeStale: {clients: []id.Account{}}, causeProperty: {clients: []id.Account{}}, causeBehind: {clients: []id.Account{}}}
	note := func(cause string, a id.Account, things int64) {
		if things > 0 {
			out[cause].clients, out[cause].things = append(out[cause].clients, a), out[cause].things+things
		}
	}
	for a, f := range facts {
		if !off[a] { // in a disabled client nothing refreshes, on purpose, and nobody asks for a property
			note(causeStale, a, f.SourcesTotal-f.SourcesFresh)
			note(causeProperty, a, f.missing)
		}
		note(causeBehind, a, f.InstancesBehind)
	}
	return out, nil
}

// ClientNeed is a cause for which clients need somebody.
type ClientNeed struct {
	Cause   string `json:"cause" enum:"stale,property,behind,trial_ending,trial_ended,near_limit,setup"`
	Clients int64  `json:"clients"`
	Things  int64  `json:"things" doc:"Data sources, properties or instances that it is about; else the clients."`
}

// ClientNeeds are all causes, the most urgent first; those without a client are left out.
type ClientNeeds struct {
	Items []ClientNeed `json:"items"`
}

func (s *Server) listAttention(ctx context.Context, c *Call, _ *struct{}) (*Answer[ClientNeeds], error) {
	needing, err := s.needing(ctx, c)
	if err != nil {
		return nil, err
	}
	own, err := s.Accounts.Attention(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := ClientNeeds{Items: []ClientNeed{}}
	add := func(cause string, clients, things int64) {
		if clients > 0 {
			out.Items = append(out.Items, ClientNeed{Cause: cause, Clients: clients, Things: things})
		}
	}
	for _, cause := range []string{causeStale, causeProperty, causeBehind} {
		add(cause, int64(len(needing[cause].clients)), needing[cause].things)
	}
	for _, cause := range account.Causes {
		add(string(cause), own[cause], own[cause])
	}
	return answer(out), nil
}

// ClientTags are the tags that clients have.
type ClientTags struct {
	Items []ClientTag `json:"items"`
}

// ClientTag is a tag with the number of its clients.
type ClientTag struct {
	Tag     string `json:"tag"`
	Clients int64  `json:"clients"`
}

func (s *Server) listClientTags(ctx context.Context, c *Call, _ *struct{}) (*Answer[ClientTags], error) {
	tags, err := s.Accounts.Tags(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := ClientTags{Items: make([]ClientTag, len(tags))}
	for i, t := range tags {
		out.Items[i] = ClientTag(t)
	}
	return answer(out), nil
}

// ClientsChange is one change of many clients; what is left out stays.
type ClientsChange struct {
	Clients    []string        `json:"clients" minItems:"1" maxItems:"1000" doc:"Their addresses."`
	Status     *account.Status `json:"status,omitempty" nullable:"false" enum:"setup,trial,active,disabled"`
	AddTags    []string        `json:"add_tags,omitempty" maxItems:"100"`
	RemoveTags []string        `json:"remove_tags,omitempty" maxItems:"100"`
	Seats      *int64          `json:"seats,omitempty" nullable:"false" doc:"-1 = unlimited."`
	Dashboards *int64          `json:"dashboards,omitempty" nullable:"false" doc:"-1 = unlimited."`
	Links      *int64          `json:"private_links,omitempty" nullable:"false" doc:"-1 = unlimited."`
	APICalls   *int64          `json:"api_calls,omitempty" nullable:"false" doc:"A day; -1 = unlimited."`
	Check      bool            `json:"check,omitempty" doc:"Only say what would happen."`
}

// ClientOutcome is what a change does to one client.
type ClientOutcome struct {
	Slug    string         `json:"slug"`
	Name    string         `json:"name"`
	Before  ClientValues   `json:"before"`
	After   ClientValues   `json:"after"`
	Changes []string       `json:"changes" doc:"Fields that change; none: the client is so already."`
	Problem *ClientProblem `json:"problem" doc:"What stands in the way, or null."`
}

// ClientValues are what a change of many clients may change.
type ClientValues struct {
	Status account.Status `json:"status" enum:"setup,trial,active,disabled"`
	Tags   []string       `json:"tags"`
	ClientLimits
}

// ClientProblem is what stands in the way of one client.
type ClientProblem struct {
	_      struct{}       `nullable:"true"`
	Code   string         `json:"code"`
	Detail string         `json:"detail"`
	Field  string         `json:"field,omitempty"`
	Params map[string]any `json:"params,omitempty"`
}

func clientProblem(e *errs.Error) *ClientProblem {
	if e == nil {
		return nil
	}
	return &ClientProblem{Code: e.Code, Detail: e.Message, Field: e.Field, Params: e.Params}
}

// ClientOutcomes are what a change does to each client.
type ClientOutcomes struct {
	Items []ClientOutcome `json:"items"`
}

type changeClientsInput struct {
	Body ClientsChange
}

func (s *Server) changeClients(ctx context.Context, c *Call, in *changeClientsInput) (*Answer[ClientOutcomes], error) {
	limits := map[account.Resource]int64{}
	for r, n := range map[account.Resource]*int64{
		account.Seats: in.Body.Seats, account.Dashboards: in.Body.Dashboards, account.Links: in.Body.Links, account.APICalls: in.Body.APICalls,
	} {
		if n != nil {
			limits[r] = *n
		}
	}
	rows, err := s.Accounts.ChangeClients(ctx, c.Actor, account.Bulk{Clients: in.Body.Clients, Status: in.Body.Status,
		AddTags: in.Body.AddTags, RemoveTags: in.Body.RemoveTags, Limits: limits}, in.Body.Check)
	if err != nil {
		return nil, err
	}
	values := func(a *account.Account) ClientValues {
		return ClientValues{Status: a.Status, Tags: orEmpty(a.Tags), ClientLimits: ClientLimits(a.Limits())}
	}
	out := ClientOutcomes{Items: make([]ClientOutcome, len(rows))}
	for i, o := range rows {
		out.Items[i] = ClientOutcome{Slug: o.Before.Slug, Name: o.Before.Name, Before: values(o.Before), After: values(o.Client),
			Changes: orEmpty(o.Changes), Problem: clientProblem(o.Problem)}
	}
	return answer(out), nil
}

type exportClientsInput struct{ ClientFilter }

// CSVFile is a file for a spreadsheet.
type CSVFile struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) exportClients(ctx context.Context, c *Call, in *exportClientsInput) (*CSVFile, error) {
	filter, err := s.filter(ctx, c, in.ClientFilter)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := s.Accounts.ExportClients(ctx, c.Actor, filter, &file); err != nil {
		return nil, err
	}
	return &CSVFile{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="clients.csv"`, Body: file.Bytes()}, nil
}

// ClientsFile is a CSV file of clients.
type ClientsFile struct {
	CSV   string `json:"csv" maxLength:"1000000"`
	Check bool   `json:"check,omitempty" doc:"Only say what would happen."`
}

// ClientsFileLine is what becomes of one line.
type ClientsFileLine struct {
	Line    int            `json:"line" doc:"In the file, from 1."`
	Name    string         `json:"name"`
	Slug    string         `json:"slug" doc:"Empty where something stands in the way."`
	Status  account.Status `json:"status"`
	Problem *ClientProblem `json:"problem" doc:"What stands in the way, or null."`
}

// ClientsFileLines are what becomes of each line.
type ClientsFileLines struct {
	Items []ClientsFileLine `json:"items"`
}

type importClientsInput struct {
	Body ClientsFile
}

func (s *Server) importClients(ctx context.Context, c *Call, in *importClientsInput) (*Answer[ClientsFileLines], error) {
	lines, err := s.Accounts.ImportClients(ctx, c.Actor, in.Body.CSV, in.Body.Check)
	if err != nil {
		return nil, err
	}
	out := ClientsFileLines{Items: make([]ClientsFileLine, len(lines))}
	for i, l := range lines {
		out.Items[i] = ClientsFileLine{Line: l.Line, Name: l.Name, Problem: clientProblem(l.Problem)}
		if l.Client != nil {
			out.Items[i].Slug, out.Items[i].Status = l.Client.Slug, l.Client.Status
		}
	}
	return answer(out), nil
}
