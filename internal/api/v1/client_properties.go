package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/property"
)

// Limits of the grid's calls.
const (
	maxGridBody = 8 << 20
	gridTimeout = time.Minute
)

// The grid is for people who may sign in to clients; to others it is not there.
var clientPropertyRoutes = []entry{
	route(Route{ID: "list-client-properties", Method: http.MethodGet, Path: "/{account}/clients-properties", Tag: "properties",
		Permission: authz.ClientLogin, Hide: true, Summary: "Gives the properties of all clients that the person may sign in to."}, (*Server).listClientProperties),
	route(Route{ID: "set-client-properties", Method: http.MethodPut, Path: "/{account}/clients-properties", Tag: "properties",
		Permission: authz.ClientLogin, Hide: true, MaxBytes: maxGridBody, ReadTimeout: gridTimeout,
		Summary: "Changes properties of many clients, all or none."}, (*Server).setClientProperties),
	route(Route{ID: "export-client-properties", Method: http.MethodGet, Path: "/{account}/clients-properties.csv", Tag: "properties",
		Permission: authz.ClientLogin, Hide: true, Summary: "Gives the grid as a CSV file, without secrets."}, (*Server).exportClientProperties),
	route(Route{ID: "read-client-properties", Method: http.MethodPost, Path: "/{account}/clients-properties.csv", Tag: "properties",
		Permission: authz.ClientLogin, Hide: true, MaxBytes: maxGridBody, ReadTimeout: gridTimeout,
		Summary: "Reads a CSV file and says what it would change; nothing is changed."}, (*Server).readClientProperties),
	route(Route{ID: "declare-property", Method: http.MethodPost, Path: "/{account}/property-declarations", Tag: "properties",
		Status: http.StatusCreated, Creates: true, Summary: "Declares a property of the agency's clients."}, (*Server).declareProperty),
	route(Route{ID: "redeclare-property", Method: http.MethodPatch, Path: "/{account}/property-declarations/{name}", Tag: "properties",
		Summary: "Changes what the agency declares of a property."}, (*Server).redeclareProperty),
	route(Route{ID: "undeclare-property", Method: http.MethodDelete, Path: "/{account}/property-declarations/{name}", Tag: "properties",
		Summary: "Takes a property off the agency's list; clients keep their values."}, (*Server).undeclareProperty),
}

// PropertyCell is the value that a client has for a property.
type PropertyCell struct {
	Name    string        `json:"name"`
	Type    property.Type `json:"type" enum:"text,number,date,list,secret"`
	Value   string        `json:"value" doc:"Empty when there is none, and for secrets."`
	Given   bool          `json:"given"`
	Locked  bool          `json:"locked"`
	Hidden  bool          `json:"hidden"`
	Version int64         `json:"version"`
}

// PropertyRow is one client of the grid.
type PropertyRow struct {
	Client string         `json:"client" doc:"Its address."`
	Name   string         `json:"name" doc:"Internal to the agency."`
	Status account.Status `json:"status" enum:"setup,trial,active,disabled"`
	Cells  []PropertyCell `json:"cells"`
}

// PropertyGrid is a page of the grid.
type PropertyGrid struct {
	Declared   []PropertyDeclaration `json:"declared"`
	Others     []string              `json:"others" doc:"Properties that clients have and the agency has not declared."`
	Items      []PropertyRow         `json:"items"`
	NextCursor *string               `json:"next_cursor" doc:"Null on the last page."`
	Count      *int64                `json:"count,omitempty"`
}

// PropertyFilter selects clients of the grid.
type PropertyFilter struct {
	Q       string `query:"q" maxLength:"200" doc:"Part of the name or address."`
	Client  string `query:"client" maxLength:"200" doc:"Address of one client."`
	Missing string `query:"missing" maxLength:"200" doc:"Clients that lack this property; * = any that is required."`
}

func (f PropertyFilter) filter() property.GridFilter {
	return property.GridFilter{Search: f.Q, Client: f.Client, Missing: f.Missing}
}

type listClientPropertiesInput struct {
	PropertyFilter
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"Clients of a page."`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next_cursor of the page before."`
	Count  bool   `query:"count" doc:"With 1 the answer says how many clients there are in all."`
}

