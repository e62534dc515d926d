package v1

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"octavo/internal/authz"
	"octavo/internal/datasource"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/sheettext"
)

var refreshLogRoutes = []entry{
	route(Route{ID: "list-refresh-log", Method: http.MethodGet, Path: "/{account}/refresh-log", Tag: "data-sources",
		Permission: authz.SourceLibrary, Summary: "Lists the attempts to fetch the data sources that one may see, the newest first. An agency sees those of its clients, too."}, (*Server).listRefreshLog),
	route(Route{ID: "export-refresh-log", Method: http.MethodGet, Path: "/{account}/refresh-log.csv", Tag: "data-sources",
		Permission: authz.SourceLibrary, Summary: "Gives all attempts that the filters select as a file."}, (*Server).exportRefreshLog),
}

// LoggedRefresh is an attempt with the data source that it was for.
type LoggedRefresh struct {
	RefreshRun
	Source AssetRef   `json:"data_source"`
	Client *ClientRef `json:"client" doc:"Null for the account itself."`
}

// RefreshLogFilter selects attempts.
type RefreshLogFilter struct {
	Outcome    string        `query:"outcome" enum:"changed,unchanged,held,deferred,cancelled,failed"`
	Client     string        `query:"client" maxLength:"200" doc:"Address of a client of the agency, or of the account itself."`
	Credential id.Credential `query:"credential" maxLength:"64" doc:"Connected account that the data sources read with now."`
	From       time.Time     `query:"from" doc:"Ended at this moment or later."`
	To         time.Time     `query:"to" doc:"Ended before this moment."`
}

// refreshLogView is what one call may see.
type refreshLogView struct {
	activityView
	filter datasource.LogFilter
}

// viewRefreshLog settles whose attempts somebody sees. Code not_found for a client that they do not see.
func (s *Server) viewRefreshLog(ctx context.Context, c *Call, in RefreshLogFilter) (*refreshLogView, error) {
	v := &refreshLogView{activityView: activityView{names: map[id.Account]ClientRef{}}, filter: datasource.LogFilter{
		Outcome: in.Outcome, Credential: in.Credential, From: millisOf(in.From), To: millisOf(in.To),
	}}
	if c.Actor.IsParent && c.Actor.Has(authz.ClientAccess) {
		if err := s.viewClients(ctx, c, &v.activityView); err != nil {
			return nil, err
		}
	}
	if err := v.only(c, in.Client); err != nil {
		return nil, err
	}
	v.filter.Clients, v.filter.Account = v.view.Clients, v.activityView.filter.Account
	return v, nil
}

func (v *refreshLogView) out(l datasource.Logged) LoggedRefresh {
	out := LoggedRefresh{RefreshRun: refreshRun(l.Run), Source: AssetRef{ID: l.Source, Title: l.Name}}
	if client, ok := v.names[l.Account]; ok {
		out.Client = &client
	}
	return out
}

type listRefreshLogInput struct {
	ListInput
	RefreshLogFilter
}

func (s *Server) listRefreshLog(ctx context.Context, c *Call, in *listRefreshLogInput) (*Listing[LoggedRefresh], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	v, err := s.viewRefreshLog(ctx, c, in.RefreshLogFilter)
	if err != nil {
		return nil, err
	}
	runs, next, err := s.Transfer.RefreshLog(ctx, c.Actor, s.DataSources, v.filter, req)
	if err != nil {
		return nil, err
	}
	return listing(s, c, runs, next, nil, v.out)
}

type exportRefreshLogInput struct{ RefreshLogFilter }

// exportRefreshLog writes page after page as it reads them; nothing is kept. What refuses the first page refuses the call.
func (s *Server) exportRefreshLog(ctx context.Context, c *Call, in *exportRefreshLogInput) (*huma.StreamResponse, error) {
	v, err := s.viewRefreshLog(ctx, c, in.RefreshLogFilter)
	if err != nil {
		return nil, err
	}
	req := page.Request{Limit: page.Max}
	runs, next, err := s.Transfer.RefreshLog(ctx, c.Actor, s.DataSources, v.filter, req)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(w huma.Context) {
		w.SetHeader("Content-Type", "text/csv; charset=utf-8")
		w.SetHeader("Content-Disposition", `attachment; filename="refreshes.csv"`)
		write := csvRefreshes(w.BodyWriter())
		err := write(v, runs)
		for err == nil && next != nil {
			req.After = next
			if runs, next, err = s.Transfer.RefreshLog(ctx, c.Actor, s.DataSources, v.filter, req); err == nil {
				err = write(v, runs)
			}
		}
		if err != nil {
			s.Log.WarnContext(ctx, "export broke off", "request_id", RequestID(ctx), "error", err)
			panic(http.ErrAbortHandler) // the file must not look whole
		}
	}}, nil
}

func csvRefreshes(w io.Writer) func(v *refreshLogView, runs []datasource.Logged) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"ended_at", "started_at", "queued_at", "client", "data_source", "data_source_id", "set_of_values", "reason", "outcome", "error", "error_text",
		"http_status", "pages", "bytes", "rows", "notes", "id"}) // Flush tells
	return func(v *refreshLogView, runs []datasource.Logged) error {
		for _, l := range runs {
			one := v.out(l)
			client, code, text := "", "", ""
			if one.Client != nil {
				client = one.Client.Slug
			}
			if one.Fault != nil {
				code, text = one.Fault.Code, one.Fault.Message
			}
			number := func(n int64) string { return strconv.FormatInt(n, 10) }
			row := []string{one.EndedAt.Format(time.RFC3339), one.StartedAt.Format(time.RFC3339), one.QueuedAt.Format(time.RFC3339), client, one.Source.Title, one.Source.ID,
				one.Instance, one.Reason, one.Outcome, code, text, number(one.Status), number(one.Pages), number(one.Bytes), number(one.Rows), strings.Join(one.Notes, " "), one.ID}
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
