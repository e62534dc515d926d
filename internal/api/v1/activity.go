package v1

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/sheettext"
)

var activityRoutes = []entry{
	route(Route{ID: "list-activity", Method: http.MethodGet, Path: "/{account}/activity", Tag: "activity",
		Permission: authz.AccountUsage, Summary: "Lists who did what, newest first. An agency sees its clients' lines, too."}, (*Server).listActivity),
	route(Route{ID: "export-activity", Method: http.MethodGet, Path: "/{account}/activity-export", Tag: "activity",
		Permission: authz.AccountUsage, Summary: "Gives all lines that the filters select as a file."}, (*Server).exportActivity),
}

// Activity is one thing that somebody did.
type Activity struct {
	ID          string         `json:"id"`
	At          time.Time      `json:"at"`
	Client      *ClientRef     `json:"client" doc:"Null for the account itself."`
	Person      Named          `json:"person" doc:"Without an id where the agency stands for its people."`
	FromAgency  bool           `json:"from_agency" doc:"Somebody of the agency did it in its client."`
	Agency      string         `json:"agency" doc:"Name of the agency, where from_agency is true."`
	Visiting    bool           `json:"visiting" doc:"During a visit."`
	Via         authz.Via      `json:"via" enum:"session,api_key,operator"`
	Action      string         `json:"action" doc:"Noun and what happened to it: klip.saved."`
	Subject     string         `json:"subject" doc:"Public id, or name of a property."`
	SubjectName string         `json:"subject_name"`
	Detail      map[string]any `json:"detail" doc:"Fields with before and after, and what else is told of the action."`
	IP          string         `json:"ip"`
	UserAgent   string         `json:"user_agent"`
}

// ClientRef is a client by its address and the agency's name for it.
type ClientRef struct {
	_    struct{} `nullable:"true"`
	Slug string   `json:"slug"`
	Name string   `json:"name"`
}

// ActivityFilter selects lines.
type ActivityFilter struct {
	Person  string    `query:"person" maxLength:"64" doc:"Id of a person."`
	Group   string    `query:"group" maxLength:"40" pattern:"^[a-z_]*$" doc:"First word of actions, such as klip."`
	Subject string    `query:"subject" maxLength:"200" doc:"Id of what it was done to, or name of a property."`
	Client  string    `query:"client" maxLength:"200" doc:"Address of a client of the agency, or of the account itself."`
	From    time.Time `query:"from" doc:"This moment and later."`
	To      time.Time `query:"to" doc:"Before this moment."`
}

type listActivityInput struct {
	ListInput
	ActivityFilter
}

// activityView is what one call may see.
type activityView struct {
	view   audit.View
	filter audit.Filter
	names  map[id.Account]ClientRef // of clients
	agency string
}

// viewActivity settles whose lines somebody sees. Code not_found for a client that they do not see.
func (s *Server) viewActivity(ctx context.Context, c *Call, in ActivityFilter) (*activityView, error) {
	v := &activityView{names: map[id.Account]ClientRef{}, agency: c.Account.Display(), filter: audit.Filter{
		Person: id.User(in.Person), Group: in.Group, Subject: in.Subject, From: millisOf(in.From), To: millisOf(in.To),
	}}
	if c.Account.Kind == account.Client {
		agency, err := s.Accounts.ByID(ctx, c.Account.Parent)
		if err != nil {
			return nil, err
		}
		v.agency = agency.Display()
		named, err := s.Settings.ShowsVisitors(ctx, c.Account.ID)
		if err != nil {
			return nil, err
		}
		if !named {
			v.view.Agency = v.agency
		}
	}
	if c.Actor.IsParent && c.Actor.Has(authz.ClientAccess) {
		if err := s.viewClients(ctx, c, v); err != nil {
			return nil, err
		}
	}
	return v, v.only(c, in.Client)
}

func (s *Server) viewClients(ctx context.Context, c *Call, v *activityView) error {
	parties, err := s.Accounts.Parties(ctx, c.Actor)
	if err != nil {
		return err
	}
	var open []authz.Party
	for _, p := range parties {
		if !p.IsParent && p.CanEnter {
			open = append(open, p.Party)
			v.names[p.Account] = ClientRef{Slug: p.Slug, Name: p.Name}
		}
	}
	v.view.Clients, err = authz.GrantFamily(c.Actor, authz.ClientAccess, open, false)
	return err
}

