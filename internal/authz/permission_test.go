package authz_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"octavo/internal/authz"
)

// line is one permission of the table in docs/permissions.md.
type line struct {
	parentOnly bool
	roles      map[authz.Role]bool
}

// documented reads the matrix of docs/permissions.md. A row may name several
// permissions, split by " / "; a later one that begins with a dot shares the noun of
// the first, and a P at the end of the cell holds for all of them.
func documented(t *testing.T) map[authz.Permission]line {
	t.Helper()
	text, err := os.ReadFile("../../docs/permissions.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[authz.Permission]line{}
	for row := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|")
		if len(cells) != 5 || !strings.Contains(cells[0], ".") {
			continue // prose, the head of the table or the line below it
		}
		l := line{roles: map[authz.Role]bool{}}
		for i, role := range []authz.Role{authz.Admin, authz.Editor, authz.ViewOnly} {
			mark := strings.TrimSpace(cells[2+i])
			if mark != "" && mark != "✓" {
				t.Fatalf("%s: %q is no mark", row, mark)
			}
			l.roles[role] = mark == "✓"
		}
		var names string
		names, l.parentOnly = strings.CutSuffix(strings.TrimSpace(cells[0]), " P")
		noun, _, _ := strings.Cut(names, ".")
		for name := range strings.SplitSeq(names, " / ") {
			if strings.HasPrefix(name, ".") {
				name = noun + name
			}
			if _, twice := out[authz.Permission(name)]; twice {
				t.Errorf("%s stands twice in docs/permissions.md", name)
			}
			out[authz.Permission(name)] = l
		}
	}
	return out
}

// declared are the constants of type Permission.
func declared(t *testing.T) []authz.Permission {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "permission.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []authz.Permission
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Permission" {
			name, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, authz.Permission(name))
		}
		return true
	})
	return out
}

// The table of the documentation and the code agree on every permission, role and kind of account.
func TestRolesAreThoseOfTheDocumentation(t *testing.T) {
	want := documented(t)
	if len(want) < 60 {
		t.Fatalf("only %d permissions found in the table", len(want))
	}
	for p, l := range want {
		for role, has := range l.roles {
			for _, parent := range []bool{true, false} {
				if got := role.Has(p, parent); got != (has && (parent || !l.parentOnly)) {
					t.Errorf("%s of a %s, in a parent account %v: %v", p, role, parent, got)
				}
			}
		}
	}
	for _, p := range declared(t) {
		if _, ok := want[p]; !ok {
			t.Errorf("%s is not in docs/permissions.md", p)
		}
	}
	for p := range want {
		if !slices.Contains(declared(t), p) {
			t.Errorf("%s of docs/permissions.md is no constant", p)
		}
	}
	for _, role := range []authz.Role{authz.Admin, authz.Editor, authz.ViewOnly} {
		for _, p := range authz.OfRole(role, true) {
			if _, ok := want[p]; !ok {
				t.Errorf("%s has %s, which is not in docs/permissions.md", role, p)
			}
		}
	}
}

func TestPermissionsListsWhatTheRolesHaveTogether(t *testing.T) {
	for _, roles := range [][]authz.Role{
		nil, {authz.Admin}, {authz.Editor}, {authz.ViewOnly}, {authz.ViewOnly, authz.Editor}, {authz.Editor, authz.Editor}, {"owner"},
	} {
		for _, parent := range []bool{true, false} {
			who := authz.Actor{Roles: roles, IsParent: parent}
			got := who.Permissions()
			for _, p := range declared(t) {
				any := slices.ContainsFunc(roles, func(r authz.Role) bool { return r.Has(p, parent) })
				if slices.Contains(got, p) != any || who.Has(p) != any {
					t.Errorf("%v, parent %v: %s is %v in the list and %v for the actor, want %v", roles, parent, p, slices.Contains(got, p), who.Has(p), any)
				}
			}
			if n := len(got); n != len(slices.Compact(slices.Sorted(slices.Values(got)))) {
				t.Errorf("%v: a permission is listed twice", roles)
			}
		}
	}
	if authz.Admin.Has("", true) || authz.Admin.Has("klip.unknown", true) {
		t.Error("an administrator has a permission that does not exist")
	}
}

