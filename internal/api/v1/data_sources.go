package v1

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/datasource"
	"octavo/internal/format"
	"octavo/internal/id"
)

var dataSourceRoutes = []entry{
	route(Route{ID: "list-data-sources", Method: http.MethodGet, Path: "/{account}/data-sources", Tag: "data-sources",
		Permission: authz.SourceLibrary, Summary: "Lists the data sources that one may see."}, (*Server).listDataSources),
	route(Route{ID: "create-data-source", Method: http.MethodPost, Path: "/{account}/data-sources", Tag: "data-sources", Status: http.StatusCreated,
		Permission: authz.SourceCreate, Creates: true, Shows: "/{account}/data-sources/{subject}", Summary: "Makes a data source of an upload, one that reads a web address, or one that programs push to."}, (*Server).createDataSource),
	route(Route{ID: "get-data-source", Method: http.MethodGet, Path: "/{account}/data-sources/{id}", Tag: "data-sources",
		Summary: "Gives one data source."}, (*Server).getDataSource),
	route(Route{ID: "update-data-source", Method: http.MethodPatch, Path: "/{account}/data-sources/{id}", Tag: "data-sources",
		Summary: "Changes name and description."}, (*Server).updateDataSource),
	route(Route{ID: "trash-data-source", Method: http.MethodDelete, Path: "/{account}/data-sources/{id}", Tag: "data-sources",
		Summary: "Moves a data source to the bin. One that Klips use is refused with their names; force=true moves it all the same, for who manages all data sources."}, (*Server).trashDataSource),
	route(Route{ID: "copy-data-source", Method: http.MethodPost, Path: "/{account}/data-sources/{id}/copy", Tag: "data-sources", Status: http.StatusCreated,
		Creates: true, Shows: "/{account}/data-sources/{subject}", Summary: "Makes a data source of one's own that asks and reads as one that one may change. Without the right to use its connected account it is switched off."}, (*Server).copyDataSource),
	route(Route{ID: "replace-data", Method: http.MethodPost, Path: "/{account}/data-sources/{id}/payload", Tag: "data-sources", Creates: true, Shows: "/{account}/data-sources/{subject}",
		Summary: "Puts an upload in the place of the data. It is read as the data source says; what cannot be read changes nothing."}, (*Server).replaceData),
	route(Route{ID: "set-expected", Method: http.MethodPut, Path: "/{account}/data-sources/{id}/expected", Tag: "data-sources",
		Summary: "Says how often data that people upload, or programs push, should come."}, (*Server).setExpected),
	route(Route{ID: "preview-data-source", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/preview", Tag: "data-sources",
		Summary: "Gives the first rows."}, (*Server).previewDataSource),
	route(Route{ID: "list-data-source-users", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/used-by", Tag: "data-sources",
		Summary: "Lists the Klips that use it and the dashboards that show them."}, (*Server).listDataSourceUsers),
	route(Route{ID: "download-data-source", Method: http.MethodGet, Path: "/{account}/data-sources/{id}/download", Tag: "data-sources",
		Summary: "Gives the file as it was uploaded."}, (*Server).downloadDataSource),
}

// DataSource is a data source.
type DataSource struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Connector   string           `json:"connector" enum:"upload,rest,sql,push"`
	Format      string           `json:"format" enum:"csv,xlsx,json,jsonl,xml,html,parquet"`
	State       datasource.State `json:"state" enum:"fresh,stale,no_data,loading,failing,disabled,off"`
	Rows        int64            `json:"rows" doc:"Of all sheets."`
	Columns     int64            `json:"columns" doc:"Of the widest sheet."`
	Bytes       int64            `json:"bytes" doc:"Of the file."`
	FileName    string           `json:"file_name"`
	UpdatedAt   time.Time        `json:"updated_at" doc:"Of the definition."`
	RefreshedAt *time.Time       `json:"refreshed_at" doc:"Of the data."`
	Version     int64            `json:"version"`
	Owner       Named            `json:"owner"`
	UsedBy      UseCounts        `json:"used_by"`
	Origin      *Origin          `json:"origin" doc:"Null unless it was imported."`
	Tags        []string         `json:"tags"`
	Fetched     *Fetched         `json:"fetched" doc:"How it is fetched; null where it is not."`
	ExpectS     int              `json:"expect_every_s" doc:"Seconds in which data that are sent should come again, else they are stale; 0 = whenever."`
	Pushed      *Pushed          `json:"pushed" doc:"What is pushed into it; null where nothing is."`
}

// UseCounts says how many use a data source.
type UseCounts struct {
	Klips      int `json:"klips"`
	Dashboards int `json:"dashboards"`
}