func (s *Server) listClientProperties(ctx context.Context, c *Call, in *listClientPropertiesInput) (*Answer[PropertyGrid], error) {
	req, err := s.page(c, ListInput{Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	g, next, err := s.Properties.Grid(ctx, c.Actor, in.filter(), req)
	if err != nil {
		return nil, err
	}
	out := PropertyGrid{Declared: declarations(g.Declared), Others: append([]string{}, g.Others...), Items: make([]PropertyRow, len(g.Rows))}
	for i, r := range g.Rows {
		row := PropertyRow{Client: r.Slug, Name: r.Name, Status: r.Status, Cells: make([]PropertyCell, len(r.Cells))}
		for k, p := range r.Cells {
			row.Cells[k] = cellOut(p)
		}
		out.Items[i] = row
	}
	if next != nil {
		cursor, err := s.cursors.seal(*next, c.listKey())
		if err != nil {
			return nil, err
		}
		out.NextCursor = &cursor
	}
	if in.Count {
		n, err := s.Properties.CountGrid(ctx, c.Actor, in.filter())
		if err != nil {
			return nil, err
		}
		out.Count = &n
	}
	return answer(out), nil
}

func cellOut(p property.Property) PropertyCell {
	return PropertyCell{Name: p.Name, Type: p.Type, Value: p.Value, Given: p.Given, Locked: p.Locked, Hidden: p.Hidden, Version: p.Version}
}

// NewCell is a new value of one property of one client.
type NewCell struct {
	Client  string `json:"client" maxLength:"200" doc:"Its address."`
	Name    string `json:"name" maxLength:"200"`
	Value   string `json:"value" maxLength:"10000" doc:"Empty = no value."`
	Version int64  `json:"version" doc:"That the change is based on; 0 = the client does not have the property."`
}

// NewCells are the changes of one call.
type NewCells struct {
	Cells []NewCell `json:"cells" maxItems:"20000"`
}

type setClientPropertiesInput struct{ Body NewCells }

// SavedCell is a value after the change.
type SavedCell struct {
	Client string `json:"client"`
	PropertyCell
}

// SavedCells are what a call has changed.
type SavedCells struct {
	Cells []SavedCell `json:"cells"`
}

func (s *Server) setClientProperties(ctx context.Context, c *Call, in *setClientPropertiesInput) (*Answer[SavedCells], error) {
	cells := make([]property.Cell, len(in.Body.Cells))
	for i, cell := range in.Body.Cells {
		cells[i] = property.Cell(cell)
	}
	saved, err := s.Properties.SetCells(ctx, c.Actor, cells)
	if err != nil {
		return nil, err
	}
	out := SavedCells{Cells: make([]SavedCell, len(saved))}
	for i, one := range saved {
		out.Cells[i] = SavedCell{Client: one.Client, PropertyCell: cellOut(one.Property)}
	}
	return answer(out), nil
}

// File is an answer that browsers store as a file.
type File struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) exportClientProperties(ctx context.Context, c *Call, in *PropertyFilter) (*File, error) {
	body, err := s.Properties.Export(ctx, c.Actor, in.filter())
	if err != nil {
		return nil, err
	}
	return &File{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="properties.csv"`, Body: body}, nil
}

type readClientPropertiesInput struct{ Stream }

func (s *Server) readClientProperties(ctx context.Context, c *Call, in *readClientPropertiesInput) (*Answer[NewCells], error) {
	cells, err := s.Properties.Read(ctx, c.Actor, in.Reader())
	if err != nil {
		return nil, err
	}
	out := NewCells{Cells: make([]NewCell, len(cells))}
	for i, cell := range cells {
		out.Cells[i] = NewCell(cell)
	}
	return answer(out), nil
}

// NewDeclaration is what a declaration is made of.
type NewDeclaration struct {
	Name        string        `json:"name" maxLength:"200"`
	Type        property.Type `json:"type,omitempty" maxLength:"20" doc:"text, number, date, list or secret. Default text."`
	Description string        `json:"description,omitempty" maxLength:"5000"`
	Required    bool          `json:"required,omitempty"`
	Default     string        `json:"default,omitempty" maxLength:"10000"`
}

type declarePropertyInput struct{ Body NewDeclaration }

func (s *Server) declareProperty(ctx context.Context, c *Call, in *declarePropertyInput) (*Tagged[PropertyDeclaration], error) {
	d, err := s.Properties.Declare(ctx, c.Actor, property.Declaration{Name: in.Body.Name, Type: in.Body.Type,
		Description: in.Body.Description, Required: in.Body.Required, Default: in.Body.Default})
	if err != nil {
		return nil, err
	}
	return tagged(d.Version, PropertyDeclaration(*d)), nil
}

// DeclarationPatch is a change of a declaration; what is left out stays.
type DeclarationPatch struct {
	Type        *property.Type `json:"type,omitempty" nullable:"false" maxLength:"20"`
	Description *string        `json:"description,omitempty" nullable:"false" maxLength:"5000"`
	Required    *bool          `json:"required,omitempty" nullable:"false"`
	Default     *string        `json:"default,omitempty" nullable:"false" maxLength:"10000"`
}

type redeclarePropertyInput struct {
	PropertyPath
	IfMatch
	Body DeclarationPatch
}

func (s *Server) redeclareProperty(ctx context.Context, c *Call, in *redeclarePropertyInput) (*Tagged[PropertyDeclaration], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	d, err := s.Properties.Redeclare(ctx, c.Actor, in.Name, version, property.DeclarationPatch(in.Body))
	if err != nil {
		return nil, err
	}
	return tagged(d.Version, PropertyDeclaration(*d)), nil
}

func (s *Server) undeclareProperty(ctx context.Context, c *Call, in *deletePropertyInput) (*Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &Empty{}, s.Properties.Undeclare(ctx, c.Actor, in.Name, version)
}
