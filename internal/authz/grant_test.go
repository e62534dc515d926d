package authz_test

import (
	"errors"
	"slices"
	"testing"

	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/id"
)

func TestMayImport(t *testing.T) {
	all := []string{"dashboard", "klip", "source", "model"}
	for _, c := range []struct {
		name  string
		who   authz.Actor
		kinds []string
		want  string
	}{
		{"administrator of the agency", at(agency, authz.Admin), all, ""},
		{"visitor", visiting(client), all, ""},
		{"nothing selected yet", visiting(client), nil, ""},
		{"administrator of a client", at(client, authz.Admin), all, "import_no_source"},
		{"administrator of a client, nothing selected yet", at(client, authz.Admin), nil, "import_no_source"},
		{"editor of the agency", at(agency, authz.Editor), all, "import_admin_only"},
		{"editor of the agency, nothing selected yet", at(agency, authz.Editor), nil, "import_admin_only"},
		{"editor of a client", at(client, authz.Editor), []string{"klip"}, "import_admin_only"},
		{"viewer", at(agency, authz.ViewOnly), []string{"klip"}, "import_admin_only"},
		{"no role", authz.Actor{Account: agency, IsParent: true}, nil, "import_admin_only"},
		{"a kind that does not exist", at(agency, authz.Admin), []string{"klip", "user"}, "import_admin_only"},
	} {
		err := authz.MayImport(c.who, c.kinds)
		if got := code(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if err != nil && errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s: kind %s", c.name, errs.KindOf(err))
		}
	}
}

