package v1_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/db"
)

// accounts.md §10: lists are filtered and sorted on the server, page by page.
func TestAssetListsAreFilteredSortedAndCounted(t *testing.T) {
	w := newWorkshop(t)
	s := w.Server
	agency, admin := s.As("admin@northlight.test"), s.As("admin@solstice.test")
	imported := w.bring(agency, "solstice-coffee", w.template(agency))
	board := of(t, imported, "dashboard")
	own, second := newBoard(admin, "solstice-coffee", "Own"), newBoard(admin, "solstice-coffee", "Second")
	admin.Post("/solstice-coffee/assets-bulk/tags", map[string]any{"ids": []string{own, second}, "add": []string{"Board room"}}).Want(http.StatusNoContent)
	titles := func(query string) []string {
		t.Helper()
		out := []string{}
		for cursor := ""; ; {
			var list v1.Page[v1.Dashboard]
			admin.Get("/solstice-coffee/dashboards?limit=1&count=1&" + query + cursor).Want(http.StatusOK).JSON(&list)
			for _, d := range list.Items {
				out = append(out, d.Title)
				if d.ID == own && !slices.Equal(d.Tags, []string{"Board room"}) {
					t.Errorf("tags %v", d.Tags)
				}
			}
			if list.NextCursor == nil {
				if *list.Count != int64(len(out)) {
					t.Errorf("%s counts %d, lists %d", query, *list.Count, len(out))
				}
				return out
			}
			cursor = "&cursor=" + *list.NextCursor
		}
	}
	future := url.QueryEscape(s.Clock.Now().Add(time.Hour).Format(time.RFC3339))
	for query, want := range map[string][]string{
		"":                                     {"Own", "Second", "Trading"},
		"sort=-name":                           {"Trading", "Second", "Own"},
		"origin=imported":                      {"Trading"},
		"origin=own":                           {"Own", "Second"},
		"tag=" + url.QueryEscape("bOARD room"): {"Own", "Second"},
		"tag=" + url.QueryEscape("Board room") + "&q=sec": {"Second"},
		"since=" + future:                  {},
		"using=" + of(t, imported, "klip"): {"Trading"},
		"using=" + own:                     {},
		"owner=nobody":                     {},
		"group=nobody":                     {},
	} {
		wantTitles(t, "?"+query, titles(query), want...)
	}
	var klips v1.Page[v1.Klip]
	admin.Get("/solstice-coffee/klips?on=" + board).Want(http.StatusOK).JSON(&klips)
	if len(klips.Items) == 0 {
		t.Error("no Klips on the imported dashboard")
	}
	admin.Get("/solstice-coffee/klips?on=" + own).Want(http.StatusOK).JSON(&klips)
	if len(klips.Items) != 0 {
		t.Errorf("Klips on an empty dashboard: %+v", klips.Items)
	}
	var sources v1.Page[v1.DataSource]
	admin.Get("/solstice-coffee/data-sources?state=fresh&on=" + board).Want(http.StatusOK).JSON(&sources)
	if len(sources.Items) != 1 {
		t.Errorf("%d data sources below the dashboard", len(sources.Items))
	}
	admin.Get("/solstice-coffee/data-sources?state=no_data").Want(http.StatusOK).JSON(&sources)
	if len(sources.Items) != 0 {
		t.Errorf("data sources without data: %+v", sources.Items)
	}
	var tags v1.AssetTags
	admin.Get("/solstice-coffee/asset-tags?kind=dashboard").Want(http.StatusOK).JSON(&tags)
	if !slices.Equal(tags.Items, []v1.AssetTag{{Tag: "Board room", Count: 2}}) {
		t.Errorf("tags %+v", tags.Items)
	}
	s.As("viewer@solstice.test").Get("/solstice-coffee/dashboards?group=x").Refused(http.StatusForbidden, "permission_denied")
}

