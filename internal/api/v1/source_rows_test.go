package v1_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/db"
)

// push sends a text as it is.
func push(c *apitest.Client, method, path, body string) *apitest.Answer {
	return c.Do(method, path, strings.NewReader(body))
}

// A program of a client pushes with a key of its own: what docs and the page of the source tell to do.
func TestPushedSource(t *testing.T) {
	s := newStudio(t)
	editor := s.As("editor@solstice.test")
	var src v1.DataSource
	editor.Post("/solstice-coffee/data-sources", map[string]any{"name": "Visits", "push": map[string]any{
		"columns": []any{map[string]any{"name": "day", "type": "date"}, map[string]any{"name": "visits", "type": "number"}}, "unique_by": []string{"day"},
		"keep": map[string]any{"rows": 3, "order_by": "day"}}}).Want(http.StatusCreated).JSON(&src)
	if src.Connector != "push" || src.State != "no_data" || src.Pushed == nil || len(src.Pushed.Columns) != 2 || src.Pushed.Keep.Rows != 3 {
		t.Fatalf("made %+v", src)
	}
	var key v1.NewKey
	editor.Post("/solstice-coffee/profile/keys", map[string]any{"label": "shop"}).Want(http.StatusCreated).JSON(&key)
	program := s.Browser().With("Authorization", "Bearer "+key.Secret)
	path := "/solstice-coffee/data-sources/" + src.ID
	data := path + "/data"

	var d v1.Delivery
	got := push(program.With("Content-Type", "application/x-www-form-urlencoded"), http.MethodPost, data, `[{"day":"2026-01-01","visits":1},{"day":"2026-01-02","visits":2}]`).Want(http.StatusOK)
	got.JSON(&d)
	if d.In != 2 || d.Added != 2 || d.Total != 2 || len(d.Payload) != 32 || got.Header.Get("ETag") != `"`+d.Payload+`"` {
		t.Errorf("appended %+v, %v", d, got.Header)
	}
	push(program.With("If-Match", `"`+d.Payload+`"`), http.MethodPatch, data+"?unique_by=day", "day,visits\n2026-01-02,20\n2026-01-03,3\n").Want(http.StatusOK).JSON(&d)
	if d.Added != 1 || d.Updated != 1 || d.Total != 3 {
		t.Errorf("upserted %+v", d)
	}
	push(program.With("If-Match", `"0123"`), http.MethodPut, data, `[]`).Refused(http.StatusConflict, "data_changed")
	p := push(program, http.MethodPut, data, `[{"day":"2026-01-05","visits":1},{"day":"soon","visits":1}]`).Refused(http.StatusUnprocessableEntity, "bad_rows")
	if cells, _ := p.Params["errors"].([]any); len(cells) != 1 || cells[0].(map[string]any)["row"] != 2.0 || p.Params["row"] != 2.0 {
		t.Errorf("refused with %v", p.Params)
	}
	push(program, http.MethodPut, data+"?dry_run=1&on_error=skip", `[{"day":"2026-01-05","visits":1},{"day":"soon","visits":1}]`).Want(http.StatusOK).JSON(&d)
	if d.Total != 1 || d.Skipped != 1 || len(d.Errors) != 1 {
		t.Errorf("tried %+v", d)
	}
	push(program, http.MethodPut, data, strings.Repeat("x", 5000)).Refused(http.StatusRequestEntityTooLarge, "too_large")
	program.Delete(data + "?where=day:gt:2026-01-02&where=visits:eq:3").Want(http.StatusOK).JSON(&d)
	if d.Deleted != 1 || d.Total != 2 {
		t.Errorf("deleted %+v", d)
	}
	var runs v1.RefreshRuns
	editor.Get(path + "/runs").Want(http.StatusOK).JSON(&runs)
	if len(runs.Items) != 4 || runs.Items[0].Reason != "push" || runs.Items[0].Delivery == nil || runs.Items[0].Delivery.Deleted != 1 || runs.Items[1].Fault == nil {
		t.Errorf("runs %+v", runs.Items)
	}
	var changed v1.DataSource
	editor.With("If-Match", `"1"`).Put(path+"/schema", map[string]any{"unique_by": []string{"day"}}).Want(http.StatusOK).JSON(&changed)
	if len(changed.Pushed.Columns) != 0 || changed.Pushed.Keep != nil || changed.Version != 2 {
		t.Errorf("changed %+v", changed)
	}
	editor.With("If-Match", `"1"`).Put(path+"/schema", map[string]any{}).Refused(http.StatusConflict, "version_conflict")
	s.backTo(editor, path)

	// Who may not push sends the body for nothing, and learns no more than elsewhere.
	push(s.As("viewer@solstice.test"), http.MethodPost, data, `[]`).Refused(http.StatusForbidden, "permission_denied")
	push(s.As("admin@fjord.test"), http.MethodPost, data, `[{"day":"2026-01-09"}]`).Refused(http.StatusNotFound, "not_found")
	push(s.As("admin@northlight.test"), http.MethodPost, data, `[{"day":"2026-01-09"}]`).Refused(http.StatusForbidden, "visit_required")
	push(s.As("admin@fjord.test"), http.MethodPost, strings.Replace(data, "solstice-coffee", "fjord-outdoors", 1), `[{"day":"2026-01-09"}]`).Refused(http.StatusNotFound, "not_found")
	push(s.Browser(), http.MethodPost, data, `[]`).Refused(http.StatusUnauthorized, "sign_in_required")

	s.overdue(editor, path)

	// A client that is disabled has no programs; whoever has its key learns why, and nobody else.
	agency := s.As("admin@northlight.test")
	record(t, agency, http.MethodPatch, "solstice-coffee", "", map[string]any{"status": "disabled"}).Want(http.StatusOK)
	push(program, http.MethodPost, data, `[{"day":"2026-01-10"}]`).Refused(http.StatusForbidden, "account_disabled")
	program.Get("/solstice-coffee/context").Refused(http.StatusForbidden, "account_disabled")
	push(s.Browser().With("Authorization", "Bearer "+key.Secret+"x"), http.MethodPost, data, `[]`).Refused(http.StatusUnauthorized, "key_refused")
	if body := agency.Get("/northlight/clients-attention").Want(http.StatusOK).Body; strings.Contains(body, "stale") {
		t.Errorf("nothing is expected of a disabled client: %s", body)
	}
}

