package authz_test

import (
	"errors"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/id"
)

var (
	agency = id.NewAccount(1, 1)
	client = id.NewAccount(1, 2)
	second = id.NewAccount(1, 3)
	other  = id.NewAccount(2, 1) // an agency of another family
)

// at is a person at home in an account, with a role.
func at(a id.Account, role authz.Role) authz.Actor {
	roles := []authz.Role{role}
	return authz.Actor{User: "me", Account: a, Home: a, IsParent: a&0xff == 1, Roles: roles, HomeRoles: roles, Owner: "me"}
}

// visiting is a person of the agency inside a client.
func visiting(a id.Account) authz.Actor {
	who := at(agency, authz.Editor)
	who.Account, who.IsParent, who.Delegated, who.Owner, who.Roles = a, false, true, "principal", []authz.Role{authz.Admin}
	return who
}

// code is the code of an error, "" for none.
func code(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestDecisionsAboutOneAsset(t *testing.T) {
	mine, theirs := id.User("me"), id.User("another")
	for _, c := range []struct {
		name       string
		role       authz.Role
		owner      id.User
		best       authz.Right
		allows     authz.Right
		view, edit string // codes of CanView, and of Can with klip.edit for Edit
		look       string // code of Can with klip.edit for View
	}{
		{"admin without a share", authz.Admin, theirs, authz.None, authz.Edit, "", "", ""},
		{"admin with a view share", authz.Admin, theirs, authz.View, authz.Edit, "", "", ""},
		{"editor owns it", authz.Editor, mine, authz.None, authz.Edit, "", "", ""},
		{"editor owns it, shared for viewing", authz.Editor, mine, authz.View, authz.Edit, "", "", ""},
		{"editor may edit", authz.Editor, theirs, authz.Edit, authz.Edit, "", "", ""},
		{"editor may view", authz.Editor, theirs, authz.View, authz.View, "", "permission_denied", ""},
		{"editor may nothing", authz.Editor, theirs, authz.None, authz.None, "not_found", "not_found", "not_found"},
		{"viewer may edit by share only", authz.ViewOnly, theirs, authz.Edit, authz.Edit, "", "permission_denied", "permission_denied"},
		{"viewer may view", authz.ViewOnly, theirs, authz.View, authz.View, "", "permission_denied", "permission_denied"},
		{"viewer owns it", authz.ViewOnly, mine, authz.None, authz.Edit, "", "permission_denied", "permission_denied"},
		{"viewer may nothing", authz.ViewOnly, theirs, authz.None, authz.None, "not_found", "not_found", "not_found"},
		{"no role", "", theirs, authz.None, authz.None, "not_found", "not_found", "not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			who := at(client, c.role)
			on := authz.Asset{Kind: "klip", Owner: c.owner, Best: c.best}
			if got := who.Allows(on); got != c.allows {
				t.Errorf("Allows = %q, want %q", got, c.allows)
			}
			if got := code(authz.CanView(who, on)); got != c.view {
				t.Errorf("CanView = %q, want %q", got, c.view)
			}
			if got := code(authz.Can(who, authz.KlipEdit, authz.Edit, on)); got != c.edit {
				t.Errorf("Can edit = %q, want %q", got, c.edit)
			}
			if got := code(authz.Can(who, authz.KlipEdit, authz.View, on)); got != c.look {
				t.Errorf("Can view = %q, want %q", got, c.look)
			}
		})
	}
}

func TestDecisionsNeedAllAssets(t *testing.T) {
	who := at(client, authz.Editor)
	seen, mine, hidden := authz.Asset{Kind: "klip", Owner: "x", Best: authz.View}, authz.Asset{Kind: "klip", Owner: "me"}, authz.Asset{Kind: "klip", Owner: "x"}
	if got := code(authz.Can(who, authz.KlipEdit, authz.Edit, mine, seen)); got != "permission_denied" {
		t.Errorf("one is to be looked at only: %q", got)
	}
	if got := code(authz.Can(who, authz.KlipEdit, authz.Edit, mine, hidden)); got != "not_found" {
		t.Errorf("one is hidden: %q", got)
	}
	if got := code(authz.Can(at(client, authz.ViewOnly), authz.KlipEdit, authz.Edit, seen, hidden)); got != "not_found" {
		t.Errorf("a hidden asset shows by another answer: %q", got)
	}
	if err := authz.Can(who, authz.KlipEdit, authz.Edit, mine, mine); err != nil {
		t.Errorf("both are mine: %v", err)
	}
}

func TestDecisionsWithoutAnAsset(t *testing.T) {
	if err := authz.Can(at(client, authz.Editor), authz.KlipBuild, authz.None); err != nil {
		t.Error(err)
	}
	err := authz.Can(at(client, authz.ViewOnly), authz.KlipBuild, authz.None)
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Forbidden || e.Params["permission"] != "klip.build" {
		t.Errorf("refusal: %#v", err)
	}
	if got := code(authz.Can(at(client, authz.Admin), authz.ClientBuild, authz.None)); got != "permission_denied" {
		t.Errorf("a permission of agencies in a client: %q", got)
	}
	if err := authz.Can(at(agency, authz.Admin), authz.ClientBuild, authz.None); err != nil {
		t.Error(err)
	}
	if errs.KindOf(authz.NotFound()) != errs.NotFound {
		t.Error("NotFound is of another kind")
	}
}

// Administrators need no share right on any kind of asset; on kinds that nobody administers they need one.
func TestAdministratorsReachEveryKind(t *testing.T) {
	for _, kind := range []string{"dashboard", "klip", "source", "model"} {
		if got := at(client, authz.Admin).Allows(authz.Asset{Kind: kind, Owner: "x"}); got != authz.Edit {
			t.Errorf("%s: %q", kind, got)
		}
		if got := at(client, authz.Editor).Allows(authz.Asset{Kind: kind, Owner: "x"}); got != authz.None {
			t.Errorf("%s, editor: %q", kind, got)
		}
	}
	if got := at(client, authz.Admin).Allows(authz.Asset{Kind: "user", Owner: "x"}); got != authz.None {
		t.Errorf("unknown kind: %q", got)
	}
	if !at(client, authz.Admin).IsAdmin() || at(client, authz.Editor).IsAdmin() {
		t.Error("IsAdmin")
	}
}

// Nobody owns what has no owner.
func TestAnActorWithoutAnOwnerOwnsNothing(t *testing.T) {
	if got := (authz.Actor{Account: client}).Allows(authz.Asset{Kind: "klip"}); got != authz.None {
		t.Errorf("the empty actor has %q on an asset without an owner", got)
	}
}

func TestAtHomeAVisitorIsWhoItIsThere(t *testing.T) {
	v := visiting(client)
	if got := v.Allows(authz.Asset{Kind: "klip", Owner: "x"}); got != authz.Edit {
		t.Fatalf("a visitor administers the client, got %q", got)
	}
	h := v.AtHome(true)
	if h.Account != agency || !h.IsParent || h.Delegated || h.Owner != "me" || h.IsAdmin() || !h.Has(authz.ClientLogin) {
		t.Errorf("at home: %+v", h)
	}
	if got := h.Allows(authz.Asset{Kind: "klip", Owner: "principal"}); got != authz.None {
		t.Errorf("the principal of the client owns things of the agency: %q", got)
	}
	if v.Account != client || !v.Delegated {
		t.Error("AtHome changed the visitor")
	}
}
