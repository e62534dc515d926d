package dbtest

import (
	"fmt"
	"slices"
	"strings"

	"octavo/internal/db"
)

// guards are the tables of the product.
var guards = db.Tables()

// violation says what is wrong with the scope of a statement, "" when nothing is.
// It looks at what was bound, not at names in the text, and only at the text to find
// the tables.
func violation(st db.Statement) string {
	rows := slices.Contains(st.Own, "account_id") || slices.Contains(st.Own, "family_id") // checked one by one by Insert
	account := rows || slices.Contains(st.Own, "account") || slices.Contains(st.Own, "accounts") || slices.Contains(st.Own, "agency")
	family := account || slices.Contains(st.Own, "family")
	for _, table := range tablesOf(st.Text) {
		guard, known := guards[table]
		switch {
		case !known || guard == db.OpenTable:
			continue // a name of the statement itself, such as a common table expression
		case st.Scope == "system":
			if guard != db.SystemTable {
				return fmt.Sprintf("a System scope reaches %s", table)
			}
		case guard == db.TenantTable || guard == db.SystemTable:
			if !account && !(table == "accounts" && family && st.Scope == "family") {
				return fmt.Sprintf("%s is reached without :account or :accounts of the scope", table)
			}
		case guard == db.ContentTable && !family:
			return fmt.Sprintf("%s is reached without :family or :account of the scope", table)
		case guard == db.BelowTable && !family && !insertsInto(st, table):
			return fmt.Sprintf("%s is reached without :family or :account of the scope", table)
		}
	}
	return ""
}

// insertsInto says whether st is made by Tx.Insert: rows below a content row name only their parent.
func insertsInto(st db.Statement, table string) bool {
	return strings.HasPrefix(st.Text, "INSERT INTO "+table+" (") && strings.HasSuffix(st.Text, "VALUES (…)")
}

// tablesOf lists the names that stand where SQL wants a table.
func tablesOf(text string) []string {
	var names []string
	depth := 0
	lists := map[int]bool{} // depths at which a comma separates tables
	want := false           // the next word is a table
	for _, w := range words(text) {
		switch {
		case w == "(":
			depth++
			want = false
		case w == ")":
			delete(lists, depth)
			depth--
		case w == ",":
			want = lists[depth]
		case want && w != "select" && w != "set" && w != "of":
			names = append(names, w)
			want = false
		default:
			want = w == "from" || w == "join" || w == "into" || w == "update" || w == "using"
			if w == "from" || w == "using" {
				lists[depth] = true
			} else if ends[w] {
				lists[depth] = false
			}
		}
	}
	return names
}

// ends are the words after which a list of tables is over.
var ends = map[string]bool{
	"where": true, "group": true, "order": true, "having": true, "limit": true, "set": true,
	"returning": true, "union": true, "except": true, "intersect": true, "select": true, "values": true,
}

// words splits SQL into lower-case words, parentheses and commas; comments and quoted texts are left out.
func words(text string) []string {
	var out []string
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\'':
			i = past(text, i+1, "'")
		case strings.HasPrefix(text[i:], "--"):
			i = past(text, i+2, "\n")
		case strings.HasPrefix(text[i:], "/*"):
			i = past(text, i+2, "*/")
		case c == '(' || c == ')' || c == ',':
			out = append(out, string(c))
			i++
		case isWord(c):
			end := i
			for end < len(text) && isWord(text[end]) {
				end++
			}
			out = append(out, strings.ToLower(text[i:end]))
			i = end
		default:
			i++
		}
	}
	return out
}

func past(text string, from int, end string) int {
	n := strings.Index(text[from:], end)
	if n < 0 {
		return len(text)
	}
	return from + n + len(end)
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
