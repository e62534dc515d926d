package v1_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"octavo/internal/account"
	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/fixture"
	"octavo/internal/id"
	"octavo/internal/job"
	"octavo/internal/mail"
	"octavo/internal/page"
	"octavo/internal/user"
)

const strong = "a password nobody has"

// outbox gives the mails of a kind to an address, the newest first.
func outbox(t *testing.T, s *apitest.Server, kind, to string) []*mail.Mail {
	t.Helper()
	list, _, err := s.Mails.List(t.Context(), s.Actor(s.Agency, s.Agency.Admin), "", page.Request{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	var out []*mail.Mail
	for _, short := range list {
		if short.Kind == kind && short.To == to {
			m, err := s.Mails.Get(t.Context(), s.Actor(s.Agency, s.Agency.Admin), short.ID)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, m)
		}
	}
	return out
}

var linkOf = regexp.MustCompile(`https://octavo\.test/(?:invite|reset)/([A-Za-z0-9_-]+)`)

// token is the end of the one link in the newest mail.
func token(t *testing.T, mails []*mail.Mail) string {
	t.Helper()
	if len(mails) == 0 {
		t.Fatal("no mail")
	}
	found := linkOf.FindStringSubmatch(mails[0].Text)
	if found == nil {
		t.Fatalf("no link in %q (%s)", mails[0].Text, mails[0].State)
	}
	return found[1]
}

// visiting is the agency's administrator, signed in to a client.
func visiting(s *apitest.Server, client string) *apitest.Client {
	c := s.As("admin@northlight.test")
	c.Post("/northlight/clients/"+client+"/sign-in", nil).Want(http.StatusOK)
	return c
}

// limit sets how many seats an account has.
func limit(t *testing.T, s *apitest.Server, h fixture.Home, seats int) {
	t.Helper()
	err := s.DB.Tx(t.Context(), db.Account(h.ID), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE accounts SET seats_limit = :n WHERE id = :account`, db.Args{"n": seats})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func status(t *testing.T, s *apitest.Server, slug, status string) {
	t.Helper()
	c := s.As("admin@northlight.test")
	tag := c.Get("/northlight/clients/" + slug).Want(http.StatusOK).Header.Get("ETag")
	c.With("If-Match", tag).Patch("/northlight/clients/"+slug, map[string]any{"status": status}).Want(http.StatusOK)
}

func invitees(emails ...string) map[string]any {
	return map[string]any{"text": strings.Join(emails, "\n")}
}

func TestR060NoMoreUsersThanSeats(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	limit(t, s, s.Solstice, 4) // three are there
	c := s.As("admin@solstice.test")
	c.Post("/solstice-coffee/invitations", invitees("a@new.test", "b@new.test")).Refused(http.StatusConflict, "seats_exhausted")
	c.Post("/solstice-coffee/invitations", invitees("a@new.test")).Want(http.StatusCreated)
	p := c.Post("/solstice-coffee/invitations", invitees("b@new.test")).Refused(http.StatusConflict, "seats_exhausted")
	if p.Params["limit"] != 4.0 || p.Params["used"] != 4.0 {
		t.Errorf("params %v", p.Params)
	}
	if got := len(outbox(t, s, "invitation", "b@new.test")); got != 0 {
		t.Errorf("%d mails to somebody without a seat", got)
	}
}

// What is shown before an invitation is what decides it.
func TestSeatsShownAreThoseThatDecide(t *testing.T) {
	t.Parallel()
	s := apitest.New(t, func(d *v1.Deps) {
		d.Accounts = account.New(d.DB, account.Config{Contact: "sales@octavo.test"})
		d.Users = user.New(user.Config{DB: d.DB, Accounts: d.Accounts, Mails: d.Mails, Hashing: fixture.Hashing})
	})
	// The agency has three people, its clients were given five seats each: of 14 it has four for itself.
	if _, err := s.Accounts.SetPool(t.Context(), s.Agency.ID, account.Limits{Seats: 14, Dashboards: -1, Links: -1, APICalls: -1}); err != nil {
		t.Fatal(err)
	}
	limit(t, s, s.Fjord, 3)
	for email, want := range map[string]v1.SeatsView{
		"admin@northlight.test": {Seats: v1.Seats{Used: 3, Limit: 4}, Contact: "sales@octavo.test", Open: true},
		"admin@fjord.test":      {Seats: v1.Seats{Used: 3, Limit: 3}, Contact: "Northlight", Open: true},
	} {
		home := map[string]string{"admin@northlight.test": "northlight", "admin@fjord.test": "fjord-outdoors"}[email]
		c := s.As(email)
		var got v1.SeatsView
		c.Get("/" + home + "/seats").Want(http.StatusOK).JSON(&got)
		if got != want {
			t.Errorf("%s reads %+v, want %+v", email, got, want)
		}
		var check v1.InvitationCheck
		c.Post("/"+home+"/invitations-check", invitees("a@new.test", "b@new.test")).Want(http.StatusOK).JSON(&check)
		if check.Seats != want.Seats {
			t.Errorf("%s: the check says %+v", email, check.Seats)
		}
		p := c.Post("/"+home+"/invitations", invitees("a@new.test", "b@new.test")).Refused(http.StatusConflict, "seats_exhausted")
		if p.Params["limit"] != float64(want.Limit) || p.Params["contact"] != want.Contact {
			t.Errorf("%s: params %v", email, p.Params)
		}
	}
	// An agency that says whom its clients write to is not named instead.
	c := s.As("admin@northlight.test")
	tag := c.Get("/northlight/client-defaults").Want(http.StatusOK).Header.Get("ETag")
	c.With("If-Match", tag).Put("/northlight/client-defaults", map[string]any{"seats": 5, "dashboards": -1, "private_links": 5, "api_calls": 10000,
		"trial_days": 14, "support": "help@northlight.test"}).Want(http.StatusOK)
	var got v1.SeatsView
	s.As("admin@fjord.test").Get("/fjord-outdoors/seats").Want(http.StatusOK).JSON(&got)
	if got.Contact != "help@northlight.test" {
		t.Errorf("the client asks %q", got.Contact)
	}
}

// 100 at once for one seat: one gets it, and nothing of the others is left.
func TestTheLastSeatIsTakenOnce(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	limit(t, s, s.Solstice, 4)
	who := s.Actor(s.Solstice, s.Solstice.Admin)
	var group sync.WaitGroup
	results := make(chan error, 100)
	for i := range 100 {
		group.Go(func() {
			_, err := s.Users.Invite(context.Background(), who, []user.Invitee{{Email: fmt.Sprintf("p%d@new.test", i)}})
			results <- err
		})
	}
	group.Wait()
	close(results)
	won := 0
	for err := range results {
		if err == nil {
			won++
		} else if !strings.Contains(err.Error(), "seats_exhausted") {
			t.Errorf("an error of another kind: %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d won the last seat", won)
	}
	n, err := s.Users.Count(t.Context(), who, user.Filter{})
	if err != nil || n != 4 {
		t.Errorf("%d people, %v", n, err)
	}
	list, _, err := s.Mails.List(t.Context(), s.Actor(s.Agency, s.Agency.Admin), "", page.Request{})
	if err != nil || len(list) != 1 {
		t.Errorf("%d mails, %v", len(list), err)
	}
}

func TestR061OnlyAdministratorsAddUsers(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	for _, email := range []string{"editor@solstice.test", "viewer@solstice.test"} {
		c := s.As(email)
		c.Post("/solstice-coffee/invitations", invitees("x@new.test")).Refused(http.StatusForbidden, "permission_denied")
		c.Post("/solstice-coffee/invitations-check", invitees("x@new.test")).Refused(http.StatusForbidden, "permission_denied")
		c.Post("/solstice-coffee/groups", map[string]any{"name": "X"}).Refused(http.StatusForbidden, "permission_denied")
		c.Get("/solstice-coffee/people/"+string(s.Solstice.Admin.ID)).Refused(http.StatusForbidden, "permission_denied")
	}
	home := s.As("admin@northlight.test")
	home.Post("/solstice-coffee/invitations", invitees("x@new.test")).Refused(http.StatusForbidden, "visit_required")
	visiting(s, "solstice-coffee").Post("/solstice-coffee/invitations", invitees("visited@new.test")).Want(http.StatusCreated)
	s.As("admin@solstice.test").Post("/solstice-coffee/invitations", invitees("native@new.test")).Want(http.StatusCreated)
	s.As("admin@fjord.test").Post("/solstice-coffee/invitations", invitees("foreign@new.test")).Refused(http.StatusNotFound, "not_found")

	m := outbox(t, s, "invitation", "visited@new.test")[0]
	if m.Subject != "Northlight invites you to Solstice Coffee" || m.Sender != "Solstice Coffee" {
		t.Errorf("mail %q from %q", m.Subject, m.Sender)
	}
	for _, secret := range []string{"gold", "pays late", "Northlight admin"} {
		if strings.Contains(m.Subject+m.Text+m.HTML, secret) {
			t.Errorf("the mail to a client's person tells %q", secret)
		}
	}
}

func TestR062TrialClientGetsUsers(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	s.As("admin@northlight.test").Post("/northlight/clients", map[string]any{"name": "Marigold", "status": "trial"}).Want(http.StatusCreated)
	c := visiting(s, "marigold")
	c.Post("/marigold/invitations", map[string]any{"people": []any{map[string]any{"email": "ana@marigold.test", "name": "Ana", "roles": []any{"admin"}}}}).Want(http.StatusCreated)
	ana := s.Browser()
	ana.Post("/invitation/accept", map[string]any{"token": token(t, outbox(t, s, "invitation", "ana@marigold.test")), "name": "Ana Silva", "password": strong}).Want(http.StatusOK)
	var got v1.Context
	ana.Get("/marigold/context").Want(http.StatusOK).JSON(&got)
	if got.User.Name != "Ana Silva" || got.Role != "admin" || got.Visit != nil {
		t.Errorf("context %+v", got)
	}
}

func TestR065ViewOnlyUserWithAnOwnUniqueAddress(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@solstice.test")
	for _, taken := range []string{"admin@fjord.test", "ADMIN@Fjord.test", "admin@northlight.test"} {
		p := c.Post("/solstice-coffee/invitations", invitees(taken)).Refused(http.StatusConflict, "email_in_use")
		if strings.Contains(p.Detail, "jord") || strings.Contains(p.Detail, "orthlight") {
			t.Errorf("the answer says where the address is in use: %s", p.Detail)
		}
	}
	c.Post("/solstice-coffee/invitations", invitees("Admin@solstice.test")).Refused(http.StatusConflict, "already_here")
	c.Post("/solstice-coffee/invitations", invitees("leo@new.test")).Want(http.StatusCreated)
	s.As("admin@fjord.test").Post("/fjord-outdoors/invitations", invitees("leo@new.test")).Refused(http.StatusConflict, "email_in_use")

	leo := s.Browser()
	leo.Post("/invitation/accept", map[string]any{"token": token(t, outbox(t, s, "invitation", "leo@new.test")), "name": "Leo", "password": strong}).Want(http.StatusOK)
	var got v1.Context
	leo.Get("/solstice-coffee/context").Want(http.StatusOK).JSON(&got)
	if got.Role != "view_only" {
		t.Errorf("role %s", got.Role)
	}
	leo.Get("/solstice-coffee/people").Refused(http.StatusForbidden, "permission_denied")
}

func TestR083GroupsBeforeUsers(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	agency := s.As("admin@northlight.test")
	agency.Post("/northlight/clients", map[string]any{"name": "Marigold"}).Want(http.StatusCreated)
	c := visiting(s, "marigold")
	var g v1.Group
	c.Post("/marigold/groups", map[string]any{"name": " Store  managers ", "description": "Shops"}).Want(http.StatusCreated).JSON(&g)
	if g.Name != "Store managers" || g.Members != 0 || g.BuiltIn {
		t.Errorf("group %+v", g)
	}
	c.Post("/marigold/groups", map[string]any{"name": "STORE MANAGERS"}).Refused(http.StatusConflict, "name_taken")
	c.Post("/marigold/groups", map[string]any{"name": "all users"}).Refused(http.StatusConflict, "name_taken")
	var client v1.Client
	agency.Get("/northlight/clients/marigold").Want(http.StatusOK).JSON(&client)
	if client.SeatsUsed != 0 {
		t.Errorf("groups use %d seats", client.SeatsUsed)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@solstice.test")
	names := func() (out []string) {
		var list v1.Groups
		c.Get("/solstice-coffee/groups").Want(http.StatusOK).JSON(&list)
		for _, g := range list.Items {
			out = append(out, fmt.Sprintf("%s %d", g.Name, g.Members))
		}
		return out
	}
	var a, b v1.Group
	c.Post("/solstice-coffee/groups", map[string]any{"name": "Zulu"}).Want(http.StatusCreated).JSON(&a)
	c.Post("/solstice-coffee/groups", map[string]any{"name": "Alpha"}).Want(http.StatusCreated).JSON(&b)
	c.Post("/solstice-coffee/groups/"+string(a.ID)+"/members", map[string]any{"add": []any{s.Solstice.Viewer.ID, s.Solstice.Editor.ID}}).Want(http.StatusOK).JSON(&a)
	if a.Members != 2 {
		t.Errorf("members %d", a.Members)
	}
	c.Post("/solstice-coffee/groups/"+string(a.ID)+"/members", map[string]any{"add": []any{s.Fjord.Viewer.ID}}).Refused(http.StatusNotFound, "not_found")
	c.Post("/solstice-coffee/groups/"+string(a.ID)+"/members", map[string]any{"add": []any{s.Solstice.Principal}}).Refused(http.StatusNotFound, "not_found")
	c.Post("/solstice-coffee/groups/"+string(a.ID)+"/members", map[string]any{"remove": []any{s.Solstice.Editor.ID}}).Want(http.StatusOK)
	if got := fmt.Sprint(names()); got != "[All Users 3 Zulu 1 Alpha 0]" {
		t.Errorf("groups %s", got)
	}
	c.Put("/solstice-coffee/groups-order", map[string]any{"groups": []any{b.ID}}).Refused(http.StatusUnprocessableEntity, "bad_order")
	c.Put("/solstice-coffee/groups-order", map[string]any{"groups": []any{b.ID, a.ID}}).Want(http.StatusNoContent)
	edit(t, c, "/solstice-coffee/groups/"+string(a.ID), map[string]any{"name": "Zebra", "description": "Stripes"}).Want(http.StatusOK)
	if got := fmt.Sprint(names()); got != "[All Users 3 Alpha 0 Zebra 1]" {
		t.Errorf("groups %s", got)
	}
	var people v1.Page[v1.Person]
	c.Get("/solstice-coffee/people?group=" + string(a.ID)).Want(http.StatusOK).JSON(&people)
	if len(people.Items) != 1 || people.Items[0].ID != s.Solstice.Viewer.ID || len(people.Items[0].Groups) != 1 || people.Items[0].Groups[0].Name != "Zebra" {
		t.Errorf("people of the group: %+v", people.Items)
	}
	var list v1.Groups
	c.Get("/solstice-coffee/groups").Want(http.StatusOK).JSON(&list)
	all := string(list.Items[0].ID)
	edit(t, c, "/solstice-coffee/groups/"+all, map[string]any{"name": "Everybody"}).Refused(http.StatusConflict, "group_fixed")
	c.Delete("/solstice-coffee/groups/"+all).Refused(http.StatusConflict, "group_fixed")
	c.Get("/solstice-coffee/people?group=" + all).Want(http.StatusOK).JSON(&people)
	if len(people.Items) != 3 {
		t.Errorf("%d in All Users", len(people.Items))
	}
	s.As("admin@fjord.test").Delete("/fjord-outdoors/groups/"+string(a.ID)).Refused(http.StatusNotFound, "not_found")
	c.Delete("/solstice-coffee/groups/" + string(a.ID)).Want(http.StatusNoContent)
	c.Get("/solstice-coffee/groups/"+string(a.ID)).Refused(http.StatusNotFound, "not_found")
	c.Get("/solstice-coffee/people/" + string(s.Solstice.Viewer.ID)).Want(http.StatusOK)
}

func TestR084GroupsAreTheMeansOfSharing(t *testing.T) {
	s := newStudio(t)
	c := s.As("admin@solstice.test")
	var g v1.Group
	c.Post("/solstice-coffee/groups", map[string]any{"name": "Directors"}).Want(http.StatusCreated).JSON(&g)
	shared, other := s.dashboard(c, "solstice-coffee", "Trading"), s.dashboard(c, "solstice-coffee", "Payroll")
	c.Put("/solstice-coffee/assets/"+shared.ID+"/shares", map[string]any{"items": []any{map[string]any{"kind": "group", "id": g.ID, "right": "view"}}}).Want(http.StatusOK)
	c.Post("/solstice-coffee/invitations", map[string]any{"text": "leo@new.test", "groups": []any{g.ID}}).Want(http.StatusCreated)
	leo := s.Browser()
	leo.Post("/invitation/accept", map[string]any{"token": token(t, outbox(t, s.Server, "invitation", "leo@new.test")), "name": "Leo", "password": strong}).Want(http.StatusOK)
	leo.Get("/solstice-coffee/dashboards/" + shared.ID).Want(http.StatusOK)
	leo.Get("/solstice-coffee/dashboards/"+other.ID).Refused(http.StatusNotFound, "not_found")
	viewer := s.As("viewer@solstice.test") // in no group
	viewer.Get("/solstice-coffee/dashboards/"+shared.ID).Refused(http.StatusNotFound, "not_found")
	members := "/solstice-coffee/groups/" + string(g.ID) + "/members"
	c.Post(members, map[string]any{"add": []any{s.Solstice.Viewer.ID}}).Want(http.StatusOK)
	viewer.Get("/solstice-coffee/dashboards/" + shared.ID).Want(http.StatusOK)
	c.Post(members, map[string]any{"remove": []any{s.Solstice.Viewer.ID}}).Want(http.StatusOK)
	viewer.Get("/solstice-coffee/dashboards/"+shared.ID).Refused(http.StatusNotFound, "not_found")
	c.Delete("/solstice-coffee/groups/" + string(g.ID)).Want(http.StatusNoContent)
	leo.Get("/solstice-coffee/dashboards/"+shared.ID).Refused(http.StatusNotFound, "not_found")
}

func TestR085UsersAreAddedWithAddressAndGroups(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@solstice.test")
	c.Post("/solstice-coffee/groups", map[string]any{"name": "Directors"}).Want(http.StatusCreated)
	c.Post("/solstice-coffee/groups", map[string]any{"name": "Store managers"}).Want(http.StatusCreated)
	c.Post("/solstice-coffee/invitations", invitees("not an address")).Refused(http.StatusUnprocessableEntity, "bad_email")
	c.Post("/solstice-coffee/invitations", invitees("leo@new.test,,,,Nobody")).Refused(http.StatusUnprocessableEntity, "group_not_found")
	var check v1.InvitationCheck
	c.Post("/solstice-coffee/invitations-check", invitees("leo@new.test,,,,Nobody")).Want(http.StatusOK).JSON(&check)
	if l := check.Lines[0]; l.Code != "group_not_found" || l.Params["name"] != "Nobody" || check.Refused != 1 {
		t.Errorf("checked %+v", l)
	}
	var got v1.InvitedPeople
	c.Post("/solstice-coffee/invitations", invitees("Leo@NEW.test, Leo, Novak, Editor, directors;Store Managers")).Want(http.StatusCreated).JSON(&got)
	p := got.Items[0]
	if p.Email != "Leo@new.test" || p.Name != "Leo Novak" || p.Role != "editor" || len(p.Groups) != 2 || p.State != "invited" || got.Mails {
		t.Errorf("invited %+v", p)
	}
	var view v1.InvitationView
	s.Browser().Post("/invitation", map[string]any{"token": token(t, outbox(t, s, "invitation", "Leo@new.test"))}).Want(http.StatusOK).JSON(&view)
	if view.Account != "Solstice Coffee" || view.Inviter != "Solstice Coffee admin" || fmt.Sprint(view.Groups) != "[Directors Store managers]" || view.Name != "Leo Novak" {
		t.Errorf("invitation %+v", view)
	}
}

func TestBulkInvitationsAreAllOrNothing(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@northlight.test")
	text := "ana@new.test\nnonsense\nadmin@northlight.test\nANA@new.test\nadmin@fjord.test\nBo <bo@new.test>, cy@new.test"
	var check v1.InvitationCheck
	c.Post("/northlight/invitations-check", map[string]any{"text": text}).Want(http.StatusOK).JSON(&check)
	var codes []string
	for _, l := range check.Lines {
		codes = append(codes, fmt.Sprintf("%d:%s", l.Line, l.Code))
	}
	if got := strings.Join(codes, " "); got != "1: 2:bad_email 3:already_here 4:named_twice 5:email_in_use 6: 6:" || check.New != 3 || check.Here != 1 || check.Refused != 3 {
		t.Errorf("check %s: %+v", got, check)
	}
	p := c.Post("/northlight/invitations", map[string]any{"text": text}).Refused(http.StatusUnprocessableEntity, "invitations_refused")
	if lines, _ := p.Params["lines"].([]any); len(lines) != 4 {
		t.Errorf("params %v", p.Params)
	}
	n, err := s.Users.Count(t.Context(), s.Actor(s.Agency, s.Agency.Admin), user.Filter{})
	if err != nil || n != 3 {
		t.Errorf("%d people after a refusal, %v", n, err)
	}
	many := make([]string, 201)
	for i := range many {
		many[i] = fmt.Sprintf("p%d@new.test", i)
	}
	c.Post("/northlight/invitations", invitees(many...)).Refused(http.StatusUnprocessableEntity, "too_many_lines")
	var got v1.InvitedPeople
	c.Post("/northlight/invitations", invitees(many[:200]...)).Want(http.StatusCreated).JSON(&got)
	if len(got.Items) != 200 || len(outbox(t, s, "invitation", "p199@new.test")) != 1 {
		t.Errorf("%d invited", len(got.Items))
	}
}

func TestR086UsersOfADisabledClientWait(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	status(t, s, "solstice-coffee", "disabled")
	c := visiting(s, "solstice-coffee")
	var got v1.InvitedPeople
	c.Post("/solstice-coffee/invitations", invitees("leo@new.test")).Want(http.StatusCreated).JSON(&got)
	leo := string(got.Items[0].ID)
	if got.Items[0].State != "held" || len(outbox(t, s, "invitation", "leo@new.test")) != 0 {
		t.Fatalf("%+v, %d mails", got.Items[0], len(outbox(t, s, "invitation", "leo@new.test")))
	}
	c.Post("/solstice-coffee/people/"+leo+"/invite-link", nil).Refused(http.StatusConflict, "invitation_held")
	c.Post("/solstice-coffee/people/"+leo+"/resend-invitation", nil).Refused(http.StatusConflict, "invitation_held")
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Refused(http.StatusUnauthorized, "sign_in_failed")

	s.Clock.Advance(72 * time.Hour) // the 48 hours begin when it is mailed
	status(t, s, "solstice-coffee", "active")
	secret := token(t, outbox(t, s, "invitation", "leo@new.test"))
	status(t, s, "solstice-coffee", "disabled")
	s.Browser().Post("/invitation/accept", map[string]any{"token": secret, "name": "Leo", "password": strong}).Refused(http.StatusConflict, "account_closed")
	status(t, s, "solstice-coffee", "active")
	if n := len(outbox(t, s, "invitation", "leo@new.test")); n != 1 {
		t.Errorf("%d mails after opening again", n)
	}
	b := s.Browser()
	b.Post("/invitation/accept", map[string]any{"token": secret, "name": "Leo", "password": strong}).Want(http.StatusOK)
	b.Get("/solstice-coffee/context").Want(http.StatusOK)
	status(t, s, "solstice-coffee", "disabled")
	b.Get("/solstice-coffee/context").Refused(http.StatusUnauthorized, "sign_in_required")
}

func TestInvitationOpensOnce(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@solstice.test")
	var got v1.InvitedPeople
	c.Post("/solstice-coffee/invitations", invitees("leo@new.test", "mia@new.test")).Want(http.StatusCreated).JSON(&got)
	leo, mia := "/solstice-coffee/people/"+string(got.Items[0].ID), "/solstice-coffee/people/"+string(got.Items[1].ID)
	first := token(t, outbox(t, s, "invitation", "leo@new.test"))
	open := func(secret string) *apitest.Answer {
		return s.Browser().Post("/invitation", map[string]any{"token": secret})
	}
	open(first).Want(http.StatusOK)
	c.Post(leo+"/resend-invitation", nil).Want(http.StatusOK)
	mails := outbox(t, s, "invitation", "leo@new.test")
	if len(mails) != 2 || mails[1].State != mail.Withdrawn || mails[1].Text != "" {
		t.Errorf("the former mail: %+v", mails[1])
	}
	open(first).Refused(http.StatusNotFound, "link_expired")
	second := token(t, mails)
	var link v1.Link
	c.Post(leo+"/invite-link", nil).Want(http.StatusOK).JSON(&link)
	open(second).Refused(http.StatusNotFound, "link_expired")
	third := linkOf.FindStringSubmatch(link.URL)[1]
	accept := func(secret, password string) *apitest.Answer {
		return s.Browser().Post("/invitation/accept", map[string]any{"token": secret, "name": "Leo", "password": password})
	}
	accept(third, "short").Refused(http.StatusUnprocessableEntity, "password_too_short")
	accept(third, "password1234").Refused(http.StatusUnprocessableEntity, "password_common")
	accept(third, strong).Want(http.StatusOK)
	accept(third, strong).Refused(http.StatusNotFound, "link_expired")
	c.Post(leo+"/invite-link", nil).Refused(http.StatusConflict, "not_invited")
	s.Browser().Post("/sign-in", signIn("leo@new.test", strong)).Want(http.StatusOK)

	late := token(t, outbox(t, s, "invitation", "mia@new.test"))
	s.Clock.Advance(48 * time.Hour)
	open(late).Refused(http.StatusNotFound, "link_expired")
	c = s.As("admin@solstice.test") // the session has run out meanwhile
	c.Post(mia+"/resend-invitation", nil).Want(http.StatusOK)
	open(token(t, outbox(t, s, "invitation", "mia@new.test"))).Want(http.StatusOK)
	late = token(t, outbox(t, s, "invitation", "mia@new.test"))
	c.Delete(mia).Want(http.StatusOK) // takes the invitation back
	open(late).Refused(http.StatusNotFound, "link_expired")
}

// work does the jobs that wait.
func work(t *testing.T, s *apitest.Server) {
	t.Helper()
	workBy(t, s, s.Users.Jobs())
}

func workBy(t *testing.T, s *apitest.Server, handlers []job.Handler) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, err := job.NewRunner(job.Config{DB: s.DB, Handlers: handlers, Poll: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); r.Serve(ctx) }()
	defer func() { stop(); <-ended }()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		var n int
		err := s.DB.Read(ctx, db.System(), func(tx *db.Tx) error {
			_, err := tx.One(ctx, `SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running', 'later')`, nil, &n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	t.Fatal("jobs are not done")
}

// A runner that lost its job meanwhile repeats nothing: neither a line of the trail nor a link.
func TestJobsOfSignInsAreDoneOnce(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", "not the password")).Refused(http.StatusUnauthorized, "sign_in_failed")
	s.Browser().Post("/reset", map[string]any{"email": "viewer@solstice.test"}).Want(http.StatusNoContent)
	handlers := s.Users.Jobs()
	for i, h := range handlers {
		handlers[i].Run = func(ctx context.Context, run *job.Run) error {
			err := h.Run(ctx, run)
			if h.Run(ctx, run) == nil {
				t.Errorf("%s was done again", h.Kind)
			}
			return err
		}
	}
	workBy(t, s, handlers)
	if lines := activity(s.As("admin@solstice.test"), "solstice-coffee", "subject="+string(s.Solstice.Viewer.ID)); len(lines) != 2 { // the other tells who made the person
		t.Errorf("lines %+v", lines)
	}
	s.Browser().Post("/reset/password", map[string]any{"token": token(t, outbox(t, s, "password_reset", "viewer@solstice.test")), "password": strong}).Want(http.StatusOK)
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	open := s.As("viewer@solstice.test")
	ask := func(email string) *apitest.Answer { return s.Browser().Post("/reset", map[string]any{"email": email}) }
	known, unknown := ask("Viewer@solstice.test").Want(http.StatusNoContent), ask("nobody@solstice.test").Want(http.StatusNoContent)
	if known.Body != unknown.Body {
		t.Error("the answers differ")
	}
	if n := len(outbox(t, s, "password_reset", "viewer@solstice.test")); n != 0 {
		t.Errorf("%d mails before the answer: the time tells who is known", n)
	}
	work(t, s)
	if n := len(outbox(t, s, "password_reset", "nobody@solstice.test")); n != 0 {
		t.Errorf("%d mails to a stranger", n)
	}
	first := token(t, outbox(t, s, "password_reset", "viewer@solstice.test"))
	ask("viewer@solstice.test").Want(http.StatusNoContent)
	work(t, s)
	set := func(secret, password string) *apitest.Answer {
		return s.Browser().Post("/reset/password", map[string]any{"token": secret, "password": password})
	}
	set(first, strong).Refused(http.StatusNotFound, "link_expired")
	second := token(t, outbox(t, s, "password_reset", "viewer@solstice.test"))
	var view v1.ResetView
	s.Browser().Post("/reset/look", map[string]any{"token": second}).Want(http.StatusOK).JSON(&view)
	if view != (v1.ResetView{Email: "viewer@solstice.test", Account: "Solstice Coffee"}) {
		t.Errorf("view %+v", view)
	}
	set(second, "viewer 12345").Refused(http.StatusUnprocessableEntity, "password_has_email")
	set(second, strong).Want(http.StatusOK)
	set(second, strong).Refused(http.StatusNotFound, "link_expired")
	open.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Refused(http.StatusUnauthorized, "sign_in_failed")
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", strong)).Want(http.StatusOK)

	ask("editor@solstice.test").Want(http.StatusNoContent)
	work(t, s)
	late := token(t, outbox(t, s, "password_reset", "editor@solstice.test"))
	s.Clock.Advance(time.Hour)
	set(late, strong).Refused(http.StatusNotFound, "link_expired")
	for range 5 {
		ask("admin@solstice.test").Want(http.StatusNoContent)
		work(t, s)
	}
	if n := len(outbox(t, s, "password_reset", "admin@solstice.test")); n != 3 {
		t.Errorf("%d mails for five requests", n)
	}
	status(t, s, "solstice-coffee", "disabled")
	s.Clock.Advance(time.Hour)
	ask("viewer@solstice.test").Want(http.StatusNoContent)
	work(t, s)
	if n := len(outbox(t, s, "password_reset", "viewer@solstice.test")); n != 2 {
		t.Errorf("%d mails while the client is closed", n)
	}
}

func TestAdministratorsMakeResetLinks(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	at := "/solstice-coffee/people/" + string(s.Solstice.Viewer.ID) + "/reset-link"
	s.As("editor@solstice.test").Post(at, nil).Refused(http.StatusForbidden, "permission_denied")
	s.As("admin@fjord.test").Post("/fjord-outdoors/people/"+string(s.Solstice.Viewer.ID)+"/reset-link", nil).Refused(http.StatusNotFound, "not_found")
	var link v1.Link
	visiting(s, "solstice-coffee").Post(at, nil).Want(http.StatusOK).JSON(&link)
	s.Browser().Post("/reset/password", map[string]any{"token": linkOf.FindStringSubmatch(link.URL)[1], "password": strong}).Want(http.StatusOK)
}

// A mail that has not left when its link stops to open does not leave any more, and its text is gone.
func TestMailsWithDeadLinksAreWithdrawn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	limit(t, s, s.Solstice, 20)
	c := s.As("admin@solstice.test")
	state := func(kind, to string, want mail.State) {
		t.Helper()
		mails := outbox(t, s, kind, to)
		if len(mails) != 1 || mails[0].State != want || (mails[0].Text == "") != (want == mail.Withdrawn) {
			t.Errorf("%s to %s: %+v, want %s", kind, to, mails, want)
		}
	}
	invite := func(email string) string {
		t.Helper()
		var in v1.InvitedPeople
		c.Post("/solstice-coffee/invitations", invitees(email)).Want(http.StatusCreated).JSON(&in)
		state("invitation", email, mail.Kept)
		return "/solstice-coffee/people/" + string(in.Items[0].ID)
	}
	ask := func(email string) {
		t.Helper()
		s.Browser().Post("/reset", map[string]any{"email": email}).Want(http.StatusNoContent)
		work(t, s)
		state("password_reset", email, mail.Kept)
	}
	c.Post(invite("link@new.test")+"/invite-link", nil).Want(http.StatusOK) // the mailed one does not open any more
	state("invitation", "link@new.test", mail.Withdrawn)
	c.Delete(invite("gone@new.test")).Want(http.StatusOK)
	state("invitation", "gone@new.test", mail.Withdrawn)
	invite("used@new.test")
	used := token(t, outbox(t, s, "invitation", "used@new.test"))
	s.Browser().Post("/invitation/accept", map[string]any{"token": used, "name": "U", "password": strong}).Want(http.StatusOK)
	state("invitation", "used@new.test", mail.Withdrawn)

	ask("viewer@solstice.test")
	c.Post("/solstice-coffee/people/"+string(s.Solstice.Viewer.ID)+"/reset-link", nil).Want(http.StatusOK)
	state("password_reset", "viewer@solstice.test", mail.Withdrawn)
	ask("editor@solstice.test")
	c.Post("/solstice-coffee/people/"+string(s.Solstice.Editor.ID)+"/deactivate", nil).Want(http.StatusOK)
	state("password_reset", "editor@solstice.test", mail.Withdrawn)
	ask("admin@fjord.test")
	s.As("admin@fjord.test").Post("/fjord-outdoors/profile/password", map[string]any{"present": fixture.Password, "password": strong}).Want(http.StatusNoContent)
	state("password_reset", "admin@fjord.test", mail.Withdrawn)
	ask("editor@fjord.test")
	s.Browser().Post("/reset/password", map[string]any{"token": token(t, outbox(t, s, "password_reset", "editor@fjord.test")), "password": strong}).Want(http.StatusOK)
	state("password_reset", "editor@fjord.test", mail.Withdrawn)

	// A deleted client's go together; those of another one stay.
	invite("late@new.test")
	ask("admin@solstice.test")
	ask("viewer@fjord.test")
	s.As("admin@northlight.test").Delete("/northlight/clients/solstice-coffee?confirm=Solstice+(gold)").Want(http.StatusOK)
	state("invitation", "late@new.test", mail.Withdrawn)
	state("password_reset", "admin@solstice.test", mail.Withdrawn)
	state("password_reset", "viewer@fjord.test", mail.Kept)
}

func TestUnlock(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@solstice.test")
	at := "/solstice-coffee/people/" + string(s.Solstice.Viewer.ID)
	for range 10 {
		s.Browser().Post("/sign-in", signIn("viewer@solstice.test", "not the password"))
	}
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Refused(http.StatusTooManyRequests, "too_many_tries")
	var d v1.PersonDetails
	c.Get(at).Want(http.StatusOK).JSON(&d)
	if d.LockedUntil == nil {
		t.Error("the page of the person does not tell of the lock")
	}
	c.Post(at+"/unlock", nil).Want(http.StatusOK).JSON(&d)
	if d.LockedUntil != nil {
		t.Error("still locked")
	}
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Want(http.StatusOK)
}

func TestDeactivateAndReactivate(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	limit(t, s, s.Solstice, 3)
	c := s.As("admin@solstice.test")
	at := "/solstice-coffee/people/" + string(s.Solstice.Viewer.ID)
	viewer := s.As("viewer@solstice.test")
	c.Post("/solstice-coffee/people/"+string(s.Solstice.Admin.ID)+"/deactivate", nil).Refused(http.StatusConflict, "own_account")
	c.Post(at+"/deactivate", nil).Want(http.StatusOK)
	viewer.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Refused(http.StatusUnauthorized, "sign_in_failed")
	c.Post(at+"/deactivate", nil).Refused(http.StatusConflict, "not_active")
	c.Post("/solstice-coffee/invitations", invitees("new@new.test")).Want(http.StatusCreated) // the seat is free
	c.Post(at+"/reactivate", nil).Refused(http.StatusConflict, "seats_exhausted")
	limit(t, s, s.Solstice, 4)
	c.Post(at+"/reactivate", nil).Want(http.StatusOK)
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Want(http.StatusOK)

	agency := s.As("admin@northlight.test")
	admin := "/northlight/people/" + string(s.Agency.Admin.ID)
	var second v1.InvitedPeople
	agency.Post("/northlight/invitations", map[string]any{"text": "zoe@new.test", "roles": []any{"admin"}}).Want(http.StatusCreated).JSON(&second)
	zoe := s.Browser()
	zoe.Post("/invitation/accept", map[string]any{"token": token(t, outbox(t, s, "invitation", "zoe@new.test")), "name": "Zoë", "password": strong}).Want(http.StatusOK)
	zoe.Delete(admin).Refused(http.StatusConflict, "primary_contact")
	zoe.Post(admin+"/deactivate", nil).Refused(http.StatusConflict, "primary_contact")
	edit(t, agency, admin, map[string]any{"primary_contact": false}).Refused(http.StatusConflict, "primary_contact")
	edit(t, zoe, "/northlight/people/"+string(second.Items[0].ID), map[string]any{"primary_contact": true}).Want(http.StatusOK)
	zoe.Post(admin+"/deactivate", nil).Want(http.StatusOK)
	edit(t, zoe, "/northlight/people/"+string(second.Items[0].ID), map[string]any{"roles": []any{"editor"}}).Refused(http.StatusConflict, "last_admin")
}

func TestDeletedPeopleHandOverWhatTheyOwn(t *testing.T) {
	s := newStudio(t)
	editor, c := s.As("editor@solstice.test"), s.As("admin@solstice.test")
	d := s.dashboard(editor, "solstice-coffee", "Trading")
	owner := func() string {
		var got v1.DashboardDetail
		c.Get("/solstice-coffee/dashboards/" + d.ID).Want(http.StatusOK).JSON(&got)
		return string(got.Owner.ID)
	}
	at := "/solstice-coffee/people/" + string(s.Solstice.Editor.ID)
	c.Delete(at+"?new_owner="+string(s.Solstice.Editor.ID)).Refused(http.StatusUnprocessableEntity, "bad_owner")
	c.Delete(at+"?new_owner="+string(s.Fjord.Admin.ID)).Refused(http.StatusUnprocessableEntity, "bad_owner")
	var over v1.HandedOver
	c.Delete(at + "?new_owner=" + string(s.Solstice.Viewer.ID)).Want(http.StatusOK).JSON(&over)
	if over.Assets != 1 || owner() != string(s.Solstice.Viewer.ID) {
		t.Errorf("handed over %d, owner %s", over.Assets, owner())
	}
	editor.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	c.Get(at).Refused(http.StatusNotFound, "not_found")
	c.Delete(at).Refused(http.StatusNotFound, "not_found")
	c.Post("/solstice-coffee/invitations", invitees("editor@solstice.test")).Want(http.StatusCreated) // the address is free

	visiting(s.Server, "solstice-coffee").Delete("/solstice-coffee/people/" + string(s.Solstice.Viewer.ID)).Want(http.StatusOK)
	if owner() != string(s.Solstice.Principal) {
		t.Errorf("a visitor's deletion leaves the owner %s", owner())
	}
	var client v1.Client
	s.As("admin@northlight.test").Get("/northlight/clients/solstice-coffee").Want(http.StatusOK).JSON(&client)
	if client.SeatsUsed != 2 {
		t.Errorf("%d seats are used", client.SeatsUsed)
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	here := s.Browser().With("User-Agent", "Here/1.0")
	here.Post("/sign-in", signIn("viewer@solstice.test", fixture.Password)).Want(http.StatusOK)
	there := s.As("viewer@solstice.test")
	var list v1.Sessions
	here.Get("/solstice-coffee/profile/sessions").Want(http.StatusOK).JSON(&list)
	if len(list.Items) != 2 || list.Items[0].Current || !list.Items[1].Current || list.Items[1].Agent != "Here/1.0" || list.Items[1].Address == "" {
		t.Fatalf("sessions %+v", list.Items)
	}
	editor := s.As("editor@solstice.test")
	editor.Delete("/solstice-coffee/profile/sessions/" + string(list.Items[0].ID)).Want(http.StatusNoContent) // of somebody else: nothing happens
	there.Get("/me").Want(http.StatusOK)
	editor.Get("/solstice-coffee/people/"+string(s.Solstice.Viewer.ID)+"/sessions").Refused(http.StatusForbidden, "permission_denied")
	here.Delete("/solstice-coffee/profile/sessions").Want(http.StatusNoContent)
	there.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	here.Get("/me").Want(http.StatusOK)

	admin := s.As("admin@solstice.test")
	at := "/solstice-coffee/people/" + string(s.Solstice.Viewer.ID) + "/sessions"
	admin.Get(at).Want(http.StatusOK).JSON(&list)
	admin.Delete(at + "/" + string(list.Items[0].ID)).Want(http.StatusNoContent)
	here.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	visiting(s, "solstice-coffee").Get("/solstice-coffee/profile").Refused(http.StatusForbidden, "not_in_visit")
}

func TestProfile(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c, other := s.As("viewer@solstice.test"), s.As("viewer@solstice.test")
	var d v1.Profile
	c.Patch("/solstice-coffee/profile", map[string]any{"name": " Vera "}).Want(http.StatusOK).JSON(&d)
	if d.Name != "Vera" || d.Role != "view_only" || !d.DataMail {
		t.Errorf("profile %+v", d)
	}
	c.Patch("/solstice-coffee/profile", map[string]any{"data_mail": false}).Want(http.StatusOK)
	other.Get("/solstice-coffee/profile").Want(http.StatusOK).JSON(&d)
	if d.Name != "Vera" || d.DataMail {
		t.Errorf("profile without mails %+v", d)
	}
	visiting(s, "solstice-coffee").Patch("/solstice-coffee/profile", map[string]any{"data_mail": true}).Refused(http.StatusForbidden, "not_in_visit")
	change := func(present, password string) *apitest.Answer {
		return c.Post("/solstice-coffee/profile/password", map[string]any{"present": present, "password": password})
	}
	change("not the password", strong).Refused(http.StatusUnprocessableEntity, "password_wrong")
	for range 11 { // a new password that is refused is no try to sign in
		change(fixture.Password, "baseball123").Refused(http.StatusUnprocessableEntity, "password_common")
	}
	change(fixture.Password, strong).Want(http.StatusNoContent)
	c.Get("/me").Want(http.StatusOK)
	other.Get("/me").Refused(http.StatusUnauthorized, "sign_in_required")
	s.Browser().Post("/sign-in", signIn("viewer@solstice.test", strong)).Want(http.StatusOK)
}

func TestUserProperties(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	c := s.As("admin@solstice.test")
	for _, bad := range []string{"", "1st", "user.name", "company.id", "a b"} {
		c.Post("/solstice-coffee/user-properties", map[string]any{"name": bad}).Refused(http.StatusUnprocessableEntity, "bad_property_name")
	}
	c.Post("/solstice-coffee/user-properties", map[string]any{"name": "Region"}).Want(http.StatusNoContent)
	c.Post("/solstice-coffee/user-properties", map[string]any{"name": "Region"}).Refused(http.StatusConflict, "name_taken")
	c.Post("/solstice-coffee/user-properties", map[string]any{"name": "region"}).Want(http.StatusNoContent) // case matters
	at := "/solstice-coffee/people/" + string(s.Solstice.Viewer.ID)
	var d v1.PersonDetails
	edit(t, c, at, map[string]any{"properties": map[string]any{"Region": "North"}}).Want(http.StatusOK).JSON(&d)
	if fmt.Sprint(d.Properties) != "map[Region:North]" {
		t.Errorf("properties %v", d.Properties)
	}
	for _, empty := range []any{"", nil} { // an empty text is no value
		d = v1.PersonDetails{}
		edit(t, c, at, map[string]any{"properties": map[string]any{"Region": empty}}).Want(http.StatusOK).JSON(&d)
		if _, there := d.Properties["Region"]; there {
			t.Errorf("%#v is stored: %v", empty, d.Properties)
		}
		edit(t, c, at, map[string]any{"properties": map[string]any{"Region": "North"}}).Want(http.StatusOK).JSON(&d)
	}
	edit(t, c, at, map[string]any{"properties": map[string]any{"Size": "L"}}).Refused(http.StatusUnprocessableEntity, "unknown_property")
	edit(t, c, at, map[string]any{"properties": map[string]any{"Region": strings.Repeat("x", 4097)}}).Refused(http.StatusUnprocessableEntity, "text_too_long")
	s.As("editor@solstice.test").Get("/solstice-coffee/user-properties").Refused(http.StatusForbidden, "permission_denied")
	c.Delete("/solstice-coffee/user-properties/Region").Want(http.StatusNoContent)
	d = v1.PersonDetails{}
	c.Get(at).Want(http.StatusOK).JSON(&d)
	if len(d.Properties) != 0 {
		t.Errorf("properties %v", d.Properties)
	}
}

// desk signs in a person of Solstice whose only role is one of the account's own making.
func desk(t *testing.T, s *apitest.Server, name string, permissions ...string) *apitest.Client {
	t.Helper()
	var role v1.Role
	s.As("admin@solstice.test").Post("/solstice-coffee/roles", map[string]any{"name": name, "permissions": permissions}).Want(http.StatusCreated).JSON(&role)
	email := strings.ToLower(name) + "@solstice.test"
	_, err := s.Users.Create(t.Context(), s.Actor(s.Solstice, s.Solstice.Admin),
		user.Draft{Name: name, Email: email, Password: fixture.Password, Roles: []authz.Role{role.ID}})
	if err != nil {
		t.Fatal(err)
	}
	return s.As(email)
}

func TestTheTrailNamesRoles(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	limit(t, s, s.Solstice, 20)
	c := s.As("admin@solstice.test")
	desk(t, s, "Reader", "user.view")
	var writer v1.Role
	c.Post("/solstice-coffee/roles", map[string]any{"name": "Writer", "permissions": []string{"klip.build"}}).Want(http.StatusCreated).JSON(&writer)
	viewer := "/solstice-coffee/people/" + string(s.Solstice.Viewer.ID)
	edit(t, c, viewer, map[string]any{"roles": []string{string(writer.ID)}}).Want(http.StatusOK)
	edit(t, c, viewer, map[string]any{"roles": []string{"editor"}}).Want(http.StatusOK)
	edit(t, c, viewer, map[string]any{"roles": []string{string(writer.ID), "editor"}}).Want(http.StatusOK)
	c.Post("/solstice-coffee/invitations", map[string]any{"text": "more@new.test", "roles": []string{string(writer.ID)}}).Want(http.StatusCreated)
	var reader v1.Role
	var roles v1.Roles
	c.Get("/solstice-coffee/roles").Want(http.StatusOK).JSON(&roles)
	for _, r := range roles.Items {
		if r.Name == "Reader" {
			reader = r
		}
	}
	c.Delete("/solstice-coffee/roles/" + string(reader.ID) + "?replacement=" + string(writer.ID)).Want(http.StatusNoContent)

	var got []string
	for _, group := range []string{"role", "user"} {
		for _, l := range activity(c, "solstice-coffee", "group="+group) {
			switch l.Action {
			case "role.deleted", "user.invited", "user.created", "user.roles_changed":
				got = append(got, fmt.Sprint(l.Action, " ", l.Detail))
			}
		}
	}
	want := []string{
		"role.deleted map[people:1 replacement:Writer]",
		"user.invited map[held:false roles:[Writer]]",
		"user.roles_changed map[after:[Writer editor] before:[editor]]",
		"user.roles_changed map[after:[editor] before:[Writer]]",
		"user.roles_changed map[after:[Writer] before:[view_only]]",
		"user.created map[roles:[Reader]]",
	}
	if !slices.Equal(got[:min(len(got), len(want))], want) {
		t.Errorf("the trail has %q", got)
	}
}

func TestNobodyManagesPeopleWithMore(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	limit(t, s, s.Solstice, 20)
	people := "/solstice-coffee/people/"
	viewer, editor, admin := people+string(s.Solstice.Viewer.ID), people+string(s.Solstice.Editor.ID), people+string(s.Solstice.Admin.ID)
	for _, d := range []struct{ name, permission, beyond string }{
		{"Personnel", "user.manage", "role_too_strong"},
		{"Reception", "user.viewonly.manage", "permission_denied"},
	} {
		c := desk(t, s, d.name, d.permission)
		// Both look after View-Only people, though they have none of what View-Only has.
		edit(t, c, viewer, map[string]any{"name": "By " + d.name}).Want(http.StatusOK)
		c.Post(viewer+"/deactivate", nil).Want(http.StatusOK)
		c.Post(viewer+"/reactivate", nil).Want(http.StatusOK)
		c.Post("/solstice-coffee/invitations", invitees(d.name+"@new.test")).Want(http.StatusCreated)
		for _, beyond := range []string{editor, admin} {
			edit(t, c, beyond, map[string]any{"name": "X"}).Refused(http.StatusForbidden, d.beyond)
			c.Post(beyond+"/deactivate", nil).Refused(http.StatusForbidden, d.beyond)
			c.Post(beyond+"/reset-link", nil).Refused(http.StatusForbidden, d.beyond)
		}
		for _, role := range []string{"editor", "admin"} {
			edit(t, c, viewer, map[string]any{"roles": []string{role}}).Refused(http.StatusForbidden, d.beyond)
			c.Post("/solstice-coffee/invitations", map[string]any{"text": "more@new.test", "roles": []string{role}}).Refused(http.StatusForbidden, d.beyond)
		}
	}
	edit(t, s.As("editor@solstice.test"), viewer, map[string]any{"name": "X"}).Refused(http.StatusForbidden, "permission_denied")
}

func TestThePrimaryContactIsNamedByWhoManagesEverybody(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	limit(t, s, s.Solstice, 20)
	at := func(p id.User) string { return "/solstice-coffee/people/" + string(p) }
	is := func(p id.User) bool {
		t.Helper()
		var d v1.PersonDetails
		s.As("admin@solstice.test").Get(at(p)).Want(http.StatusOK).JSON(&d)
		return d.Contact
	}
	yes, no := map[string]any{"primary_contact": true}, map[string]any{"primary_contact": false}
	c := s.As("admin@solstice.test")
	edit(t, c, at(s.Solstice.Admin.ID), yes).Want(http.StatusOK)
	reception := desk(t, s, "Reception", "user.viewonly.manage")
	edit(t, reception, at(s.Solstice.Viewer.ID), yes).Refused(http.StatusForbidden, "permission_denied")
	if !is(s.Solstice.Admin.ID) || is(s.Solstice.Viewer.ID) {
		t.Error("who looks after View-Only people took the contact from an administrator")
	}
	var invited v1.InvitedPeople
	c.Post("/solstice-coffee/invitations", invitees("leo@new.test")).Want(http.StatusCreated).JSON(&invited)
	edit(t, c, at(invited.Items[0].ID), yes).Refused(http.StatusConflict, "not_active") // nobody can talk to them yet
	c.Post(at(s.Solstice.Editor.ID)+"/deactivate", nil).Want(http.StatusOK)
	edit(t, c, at(s.Solstice.Editor.ID), yes).Refused(http.StatusConflict, "not_active")
	edit(t, c, at(s.Solstice.Viewer.ID), yes).Want(http.StatusOK)
	edit(t, reception, at(s.Solstice.Viewer.ID), no).Refused(http.StatusForbidden, "permission_denied")
	if is(s.Solstice.Admin.ID) || !is(s.Solstice.Viewer.ID) {
		t.Error("the contact is not who was named")
	}
}

func TestOutboxIsForTheOwnerOfTheServer(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	s.As("admin@solstice.test").Post("/solstice-coffee/invitations", invitees("leo@new.test")).Want(http.StatusCreated)
	owner := s.As("admin@northlight.test")
	var box v1.Outbox
	owner.Get("/server/mails?state=kept").Want(http.StatusOK).JSON(&box)
	if len(box.Items) != 1 || box.MailServer || box.Items[0].To != "leo@new.test" || box.Items[0].Account != "Solstice Coffee" {
		t.Fatalf("outbox %+v", box)
	}
	at := "/server/mails/" + box.Items[0].ID
	var m v1.MailText
	owner.Get(at).Want(http.StatusOK).JSON(&m)
	if !strings.Contains(m.Text, "/invite/") || !strings.Contains(m.HTML, "/invite/") {
		t.Errorf("mail %+v", m)
	}
	owner.Post(at+"/send-again", nil).Refused(http.StatusConflict, "no_mail_server")
	for _, email := range []string{"editor@northlight.test", "admin@solstice.test"} {
		c := s.As(email)
		c.Get("/server/mails").Refused(http.StatusNotFound, "not_found")
		c.Get(at).Refused(http.StatusNotFound, "not_found")
	}
	var me v1.Me
	owner.Get("/me").Want(http.StatusOK).JSON(&me)
	if !me.OwnsServer {
		t.Error("the owner is not told so")
	}
}

// edit changes a person or a group as it stands now.
func edit(t *testing.T, c *apitest.Client, path string, body any) *apitest.Answer {
	t.Helper()
	tag := c.Get(path).Header.Get("ETag")
	if tag == "" { // refused: so will the change be
		tag = `"1"`
	}
	return c.With("If-Match", tag).Patch(path, body)
}

// Of two who change one group, or one person, the second is told, and nothing of the first is lost.
func TestTheSecondOfTwoIsTold(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	ana, ben := s.As("admin@solstice.test"), visiting(s, "solstice-coffee")
	var g v1.Group
	ana.Post("/solstice-coffee/groups", map[string]any{"name": "Shops"}).Want(http.StatusCreated).JSON(&g)
	for path, change := range map[string][2]map[string]any{
		"/solstice-coffee/groups/" + string(g.ID):                 {{"name": "All shops"}, {"description": "In town"}},
		"/solstice-coffee/people/" + string(s.Solstice.Viewer.ID): {{"groups": []any{g.ID}}, {"roles": []any{"editor"}}},
	} {
		seen := ana.Get(path).Want(http.StatusOK).Header.Get("ETag")
		if again := ben.Get(path).Want(http.StatusOK).Header.Get("ETag"); seen == "" || again != seen {
			t.Fatalf("%s: the tags are %q and %q", path, seen, again)
		}
		ana.Patch(path, change[0]).Refused(http.StatusPreconditionRequired, "precondition_required")
		after := ana.With("If-Match", seen).Patch(path, change[0]).Want(http.StatusOK).Header.Get("ETag")
		p := ben.With("If-Match", seen).Patch(path, change[1]).Refused(http.StatusConflict, "version_conflict")
		if now := v1.ETag(int64(p.Params["version"].(float64))); now != after || after == seen {
			t.Errorf("%s: the conflict names %s, the change %s", path, now, after)
		}
		ben.With("If-Match", after).Patch(path, change[1]).Want(http.StatusOK)
	}
	// A change of the members is one of the people, not of the group's name.
	at := "/solstice-coffee/people/" + string(s.Solstice.Viewer.ID)
	seen, group := ana.Get(at).Header.Get("ETag"), ana.Get("/solstice-coffee/groups/"+string(g.ID)).Header.Get("ETag")
	ben.Post("/solstice-coffee/groups/"+string(g.ID)+"/members", map[string]any{"remove": []any{s.Solstice.Viewer.ID}}).Want(http.StatusOK)
	ana.With("If-Match", seen).Patch(at, map[string]any{"groups": []any{g.ID}}).Refused(http.StatusConflict, "version_conflict")
	if now := ana.Get("/solstice-coffee/groups/" + string(g.ID)).Header.Get("ETag"); now != group {
		t.Errorf("the group went from %s to %s", group, now)
	}
}
