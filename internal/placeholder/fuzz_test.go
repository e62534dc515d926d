package placeholder_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"octavo/internal/errs"
	"octavo/internal/placeholder"
)

// check resolves a template with a hostile value: it is refused, or ok says that its
// shape is what the author wrote.
func check(t *testing.T, tpl placeholder.Template, pos placeholder.Position, s placeholder.Scope, ok func(out string) bool) {
	t.Helper()
	out, err := tpl.Resolve(pos, s)
	if err != nil {
		if !errs.Is(err, "bad_variable_value") {
			t.Error(err)
		}
		return
	}
	if !ok(out) {
		t.Errorf("%q becomes %q", s.Values["x"], out)
	}
}

func checkAddress(out string) bool {
	u, err := url.Parse(out)
	if err != nil || u.Host != "h" || u.Fragment != "" {
		return false
	}
	parts, err := url.ParseQuery(u.RawQuery)
	slashes := 0
	for _, c := range u.EscapedPath() {
		if c == '/' {
			slashes++
		}
	}
	return err == nil && len(parts) == 1 && len(parts["c"]) == 1 && slashes == 3
}

func checkJSON(out string) bool {
	var got map[string]json.RawMessage
	return json.Unmarshal([]byte(out), &got) == nil && len(got) == 2
}

func checkForm(out string) bool {
	parts, err := url.ParseQuery(out)
	return err == nil && len(parts) == 2 && len(parts["a"]) == 1
}