// overdue has the agency see on its pages that data should have been pushed to a client, as soon as they are late.
func (s *studio) overdue(c *apitest.Client, path string) {
	s.t.Helper()
	agency := s.As("admin@northlight.test")
	sees := func(late bool) {
		s.t.Helper()
		for page, want := range map[string]string{"/northlight/clients-attention": `{"cause":"stale","clients":1,"things":1}`, "/northlight/clients?attention=stale": `"slug":"solstice-coffee"`} {
			if body := agency.Get(page).Want(http.StatusOK).Body; strings.Contains(body, want) != late {
				s.t.Errorf("late: %v, and %s says %s", late, page, body)
			}
		}
	}
	var src v1.DataSource
	c.Get(path).Want(http.StatusOK).JSON(&src)
	c.With("If-Match", fmt.Sprintf("%q", fmt.Sprint(src.Version))).Put(path+"/expected", map[string]any{"every_s": 3600}).Want(http.StatusOK).JSON(&src)
	if src.State != "fresh" || src.ExpectS != 3600 {
		s.t.Errorf("expected: %+v", src)
	}
	sees(false)
	s.Clock.Advance(61 * time.Minute)
	sees(true)
}

// backTo takes the earliest data back that are kept.
func (s *studio) backTo(c *apitest.Client, path string) {
	s.t.Helper()
	var list v1.EarlierList
	c.Get(path + "/earlier").Want(http.StatusOK).JSON(&list)
	if len(list.Items) != 2 || list.Items[0].Rows != 3 || list.Items[1].Rows != 2 {
		s.t.Fatalf("earlier %+v", list)
	}
	var src v1.DataSource
	c.Post(path+"/earlier/"+list.Items[0].ID+"/restore", nil).Want(http.StatusOK).JSON(&src)
	if src.Rows != 3 || src.State != "fresh" {
		s.t.Errorf("rolled back to %+v", src)
	}
	c.Post(path+"/earlier/"+list.Items[0].ID+"/restore", nil).Refused(http.StatusConflict, "earlier_gone")
}

// A push with a key is done once, also when its answer is lost, and also one for a set of values.
func TestPushIsDoneOnce(t *testing.T) {
	s := newStudio(t)
	s.doneOnce("k1", map[string]any{}, "")
	s.doneOnce("k2", map[string]any{"variables": []string{"region"}}, "?var.region=north")
}

