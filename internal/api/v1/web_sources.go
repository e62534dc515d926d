package v1

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"octavo/internal/authz"
	"octavo/internal/connector/rest"
	"octavo/internal/connector/sql"
	"octavo/internal/datasource"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
)

var webSourceRoutes = []entry{
	route(Route{ID: "try-request", Method: http.MethodPost, Path: "/{account}/data-sources/try", Tag: "data-sources",
		Summary: "Sends a request, keeps nothing, and gives what was sent, what came and how it reads."}, (*Server).tryRequest),
	route(Route{ID: "get-trial-progress", Method: http.MethodGet, Path: "/{account}/trial-progress", Tag: "data-sources",
		Summary: "Says what a request does that is being tried, to who tries it."}, (*Server).trialProgress),
	route(Route{ID: "get-data-source-request", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/request", Tag: "data-sources",
		Summary: "Gives how a data source asks a web address, to who may change it."}, (*Server).getDataSourceRequest),
	route(Route{ID: "change-data-source-request", Method: http.MethodPut, Path: "/{account}/data-sources/{id}/request", Tag: "data-sources",
		Summary: "Changes how a data source asks a web address, and has it asked."}, (*Server).changeDataSourceRequest),
	route(Route{ID: "set-refresh-schedule", Method: http.MethodPut, Path: "/{account}/data-sources/{id}/schedule", Tag: "data-sources",
		Summary: "Changes when a data source is fetched."}, (*Server).setSchedule),
	route(Route{ID: "switch-data-source", Method: http.MethodPut, Path: "/{account}/data-sources/{id}/enabled", Tag: "data-sources",
		Summary: "Switches a data source off, so that it is not fetched and keeps its data, or on: then it is fetched at once."}, (*Server).switchDataSource),
	route(Route{ID: "set-on-schema-change", Method: http.MethodPut, Path: "/{account}/data-sources/{id}/on-schema-change", Tag: "data-sources",
		Summary: "Says what happens when a refresh brings other columns."}, (*Server).setOnSchemaChange),
	route(Route{ID: "set-on-limit", Method: http.MethodPut, Path: "/{account}/data-sources/{id}/on-limit", Tag: "data-sources",
		Summary: "Says what happens when a refresh brings more rows than are taken."}, (*Server).setOnLimit),
	route(Route{ID: "get-held-data", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/held", Tag: "data-sources",
		Summary: "Shows data with other columns that waits to be accepted."}, (*Server).getHeld),
	route(Route{ID: "accept-held-data", Method: http.MethodPost, Path: "/{account}/data-sources/{id}/held/accept", Tag: "data-sources",
		Summary: "Makes data with other columns the data of a data source."}, (*Server).acceptHeld),
	route(Route{ID: "set-history", Method: http.MethodPut, Path: "/{account}/data-sources/{id}/history", Tag: "data-sources",
		Summary: "Says whether refreshes add rows to those that are there, or replace them."}, (*Server).setHistory),
	route(Route{ID: "refresh-data-source", Method: http.MethodPost, Path: "/{account}/data-sources/{id}/refresh", Tag: "data-sources", Status: http.StatusAccepted,
		Summary: "Has a data source fetched now."}, (*Server).refreshDataSource),
	route(Route{ID: "list-running-refreshes", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/running", Tag: "data-sources",
		Summary: "Lists what is fetched of a data source at this moment, and what waits for its turn."}, (*Server).listRunning),
	route(Route{ID: "stop-refresh", Method: http.MethodDelete, Path: "/{account}/data-sources/{id}/running", Tag: "data-sources",
		Summary: "Ends a refresh that goes on or waits. The data that are there stay."}, (*Server).stopRefresh),
	route(Route{ID: "list-refresh-runs", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/runs", Tag: "data-sources",
		Summary: "Lists the newest attempts to fetch a data source."}, (*Server).listRefreshRuns),
	route(Route{ID: "list-instances-of-data-source", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/instances", Tag: "data-sources",
		Summary: "Lists the sets of values that a data source has data for."}, (*Server).listSourceInstances),
	route(Route{ID: "drop-instance-of-data-source", Method: http.MethodDelete, Path: "/{account}/data-sources/{id}/instances/{key}", Tag: "data-sources",
		Summary: "Removes the data of one set of values."}, (*Server).dropSourceInstance),
	route(Route{ID: "refresh-instance-of-data-source", Method: http.MethodPost, Path: "/{account}/data-sources/{id}/instances/{key}/refresh", Tag: "data-sources",
		Summary: "Has the data of one set of values fetched now."}, (*Server).refreshSourceInstance),
}