func dataSource(who authz.Actor, src *datasource.Source, origin *Origin) DataSource {
	out := DataSource{
		ID: src.ID, Name: src.Title(), Description: src.Description, Connector: src.Connector, Format: src.Format, State: src.State,
		Rows: src.Rows, Columns: src.Columns, Bytes: src.Bytes, FileName: src.FileName, UpdatedAt: millis(src.UpdatedAt()),
		Version: src.Version, Owner: Named{ID: src.Owner, Name: src.OwnerName}, UsedBy: UseCounts{src.Klips, src.Dashboards}, Origin: origin, Tags: orEmpty(src.Tags),
		Fetched: fetched(who, src.Web), Pushed: pushed(src.Table), ExpectS: src.ExpectS,
	}
	if src.ReceivedAt != 0 {
		t := millis(src.ReceivedAt)
		out.RefreshedAt = &t
	}
	return out
}

// oneDataSource answers with one data source and its version.
func (s *Server) oneDataSource(ctx context.Context, c *Call, src *datasource.Source) (*Tagged[DataSource], error) {
	origin, err := s.assetFacts(ctx, c, &src.Asset)
	if err != nil {
		return nil, err
	}
	return tagged(src.Version, dataSource(c.Actor, src, origin(&src.Asset))), nil
}

// DataSourcesInput asks for data sources.
type DataSourcesInput struct {
	ListInput
	AssetChoice
	On    string           `query:"on" maxLength:"64" doc:"A Klip or dashboard: only what it draws on."`
	State datasource.State `query:"state" enum:"fresh,stale,no_data,failing,disabled,off"`
}

func (in *DataSourcesInput) choice() asset.Choice {
	out := in.AssetChoice.choice()
	out.On, out.State = in.On, string(in.State)
	return out
}

func (s *Server) listDataSources(ctx context.Context, c *Call, in *DataSourcesInput) (*Listing[DataSource], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	filter := datasource.Filter{Search: in.Q, Choice: in.choice()}
	rows, next, err := s.DataSources.List(ctx, c.Actor, filter, req)
	if err != nil {
		return nil, err
	}
	var count *int64
	if in.Count {
		n, err := s.DataSources.Count(ctx, c.Actor, filter)
		if err != nil {
			return nil, err
		}
		count = &n
	}
	assets := make([]*asset.Asset, len(rows))
	for i := range rows {
		assets[i] = &rows[i].Asset
	}
	origin, err := s.assetFacts(ctx, c, assets...)
	if err != nil {
		return nil, err
	}
	return listing(s, c, rows, next, count, func(src datasource.Source) DataSource { return dataSource(c.Actor, &src, origin(&src.Asset)) })
}

// NewDataSource is what a data source is made of.
type NewDataSource struct {
	Name        string     `json:"name" maxLength:"1000"`
	Description string     `json:"description,omitempty" maxLength:"10000"`
	UploadID    id.Upload  `json:"upload_id,omitempty" maxLength:"64" doc:"A file; or else web, or push."`
	Web         *WebSource `json:"web,omitempty" nullable:"false" doc:"A web address, or a database."`
	Push        *Pushed    `json:"push,omitempty" nullable:"false" doc:"Rows that programs push."`
}

type createDataSourceInput struct{ Body NewDataSource }

