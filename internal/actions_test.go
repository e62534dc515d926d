package internal_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// actionForm is how actions of the trail are written: a noun, and what happened to it.
var actionForm = regexp.MustCompile(`^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$`)

// notActions are texts of the same form in files that write lines.
var notActions = []string{"session.sweep", "audit.seal", "audit.expire", "mail.sweep", "user.reset", "user.refused", "user.erase", "a.deleted_at", "calls.sweep", "repeat.sweep", "bin.sweep", "client.purge", "content.sweep", "trial.tend", "refresh.tend", "refresh.sweep", "refresh.digest"}

// assetActions finds what package asset records of assets of any kind: the calls of
// l.record name what happened, the kind goes before it. Defaults are dashboards.
func assetActions(t *testing.T, files []source) []string {
	t.Helper()
	var found []string
	for _, s := range files {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "record" || fmt.Sprint(sel.X) != "l" {
				return true
			}
			lit, ok := call.Args[4].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: an action that is no literal is not found by this test", s.path)
				return true
			}
			what, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds := []string{"dashboard", "klip", "source"}
			if strings.HasPrefix(what, "default_") {
				kinds = kinds[:1]
			}
			for _, kind := range kinds {
				found = append(found, kind+"."+what)
			}
			return true
		})
	}
	if len(found) < 15 {
		t.Errorf("only %d actions of assets found: %s", len(found), strings.Join(found, " "))
	}
	return found
}

// TestActionsHaveWords compares the actions that are written to the trail with the
// sentences that the web application has for them.
func TestActionsHaveWords(t *testing.T) {
	var found []string
	set := token.NewFileSet()
	for _, p := range ours(t) {
		if p.name() == "internal/authz" || below(p.name(), "internal/api", "internal/tools") {
			continue
		}
		files := sources(t, set, p)
		if p.name() == "internal/asset" {
			found = append(found, assetActions(t, files)...)
		}
		for _, s := range files {
			writes := slices.ContainsFunc(s.file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"octavo/internal/audit"` })
			if !writes && p.name() != "internal/audit" && p.name() != "internal/dashboard" && p.name() != "internal/klip" { // their files hand actions on
				continue
			}
			ast.Inspect(s.file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(lit.Value)
				if err == nil && actionForm.MatchString(text) && !slices.Contains(notActions, text) {
					found = append(found, text)
				}
				return true
			})
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	words, err := os.ReadFile(filepath.Join("..", "web", "src", "lib", "messages", "activity.ts"))
	if err != nil {
		t.Fatal(err)
	}
	var worded []string
	for _, m := range regexp.MustCompile(`'activity\.did\.([a-z_.]+)'`).FindAllStringSubmatch(string(words), -1) {
		worded = append(worded, m[1])
	}
	if len(found) < 20 {
		t.Errorf("only %d actions found: %s", len(found), strings.Join(found, " "))
	}
	for _, action := range found {
		if !slices.Contains(worded, action) {
			t.Errorf("%s has no words: add 'activity.did.%s' to web/src/lib/messages/activity.ts", action, action)
		}
	}
	for _, action := range worded {
		if !slices.Contains(found, action) {
			t.Errorf("the words of %s are for nothing", action)
		}
	}
}
