// Package fold gives the form in which names and e-mail addresses are compared
// and sorted, so that both database engines agree.
package fold

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Text is s in compatibility form (NFKC), in lower case, without blanks around it.
func Text(s string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(s)))
}

// Like is a pattern for `LIKE … ESCAPE '!'` that finds s anywhere in a folded column; blanks alone find all.
func Like(s string) string {
	r := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")
	return "%" + r.Replace(Text(s)) + "%"
}
