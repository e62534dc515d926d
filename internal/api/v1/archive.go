package v1

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"octavo/internal/authz"
	"octavo/internal/errs"
)

var archiveRoutes = []entry{
	route(Route{ID: "get-archive", Method: http.MethodGet, Path: "/{account}/archive", Tag: "settings",
		Permission: authz.AccountSettings, Summary: "Gives everything of the account as one ZIP: what this API answers, the files of its data sources, its activity."}, (*Server).getArchive),
}

// archivedLists are the lists of an archive, one JSON file each; secrets are in none of their answers.
var archivedLists = []string{"people", "groups", "roles", "user-properties", "properties", "credentials", "clients", "clients-properties", "bin"}

// archivedAssets are the lists whose entries have a file each.
var archivedAssets = []string{"dashboards", "klips", "data-sources"}

// getArchive writes what the routes of the API answer to the same person: nothing comes in that they may not see. Only
// people who are signed in get it, because each part would count as a call of a key. Codes permission_denied, sign_in_required.
func (s *Server) getArchive(ctx context.Context, c *Call, _ *struct{}) (*huma.StreamResponse, error) {
	if !c.Actor.IsAdmin() {
		return nil, authz.Denied(authz.AccountSettings)
	}
	if c.Actor.Via != authz.ViaSession {
		return nil, errs.New(errs.Forbidden, "session_needed", "Sign in with a browser for this; an API key cannot do it.")
	}
	if err := s.Audit.Archived(ctx, c.Actor); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(w huma.Context) {
		r, _ := humago.Unwrap(w)
		now := s.DB.Clock().Now().UTC()
		name := fmt.Sprintf("%s %s.zip", c.Account.Slug, now.Format(time.DateOnly))
		w.SetHeader("Content-Type", "application/zip")
		w.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		a := &archive{mux: s.mux, asked: r, base: Prefix + "/" + c.Account.Slug, zip: zip.NewWriter(w.BodyWriter()), at: now}
		if err := a.write(ctx); err != nil {
			s.Log.WarnContext(ctx, "archive broke off", "request_id", RequestID(ctx), "error", err)
			panic(http.ErrAbortHandler) // the file must not look whole
		}
	}}, nil
}

// archive asks the API for its parts, as the person who asked for it.
type archive struct {
	mux   http.Handler
	asked *http.Request
	base  string
	zip   *zip.Writer
	at    time.Time
	out   contents
}

// contents is the last file of an archive.
type contents struct {
	Account string    `json:"account"`
	At      time.Time `json:"at"`
	Files   []string  `json:"files"`
	LeftOut []leftOut `json:"left_out"`
}

// leftOut is a part that the person may not see or that has nothing to show.
type leftOut struct {
	Path   string `json:"path"`
	Status int    `json:"status"`
}

func (a *archive) write(ctx context.Context) error {
	a.out = contents{Account: strings.TrimPrefix(a.base, Prefix+"/"), At: a.at, Files: []string{}, LeftOut: []leftOut{}}
	for _, part := range []string{"context", "settings"} {
		if err := a.part(ctx, part+".json", "/"+part); err != nil {
			return err
		}
	}
	for _, list := range archivedLists {
		items, err := a.list(ctx, "/"+list)
		if err == nil && items != nil {
			err = a.put(list+".json", items)
		}
		if err != nil {
			return err
		}
	}
	for _, kind := range archivedAssets {
		if err := a.assets(ctx, kind); err != nil {
			return err
		}
	}
	if err := a.part(ctx, "activity.csv", "/activity-export?format=csv"); err != nil {
		return err
	}
	if err := a.put("contents.json", a.out); err != nil {
		return err
	}
	return a.zip.Close()
}

// assets writes each asset of a kind, with the file of a data source.
func (a *archive) assets(ctx context.Context, kind string) error {
	items, err := a.list(ctx, "/"+kind)
	if err != nil {
		return err
	}
	for _, item := range items {
		var asset struct{ ID, Name, Title, Connector string }
		if err := json.Unmarshal(item, &asset); err != nil {
			return err
		}
		path := "/" + kind + "/" + asset.ID
		name := kind + "/" + fileName(asset.Name+asset.Title) + " " + asset.ID[:min(8, len(asset.ID))]
		if err := a.part(ctx, name+".json", path); err != nil {
			return err
		}
		if kind != "data-sources" {
			continue
		}
		if asset.Connector != "upload" {
			if err := a.part(ctx, name+" request.json", path+"/request"); err != nil {
				return err
			}
		}
		if err := a.part(ctx, name+"/", path+"/download"); err != nil {
			return err
		}
	}
	return nil
}