func TestGrantImport(t *testing.T) {
	parent := authz.Party{Account: agency, IsParent: true}
	entered, closed := authz.Party{Account: second, CanEnter: true}, authz.Party{Account: second}
	for _, c := range []struct {
		name     string
		who      authz.Actor
		source   authz.Party
		receiver id.Account
		want     string
	}{
		{"from the agency into a client", visiting(client), parent, client, ""},
		{"from one client into another", visiting(client), entered, client, ""},
		{"from a client into the agency", at(agency, authz.Admin), entered, agency, ""},
		{"from a client that may not be entered", visiting(client), closed, client, "not_found"},
		{"from another family's agency", visiting(client), authz.Party{Account: other, IsParent: true, CanEnter: true}, client, "not_found"},
		{"from itself", visiting(client), authz.Party{Account: client, CanEnter: true}, client, "not_found"},
		{"the agency from itself", at(agency, authz.Admin), authz.Party{Account: agency, IsParent: true, CanEnter: true}, agency, "not_found"},
		{"into another account than the acting one", at(agency, authz.Admin), parent, client, "not_found"},
		{"into an account of another family", visiting(client), parent, id.NewAccount(2, 2), "not_found"},
		{"client's own administrator", at(client, authz.Admin), parent, client, "import_no_source"},
		{"editor of the agency", at(agency, authz.Editor), entered, agency, "import_admin_only"},
		{"viewer", at(agency, authz.ViewOnly), entered, agency, "import_admin_only"},
	} {
		g, err := authz.GrantImport(c.who, c.source, c.receiver, []string{"dashboard", "klip", "source"})
		if got := code(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if c.want != "" {
			refused(t, c.name, g)
			continue
		}
		if g.Source() != c.source.Account || !slices.Equal(g.Accounts(), []id.Account{c.receiver}) || !g.Write() || g.Family() != 1 {
			t.Errorf("%s: grant %+v", c.name, g)
		}
	}
}

// refused checks that a refusal comes with a grant that opens nothing.
func refused(t *testing.T, name string, g authz.Grant) {
	t.Helper()
	if g.Source() != 0 || len(g.Accounts()) != 0 || g.Write() || g.Family() != 0 {
		t.Errorf("%s: refused, yet the grant is %+v", name, g)
	}
}

func TestGrantFamily(t *testing.T) {
	open := func(accounts ...id.Account) []authz.Party {
		var out []authz.Party
		for _, a := range accounts {
			out = append(out, authz.Party{Account: a, CanSee: true, CanEnter: true})
		}
		return out
	}
	seen := []authz.Party{{Account: client, CanSee: true, CanEnter: true}, {Account: second, CanSee: true, CanEnter: true, CanManage: true}}
	hidden := append(open(second, client), authz.Party{Account: id.NewAccount(1, 4)}, authz.Party{Account: id.NewAccount(1, 5)})
	admin, editor := at(agency, authz.Admin), at(agency, authz.Editor)
	for _, c := range []struct {
		name    string
		who     authz.Actor
		p       authz.Permission
		parties []authz.Party
		write   bool
		want    string
		opens   []id.Account
	}{
		{"all clients, to write", admin, authz.KlipPush, open(second, client), true, "", []id.Account{client, second}},
		{"all clients, to read", admin, authz.KlipPush, open(client, second), false, "", []id.Account{client, second}},
		{"a client named twice", admin, authz.KlipPush, open(second, client, second), true, "", []id.Account{client, second}},
		{"no clients", admin, authz.KlipPush, nil, true, "", nil},
		{"hidden clients are left out of reading", editor, authz.ClientAccess, hidden, false, "", []id.Account{client, second}},
		{"clients that are not to be changed are left out", admin, authz.ClientEdit, seen, false, "", []id.Account{second}},
		{"clients that are not to be changed forbid writing", admin, authz.ClientDelete, seen, true, "push_needs_all_clients", nil},
		{"hidden clients forbid writing", admin, authz.KlipPush, hidden, true, "push_needs_all_clients", nil},
		{"editor without the permission", editor, authz.KlipPush, open(client), true, "permission_denied", nil},
		{"viewer", at(agency, authz.ViewOnly), authz.ClientAccess, open(client), false, "permission_denied", nil},
		{"administrator of a client", at(client, authz.Admin), authz.KlipEdit, open(second), false, "permission_denied", nil},
		{"visitor", visiting(client), authz.KlipEdit, open(second), false, "permission_denied", nil},
		{"a client of another family", admin, authz.KlipPush, open(client, id.NewAccount(2, 2)), false, "not_found", nil},
		{"another family, and to write", admin, authz.KlipPush, open(client, id.NewAccount(2, 2)), true, "not_found", nil},
	} {
		g, err := authz.GrantFamily(c.who, c.p, c.parties, c.write)
		if got := code(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if c.want != "" {
			refused(t, c.name, g)
			continue
		}
		if g.Source() != agency || !slices.Equal(g.Accounts(), c.opens) || g.Write() != c.write || g.Family() != 1 {
			t.Errorf("%s: grant %+v", c.name, g)
		}
	}
	_, err := authz.GrantFamily(admin, authz.KlipPush, hidden, true)
	var e *errs.Error
	if !errors.As(err, &e) || e.Params["count"] != 2 {
		t.Errorf("how many clients are hidden: %#v", err)
	}
}

func TestGrantOperator(t *testing.T) {
	accounts := []id.Account{second, client}
	g := authz.GrantOperator(agency, accounts, false)
	if g.Source() != agency || !slices.Equal(g.Accounts(), []id.Account{client, second}) || g.Write() || g.Family() != 1 {
		t.Errorf("grant %+v", g)
	}
	if accounts[0] != second {
		t.Error("the caller's list was changed")
	}
	if !authz.GrantOperator(agency, accounts, true).Write() {
		t.Error("a writing grant does not write")
	}
}

// How far a person reaches into a client: by share of a group and by permission at home, administrators anyway.
func TestReach(t *testing.T) {
	manager := authz.Actor{Account: agency, IsParent: true, Custom: []authz.Permission{authz.ClientAccess, authz.ClientEdit}}
	warden := authz.Actor{Account: agency, IsParent: true, Custom: []authz.Permission{authz.ClientAccess, authz.AdminClient}}
	for _, c := range []struct {
		name               string
		home               authz.Actor
		shared, managed    bool
		see, enter, manage bool
	}{
		{"administrator, not shared", at(agency, authz.Admin), false, false, true, true, true},
		{"editor, not shared", at(agency, authz.Editor), false, false, false, false, false},
		{"editor, shared", at(agency, authz.Editor), true, false, true, true, false},
		{"editor, managed", at(agency, authz.Editor), true, true, true, true, true},
		{"viewer, managed", at(agency, authz.ViewOnly), true, true, false, false, true},
		{"may see and edit, not enter", manager, true, true, true, false, true},
		{"all clients, may not enter", warden, false, false, true, false, true},
	} {
		want := authz.Party{Account: client, CanSee: c.see, CanEnter: c.enter, CanManage: c.manage}
		if got := authz.Reach(c.home, client, c.shared, c.managed); got != want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
