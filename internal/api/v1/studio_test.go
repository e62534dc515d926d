package v1_test

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/blob"
	"octavo/internal/dashboard"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/job"
	"octavo/internal/job/jobtest"
)

// studio is a server with what makes data sources and dashboards.
type studio struct {
	*apitest.Server
	t      *testing.T
	assets *asset.Service
	rests  atomic.Bool // nobody reads files that are sent until wake is called
	wake   func()
}

const orders = "Region,Amount\nNorth,10\nSouth,20.5\n"

func newStudio(t *testing.T, change ...func(*v1.Deps)) *studio {
	t.Helper()
	t.Parallel()
	s := &studio{t: t}
	blobs, err := blob.Open(t.Context(), "file://"+filepath.ToSlash(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	s.Server = apitest.New(t, append(change, func(d *v1.Deps) {
		ids := id.NewMaker(d.DB.Clock())
		s.assets = asset.New(ids, d.Keys.IDs)
		d.Library = asset.NewLibrary(d.DB, s.assets, d.Users)
		d.Dashboards = dashboard.New(d.DB, s.assets)
		s.wake = readsUploads(t, d)
		d.DataSources = datasource.New(slog.New(slog.DiscardHandler), d.DB, s.assets, blobs, ids, datasource.Config{Credentials: d.Credentials,
			Limits: format.Limits{Bytes: 4096}, TempDir: t.TempDir(), Wake: func() {
				if !s.rests.Load() {
					s.wake()
				}
			},
		})
	})...)
	t.Cleanup(func() { _ = blobs.Close() })
	return s
}

// readsUploads lets the files be read that are sent to a server.
func readsUploads(t *testing.T, d *v1.Deps) func() {
	return jobtest.Waker(t, d.DB, func() []job.Handler { return d.DataSources.Jobs() }, "upload.read")
}

// klip makes a Klip of the agency's editor and gives its id.
func (s *studio) klip(title string) string {
	s.t.Helper()
	who := s.Actor(s.Agency, s.Agency.Editor)
	var public string
	err := s.DB.Tx(context.Background(), db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.assets.Create(context.Background(), tx, who, authz.KlipBuild, asset.Klip, title, asset.Content{Tree: map[string]any{
			"kind": "klip", "schema": 1, "title": title, "components": []any{map[string]any{"id": "cccccccccc", "type": "chart"}},
		}})
		if err == nil {
			public = s.assets.PublicID(a.Key)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return public
}

func (s *studio) upload(c *apitest.Client, account, name, content string) v1.Upload {
	s.t.Helper()
	var up v1.Upload
	c.Do(http.MethodPost, "/"+account+"/uploads?name="+name, strings.NewReader(content)).Want(http.StatusCreated).JSON(&up)
	return up
}

func (s *studio) source(c *apitest.Client, account, name string) v1.DataSource {
	s.t.Helper()
	up := s.upload(c, account, "orders.csv", orders)
	var src v1.DataSource
	c.Post("/"+account+"/data-sources", map[string]any{"name": name, "upload_id": up.ID}).Want(http.StatusCreated).JSON(&src)
	return src
}

func (s *studio) dashboard(c *apitest.Client, account, title string) v1.DashboardDetail {
	s.t.Helper()
	var d v1.DashboardDetail
	c.Post("/"+account+"/dashboards", map[string]any{"title": title}).Want(http.StatusCreated).JSON(&d)
	return d
}
