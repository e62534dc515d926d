package placeholder

import (
	"encoding/csv"
	"regexp"
	"strings"
)

// SQL is how values come into a statement.
type SQL struct {
	Parameter func(n int) string       // how the n-th parameter is written, from 1
	Quote     func(name string) string // how the name of a column or table is written
	Raw       bool                     // values with the filter raw become text; else they are refused
}

var plainIdent = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)

// ResolveSQL gives the statement with parameters in the place of values, and the values
// in their order. No value becomes text of the statement, but for a plain name with the
// filter sql_ident, and one with the filter raw where q allows it. Codes
// missing_variable, bad_variable_value.
func (t Template) ResolveSQL(q SQL, s Scope) (text string, args []string, err error) {
	var sb strings.Builder
	bind := func(value string) {
		args = append(args, value)
		sb.WriteString(q.Parameter(len(args)))
	}
	for _, p := range t.parts {
		if p.hole == nil {
			sb.WriteString(p.text)
			continue
		}
		value, err := p.hole.value(s)
		if err != nil {
			return "", nil, err
		}
		switch h := p.hole; {
		case h.has(filterSQLIdent):
			if !plainIdent.MatchString(value) {
				return "", nil, refused(h.label(), "it is no name of a column")
			}
			sb.WriteString(q.Quote(value))
		case h.has(filterRaw):
			if !q.Raw {
				return "", nil, refused(h.label(), "raw text in SQL needs a permission")
			}
			sb.WriteString(value)
		case h.has(filterList):
			for i, item := range listItems(value) {
				if i > 0 {
					sb.WriteString(", ")
				}
				bind(item)
			}
		default:
			bind(value)
		}
	}
	return sb.String(), args, nil
}

// listItems are the items of a list, which is written like a line of a CSV file. An
// empty list is one empty text, so that IN (…) finds nothing instead of failing.
func listItems(text string) []string {
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace, r.LazyQuotes = true, true
	items, err := r.Read()
	if err != nil || len(items) == 0 {
		return []string{text}
	}
	return items
}
