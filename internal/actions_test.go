package internal_test

import (
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
var notActions = []string{"session.sweep", "audit.seal", "mail.sweep", "user.reset", "a.deleted_at", "calls.sweep", "bin.sweep", "client.purge", "content.sweep", "trial.tend"}

// madeUp are actions whose first word is the kind of an asset (package asset).
var madeUp = []string{
	"dashboard.copied", "dashboard.locked", "dashboard.unlocked", // internal/dashboard/copy.go
	"dashboard.restored", "klip.restored", "source.restored", "dashboard.shared", "klip.shared", "source.shared"}

// TestActionsHaveWords compares the actions that are written to the trail with the
// sentences that the web application has for them.
func TestActionsHaveWords(t *testing.T) {
	found := slices.Clone(madeUp)
	set := token.NewFileSet()
	for _, p := range ours(t) {
		if p.name() == "internal/authz" || below(p.name(), "internal/api", "internal/tools") {
			continue
		}
		for _, s := range sources(t, set, p) {
			if !slices.ContainsFunc(s.file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"octavo/internal/audit"` }) && p.name() != "internal/audit" {
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
