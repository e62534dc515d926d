package v1_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/user"
)

// member adds a person of the agency to a group of their own.
func member(t *testing.T, s *apitest.Server, email string, roles ...authz.Role) id.Group {
	t.Helper()
	ctx, admin := context.Background(), s.Actor(s.Agency, s.Agency.Admin)
	g, err := s.Users.CreateGroup(ctx, admin, "Team of "+email, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Users.Create(ctx, admin, user.Draft{Name: email, Email: email, Password: fixture.Password, Roles: roles, Groups: []id.Group{g.ID}})
	if err != nil {
		t.Fatal(err)
	}
	return g.ID
}

// share gives a client to groups and returns the new version.
func share(t *testing.T, s *apitest.Server, version int, groups ...map[string]any) int {
	t.Helper()
	if groups == nil {
		groups = []map[string]any{}
	}
	s.As("admin@northlight.test").With("If-Match", fmt.Sprintf(`"%d"`, version)).
		Put("/northlight/clients/solstice-coffee/access", map[string]any{"groups": groups}).Want(http.StatusOK)
	return version + 1
}

func TestR080GroupsOfTheAgencyHaveAccessToAClient(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	team := member(t, s, "lena@northlight.test", authz.Editor)
	lena, other := s.As("lena@northlight.test"), s.As("editor@northlight.test")
	const path = "/northlight/clients/solstice-coffee"
	lena.Get(path).Refused(404, "not_found")

	version := share(t, s, 1, map[string]any{"group": team})
	var page v1.Page[v1.Client]
	lena.Get("/northlight/clients?count=1").Want(200).JSON(&page)
	if len(page.Items) != 1 || page.Items[0].Slug != "solstice-coffee" || *page.Count != 1 || !page.Items[0].CanSignIn {
		t.Errorf("the group sees %+v", page.Items)
	}
	other.Get(path).Refused(404, "not_found")
	other.Post(path+"/sign-in", nil).Refused(404, "not_found")
	lena.Post("/northlight/clients/fjord-outdoors/sign-in", nil).Refused(404, "not_found")

	// Signed in, the editor is an administrator there.
	lena.Post(path+"/sign-in", nil).Want(200)
	var there v1.Context
	lena.Get("/solstice-coffee/context").Want(200).JSON(&there)
	if there.Role != authz.Admin || there.Visit == nil || !slices.Contains(there.Permissions, authz.UserManage) || !slices.Contains(there.Permissions, authz.TabImport) {
		t.Errorf("on the visit: %+v", there)
	}
	// Seeing is not changing: that needs can_manage and the permission.
	lena.With("If-Match", `"2"`).Patch(path, map[string]any{"name": "Mine"}).Refused(403, "permission_denied")
	lena.With("If-Match", `"2"`).Put(path+"/access", map[string]any{"groups": []any{}}).Refused(403, "permission_denied")

	// The share is taken back: the visit ends at the next request.
	version = share(t, s, version)
	lena.Get("/solstice-coffee/context").Refused(403, "delegation_revoked")
	lena.Get("/solstice-coffee/context").Refused(404, "not_found")
	lena.Get(path).Refused(404, "not_found")

	// All people of the agency at once; view-only people still learn nothing.
	var everybody id.Group
	var principals v1.Principals
	s.As("admin@northlight.test").Get("/northlight/principals").Want(200).JSON(&principals)
	everybody = principals.Groups[0].ID
	share(t, s, version, map[string]any{"group": everybody})
	other.Get(path).Want(200)
	s.As("viewer@northlight.test").Get(path).Refused(404, "not_found")
}

func TestAccessOfAClientIsCheckedAndVersioned(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	team := member(t, s, "lena@northlight.test", authz.Editor)
	foreign, err := s.Users.CreateGroup(context.Background(), s.Actor(s.Fjord, s.Fjord.Admin), "Theirs", "")
	if err != nil {
		t.Fatal(err)
	}
	admin := s.As("admin@northlight.test").With("If-Match", `"1"`)
	const path = "/northlight/clients/solstice-coffee/access"
	for _, groups := range [][]map[string]any{
		{{"group": foreign.ID}}, {{"group": "nothing"}}, {{"group": team}, {"group": team}},
	} {
		if p := admin.Put(path, map[string]any{"groups": groups}).Refused(422, "unknown_group"); p.Field != "groups" {
			t.Errorf("field %q", p.Field)
		}
	}
	admin.Put(path, map[string]any{"groups": []map[string]any{{"group": team, "can_manage": true}}}).Want(200)
	admin.Put(path, map[string]any{"groups": []map[string]any{}}).Refused(409, "version_conflict")
	var got v1.ClientAccess
	a := s.As("admin@northlight.test").Get(path).Want(200)
	a.JSON(&got)
	if len(got.Groups) != 1 || got.Groups[0].Members != 1 || !got.Groups[0].CanManage || got.Groups[0].Everybody || a.Header.Get("ETag") != `"2"` {
		t.Errorf("access = %+v, %s", got, a.Header.Get("ETag"))
	}
	s.As("admin@solstice.test").Get("/solstice-coffee/clients/solstice-coffee/access").Refused(404, "not_found")
	s.As("editor@northlight.test").Get(path).Refused(404, "not_found")
}

func TestCustomRolesHoldFromTheNextRequest(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As("admin@northlight.test")
	var made v1.Role
	admin.Post("/northlight/roles", map[string]any{"name": "Client manager", "permissions": []string{
		"client.edit", "client.access", "client.access", "account.profile"}}).Want(201).JSON(&made)
	if fmt.Sprint(made.Permissions) != "[account.profile client.access client.edit]" || made.Version != 1 || made.BuiltIn {
		t.Fatalf("role = %+v", made)
	}
	admin.Post("/northlight/roles", map[string]any{"name": "client MANAGER", "permissions": []string{}}).Refused(409, "name_taken")
	admin.Post("/northlight/roles", map[string]any{"name": "X", "permissions": []string{"klip.fly"}}).Refused(422, "bad_permission")

	team := member(t, s, "lena@northlight.test", made.ID)
	share(t, s, 1, map[string]any{"group": team, "can_manage": true})
	lena := s.As("lena@northlight.test")
	const path = "/northlight/clients/solstice-coffee"
	lena.With("If-Match", `"2"`).Patch(path, map[string]any{"description": "by Lena"}).Want(200)
	lena.Post(path+"/sign-in", nil).Refused(403, "permission_denied")
	lena.Get("/northlight/people").Refused(403, "permission_denied")

	role := "/northlight/roles/" + string(made.ID)
	lena.With("If-Match", `"1"`).Put(role, map[string]any{"name": "Mine", "permissions": []string{"user.manage"}}).Refused(403, "permission_denied")
	admin.With("If-Match", `"1"`).Put(role, map[string]any{"name": "Client reader", "permissions": []string{"client.access"}}).Want(200)
	admin.With("If-Match", `"1"`).Put(role, map[string]any{"name": "Late", "permissions": []string{}}).Refused(409, "version_conflict")
	lena.With("If-Match", `"3"`).Patch(path, map[string]any{"description": "again"}).Refused(403, "permission_denied")

	// A role that somebody has needs a replacement.
	admin.Delete(role).Refused(409, "role_in_use")
	admin.Delete(role+"?replacement=nothing").Refused(422, "bad_role")
	admin.Delete(role+"?replacement="+string(made.ID)).Refused(422, "bad_role")
	admin.Delete("/northlight/roles/editor").Refused(409, "role_fixed")
	admin.Delete(role + "?replacement=view_only").Want(204)
	lena.Get(path).Refused(404, "not_found")
	admin.Delete(role).Refused(404, "not_found")
}

// Roles belong to one account, and nobody makes one that allows more than their own.
func TestRolesStayInTheirAccountAndBelowTheirMaker(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	var staff v1.Role
	admin := s.As("admin@solstice.test")
	admin.Post("/solstice-coffee/roles", map[string]any{"name": "Staff", "permissions": []string{"user.manage", "user.view", "group.view"}}).Want(201).JSON(&staff)
	admin.Post("/solstice-coffee/roles", map[string]any{"name": "Agency", "permissions": []string{"client.access"}}).Refused(422, "bad_permission")

	ctx := context.Background()
	_, err := s.Users.Create(ctx, s.Actor(s.Solstice, s.Solstice.Admin), user.Draft{Name: "Sam", Email: "sam@solstice.test", Password: fixture.Password, Roles: []authz.Role{staff.ID}})
	if err != nil {
		t.Fatal(err)
	}
	sam := s.As("sam@solstice.test")
	sam.Post("/solstice-coffee/roles", map[string]any{"name": "More", "permissions": []string{"klip.build"}}).Refused(403, "role_too_strong")
	sam.Post("/solstice-coffee/roles", map[string]any{"name": "Same", "permissions": []string{"user.view"}}).Want(201)
	if err := s.SetRoles(ctx, s.Actor(s.Fjord, s.Fjord.Admin), s.Fjord.Viewer.ID, []authz.Role{staff.ID}); !errs.Is(err, "bad_role") {
		t.Errorf("a role of another account: %v", err)
	}
	for _, path := range []string{"/fjord-outdoors/roles/", "/northlight/roles/"} {
		home := map[string]string{"/fjord-outdoors/roles/": "admin@fjord.test", "/northlight/roles/": "admin@northlight.test"}[path]
		s.As(home).With("If-Match", `"1"`).Put(path+string(staff.ID), map[string]any{"name": "Theirs", "permissions": []string{}}).Refused(404, "not_found")
	}
}

// give gives a group a client of the workshop.
func (w *workshop) give(client string, version int, group id.Group) {
	w.t.Helper()
	w.As("admin@northlight.test").With("If-Match", fmt.Sprintf(`"%d"`, version)).
		Put("/northlight/clients/"+client+"/access", map[string]any{"groups": []map[string]any{{"group": group}}}).Want(http.StatusOK)
}

func TestR082PeopleOfTheGroupImportAsAdministrators(t *testing.T) {
	w := newWorkshop(t)
	team := member(t, w.Server, "lena@northlight.test", authz.Editor)
	w.give("solstice-coffee", 1, team)
	lena := w.As("lena@northlight.test")
	made := w.template(lena)
	hidden := w.template(w.As("admin@northlight.test")) // not shared with Lena
	res := w.bring(lena, "solstice-coffee", made)
	if of(t, res, "dashboard") == "" {
		t.Error("nothing was imported")
	}
	lena.Post("/solstice-coffee/import/preview", map[string]any{"from": "northlight", "assets": []any{hidden.dashboard}}).Refused(404, "not_found")
	lena.Post("/solstice-coffee/import/preview", map[string]any{"from": "fjord-outdoors", "assets": []any{made.dashboard}}).Refused(404, "not_found")
}

func TestR007AnUpdateNeedsAllClientsOfTheKlip(t *testing.T) {
	w := newWorkshop(t)
	var pusher v1.Role
	w.As("admin@northlight.test").Post("/northlight/roles", map[string]any{"name": "Pusher", "permissions": []string{"klip.push"}}).Want(201).JSON(&pusher)
	team := member(t, w.Server, "lena@northlight.test", authz.Editor, pusher.ID)
	w.give("solstice-coffee", 1, team)
	lena := w.As("lena@northlight.test")
	made := w.template(lena)
	w.bring(lena, "solstice-coffee", made)
	w.bring(w.As("admin@northlight.test"), "fjord-outdoors", made)
	change(w, lena, "northlight", made.klip, sum(made.source, `SORT(GROUP(@Region), descending)`))

	var seen v1.Instances
	path := "/northlight/klips/" + made.klip
	a := lena.Get(path + "/instances").Want(200)
	a.JSON(&seen)
	if len(seen.Items) != 1 || strings.Contains(a.Body, "jord") {
		t.Errorf("an unseen client is named: %s", a.Body)
	}
	var used v1.DataSourceUsers
	a = lena.Get("/northlight/data-sources/" + made.source + "/used-by").Want(200)
	a.JSON(&used)
	if len(used.Clients) != 1 || used.Clients[0].Slug != "solstice-coffee" || used.Clients[0].Klips == 0 || used.HiddenClients == 0 || strings.Contains(a.Body, "jord") {
		t.Errorf("where a source is used: %s", a.Body)
	}
	lena.Post(path+"/update-instances", map[string]any{"plan_id": seen.PlanID}).Refused(403, "push_needs_all_clients")
	w.give("fjord-outdoors", 1, team)
	lena.Get(path + "/instances").Want(200).JSON(&seen)
	var done v1.UpdateResult
	lena.Post(path+"/update-instances", map[string]any{"plan_id": seen.PlanID}).Want(200).JSON(&done)
	if done.Updated != 2 {
		t.Errorf("updated %+v", done)
	}
}

// TestADeletionTellsOfWhatDependsOnItElsewhere asks as somebody who sees the one client alone: how much elsewhere
// stands on it is told all the same.
func TestADeletionTellsOfWhatDependsOnItElsewhere(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	role, err := s.Users.CreateRole(t.Context(), s.Actor(s.Agency, s.Agency.Admin), user.RoleDraft{Name: "Keeper",
		Permissions: []authz.Permission{authz.ClientAccess, authz.ClientEdit, authz.ClientDelete}})
	if err != nil {
		t.Fatal(err)
	}
	share(t, s, 1, map[string]any{"group": member(t, s, "lena@northlight.test", role.ID), "can_manage": true})
	err = s.DB.Tx(t.Context(), db.Account(s.Fjord.ID), func(tx *db.Tx) error {
		return tx.Insert(t.Context(), "sources", []string{"account_id", "no", "description", "settings_id", "credential_account", "state"},
			[][]any{{s.Fjord.ID, int64(1), "", int64(1), s.Solstice.ID, "fresh"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"admin@northlight.test", "lena@northlight.test"} {
		var loss v1.ClientLoss
		a := s.As(email).Get(clientsPath + "/solstice-coffee/deletion").Want(http.StatusOK)
		a.JSON(&loss)
		if loss.Dependents != 1 || strings.Contains(a.Body, "Fjord") {
			t.Errorf("%s reads %s", email, a.Body)
		}
	}
	s.As("lena@northlight.test").Get(clientsPath+"/fjord-outdoors/deletion").Refused(http.StatusNotFound, "not_found")
}

// Who adds a client says which groups have it (accounts.md D17): at least one of the own, unless they administer.
func TestAClientIsAddedWithItsGroups(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	admin := s.As("admin@northlight.test")
	var builder v1.Role
	admin.Post("/northlight/roles", map[string]any{"name": "Builder", "permissions": []string{
		"client.access", "client.build", "client.edit", "user.view"}}).Want(201).JSON(&builder)
	team := member(t, s, "lena@northlight.test", builder.ID)
	other, err := s.Users.CreateGroup(t.Context(), s.Actor(s.Agency, s.Agency.Admin), "Others", "")
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := s.Users.CreateGroup(t.Context(), s.Actor(s.Fjord, s.Fjord.Admin), "Theirs", "")
	if err != nil {
		t.Fatal(err)
	}
	lena := s.As("lena@northlight.test")
	add := func(name string, groups ...any) map[string]any {
		return map[string]any{"name": name, "slug": strings.ToLower(name), "groups": groups}
	}
	for code, bodies := range map[string][]map[string]any{
		"own_group_required": {{"name": "Tide"}, add("Tide"), add("Tide", other.ID)},
		"unknown_group":      {add("Tide", team, foreign.ID), add("Tide", foreign.ID), add("Tide", team, "nothing"), add("Tide", team, team)},
	} {
		for _, body := range bodies {
			if p := lena.Post("/northlight/clients", body).Refused(422, code); p.Field != "groups" {
				t.Errorf("%v: field %q", body, p.Field)
			}
		}
	}
	admin.Post("/northlight/clients", add("Tide", foreign.ID)).Refused(422, "unknown_group")
	admin.Get("/northlight/clients/tide").Refused(404, "not_found") // nothing of the refused ones was written

	lena.Post("/northlight/clients", add("Tide", other.ID, team)).Want(201)
	lena.With("If-Match", `"1"`).Patch("/northlight/clients/tide", map[string]any{"description": "by Lena"}).Want(200)
	var got v1.ClientAccess
	admin.Get("/northlight/clients/tide/access").Want(200).JSON(&got)
	if len(got.Groups) != 2 || !got.Groups[0].CanManage || !got.Groups[1].CanManage {
		t.Errorf("access = %+v", got)
	}
	var lines v1.Page[v1.Activity]
	admin.Get("/northlight/activity?client=northlight&group=client").Want(200).JSON(&lines)
	if len(lines.Items) == 0 || !slices.ContainsFunc(lines.Items, func(l v1.Activity) bool {
		return l.Action == "client.access_changed" && l.SubjectName == "Tide"
	}) {
		t.Errorf("the trail has no line of the groups: %+v", lines.Items)
	}

	for _, check := range []bool{true, false} { // a file names no groups
		p := lena.Post("/northlight/clients-import", map[string]any{"csv": "name\nSwell\n", "check": check}).Refused(422, "own_group_required")
		if p.Field != "csv" {
			t.Errorf("a file: field %q", p.Field)
		}
	}
	admin.Get("/northlight/clients/swell").Refused(404, "not_found")
	admin.Post("/northlight/clients-import", map[string]any{"csv": "name\nSwell\n"}).Want(200)

	admin.Post("/northlight/clients", add("Wave")).Want(201)
	lena.Get("/northlight/clients/wave").Refused(404, "not_found")
}
