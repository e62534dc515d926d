package secret

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// Dots stand for a secret wherever people read.
const Dots = "••••••"

// leastMasked is the length of the shortest secret that is masked: shorter ones would hide half of every text and protect nothing.
const leastMasked = 3

// Mask replaces secrets in a text that is kept or shown, also in the forms in which addresses, headers and JSON carry
// them: a service may send back what it was sent.
func Mask(text string, secrets ...string) string {
	var forms []string
	for _, s := range secrets {
		if len(s) < leastMasked {
			continue
		}
		quoted, _ := json.Marshal(s) // texts always marshal
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s), strings.Trim(string(quoted), `"`))
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			forms = append(forms, enc.EncodeToString([]byte(s)))
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) }) // the longest first: one may be part of another
	for _, form := range forms {
		text = strings.ReplaceAll(text, form, Dots)
	}
	return text
}
