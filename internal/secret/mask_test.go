package secret_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"octavo/internal/secret"
)

// A secret does not show in any of the forms in which a service may send it back, and what is none stays.
func TestSecretsAreMaskedInEveryForm(t *testing.T) {
	const plain = `key "Zx81"+vault/é?`
	quoted, err := json.Marshal(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, form := range map[string]string{
		"as it is": plain, "in a query": url.QueryEscape(plain), "in a path": url.PathEscape(plain), "in JSON": strings.Trim(string(quoted), `"`),
		"in base64": base64.StdEncoding.EncodeToString([]byte(plain)), "in base64 of addresses": base64.RawURLEncoding.EncodeToString([]byte(plain)),
	} {
		if got := secret.Mask("before "+form+" after", "other", plain); got != "before "+secret.Dots+" after" {
			t.Errorf("%s it reads %q", name, got)
		}
	}
	if got := secret.Mask("nothing to hide", "", "no", "hi"); got != "nothing to hide" {
		t.Errorf("short secrets hide %q", got)
	}
}