// WebRequest is a request to a web address, with placeholders.
type WebRequest struct {
	Method        string        `json:"method,omitempty" enum:"GET,POST" doc:"GET when absent."`
	URL           string        `json:"url" maxLength:"8192"`
	Query         []RequestRow  `json:"query,omitempty" nullable:"false" maxItems:"100"`
	Headers       []RequestRow  `json:"headers,omitempty" nullable:"false" maxItems:"100"`
	Cookies       []RequestRow  `json:"cookies,omitempty" nullable:"false" maxItems:"100"`
	Body          *RequestBody  `json:"body,omitempty" nullable:"false"`
	Paginate      *RequestPages `json:"paginate,omitempty" nullable:"false"`
	TimeoutS      int           `json:"timeout_s,omitempty" minimum:"0" maximum:"300" doc:"Of one request; 30 when absent."`
	AcceptStatus  []int         `json:"accept_status,omitempty" nullable:"false" maxItems:"20" doc:"Statuses that bring data, beside 200 to 299."`
	NoRedirects   bool          `json:"no_redirects,omitempty"`
	Unconditional bool          `json:"unconditional,omitempty" doc:"Ask for the whole answer even if nothing has changed."`
	TLS           *RequestTLS   `json:"tls,omitempty" nullable:"false"`
}

// RequestTLS says how a service is known.
type RequestTLS struct {
	CA         string `json:"ca,omitempty" maxLength:"65536" doc:"PEM of who may sign its certificate, beside whom the system trusts."`
	ServerName string `json:"server_name,omitempty" maxLength:"253" doc:"That its certificate is for; the host when absent."`
}

// RequestRow is a name with a value.
type RequestRow struct {
	ID    string `json:"id,omitempty" maxLength:"32"`
	Name  string `json:"name" maxLength:"8192"`
	Value string `json:"value,omitempty" maxLength:"8192"`
	Off   bool   `json:"off,omitempty" doc:"Kept, and not sent."`
}

// RequestBody is what is sent with POST.
type RequestBody struct {
	Type        string       `json:"type" enum:"json,form,multipart,raw,graphql"`
	Text        string       `json:"text,omitempty" maxLength:"65536"`
	Variables   string       `json:"variables,omitempty" maxLength:"65536"`
	ContentType string       `json:"content_type,omitempty" maxLength:"200"`
	Rows        []RequestRow `json:"rows,omitempty" nullable:"false" maxItems:"100"`
}

func (r WebRequest) spec() rest.Spec {
	out := rest.Spec{
		Method: r.Method, URL: r.URL, Query: rowsOf(r.Query), Headers: rowsOf(r.Headers), Cookies: rowsOf(r.Cookies), TimeoutS: r.TimeoutS,
		AcceptStatus: r.AcceptStatus, NoRedirects: r.NoRedirects, Unconditional: r.Unconditional, Paginate: r.Paginate.spec(), TLS: (*rest.TLS)(r.TLS),
	}
	if b := r.Body; b != nil {
		out.Body = &rest.Body{Type: b.Type, Text: b.Text, Variables: b.Variables, ContentType: b.ContentType, Rows: rowsOf(b.Rows)}
	}
	return out
}

// DatabaseQuery is a query of a database, with placeholders. Values are bound and never become part of its text.
type DatabaseQuery struct {
	Engine   string `json:"engine" enum:"postgresql,mysql,sqlserver,clickhouse,trino"`
	SQL      string `json:"sql" maxLength:"65536" doc:"One statement that reads."`
	TimeoutS int    `json:"timeout_s,omitempty" minimum:"0" maximum:"600" doc:"60 when absent."`
}

func (q *DatabaseQuery) spec() *sql.Spec { return (*sql.Spec)(q) }

func rowsOf(in []RequestRow) []rest.Row {
	var out []rest.Row
	for _, r := range in {
		out = append(out, rest.Row(r))
	}
	return out
}

func webRequest(s rest.Spec) WebRequest {
	out := WebRequest{
		Method: s.Method, URL: s.URL, Query: shownRows(s.Query), Headers: shownRows(s.Headers), Cookies: shownRows(s.Cookies), TimeoutS: s.TimeoutS,
		AcceptStatus: s.AcceptStatus, NoRedirects: s.NoRedirects, Unconditional: s.Unconditional, Paginate: requestPages(s.Paginate), TLS: (*RequestTLS)(s.TLS),
	}
	if b := s.Body; b != nil {
		out.Body = &RequestBody{Type: b.Type, Text: b.Text, Variables: b.Variables, ContentType: b.ContentType, Rows: shownRows(b.Rows)}
	}
	return out
}

