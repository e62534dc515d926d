package v1

import (
	"context"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"octavo/internal/authz"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
)

const (
	// maxPush is the largest body of a push that an operator can allow; the data sources know what is allowed.
	maxPush = 100 << 20
	// pushTimeout is how long a push may be on its way.
	pushTimeout = 10 * time.Minute
	deliveries  = "/{account}/data-sources/{id}/deliveries/{subject}"
)

// pushRoute is a route that changes the rows of a data source.
func pushRoute(id, method, summary string) Route {
	return Route{ID: id, Method: method, Path: "/{account}/data-sources/{id}/data", Tag: "data-sources", Permission: authz.SourceEdit,
		Status: http.StatusOK, Creates: true, Values: true, Shows: deliveries, MaxBytes: maxPush, ReadTimeout: pushTimeout, Summary: summary}
}

var sourceRowRoutes = []entry{
	route(pushRoute("replace-rows", http.MethodPut, "Puts rows in the place of all that are there: CSV, JSON, JSON lines or another format that is read."), (*Server).replaceRows),
	route(pushRoute("append-rows", http.MethodPost, "Adds rows to those that are there."), (*Server).appendRows),
	route(pushRoute("upsert-rows", http.MethodPatch, "Adds rows, or puts them in the place of those with the same key."), (*Server).upsertRows),
	route(pushRoute("delete-rows", http.MethodDelete, "Removes the rows that fit all conditions; without any, all."), (*Server).deleteRows),
	route(Route{ID: "get-delivery", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/deliveries/{delivery}", Tag: "data-sources",
		Summary: "Gives the answer of a push once more."}, (*Server).getDelivery),
	route(Route{ID: "set-schema-of-data-source", Method: http.MethodPut, Path: "/{account}/data-sources/{id}/schema", Tag: "data-sources",
		Summary: "Says which columns can be pushed, what tells rows apart, and which rows are kept."}, (*Server).setSchema),
	route(Route{ID: "list-earlier-data", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/earlier", Tag: "data-sources",
		Summary: "Lists the data that a data source had before."}, (*Server).listEarlier),
	route(Route{ID: "roll-back-data", Method: http.MethodPost, Path: "/{account}/data-sources/{id}/earlier/{earlier}/restore", Tag: "data-sources",
		Summary: "Takes earlier data back; those that are there become earlier ones."}, (*Server).rollBackData),
}

// Pushed says what programs push into a data source.
type Pushed struct {
	Columns  []PushedColumn `json:"columns,omitempty" nullable:"false" maxItems:"2000" doc:"None = those of the first rows that come."`
	UniqueBy []string       `json:"unique_by,omitempty" nullable:"false" maxItems:"16" doc:"Columns that tell one row from all others."`
	Keep     *KeepRows      `json:"keep,omitempty" nullable:"false" doc:"Absent = all rows."`

	Variables []string `json:"variables,omitempty" nullable:"false" maxItems:"16" doc:"Names whose values tell sets of rows apart: each push is for one set, and who looks sees the rows of the values that hold there. None = everybody sees the same rows."`
}

// PushedColumn is a column that rows may have.
type PushedColumn struct {
	Name    string `json:"name" maxLength:"200"`
	Type    string `json:"type" enum:"text,number,bool,date"`
	Pattern string `json:"pattern,omitempty" maxLength:"50" doc:"Of a date, as dd/MM/yyyy; absent = found out."`
}

// KeepRows says which rows stay.
type KeepRows struct {
	Rows    int    `json:"rows,omitempty" minimum:"0" maximum:"5000000" doc:"So many, the newest; 0 = any number."`
	Days    int    `json:"days,omitempty" minimum:"0" maximum:"36500" doc:"Not older than that, by the date in order_by; 0 = of any age."`
	OrderBy string `json:"order_by,omitempty" maxLength:"200" doc:"Column that tells which rows are older; absent = those that came first."`
}

