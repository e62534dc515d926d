package v1_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/audit"
	"octavo/internal/check"
)

// A clock that is set back by days, as after a repair of a machine, takes nobody's session
// and no change, keeps the order of versions, and open pages go on to learn of changes.
func TestTheClockIsSetBack(t *testing.T) {
	s := newStudio(t, func(d *v1.Deps) {
		d.Live = audit.NewWatcher(d.DB, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { d.Live.Serve(ctx); close(ended) }()
		t.Cleanup(func() { cancel(); <-ended })
	})
	c := s.As("admin@northlight.test")
	lines, stop := stream(t, s.Server, c, "/northlight/changes", "")
	defer stop()
	for range 4 { // what a stream begins with
		next(t, lines)
	}
	src := s.source(c, "northlight", "Orders")
	d := s.dashboard(c, "northlight", "Trading")
	path := "/northlight/dashboards/" + d.ID
	save := func(version, title string) {
		t.Helper()
		c.With("If-Match", version).Put(path, map[string]any{"title": title}).Want(http.StatusOK)
	}
	save(`"1"`, "Before")
	keyed := c.With("Idempotency-Key", "k1")
	first := keyed.Post("/northlight/dashboards", map[string]any{"title": "Once"}).Want(http.StatusCreated)

	s.Clock.Advance(-36 * time.Hour)

	c.Get("/northlight/dashboards").Want(http.StatusOK) // still signed in
	if again := keyed.Post("/northlight/dashboards", map[string]any{"title": "Once"}).Want(http.StatusCreated); again.Body != first.Body {
		t.Errorf("the repeated call made another: %s", again.Body)
	}
	known := ""
	for known = next(t, lines); ; { // all that was told so far
		select {
		case known = <-lines:
			continue
		case <-time.After(2 * time.Second):
		}
		break
	}
	save(`"2"`, "After")
	if told := next(t, lines); !strings.HasPrefix(told, "id: ") || told == known {
		t.Errorf("the open page is told %q", told)
	}
	var now v1.DashboardDetail
	if c.Get(path).Want(http.StatusOK).JSON(&now); now.Version != 3 || now.Title != "After" {
		t.Errorf("version %d, %q", now.Version, now.Title)
	}
	c.With("If-Match", `"2"`).Put(path, map[string]any{"title": "Stale"}).Refused(http.StatusConflict, "version_conflict")
	up := s.upload(c, "northlight", "orders.csv", orders)
	c.Post("/northlight/data-sources/"+src.ID+"/payload", map[string]any{"upload_id": up.ID}).Want(http.StatusOK)
	made := s.source(c, "northlight", "Made after")
	var list v1.Page[v1.DataSource]
	c.Get("/northlight/data-sources").Want(http.StatusOK).JSON(&list)
	if !slices.ContainsFunc(list.Items, func(x v1.DataSource) bool { return x.ID == made.ID }) {
		t.Errorf("what was made after is not listed: %+v", list.Items)
	}
	fresh := s.As("admin@northlight.test") // signing in works too
	fresh.Get("/northlight/dashboards").Want(http.StatusOK)
	findings, err := check.Run(t.Context(), s.DB, nil)
	if err != nil || len(findings) > 0 {
		t.Errorf("%v, %v", findings, err)
	}
}