func TestOnlyLooks(t *testing.T) {
	for _, c := range []struct {
		who  authz.Actor
		want bool
	}{
		{authz.Actor{}, true},
		{authz.Actor{Roles: []authz.Role{authz.ViewOnly}}, true},
		{authz.Actor{Roles: []authz.Role{authz.ViewOnly}, Custom: []authz.Permission{authz.CommentView}}, true},
		{authz.Actor{Roles: []authz.Role{authz.ViewOnly}, Custom: []authz.Permission{authz.KlipDownload}}, false},
		{authz.Actor{Custom: []authz.Permission{authz.ClientAccess}, IsParent: true}, false},
		{authz.Actor{Custom: []authz.Permission{authz.ClientAccess}}, true}, // which clients do not have
		{authz.Actor{Roles: []authz.Role{authz.ViewOnly, authz.Editor}}, false},
		{authz.Actor{Roles: []authz.Role{authz.Admin}}, false},
		{authz.Actor{Roles: []authz.Role{authz.ViewOnly}, Delegated: true}, false},
	} {
		if got := c.who.OnlyLooks(); got != c.want {
			t.Errorf("%+v only looks: %v, want %v", c.who, got, c.want)
		}
	}
}

// A role of an account's own making allows what it names, as far as that exists in the account.
func TestCustomRolesAllowWhatTheyName(t *testing.T) {
	custom := []authz.Permission{authz.KlipBuild, authz.ClientEdit, "klip.unknown"}
	for _, parent := range []bool{true, false} {
		who := authz.Actor{Roles: []authz.Role{"0123"}, Custom: custom, IsParent: parent}
		for _, p := range append(declared(t), "klip.unknown") {
			want := p == authz.KlipBuild || p == authz.ClientEdit && parent
			if who.Has(p) != want || slices.Contains(who.Permissions(), p) != want {
				t.Errorf("%s, parent %v: %v", p, parent, who.Has(p))
			}
		}
	}
	visitor := authz.Actor{Account: client, Home: agency, Roles: []authz.Role{authz.Admin}, HomeCustom: custom, Delegated: true}
	if home := visitor.AtHome(true); home.Has(authz.KlipEdit) || !home.Has(authz.ClientEdit) {
		t.Errorf("at home: %v", home.Permissions())
	}
	if visitor.Has(authz.ClientEdit) {
		t.Error("a visitor has a permission of agencies in the client")
	}
}

// Nobody hands out more than they have; only administrators make administrators.
func TestNobodyGrantsMoreThanTheyHave(t *testing.T) {
	all := authz.All(false)
	for _, c := range []struct {
		name   string
		who    authz.Actor
		roles  []authz.Role
		custom []authz.Permission
		want   string
	}{
		{"administrator makes one", at(client, authz.Admin), []authz.Role{authz.Admin}, nil, ""},
		{"editor makes an editor", at(client, authz.Editor), []authz.Role{authz.Editor}, nil, ""},
		{"editor makes an administrator", at(client, authz.Editor), []authz.Role{authz.Admin}, nil, "role_too_strong"},
		{"editor gives more by a role", at(client, authz.Editor), []authz.Role{"x"}, []authz.Permission{authz.UserManage}, "role_too_strong"},
		{"viewer makes an editor", at(client, authz.ViewOnly), []authz.Role{authz.Editor}, nil, "role_too_strong"},
		{"who manages people makes a viewer", authz.Actor{Account: client, Custom: []authz.Permission{authz.UserManage}}, []authz.Role{authz.ViewOnly}, nil, ""},
		{"who manages people makes an editor", authz.Actor{Account: client, Custom: []authz.Permission{authz.UserManage}}, []authz.Role{authz.Editor}, nil, "role_too_strong"},
		{"everything but the name", authz.Actor{Account: client, Custom: all}, []authz.Role{authz.Admin}, nil, "role_too_strong"},
		{"everything, to an editor", authz.Actor{Account: client, Custom: all}, []authz.Role{authz.Editor}, nil, ""},
	} {
		if got := code(c.who.MayGrant(c.roles, c.custom)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
