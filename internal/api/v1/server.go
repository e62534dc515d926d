package v1

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/credential"
	"octavo/internal/dashboard"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/installation"
	"octavo/internal/job"
	"octavo/internal/klip"
	"octavo/internal/mail"
	"octavo/internal/property"
	"octavo/internal/purge"
	"octavo/internal/setting"
	"octavo/internal/tour"
	"octavo/internal/transfer"
	"octavo/internal/user"
)

// Prefix is where the API is.
const Prefix = "/api/v1"

// Deps is what the API is made of. Fields without a comment are required.
type Deps struct {
	Log      *slog.Logger // default: none
	DB       *db.DB
	Keys     *installation.Keys
	Accounts *account.Service
	Users    *user.Service
	Mails    *mail.Service
	Transfer *transfer.Service
	Purge    *purge.Service // removes deleted clients for good
	Demo     *purge.Demo    // removes the demo

	Properties  *property.Service
	Credentials *credential.Service
	Settings    *setting.Service
	Audit       *audit.Service // default: made of DB
	Jobs        *job.Desk      // default: made of DB

	Library     *asset.Library
	DataSources *datasource.Service
	Klips       *klip.Service
	Dashboards  *dashboard.Service
	Tour        *tour.Service // of the demo

	Calls *account.Calls // counts calls with API keys; default: one with the factory's limits

	Live *audit.Watcher // tells streams of changes; default: one that never does

	// Watch is called when a request comes, and what it gives when it was answered, with
	// the pattern of its route ("" = none) and its status (0 = nothing was written).
	// Default: nobody is told.
	Watch func() (end func(route string, status int))

	SecureCookies bool // the product is reached over TLS only, even where this process does not see it
	TrustProxy    bool // believe the last X-Forwarded-For: there is a proxy of ours in front
}

// Server answers requests below Prefix. Safe for concurrent use.
type Server struct {
	Deps
	mux     *http.ServeMux
	api     huma.API
	handler http.Handler
	cursors *cursorSealer
	running calls                  // with a key
	openAPI func() ([]byte, error) // describe, once
}

// humaOnce sets what huma only knows as package variables: lists are never null, and
// names of fields are compared exactly.
var humaOnce = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
})

// New makes the API with all routes.
func New(deps Deps) (*Server, error) {
	humaOnce()
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	if deps.Audit == nil {
		deps.Audit = audit.New(deps.DB)
	}
	if deps.Jobs == nil {
		deps.Jobs = job.NewDesk(deps.DB)
	}
	if deps.Live == nil {
		deps.Live = audit.NewWatcher(deps.DB, deps.Log)
	}
	if deps.Calls == nil {
		deps.Calls = account.NewCalls(deps.DB, deps.Log, account.CallsConfig{Zones: deps.Settings.Zone})
	}
	if deps.Watch == nil {
		deps.Watch = func() func(string, int) { return func(string, int) {} }
	}
	cursors, err := newCursorSealer(deps.Keys.Cursor)
	if err != nil {
		return nil, err
	}
	s := &Server{Deps: deps, mux: http.NewServeMux(), cursors: cursors, running: calls{names: map[string]bool{}}}
	s.api = humago.NewWithPrefix(s.mux, Prefix, config())
	for _, register := range routes() {
		register(s)
	}
	// huma's own error model goes: no answer has that form.
	schemas := s.api.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	s.openAPI = sync.OnceValues(s.describe)
	s.mux.HandleFunc("GET "+Prefix+"/openapi.json", s.serveOpenAPI)
	s.mux.HandleFunc(Prefix+"/", s.serveUnknown)
	s.handler = s.chain(s.mux)
	return s, nil
}

// ServeHTTP answers a request below Prefix.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// OpenAPI is the description of the API, JSON. It is written when it is first asked for:
// that takes as long as all else that New does.
func (s *Server) OpenAPI() ([]byte, error) { return s.openAPI() }

func config() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Octavo", Version: "1"},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: CookieName},
					"key":     {Type: "http", Scheme: "bearer"},
				},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": strictJSON, "json": strictJSON},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{toProblem},
	}
}

// describe writes the OpenAPI document.
func (s *Server) describe() ([]byte, error) {
	b, err := json.MarshalIndent(s.api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("v1.OpenAPI: %w", err)
	}
	return append(b, '\n'), nil
}

func (s *Server) serveOpenAPI(w http.ResponseWriter, r *http.Request) {
	text, err := s.OpenAPI()
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(text)
}