// list asks for all pages of a list; nil when it is left out.
func (a *archive) list(ctx context.Context, path string) ([]json.RawMessage, error) {
	items, cursor := []json.RawMessage{}, ""
	for {
		query := url.Values{}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		answer := &member{header: http.Header{}, body: &bytes.Buffer{}}
		if err := a.ask(ctx, path, query, answer); err != nil {
			return nil, err
		}
		if answer.status != http.StatusOK {
			return nil, nil
		}
		var page struct {
			Items      []json.RawMessage
			NextCursor string `json:"next_cursor"`
		}
		if err := json.Unmarshal(answer.body.Bytes(), &page); err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return items, nil
		}
	}
}

// part writes what a path answers as it comes. A name that ends in a slash is a folder: the answer names the file.
func (a *archive) part(ctx context.Context, name, path string) error {
	path, text, _ := strings.Cut(path, "?")
	query, err := url.ParseQuery(text)
	if err != nil {
		return err
	}
	answer := &member{header: http.Header{}, open: func(header http.Header) (io.Writer, error) {
		if strings.HasSuffix(name, "/") {
			_, params, err := mime.ParseMediaType(header.Get("Content-Disposition"))
			if err != nil {
				return nil, err
			}
			name += fileName(params["filename"])
		}
		return a.create(name)
	}}
	return a.ask(ctx, path, query, answer)
}

// ask calls a route as the person who asked for the archive. What they may not see, or is not there, is left out, and so
// are data that have not been fetched yet.
func (a *archive) ask(ctx context.Context, path string, query url.Values, answer *member) error {
	target := url.URL{Path: a.base + path, RawQuery: query.Encode()}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return err
	}
	for _, name := range []string{"Cookie", "User-Agent", "X-Forwarded-For"} {
		if values := a.asked.Header.Values(name); len(values) > 0 {
			r.Header[name] = values
		}
	}
	r.RemoteAddr, r.TLS, r.Host = a.asked.RemoteAddr, a.asked.TLS, a.asked.Host
	a.mux.ServeHTTP(answer, r)
	switch {
	case answer.err != nil:
		return answer.err
	case answer.status == http.StatusForbidden || answer.status == http.StatusNotFound || answer.status == http.StatusConflict:
		a.out.LeftOut = append(a.out.LeftOut, leftOut{Path: path, Status: answer.status})
	case answer.status != http.StatusOK:
		return fmt.Errorf("archive: %s answers %d", path, answer.status)
	case answer.open != nil && answer.file == nil: // an empty file
		_, err = answer.open(answer.header)
	}
	return err
}

// put writes a value as a file.
func (a *archive) put(name string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	w, err := a.create(name)
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	return err
}

func (a *archive) create(name string) (io.Writer, error) {
	a.out.Files = append(a.out.Files, name)
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.at})
}

// fileName is a name without what file systems do not like.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || !unicode.IsPrint(r) {
			return '-'
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 100 {
		name = string(runes[:100])
	}
	if name = strings.Trim(name, ". "); name == "" {
		return "-"
	}
	return name
}

// member takes an answer: into body, or what a success has into the file that open makes. Answers of other
// statuses are problems, which nobody reads.
type member struct {
	header http.Header
	status int
	body   *bytes.Buffer
	open   func(http.Header) (io.Writer, error)
	file   io.Writer
	err    error
}

func (m *member) Header() http.Header { return m.header }

func (m *member) WriteHeader(status int) {
	if m.status == 0 {
		m.status = status
	}
}

func (m *member) Write(b []byte) (int, error) {
	m.WriteHeader(http.StatusOK)
	switch {
	case m.err != nil:
		return 0, m.err
	case m.status != http.StatusOK:
		return len(b), nil
	case m.body != nil:
		return m.body.Write(b)
	case m.file == nil:
		if m.file, m.err = m.open(m.header); m.err != nil {
			return 0, m.err
		}
	}
	n, err := m.file.Write(b)
	m.err = err
	return n, err
}
