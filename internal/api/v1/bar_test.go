package v1_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
)

// barTitles is what somebody has open, with the reason.
func barTitles(c *apitest.Client, account string) []string {
	var bar v1.Bar
	c.Get("/" + account + "/bar").Want(http.StatusOK).JSON(&bar)
	var out []string
	for _, i := range bar.Items {
		out = append(out, i.Title+" "+i.Why)
	}
	return out
}

func wantTitles(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// newBoard makes a dashboard and gives its id.
func newBoard(c *apitest.Client, account, title string) string {
	var d v1.DashboardDetail
	c.Post("/"+account+"/dashboards", map[string]any{"title": title}).Want(http.StatusCreated).JSON(&d)
	return d.ID
}

// groupOf makes a group of Solstice with the people whose addresses are named.
func groupOf(t *testing.T, c *apitest.Client, name string, emails ...string) string {
	t.Helper()
	var g v1.Group
	c.Post("/solstice-coffee/groups", map[string]any{"name": name}).Want(http.StatusCreated).JSON(&g)
	var all v1.Principals
	c.Get("/solstice-coffee/principals").Want(http.StatusOK).JSON(&all)
	var add []string
	for _, p := range all.Users {
		if slices.Contains(emails, p.Email) {
			add = append(add, string(p.ID))
		}
	}
	if len(add) != len(emails) {
		t.Fatalf("found %d of %v", len(add), emails)
	}
	c.Post("/solstice-coffee/groups/"+string(g.ID)+"/members", map[string]any{"add": add}).Want(http.StatusOK)
	return string(g.ID)
}

func TestR052OpenDashboardPutsItAmongThoseOpenInTheClient(t *testing.T) {
	w := newWorkshop(t)
	s := w.Server
	agency := s.As("admin@northlight.test")
	tpl := w.template(agency)
	d, imported := tpl.dashboard, of(t, w.bring(agency, "solstice-coffee", tpl), "dashboard")
	visitor := s.As("admin@northlight.test")
	visitor.Post("/northlight/clients/solstice-coffee/sign-in", nil).Want(http.StatusOK)
	wantTitles(t, "before", barTitles(visitor, "solstice-coffee"))
	visitor.Put("/solstice-coffee/bar/"+imported, nil).Want(http.StatusNoContent)
	wantTitles(t, "opened", barTitles(visitor, "solstice-coffee"), "Trading own")
	wantTitles(t, "in no other account", barTitles(visitor, "northlight"))
	wantTitles(t, "for nobody else", barTitles(s.As("admin@solstice.test"), "solstice-coffee"))
	visitor.Delete("/solstice-coffee/bar/" + imported).Want(http.StatusNoContent)
	wantTitles(t, "closed", barTitles(visitor, "solstice-coffee"))
	visitor.Get("/solstice-coffee/dashboards/" + imported).Want(http.StatusOK) // closing is not deleting
	s.As("viewer@solstice.test").Put("/solstice-coffee/bar/"+imported, nil).Refused(http.StatusNotFound, "not_found")
	visitor.Put("/solstice-coffee/bar/"+d, nil).Refused(http.StatusNotFound, "not_found")
}

func TestR066GroupsControlWhichDashboardsTheirMembersSee(t *testing.T) {
	w := newWorkshop(t)
	s := w.Server
	admin, viewer, editor := s.As("admin@solstice.test"), s.As("viewer@solstice.test"), s.As("editor@solstice.test")
	group := groupOf(t, admin, "Directors", "viewer@solstice.test", "editor@solstice.test")
	path := "/solstice-coffee/groups/" + group + "/defaults/"
	must, may, listed := newBoard(admin, "solstice-coffee", "Must"), newBoard(admin, "solstice-coffee", "May"), newBoard(admin, "solstice-coffee", "Listed")
	for id, visibility := range map[string]string{must: "required", may: "added", listed: "library"} {
		admin.Put(path+id, map[string]any{"visibility": visibility}).Want(http.StatusNoContent)
	}
	order := map[string]any{"items": []string{must, may}}
	admin.Put(strings.TrimSuffix(path, "/"), order).Want(http.StatusOK)
	wantTitles(t, "viewer", barTitles(viewer, "solstice-coffee"), "Must required", "May added")
	wantTitles(t, "no member", barTitles(admin, "solstice-coffee"))
	viewer.Get("/solstice-coffee/dashboards/" + listed).Want(http.StatusOK)
	editor.Delete("/solstice-coffee/bar/"+must).Refused(http.StatusConflict, "default_required")
	editor.Delete("/solstice-coffee/bar/" + may).Want(http.StatusNoContent)
	wantTitles(t, "stays removed", barTitles(editor, "solstice-coffee"), "Must required")
	s.Clock.Advance(1e9)
	admin.Post(path+may+"/show-again", nil).Want(http.StatusNoContent)
	wantTitles(t, "shown again", barTitles(editor, "solstice-coffee"), "Must required", "May added")
	admin.Delete(path + must).Want(http.StatusNoContent)
	wantTitles(t, "taken from the group", barTitles(viewer, "solstice-coffee"), "May added")
	viewer.Get("/solstice-coffee/dashboards/"+must).Refused(http.StatusNotFound, "not_found")
	editor.Put(path+may, map[string]any{"visibility": "required"}).Refused(http.StatusForbidden, "permission_denied")
	viewer.Put(path+must, map[string]any{}).Refused(http.StatusNotFound, "not_found")
}

func TestR084GroupsLimitWhatOneSeesOnSigningIn(t *testing.T) {
	w := newWorkshop(t)
	s := w.Server
	admin, viewer := s.As("admin@solstice.test"), s.As("viewer@solstice.test")
	in, out := groupOf(t, admin, "In", "viewer@solstice.test"), groupOf(t, admin, "Out", "editor@solstice.test")
	seen, unseen := newBoard(admin, "solstice-coffee", "Seen"), newBoard(admin, "solstice-coffee", "Unseen")
	admin.Put("/solstice-coffee/groups/"+in+"/defaults/"+seen, map[string]any{"visibility": "added"}).Want(http.StatusNoContent)
	admin.Put("/solstice-coffee/groups/"+out+"/defaults/"+unseen, map[string]any{"visibility": "required"}).Want(http.StatusNoContent)
	wantTitles(t, "bar", barTitles(viewer, "solstice-coffee"), "Seen added")
	var list v1.Page[v1.Dashboard]
	viewer.Get("/solstice-coffee/dashboards").Want(http.StatusOK).JSON(&list)
	if len(list.Items) != 1 || list.Items[0].ID != seen {
		t.Errorf("the list shows %+v", list.Items)
	}
	viewer.Get("/solstice-coffee/dashboards/"+unseen).Refused(http.StatusNotFound, "not_found")
}

func TestR091ImportedResourcesAreSharedWithGroupsOfTheClient(t *testing.T) {
	w := newWorkshop(t)
	s := w.Server
	agency := s.As("admin@northlight.test")
	imported := of(t, w.bring(agency, "solstice-coffee", w.template(agency)), "dashboard")
	viewer, admin := s.As("viewer@solstice.test"), s.As("admin@solstice.test")
	viewer.Get("/solstice-coffee/dashboards/"+imported).Refused(http.StatusNotFound, "not_found")
	group := groupOf(t, admin, "Directors", "viewer@solstice.test")
	share := map[string]any{"items": []map[string]any{{"kind": "group", "id": group, "right": "view", "visibility": "required"}}}
	admin.Put("/solstice-coffee/assets/"+imported+"/shares", share).Want(http.StatusOK)
	viewer.Get("/solstice-coffee/dashboards/" + imported).Want(http.StatusOK)
	wantTitles(t, "in the bar", barTitles(viewer, "solstice-coffee"), "Trading required")
	var foreign v1.Group
	agency.Post("/northlight/groups", map[string]any{"name": "Agency people"}).Want(http.StatusCreated).JSON(&foreign)
	share["items"] = []map[string]any{{"kind": "group", "id": foreign.ID, "right": "view"}}
	admin.Put("/solstice-coffee/assets/"+imported+"/shares", share).Refused(http.StatusUnprocessableEntity, "unknown_principal")
}

func TestTheBinOverHTTP(t *testing.T) {
	w := newWorkshop(t)
	s := w.Server
	c := s.As("editor@solstice.test")
	d := newBoard(c, "solstice-coffee", "Trading")
	c.With("If-Match", `"1"`).Delete("/solstice-coffee/dashboards/" + d).Want(http.StatusNoContent)
	var bin v1.Page[v1.Binned]
	c.Get("/solstice-coffee/bin?kind=dashboard&q=trad").Want(http.StatusOK).JSON(&bin)
	if len(bin.Items) != 1 || bin.Items[0].ID != d || bin.Items[0].Kind != "dashboard" || bin.Items[0].DeletedBy.Name == "" ||
		bin.Items[0].GoesAt.Sub(bin.Items[0].DeletedAt).Hours() != 720 {
		t.Errorf("bin: %+v", bin.Items)
	}
	s.As("viewer@solstice.test").Post("/solstice-coffee/bin/"+d+"/restore", nil).Refused(http.StatusNotFound, "not_found")
	s.As("admin@fjord.test").Post("/fjord-outdoors/bin/"+d+"/restore", nil).Refused(http.StatusNotFound, "not_found")
	c.Post("/solstice-coffee/bin/"+d+"/restore", nil).Want(http.StatusNoContent)
	c.Get("/solstice-coffee/dashboards/" + d).Want(http.StatusOK)
	c.Delete("/solstice-coffee/bin/"+d).Refused(http.StatusNotFound, "not_found") // not in it
	c.With("If-Match", `"1"`).Delete("/solstice-coffee/dashboards/" + d).Want(http.StatusNoContent)
	c.Delete("/solstice-coffee/bin/" + d).Want(http.StatusNoContent)
	c.Post("/solstice-coffee/bin/"+d+"/restore", nil).Refused(http.StatusNotFound, "not_found")
}
