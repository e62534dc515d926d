package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/property"
)

var propertyRoutes = []entry{
	route(Route{ID: "list-properties", Method: http.MethodGet, Path: "/{account}/properties", Tag: "properties",
		Summary: "Lists the company properties of the account; who may not change them sees no values."}, (*Server).listProperties),
	route(Route{ID: "create-property", Method: http.MethodPost, Path: "/{account}/properties", Tag: "properties", Status: http.StatusCreated,
		Creates: true, Summary: "Adds a company property."}, (*Server).createProperty),
	route(Route{ID: "update-property", Method: http.MethodPatch, Path: "/{account}/properties/{name}", Tag: "properties",
		Summary: "Changes a company property."}, (*Server).updateProperty),
	route(Route{ID: "delete-property", Method: http.MethodDelete, Path: "/{account}/properties/{name}", Tag: "properties",
		Summary: "Removes a company property."}, (*Server).deleteProperty),
}

// Property is a company property.
type Property struct {
	Name        string        `json:"name"`
	Type        property.Type `json:"type" enum:"text,number,date,list,secret"`
	Value       string        `json:"value" doc:"Empty when there is none, or when shown is false."`
	Given       bool          `json:"given" doc:"It has a value, also where that is not shown."`
	Shown       bool          `json:"shown" doc:"The caller may read the value. Secrets are never shown."`
	Locked      bool          `json:"locked" doc:"Only people of the agency change it, and nothing in a view replaces it."`
	Hidden      bool          `json:"hidden" doc:"People of the client do not see the value."`
	Description string        `json:"description"`
	Version     int64         `json:"version"`
	ChangedAt   time.Time     `json:"changed_at"`
}

// PropertyDeclaration is what an agency says of a property of its clients.
type PropertyDeclaration struct {
	Name        string        `json:"name"`
	Type        property.Type `json:"type" enum:"text,number,date,list,secret"`
	Description string        `json:"description"`
	Required    bool          `json:"required" doc:"Every client needs a value."`
	Default     string        `json:"default" doc:"Proposed where a client has none."`
	Version     int64         `json:"version"`
}

// Properties are the properties of an account.
type Properties struct {
	Items    []Property            `json:"items"`
	Declared []PropertyDeclaration `json:"declared" doc:"By the agency of the account."`
}

func propertyOut(p property.Property) Property {
	return Property{Name: p.Name, Type: p.Type, Value: p.Value, Given: p.Given, Shown: p.Shown, Locked: p.Locked, Hidden: p.Hidden,
		Description: p.Description, Version: p.Version, ChangedAt: p.ChangedAt}
}

func declarations(list []property.Declaration) []PropertyDeclaration {
	out := make([]PropertyDeclaration, len(list))
	for i, d := range list {
		out[i] = PropertyDeclaration(d)
	}
	return out
}

func (s *Server) listProperties(ctx context.Context, c *Call, _ *struct{}) (*Answer[Properties], error) {
	l, err := s.Properties.List(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := Properties{Items: make([]Property, len(l.Properties)), Declared: declarations(l.Declared)}
	for i, p := range l.Properties {
		out.Items[i] = propertyOut(p)
	}
	return answer(out), nil
}

// NewProperty is what a property is made of.
type NewProperty struct {
	Name        string        `json:"name" maxLength:"200"`
	Type        property.Type `json:"type,omitempty" doc:"text, number, date, list or secret. Default text." maxLength:"20"`
	Value       string        `json:"value,omitempty" maxLength:"10000"`
	Locked      *bool         `json:"locked,omitempty" nullable:"false" doc:"Default: true in a visit, else false."`
	Hidden      bool          `json:"hidden,omitempty"`
	Description string        `json:"description,omitempty" maxLength:"5000"`
}

type createPropertyInput struct{ Body NewProperty }

func (s *Server) createProperty(ctx context.Context, c *Call, in *createPropertyInput) (*Tagged[Property], error) {
	p, err := s.Properties.Create(ctx, c.Actor, property.Draft(in.Body))
	if err != nil {
		return nil, err
	}
	return tagged(p.Version, propertyOut(*p)), nil
}

// PropertyPath names a property.
type PropertyPath struct {
	Name string `path:"name" maxLength:"200"`
}

// PropertyPatch is a change of a property; what is left out stays.
type PropertyPatch struct {
	Type        *property.Type `json:"type,omitempty" nullable:"false" maxLength:"20"`
	Value       *string        `json:"value,omitempty" nullable:"false" maxLength:"10000" doc:"Empty = no value."`
	Locked      *bool          `json:"locked,omitempty" nullable:"false"`
	Hidden      *bool          `json:"hidden,omitempty" nullable:"false"`
	Description *string        `json:"description,omitempty" nullable:"false" maxLength:"5000"`
}

type updatePropertyInput struct {
	PropertyPath
	IfMatch
	Body PropertyPatch
}

func (s *Server) updateProperty(ctx context.Context, c *Call, in *updatePropertyInput) (*Tagged[Property], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	p, err := s.Properties.Update(ctx, c.Actor, in.Name, version, property.Patch(in.Body))
	if err != nil {
		return nil, err
	}
	return tagged(p.Version, propertyOut(*p)), nil
}

type deletePropertyInput struct {
	PropertyPath
	IfMatch
}

func (s *Server) deleteProperty(ctx context.Context, c *Call, in *deletePropertyInput) (*Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &Empty{}, s.Properties.Delete(ctx, c.Actor, in.Name, version)
}