func (p Pushed) table() datasource.Table {
	out := datasource.Table{UniqueBy: p.UniqueBy, Keep: (*datasource.Keep)(p.Keep), Variables: p.Variables}
	for _, c := range p.Columns {
		out.Columns = append(out.Columns, datasource.TableColumn{Name: c.Name, Type: dataset.Type(c.Type), Pattern: c.Pattern})
	}
	return out
}

func pushed(t *datasource.Table) *Pushed {
	if t == nil {
		return nil
	}
	out := &Pushed{UniqueBy: t.UniqueBy, Keep: (*KeepRows)(t.Keep), Variables: t.Variables}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, PushedColumn{Name: c.Name, Type: string(c.Type), Pattern: c.Pattern})
	}
	return out
}

// Delivery is what a push did.
type Delivery struct {
	In      int       `json:"rows_in"`
	Added   int       `json:"rows_added"`
	Updated int       `json:"rows_updated"`
	Deleted int       `json:"rows_deleted" doc:"As asked, or because no more are kept."`
	Skipped int       `json:"rows_skipped" doc:"That did not fit."`
	Total   int       `json:"rows_total"`
	Payload string    `json:"payload_id" doc:"Names the data as they are now; send it as If-Match to push only over these."`
	Errors  []BadCell `json:"errors" doc:"The first cells that do not fit; at most 20."`
}

// BadCell is a cell that does not fit its column.
type BadCell struct {
	Row    int    `json:"row" doc:"Of the rows that came, counted from 1."`
	Column string `json:"column"`
	Type   string `json:"type" enum:"text,number,bool,date"`
	Text   string `json:"text"`
}

func delivery(d *datasource.Delivered) *Delivery {
	if d == nil {
		return nil
	}
	out := &Delivery{In: d.In, Added: d.Added, Updated: d.Updated, Deleted: d.Deleted, Skipped: d.Skipped, Total: d.Total, Payload: d.Payload, Errors: []BadCell{}}
	for _, c := range d.Errors {
		out.Errors = append(out.Errors, BadCell{Row: c.Row, Column: c.Column, Type: string(c.Type), Text: c.Text})
	}
	return out
}

// PushCall is what all pushes have in common.
type PushCall struct {
	AssetPath
	DryRun  bool   `query:"dry_run" doc:"Say what would be, and change nothing."`
	IfMatch string `header:"If-Match" doc:"payload_id of the data that the push is based on; absent = any."`
}

// RowsCall is a push that brings rows.
type RowsCall struct {
	PushCall
	Stream
	OnError string `query:"on_error" enum:"refuse,skip" default:"refuse" doc:"skip leaves rows out that do not fit, instead of refusing all."`
}

func (s *Server) deliver(ctx context.Context, c *Call, in PushCall, d datasource.Delivery) (*Tagged[Delivery], error) {
	d.Values = valuesIn(c.query)
	d.DryRun, d.Match = in.DryRun, strings.Trim(strings.TrimPrefix(in.IfMatch, "W/"), `"*`)
	got, err := s.DataSources.Deliver(ctx, c.Actor, in.ID, d)
	if err != nil {
		return nil, unread(err)
	}
	return deliveryAnswer(got), nil
}

func deliveryAnswer(d *datasource.Delivered) *Tagged[Delivery] {
	return &Tagged[Delivery]{ETag: strconv.Quote(d.Payload), Body: *delivery(d)}
}

func (s *Server) deliverRows(ctx context.Context, c *Call, in *RowsCall, d datasource.Delivery) (*Tagged[Delivery], error) {
	if in.Length() > s.DataSources.MaxPush() { // nobody has to send it first
		return nil, dataset.TooLarge("bytes", "bytes", s.DataSources.MaxPush(), in.Length())
	}
	media, _, err := mime.ParseMediaType(in.ContentType())
	if err == nil && media != "application/x-www-form-urlencoded" { // what curl says when nobody has said anything
		d.Media = media
	}
	d.Body, d.Skip = in.Reader(), in.OnError == "skip"
	return s.deliver(ctx, c, in.PushCall, d)
}