func shownRows(in []rest.Row) []RequestRow {
	var out []RequestRow
	for _, r := range in {
		out = append(out, RequestRow(r))
	}
	return out
}

// WebSource is what a data source that reads a web address is made of.
type WebSource struct {
	Request    WebRequest     `json:"request,omitempty" doc:"Or else query."`
	Query      *DatabaseQuery `json:"query,omitempty" nullable:"false" doc:"Of a database, in place of request; format and options are then csv's."`
	Format     string         `json:"format" enum:"csv,xlsx,json,jsonl,xml,html,parquet" doc:"Of the answer, as a trial finds it."`
	Options    FormatOptions  `json:"options,omitempty" doc:"What is left out is found out from each answer."`
	Credential id.Credential  `json:"credential_id,omitempty" maxLength:"64" doc:"Connected account of this account to read with; absent = none."`
	IntervalS  int            `json:"interval_s" doc:"0 = never by itself, else 60 or more."`
}

// Fetched says how a data source is fetched.
type Fetched struct {
	Host      string     `json:"host" doc:"As it is written, placeholders included."`
	Variables []string   `json:"variables" doc:"Names in the request. Without any everybody sees the same data."`
	Schedule  Schedule   `json:"schedule"`
	History   *History   `json:"history" doc:"How rows are kept from refresh to refresh; null = the last answer is the data."`
	OnColumns string     `json:"on_schema_change" enum:"add,ask,ignore" doc:"When columns change: take the data and say so, wait until somebody accepts it, take it."`
	OnLimit   string     `json:"on_limit" enum:"fail,truncate" doc:"When there are more rows than are taken: the refresh fails, or the first rows are taken and marked."`
	HeldAt    *time.Time `json:"held_at" doc:"Since when data with other columns waits; null = none does."`
	NextAt    *time.Time `json:"next_at"`
	TriedAt   *time.Time `json:"tried_at"`
	OffAt     *time.Time `json:"off_at" doc:"Since when it is switched off; null = it is on."`
	Failures  int64      `json:"failures" doc:"In a row."`
	Fault     *Fault     `json:"fault" doc:"Of the last attempt; null when it went well."`
	Instances int        `json:"instances" doc:"Sets of values that there is data for."`
	Waiting   bool       `json:"waiting" doc:"It is being fetched, or soon."`
	Notes     []string   `json:"notes" enum:"partial,pages_repeat,truncated" doc:"Of the data. partial: a page could not be read, and what came before it is there; truncated: there are more rows than are taken; pages_repeat: the pages began to repeat, and the reading ended there."`
}

// Fault is why an attempt brought nothing.
type Fault struct {
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Params  map[string]any `json:"params"`
}

func faultOf(e *errs.Error) *Fault {
	if e == nil {
		return nil
	}
	params := maps.Clone(e.Params)
	if params == nil {
		params = map[string]any{}
	}
	return &Fault{Code: e.Code, Message: e.Message, Params: params}
}

// fetched shows how a source is fetched, to a person.
func fetched(who authz.Actor, w *datasource.Web) *Fetched {
	if w == nil {
		return nil
	}
	out := &Fetched{Host: w.Host, Variables: orEmpty(w.Variables), Schedule: schedule(w.Refresh), History: history(w.History), OnColumns: w.OnColumns, OnLimit: w.OnLimit, HeldAt: momentOf(w.HeldAt), NextAt: momentOf(w.NextAt), TriedAt: momentOf(w.TriedAt), OffAt: momentOf(w.OffAt),
		Failures: w.Failures, Fault: faultOf(datasource.ShownFault(who, w.Err)), Instances: w.Instances, Waiting: w.Waiting, Notes: orEmpty(w.Notes)}
	return out
}

// momentOf is a stored time; nil for never.
func momentOf(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := millis(ms)
	return &t
}

type tryRequestInput struct {
	Body struct {
		Request    WebRequest        `json:"request,omitempty" doc:"Or else query."`
		Query      *DatabaseQuery    `json:"query,omitempty" nullable:"false"`
		Format     string            `json:"format,omitempty" enum:"csv,xlsx,json,jsonl,xml,html,parquet"`
		Options    FormatOptions     `json:"options,omitempty"`
		Credential id.Credential     `json:"credential_id,omitempty" maxLength:"64" doc:"Connected account of this account to read with."`
		Source     string            `json:"data_source_id,omitempty" maxLength:"64" doc:"The trial reads with what this data source reads with, in place of credential_id."`
		Values     map[string]string `json:"values,omitempty" nullable:"false" doc:"Of variables that the account does not decide, for this trial only."`
		Watch      string            `json:"watch,omitempty" maxLength:"64" doc:"A name of one's own choice, to ask meanwhile what the trial does."`
	}
}

