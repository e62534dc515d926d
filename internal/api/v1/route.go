package v1

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"octavo/internal/authz"
)

// Route is one entry of the API.
type Route struct {
	ID      string // "list-clients": the name in generated clients
	Method  string
	Path    string // below Prefix; "/{account}/…" acts in that account
	Summary string // one sentence
	Tag     string // the resource

	Public     bool             // nobody has to be signed in
	Permission authz.Permission // asked before the body is read; "" = the service decides alone
	Hide       bool             // who lacks the permission is told not_found
	Creates    bool             // honours Idempotency-Key
	Values     bool             // takes var.NAME=VALUE in the query
	Shows      string           // with Creates: path that shows "{subject}", what the call made, perhaps of "{id}"; "" = none does

	Status      int           // of success; default 200, or 204 without a body
	Later       string        // when it answers 202, with the same body; "" = never
	MaxBytes    int64         // of the request's body; default maxBody
	ReadTimeout time.Duration // of the request's body; default readTimeout
}

// Limits of requests that say nothing else.
const (
	maxBody     = 1 << 20
	readTimeout = 30 * time.Second
)

// inAccount says whether the route acts in the account of its path.
func (r Route) inAccount() bool { return strings.HasPrefix(r.Path, "/{account}/") }

// entry puts a route into a server.
type entry func(*Server)

// route makes the entry of a handler.
func route[I, O any](r Route, handle func(*Server, context.Context, *Call, *I) (*O, error)) entry {
	return func(s *Server) {
		huma.Register(s.api, s.operation(r), func(ctx context.Context, in *I) (*O, error) {
			out, err := handle(s, ctx, callOf(ctx), in)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return out, nil
		})
	}
}

// operation describes a route to huma and puts the checks before it.
func (s *Server) operation(r Route) huma.Operation {
	op := huma.Operation{
		OperationID: r.ID, Method: r.Method, Path: r.Path, Summary: r.Summary, Tags: []string{r.Tag},
		DefaultStatus: r.Status, MaxBodyBytes: r.MaxBytes, BodyReadTimeout: r.ReadTimeout,
		Middlewares: huma.Middlewares{s.admit(r)},
		Responses:   map[string]*huma.Response{"default": s.problemResponse()},
	}
	if r.Later != "" {
		op.Responses["202"] = &huma.Response{Description: r.Later, Headers: map[string]*huma.Param{
			"Retry-After": {Description: "Seconds after which to ask again.", Schema: &huma.Schema{Type: huma.TypeInteger}}}}
	}
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = maxBody
	}
	if op.BodyReadTimeout == 0 {
		op.BodyReadTimeout = readTimeout
	}
	if r.inAccount() {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "account", In: "path", Required: true,
			Description: "Address of the account to act in.", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	if !r.Public {
		op.Security = []map[string][]string{{"session": {}}, {"key": {}}}
	}
	if r.Creates {
		op.Parameters = append(op.Parameters, &huma.Param{Name: idempotencyHeader, In: "header",
			Description: "A repeated call with the same key is answered like the first, for 24 hours.", Schema: &huma.Schema{Type: huma.TypeString}})
		op.Middlewares = append(op.Middlewares, s.once)
	}
	if r.Values {
		op.Parameters = append(op.Parameters, valueParam)
		op.Middlewares = append(op.Middlewares, apart)
	}
	return op
}

func (s *Server) problemResponse() *huma.Response {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	return &huma.Response{
		Description: "A problem: code says which.",
		Content:     map[string]*huma.MediaType{problemType: {Schema: schema}},
	}
}

// serveUnknown answers what no route knows.
func (s *Server) serveUnknown(w http.ResponseWriter, r *http.Request) {
	s.writeProblem(w, r, authz.NotFound())
}

// Answer is a body without further headers.
type Answer[T any] struct{ Body T }

func answer[T any](body T) *Answer[T] { return &Answer[T]{Body: body} }

// Empty is an answer without a body: 204.
type Empty struct{}
