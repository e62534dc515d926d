package rest

import "strings"

// SameOrigin is sameOrigin for tests.
var SameOrigin = sameOrigin

// Rounds are the values that paging puts into each request.
func Rounds(p Prepared) []string {
	var out []string
	for _, r := range p.rounds {
		var values []string
		for _, one := range r.params {
			values = append(values, one.value)
		}
		out = append(out, strings.Join(values, " "))
	}
	return out
}