// Trial is what a request brought. Secrets are masked.
type Trial struct {
	Method   string         `json:"method"`
	URL      string         `json:"url"`
	Sent     []HeaderLine   `json:"sent"`
	Status   int            `json:"status" doc:"0 = there was no answer."`
	Answer   []HeaderLine   `json:"answer"`
	Bytes    int64          `json:"bytes"`
	TookMS   int64          `json:"took_ms"`
	Body     string         `json:"body" doc:"The first 200 KiB."`
	Cut      bool           `json:"cut"`
	Format   string         `json:"format"`
	Options  FormatOptions  `json:"options" doc:"It was read with."`
	Sheets   []SheetPreview `json:"sheets"`
	Warnings []string       `json:"warnings"`
	Hints    []string       `json:"hints" doc:"What in the answer looks like pages."`
	Fault    *Fault         `json:"fault" doc:"Why nothing could be read; null when it could."`
}

// HeaderLine is one line of a header.
type HeaderLine struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func headerLines(h http.Header) []HeaderLine {
	out := []HeaderLine{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			out = append(out, HeaderLine{name, v})
		}
	}
	return out
}

func (s *Server) tryRequest(ctx context.Context, c *Call, in *tryRequestInput) (*Answer[Trial], error) {
	t, err := s.DataSources.Try(ctx, c.Actor, datasource.Trial{Request: in.Body.Request.spec(), Query: in.Body.Query.spec(), Format: in.Body.Format, Options: format.Options(in.Body.Options), Values: in.Body.Values,
		Credential: in.Body.Credential, Source: in.Body.Source, Watch: in.Body.Watch})
	if err != nil {
		return nil, err
	}
	return answer(Trial{
		Method: t.Method, URL: t.URL, Sent: headerLines(t.Header), Status: t.Status, Answer: headerLines(t.Answer), Bytes: t.Bytes, TookMS: t.Took,
		Body: t.Body, Cut: t.Cut, Format: t.Format, Options: FormatOptions(t.Options), Sheets: sheetPreviews(t.Sheets), Warnings: orEmpty(t.Warnings),
		Hints: orEmpty(t.Hints), Fault: faultOf(t.Err),
	}), nil
}

// RequestOfSource is how a data source asks and reads.
type RequestOfSource struct {
	Request WebRequest     `json:"request,omitempty" doc:"Empty where there is a query."`
	Query   *DatabaseQuery `json:"query,omitempty" nullable:"false"`
	Format  string         `json:"format" enum:"csv,xlsx,json,jsonl,xml,html,parquet"`
	Options FormatOptions  `json:"options"`
}