// accounts.md §10: a change of many is made to all or none, and says what stands in the way.
func TestManyAssetsAreChangedTogether(t *testing.T) {
	w := newWorkshop(t)
	s := w.Server
	admin, viewer := s.As("admin@solstice.test"), s.As("viewer@solstice.test")
	agency := s.As("admin@northlight.test")
	imported := w.bring(agency, "solstice-coffee", w.template(agency))
	klip, board := of(t, imported, "klip"), of(t, imported, "dashboard")
	own := newBoard(admin, "solstice-coffee", "Own")
	ids := map[string]any{"ids": []string{own, klip}}
	refused := admin.Post("/solstice-coffee/assets-bulk/trash", ids).Refused(http.StatusConflict, "bulk_refused")
	if text := fmt.Sprint(refused.Params); !strings.Contains(text, "in_use") || strings.Contains(text, own) {
		t.Errorf("what stands in the way: %s", text)
	}
	admin.Get("/solstice-coffee/dashboards/" + own).Want(http.StatusOK)
	ids["ids"] = []string{own, board}
	viewer.Post("/solstice-coffee/assets-bulk/trash", ids).Refused(http.StatusConflict, "bulk_refused")
	group := groupOf(t, admin, "Directors", "viewer@solstice.test")
	share := map[string]any{"ids": []string{own, board}, "items": []map[string]any{{"kind": "group", "id": group, "right": "view"}}}
	admin.Post("/solstice-coffee/assets-bulk/shares", share).Want(http.StatusNoContent)
	viewer.Get("/solstice-coffee/dashboards/" + own).Want(http.StatusOK)
	viewer.Get("/solstice-coffee/klips/" + klip).Want(http.StatusOK)

	add := map[string]any{"klips": []string{klip, klip}}
	var d v1.DashboardDetail
	admin.Post("/solstice-coffee/dashboards/"+own+"/klips-bulk", add).Want(http.StatusOK).JSON(&d)
	version := d.Version
	admin.Post("/solstice-coffee/dashboards/"+own+"/klips-bulk", add).Want(http.StatusOK).JSON(&d)
	if d.Klips != 1 || d.Version != version {
		t.Errorf("%d Klips, version %d after %d", d.Klips, d.Version, version)
	}
	for _, unknown := range []string{"nothing", board} { // another kind is no Klip, either
		p := admin.Post("/solstice-coffee/dashboards/"+own+"/klips-bulk", map[string]any{"klips": []string{klip, unknown}}).
			Refused(http.StatusUnprocessableEntity, "unknown_klip")
		if p.Field != "klips" || p.Params["klip"] != unknown {
			t.Errorf("%s: field %q, %v", unknown, p.Field, p.Params)
		}
	}

	admin.Post("/solstice-coffee/assets-bulk/trash", ids).Want(http.StatusNoContent)
	admin.Get("/solstice-coffee/dashboards/"+own).Refused(http.StatusNotFound, "not_found")
	admin.Post("/solstice-coffee/assets-bulk/restore", ids).Want(http.StatusNoContent)
	admin.Get("/solstice-coffee/dashboards/" + own).Want(http.StatusOK)

	// The list of data sources shows no models, so their tags are not offered over it.
	admin.Post("/solstice-coffee/assets-bulk/tags", map[string]any{"ids": []string{of(t, imported, "source")}, "add": []string{"Raw"}}).Want(http.StatusNoContent)
	var tags v1.AssetTags
	admin.Get("/solstice-coffee/asset-tags?kind=source").Want(http.StatusOK).JSON(&tags)
	if !slices.Equal(tags.Items, []v1.AssetTag{{Tag: "Raw", Count: 1}}) {
		t.Errorf("tags %+v", tags.Items)
	}
	err := s.DB.Tx(t.Context(), db.Account(s.Solstice.ID), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE assets SET kind = 'model' WHERE account_id = :account AND kind = 'source'`, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	admin.Get("/solstice-coffee/asset-tags?kind=source").Want(http.StatusOK).JSON(&tags)
	if len(tags.Items) != 0 {
		t.Errorf("tags of models: %+v", tags.Items)
	}
}