// only narrows the view to one account by its address.
func (v *activityView) only(c *Call, slug string) error {
	if slug == "" {
		return nil
	}
	if slug == c.Account.Slug {
		v.filter.Account = c.Account.ID
		return nil
	}
	for a, client := range v.names {
		if client.Slug == slug {
			v.filter.Account = a
			return nil
		}
	}
	return authz.NotFound()
}

func millisOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return clock.Millis(t)
}

func (v *activityView) out(l audit.Line) Activity {
	a := Activity{
		ID: l.ID, At: clock.FromMillis(l.At), Person: Named{ID: l.ActorID, Name: l.ActorName}, FromAgency: l.OfAgency(), Visiting: l.Delegated, Via: l.Via,
		Action: l.Action, Subject: l.Subject, SubjectName: l.SubjectName, Detail: l.Detail, IP: l.IP, UserAgent: l.UserAgent,
	}
	if a.Detail == nil {
		a.Detail = map[string]any{}
	}
	if a.FromAgency {
		a.Agency = v.agency
	}
	if client, ok := v.names[l.Account]; ok {
		a.Client = &client
	}
	return a
}

func (s *Server) listActivity(ctx context.Context, c *Call, in *listActivityInput) (*Listing[Activity], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	v, err := s.viewActivity(ctx, c, in.ActivityFilter)
	if err != nil {
		return nil, err
	}
	lines, next, err := s.Audit.Find(ctx, c.Actor, v.view, v.filter, req)
	if err != nil {
		return nil, err
	}
	return listing(s, c, lines, next, nil, v.out)
}

type exportActivityInput struct {
	ActivityFilter
	Format string `query:"format" enum:"csv,jsonl" default:"csv"`
}

// exportActivity writes page after page as it reads them; nothing is kept.
func (s *Server) exportActivity(ctx context.Context, c *Call, in *exportActivityInput) (*huma.StreamResponse, error) {
	v, err := s.viewActivity(ctx, c, in.ActivityFilter)
	if err != nil {
		return nil, err
	}
	if err := s.Audit.Exported(ctx, c.Actor); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(w huma.Context) {
		kind, write := "text/csv; charset=utf-8", csvActivity
		if in.Format == "jsonl" {
			kind, write = "application/jsonl; charset=utf-8", jsonActivity
		}
		w.SetHeader("Content-Type", kind)
		w.SetHeader("Content-Disposition", `attachment; filename="activity.`+in.Format+`"`)
		if err := s.writeActivity(ctx, c, v, write(w.BodyWriter())); err != nil {
			s.Log.WarnContext(ctx, "export broke off", "request_id", RequestID(ctx), "error", err)
			panic(http.ErrAbortHandler) // the file must not look whole
		}
	}}, nil
}

func (s *Server) writeActivity(ctx context.Context, c *Call, v *activityView, write func([]Activity) error) error {
	req := page.Request{Limit: page.Max}
	for {
		lines, next, err := s.Audit.Find(ctx, c.Actor, v.view, v.filter, req)
		if err != nil {
			return err
		}
		out := make([]Activity, len(lines))
		for i, l := range lines {
			out[i] = v.out(l)
		}
		if err := write(out); err != nil || next == nil {
			return err
		}
		req.After = next
	}
}

func jsonActivity(w io.Writer) func([]Activity) error {
	enc := json.NewEncoder(w)
	return func(lines []Activity) error {
		for _, a := range lines {
			if err := enc.Encode(a); err != nil {
				return err
			}
		}
		return nil
	}
}

func csvActivity(w io.Writer) func([]Activity) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"at", "client", "person", "agency", "visiting", "via", "action", "subject", "subject_name", "detail", "ip", "user_agent", "id"}) // Flush tells
	return func(lines []Activity) error {
		for _, a := range lines {
			client := ""
			if a.Client != nil {
				client = a.Client.Slug
			}
			detail, err := json.Marshal(a.Detail)
			if err != nil {
				return err
			}
			row := []string{a.At.Format(time.RFC3339), client, a.Person.Name, a.Agency, strconv.FormatBool(a.Visiting), string(a.Via), a.Action,
				a.Subject, a.SubjectName, string(detail), a.IP, a.UserAgent, a.ID}
			for i := range row {
				row[i] = sheettext.Harmless(row[i])
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	}
}