func (s *Server) getDataSourceRequest(ctx context.Context, c *Call, in *AssetPath) (*Tagged[RequestOfSource], error) {
	d, err := s.DataSources.Definition(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return tagged(d.Version, RequestOfSource{Request: webRequest(d.Request), Query: (*DatabaseQuery)(d.Query), Format: d.Format, Options: FormatOptions(d.Options)}), nil
}

type changeRequestInput struct {
	AssetPath
	IfMatch
	Body struct {
		RequestOfSource
		Credential *id.Credential `json:"credential_id,omitempty" nullable:"false" maxLength:"64" doc:"Connected account of this account to read with; empty = none, absent = as it is."`
	}
}

func (s *Server) changeDataSourceRequest(ctx context.Context, c *Call, in *changeRequestInput) (*Tagged[DataSource], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	src, err := s.DataSources.Reconfigure(ctx, c.Actor, in.ID, version, datasource.WebPatch{Request: in.Body.Request.spec(), Query: in.Body.Query.spec(), Format: in.Body.Format, Options: format.Options(in.Body.Options), Credential: in.Body.Credential})
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

func (s *Server) refreshDataSource(ctx context.Context, c *Call, in *AssetPath) (*Tagged[DataSource], error) {
	src, err := s.DataSources.RefreshNow(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

// RefreshRun is one attempt to fetch a data source, or one push.
type RefreshRun struct {
	ID        string    `json:"id"`
	Instance  string    `json:"instance" doc:"Key of the set of values; empty = there are no variables."`
	Reason    string    `json:"reason" enum:"schedule,manual,view,import,change,push"`
	QueuedAt  time.Time `json:"queued_at"`
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at"`
	Outcome   string    `json:"outcome" enum:"changed,unchanged,held,deferred,cancelled,failed"`
	Fault     *Fault    `json:"fault"`
	Status    int64     `json:"status" doc:"Of HTTP; 0 = there was no answer, or it is not shown to you."`
	Pages     int64     `json:"pages"`
	Bytes     int64     `json:"bytes"`
	Rows      int64     `json:"rows"`
	Delivery  *Delivery `json:"delivery" doc:"What was pushed; null where nothing was."`
	Added     []string  `json:"columns_added" doc:"That were not there before, 50 at most."`
	Missing   []string  `json:"columns_missing" doc:"That are not there any more, 50 at most."`
	Notes     []string  `json:"notes" enum:"partial,pages_repeat,truncated" doc:"Of what came; of partial, fault is why a page did not."`
}

// RefreshRuns are the newest attempts, the newest first.
type RefreshRuns struct {
	Items []RefreshRun `json:"items"`
}

type listRunsInput struct {
	AssetPath
	Instance string `query:"instance" maxLength:"64" doc:"Key of a set of values; without it the attempts for all."`
}

func (s *Server) listRefreshRuns(ctx context.Context, c *Call, in *listRunsInput) (*Answer[RefreshRuns], error) {
	runs, err := s.DataSources.Runs(ctx, c.Actor, in.ID, in.Instance)
	if err != nil {
		return nil, err
	}
	out := RefreshRuns{Items: make([]RefreshRun, len(runs))}
	for i, r := range runs {
		out.Items[i] = refreshRun(r)
	}
	return answer(out), nil
}

func refreshRun(r datasource.Run) RefreshRun {
	return RefreshRun{ID: r.ID, Instance: r.Key, Reason: r.Reason, QueuedAt: millis(r.QueuedAt), StartedAt: millis(r.BegunAt), EndedAt: millis(r.EndedAt),
		Outcome: r.Outcome, Fault: faultOf(r.Err), Status: r.Status, Pages: r.Pages, Bytes: r.Bytes, Rows: r.Rows, Delivery: delivery(r.Delivery), Added: orEmpty(r.Columns.Added), Missing: orEmpty(r.Columns.Missing), Notes: orEmpty(r.Notes)}
}

// SourceInstance is the data of a data source for one set of values.
type SourceInstance struct {
	Key         string            `json:"key"`
	Variables   map[string]string `json:"variables" doc:"Without secrets."`
	State       datasource.State  `json:"state" enum:"fresh,stale,failing,disabled,no_data,loading"`
	Own         bool              `json:"own" doc:"The account's own values: fetched whoever looks."`
	Waiting     bool              `json:"waiting" doc:"It is being fetched, or soon, because somebody asked."`
	RefreshedAt *time.Time        `json:"refreshed_at"`
	NextAt      *time.Time        `json:"next_at"`
	SeenAt      *time.Time        `json:"seen_at" doc:"Last look, to the hour."`
	Rows        int64             `json:"rows"`
	Bytes       int64             `json:"bytes"`
	Fault       *Fault            `json:"fault"`
	Notes       []string          `json:"notes" enum:"partial,pages_repeat,truncated" doc:"Of its data."`
	Outdated    bool              `json:"outdated" doc:"Of what programs push: these values are not those of the account any more, so nobody sees the data."`
}

// SourceInstances are the sets of values of a data source.
type SourceInstances struct {
	Items []SourceInstance `json:"items"`
}

func (s *Server) listSourceInstances(ctx context.Context, c *Call, in *AssetPath) (*Answer[SourceInstances], error) {
	all, err := s.DataSources.Instances(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := SourceInstances{Items: make([]SourceInstance, len(all))}
	for i, x := range all {
		out.Items[i] = SourceInstance{Key: x.Key, Variables: x.Variables, State: x.State, Own: x.Pinned, Waiting: x.Waiting, RefreshedAt: momentOf(x.ReceivedAt), NextAt: momentOf(x.NextAt),
			SeenAt: momentOf(x.AccessedAt), Rows: x.Rows, Bytes: x.Bytes, Fault: faultOf(x.Err), Notes: orEmpty(x.Notes), Outdated: x.Outdated}
	}
	return answer(out), nil
}

type instanceInput struct {
	AssetPath
	Key string `path:"key" maxLength:"64"`
}

func (s *Server) dropSourceInstance(ctx context.Context, c *Call, in *instanceInput) (*Empty, error) {
	return &Empty{}, s.DataSources.DropInstance(ctx, c.Actor, in.ID, in.Key)
}

func (s *Server) refreshSourceInstance(ctx context.Context, c *Call, in *instanceInput) (*Empty, error) {
	return &Empty{}, s.DataSources.RefreshInstance(ctx, c.Actor, in.ID, in.Key)
}