func (s *Server) createDataSource(ctx context.Context, c *Call, in *createDataSourceInput) (*Tagged[DataSource], error) {
	if w := in.Body.Web; w != nil {
		src, err := s.DataSources.CreateWeb(ctx, c.Actor, datasource.WebDraft{Name: in.Body.Name, Description: in.Body.Description,
			Request: w.Request.spec(), Query: w.Query.spec(), Format: w.Format, Options: format.Options(w.Options), IntervalS: w.IntervalS, Credential: w.Credential})
		if err != nil {
			return nil, err
		}
		return s.oneDataSource(ctx, c, src)
	}
	if p := in.Body.Push; p != nil {
		src, err := s.DataSources.CreatePushed(ctx, c.Actor, datasource.TableDraft{Name: in.Body.Name, Description: in.Body.Description, Table: p.table()})
		if err != nil {
			return nil, err
		}
		return s.oneDataSource(ctx, c, src)
	}
	src, err := s.DataSources.Create(ctx, c.Actor, datasource.Draft{Name: in.Body.Name, Description: in.Body.Description, Upload: in.Body.UploadID})
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

func (s *Server) getDataSource(ctx context.Context, c *Call, in *AssetPath) (*Tagged[DataSource], error) {
	src, err := s.DataSources.Get(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

// DataSourcePatch is a change of a data source; what is left out stays.
type DataSourcePatch struct {
	Name        *string `json:"name,omitempty" nullable:"false" maxLength:"1000"`
	Description *string `json:"description,omitempty" nullable:"false" maxLength:"10000"`
}

type updateDataSourceInput struct {
	AssetPath
	IfMatch
	Body DataSourcePatch
}

func (s *Server) updateDataSource(ctx context.Context, c *Call, in *updateDataSourceInput) (*Tagged[DataSource], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	src, err := s.DataSources.Update(ctx, c.Actor, in.ID, version, datasource.Patch(in.Body))
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

func (s *Server) copyDataSource(ctx context.Context, c *Call, in *AssetPath) (*Tagged[DataSource], error) {
	src, err := s.DataSources.Copy(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

type trashDataSourceInput struct {
	AssetPath
	IfMatch
	Force bool `query:"force" doc:"Although Klips use it: they say that it was deleted, until it is restored or replaced."`
}

func (s *Server) trashDataSource(ctx context.Context, c *Call, in *trashDataSourceInput) (*Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &Empty{}, s.DataSources.Trash(ctx, c.Actor, in.ID, version, in.Force)
}

type replaceDataInput struct {
	AssetPath
	Prefer
	Body struct {
		UploadID id.Upload `json:"upload_id" maxLength:"64"`
	}
}

func (s *Server) replaceData(ctx context.Context, c *Call, in *replaceDataInput) (*Tagged[DataSource], error) {
	src, err := s.DataSources.ReplacePayload(ctx, c.Actor, in.ID, in.Body.UploadID, in.Wait())
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

// OfInstance names a set of values whose data is meant.
type OfInstance struct {
	Instance string `query:"instance" maxLength:"64" doc:"Key of a set of values, for who may change the data source; without it the caller's own values hold."`
}

type previewDataSourceInput struct {
	AssetPath
	OfInstance
	Sheet string `query:"sheet" maxLength:"1000" doc:"One sheet; without it all."`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"200" doc:"Rows of a sheet."`
}

// Preview is the first rows of a data source.
type Preview struct {
	Sheets []SheetPreview `json:"sheets"`
}

func (s *Server) previewDataSource(ctx context.Context, c *Call, in *previewDataSourceInput) (*Answer[Preview], error) {
	sheets, err := s.DataSources.PreviewInstance(ctx, c.Actor, in.ID, in.Instance, in.Sheet, in.Limit)
	if err != nil {
		return nil, err
	}
	return answer(Preview{Sheets: sheetPreviews(sheets)}), nil
}

// DataSourceUsers is what uses a data source.
type DataSourceUsers struct {
	Klips      []AssetRef `json:"klips"`
	Dashboards []AssetRef `json:"dashboards"`
	Hidden     int        `json:"hidden" doc:"How many more one may not see."`

	Clients       []SourceCopies `json:"clients" doc:"Clients of this agency with copies of it, in order of name."`
	HiddenClients int            `json:"hidden_clients" doc:"Clients that one may not see; whether they have copies is not told."`
}

// SourceCopies are the copies of a data source in one client.
type SourceCopies struct {
	Slug   string `json:"slug"`
	Name   string `json:"name"`
	Copies int64  `json:"copies"`
	Late   int64  `json:"late" doc:"Copies whose data are too old, do not come, or are not there yet."`
	Klips  int64  `json:"klips" doc:"Klips of the client that use them."`
}

func (s *Server) listDataSourceUsers(ctx context.Context, c *Call, in *AssetPath) (*Answer[DataSourceUsers], error) {
	used, err := s.DataSources.UsedBy(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	no, err := s.resolve(c, in.ID)
	if err != nil {
		return nil, err
	}
	copies, hidden, err := s.Transfer.SourceCopies(ctx, c.Actor, no)
	if err != nil {
		return nil, err
	}
	out := DataSourceUsers{Klips: []AssetRef{}, Dashboards: []AssetRef{}, Hidden: used.Hidden, Clients: make([]SourceCopies, len(copies)), HiddenClients: hidden}
	for i, x := range copies {
		out.Clients[i] = SourceCopies{Slug: x.Client.Slug, Name: x.Client.Name, Copies: x.Copies, Late: x.Late, Klips: x.Klips}
	}
	for _, r := range used.Klips {
		out.Klips = append(out.Klips, AssetRef(r))
	}
	for _, r := range used.Dashboards {
		out.Dashboards = append(out.Dashboards, AssetRef(r))
	}
	return answer(out), nil
}

type downloadDataSourceInput struct {
	AssetPath
	OfInstance
}

// downloadDataSource never says what kind of file it is: a browser stores it and shows nothing.
func (s *Server) downloadDataSource(ctx context.Context, c *Call, in *downloadDataSourceInput) (*huma.StreamResponse, error) {
	f, err := s.DataSources.DownloadInstance(ctx, c.Actor, in.ID, in.Instance)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(w huma.Context) {
		defer f.Close()
		w.SetHeader("Content-Type", "application/octet-stream")
		w.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		w.SetHeader("Content-Length", strconv.FormatInt(f.Bytes, 10))
		if _, err := io.Copy(w.BodyWriter(), f); err != nil {
			s.Log.WarnContext(ctx, "download broke off", "request_id", RequestID(ctx), "error", err)
		}
	}}, nil
}