// doneOnce pushes to a new source with a key, to the address with a query.
func (s *studio) doneOnce(key string, table map[string]any, query string) {
	t := s.t
	t.Helper()
	c := s.As("editor@northlight.test")
	var src v1.DataSource
	c.Post("/northlight/data-sources", map[string]any{"name": "Visits", "push": table}).Want(http.StatusCreated).JSON(&src)
	of := "/northlight/data-sources/" + src.ID
	path := of + "/data" + query
	push(c, http.MethodPost, path, `[{"n":0}]`).Want(http.StatusOK) // the trail has the first push of the day only
	once := c.With("Idempotency-Key", key)
	first := push(once, http.MethodPost, path, `[{"n":1}]`).Want(http.StatusOK)
	again := push(once, http.MethodPost, path, `[{"n":1}]`).Want(http.StatusOK)
	if again.Body != first.Body || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again %s", again.Body)
	}
	push(once, http.MethodPost, path, `[{"n":2}]`).Refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
	push(once, http.MethodPut, path, `[{"n":1}]`).Refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
	push(once, http.MethodPost, of+"/data?var.region=south", `[{"n":1}]`).Refused(http.StatusUnprocessableEntity, "idempotency_key_reused")
	var runs v1.RefreshRuns
	c.Get(of + "/runs").Want(http.StatusOK).JSON(&runs)
	err := s.DB.Tx(context.Background(), db.Account(s.Agency.ID), func(tx *db.Tx) error {
		n, err := tx.Exec(context.Background(), `UPDATE idempotency SET status = 1, response = :left WHERE account_id = :account AND key = :key`,
			db.Args{"key": key, "left": strings.Repeat("a", 32) + " " + runs.Items[0].ID})
		if n != 1 {
			t.Errorf("%d keys", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if lost := push(once, http.MethodPost, path, `[{"n":1}]`).Want(http.StatusOK); lost.Body != first.Body || lost.Header.Get("ETag") != first.Header.Get("ETag") {
		t.Errorf("a lost answer is %s, was %s", lost.Body, first.Body)
	}
	var d v1.Delivery
	push(c, http.MethodPost, path+map[bool]string{true: "?", false: "&"}[query == ""]+"dry_run=true", `[{"n":3}]`).Want(http.StatusOK).JSON(&d)
	if d.Total != 3 || len(runs.Items) != 2 {
		t.Errorf("%+v after %d runs", d, len(runs.Items))
	}
}

// Addresses name values as they are written: other ones beside them are refused, also on routes that take none.
func TestPushedSetsByAddress(t *testing.T) {
	s := newStudio(t)
	c := s.As("editor@northlight.test")
	var src v1.DataSource
	c.Post("/northlight/data-sources", map[string]any{"name": "Visits", "push": map[string]any{"variables": []string{"region", "shop.id"}}}).Want(http.StatusCreated).JSON(&src)
	if src.Pushed == nil || len(src.Pushed.Variables) != 2 {
		t.Fatalf("made %+v", src.Pushed)
	}
	of := "/northlight/data-sources/" + src.ID
	push(c, http.MethodPut, of+"/data?var.region=S%C3%BCd%20%26%20co&var.shop.id=1&on_error=skip", `[{"n":1}]`).Want(http.StatusOK)
	push(c, http.MethodPut, of+"/data?region=south", `[{"n":1}]`).Refused(http.StatusUnprocessableEntity, "unknown_field")
	for query, code := range map[string]string{
		"": "variable_needed", "?var.region=south": "variable_needed", "?var.region=&var.shop.id=1": "bad_variable_value", "?var.=x": "unknown_variable",
		"?var.region=a&var.shop.id=1&var.shop.id=2": "bad_variable_value", "?var.region=a&var.shop.id=1&var.more=2": "unknown_variable",
	} {
		push(c, http.MethodPost, of+"/data"+query, `[{"n":1}]`).Refused(http.StatusUnprocessableEntity, code)
	}
	var sets v1.SourceInstances
	c.Get(of + "/instances").Want(http.StatusOK).JSON(&sets)
	if len(sets.Items) != 1 || sets.Items[0].Variables["region"] != "Süd & co" || sets.Items[0].Variables["shop.id"] != "1" || sets.Items[0].Rows != 1 || sets.Items[0].Own {
		t.Fatalf("sets %+v", sets.Items)
	}
	key := sets.Items[0].Key
	c.Get(of + "/earlier?instance=" + key).Want(http.StatusOK)
	c.Get(of+"/earlier?instance=none").Refused(http.StatusNotFound, "not_found")
	c.Post(of+"/instances/"+key+"/refresh", nil).Refused(http.StatusConflict, "not_web")
	c.Get(of+"/preview?var.region=south").Refused(http.StatusUnprocessableEntity, "unknown_field")
	c.Delete(of + "/instances/" + key).Want(http.StatusNoContent)
	c.Get(of + "/instances").Want(http.StatusOK).JSON(&sets)
	if len(sets.Items) != 0 {
		t.Errorf("after it was removed: %+v", sets.Items)
	}
}