func (s *Server) replaceRows(ctx context.Context, c *Call, in *RowsCall) (*Tagged[Delivery], error) {
	return s.deliverRows(ctx, c, in, datasource.Delivery{Mode: dataset.Replace})
}

func (s *Server) appendRows(ctx context.Context, c *Call, in *RowsCall) (*Tagged[Delivery], error) {
	return s.deliverRows(ctx, c, in, datasource.Delivery{Mode: dataset.Append})
}

type upsertInput struct {
	RowsCall
	UniqueBy []string `query:"unique_by" maxItems:"16" doc:"Columns that tell one row from all others, separated by commas; absent = those of the data source."`
}

func (s *Server) upsertRows(ctx context.Context, c *Call, in *upsertInput) (*Tagged[Delivery], error) {
	return s.deliverRows(ctx, c, &in.RowsCall, datasource.Delivery{Mode: dataset.Upsert, UniqueBy: in.UniqueBy})
}

type deleteRowsInput struct {
	PushCall
	Where []string `query:"where,explode" maxItems:"20" doc:"column:op:value, where op is eq, ne, lt, le, gt, ge or contains; may be given several times."`
}

func (s *Server) deleteRows(ctx context.Context, c *Call, in *deleteRowsInput) (*Tagged[Delivery], error) {
	return s.deliver(ctx, c, in.PushCall, datasource.Delivery{Where: in.Where})
}

type deliveryInput struct {
	AssetPath
	Delivery string `path:"delivery" maxLength:"64"`
}

func (s *Server) getDelivery(ctx context.Context, c *Call, in *deliveryInput) (*Tagged[Delivery], error) {
	d, err := s.DataSources.Delivery(ctx, c.Actor, in.ID, in.Delivery)
	if err != nil {
		return nil, err
	}
	return deliveryAnswer(d), nil
}

type schemaInput struct {
	AssetPath
	IfMatch
	Body Pushed
}

func (s *Server) setSchema(ctx context.Context, c *Call, in *schemaInput) (*Tagged[DataSource], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	src, err := s.DataSources.SetTable(ctx, c.Actor, in.ID, version, in.Body.table())
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

// EarlierData is data that a data source had before.
type EarlierData struct {
	ID          string    `json:"id"`
	RefreshedAt time.Time `json:"refreshed_at"`
	Rows        int64     `json:"rows"`
	Bytes       int64     `json:"bytes"`
	FileName    string    `json:"file_name"`
}

// EarlierList is the data that a data source had before, the newest first.
type EarlierList struct {
	Items []EarlierData `json:"items"`
}

type listEarlierInput struct {
	AssetPath
	Instance string `query:"instance" maxLength:"64" doc:"Key of a set of values that rows are pushed for; without it what all who look saw."`
}

func (s *Server) listEarlier(ctx context.Context, c *Call, in *listEarlierInput) (*Answer[EarlierList], error) {
	all, err := s.DataSources.Earlier(ctx, c.Actor, in.ID, in.Instance)
	if err != nil {
		return nil, err
	}
	out := EarlierList{Items: make([]EarlierData, len(all))}
	for i, e := range all {
		out.Items[i] = EarlierData{ID: e.ID, RefreshedAt: millis(e.ReceivedAt), Rows: e.Rows, Bytes: e.Bytes, FileName: e.FileName}
	}
	return answer(out), nil
}

type earlierInput struct {
	AssetPath
	Earlier string `path:"earlier" maxLength:"64"`
}

func (s *Server) rollBackData(ctx context.Context, c *Call, in *earlierInput) (*Tagged[DataSource], error) {
	src, err := s.DataSources.RollBack(ctx, c.Actor, in.ID, in.Earlier)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}
