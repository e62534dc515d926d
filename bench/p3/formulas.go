package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// The kinds of formulas, one of each in every Klip.
var kinds = []string{"group", "ratio", "lookup", "top", "months", "distinct", "join", "running"}

// formula is one of the thousand: Text is what Octavo runs, the rest says the
// same in parts, from which every peer builds its query.
type formula struct {
	Klip    int    `json:"klip"`
	Kind    string `json:"kind"`
	Variant int    `json:"variant"`
	Text    string `json:"text"`
	Filter  []atom `json:"filter"`
	Group   string `json:"group,omitempty"`
	Measure string `json:"measure,omitempty"`
	Method  string `json:"method,omitempty"`
	Unit    string `json:"unit,omitempty"`
	Extra   *atom  `json:"extra,omitempty"` // a further condition
}

// atom is one condition: Column Op operands.
type atom struct {
	Column string   `json:"column"`
	Op     string   `json:"op"` // = > >= between in
	Text   string   `json:"text,omitempty"`
	Num    float64  `json:"num,omitempty"`
	To     float64  `json:"to,omitempty"` // of between
	Texts  []string `json:"texts,omitempty"`
}

func (a atom) String() string {
	switch {
	case a.Op == "in":
		return fmt.Sprintf("IN(@%s, ARRAY(\"%s\"))", a.Column, strings.Join(a.Texts, `", "`))
	case a.Op == "between":
		return fmt.Sprintf("BETWEEN(@%s, %.0f, %.0f)", a.Column, a.Num, a.To)
	case a.Text != "":
		return fmt.Sprintf("@%s %s \"%s\"", a.Column, a.Op, a.Text)
	}
	return fmt.Sprintf("@%s %s %s", a.Column, a.Op, strconv.FormatFloat(a.Num, 'f', -1, 64))
}

func condition(atoms ...atom) string {
	texts := make([]string, len(atoms))
	for i, a := range atoms {
		texts[i] = a.String()
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return "AND(" + strings.Join(texts, ", ") + ")"
}

// maker makes the formulas of one Klip.
type maker struct {
	r      *rand.Rand
	klip   int
	filter []atom
}

// makeFormulas gives the formulas of the Klips of an agency: a Klip looks at the
// orders through one filter, and its eight formulas share it.
func makeFormulas(klips int, seed uint64) []formula {
	r := rand.New(rand.NewPCG(seed, 2))
	var out []formula
	for k := range klips {
		m := maker{r: r, klip: k, filter: makeFilter(r)}
		for i := range kinds { // each kind comes first, and pays for the filter, equally often
			f := m.formula(kinds[(i+k)%len(kinds)])
			f.Klip, f.Filter = k, m.filter
			out = append(out, f)
		}
	}
	return out
}

// makeFilter takes none (1 in 10), one (3), two (4) or three (2) different conditions.
func makeFilter(r *rand.Rand) []atom {
	count := []int{0, 1, 1, 1, 2, 2, 2, 2, 3, 3}[r.IntN(10)]
	filter := []atom{}
	for _, which := range r.Perm(6)[:count] {
		filter = append(filter, makeAtom(r, which))
	}
	return filter
}

func makeAtom(r *rand.Rand, which int) atom {
	switch which {
	case 0:
		return atom{Column: "Region", Op: "=", Text: region(r.IntN(regions))}
	case 1:
		return atom{Column: "Channel", Op: "=", Text: channelNames[r.IntN(channels)]}
	case 2:
		return atom{Column: "Units", Op: ">", Num: float64(2 + r.IntN(14))}
	case 3:
		from := r.IntN(days - 90)
		return atom{Column: "Date", Op: "between", Num: unix(from), To: unix(from + []int{29, 89, 364}[r.IntN(3)])}
	case 4:
		return atom{Column: "Amount", Op: ">=", Num: float64(20 * (1 + r.IntN(10)))}
	}
	var some []string
	for _, p := range r.Perm(products)[:20] {
		some = append(some, product(p))
	}
	return atom{Column: "Product", Op: "in", Texts: some}
}

func unix(day int) float64 { return float64(firstDay.AddDate(0, 0, day).Unix()) }

// part is a column through the filter of the Klip.
func (m *maker) part(column string) string {
	if len(m.filter) == 0 {
		return "@" + column
	}
	return "SELECT(@" + column + ", " + condition(m.filter...) + ")"
}

func (m *maker) pick(words ...string) string { return words[m.r.IntN(len(words))] }

func (m *maker) formula(kind string) formula {
	f := formula{Kind: kind, Measure: m.pick("Amount", "Amount", "Units", "Cost")}
	switch kind {
	case "group":
		f.Group = m.pick("Region", "Channel", "Product")
		f.Method = m.pick("sum", "sum", "sum", "average", "max", "count")
		f.Text = fmt.Sprintf("GROUPBY(%s, %s, %s)", m.part(f.Group), m.part(f.Measure), f.Method)
	case "ratio":
		m.ratio(&f)
	case "lookup":
		if f.Variant = m.r.IntN(2); f.Variant == 0 {
			f.Text = fmt.Sprintf("GROUPBY(LOOKUP(%s, @[Products/Code], @[Products/Category]), %s)", m.part("Product"), m.part(f.Measure))
		} else {
			f.Text = fmt.Sprintf("SUM(%s * LOOKUP(%s, @[Products/Code], @[Products/List price]))", m.part("Units"), m.part("Product"))
		}
	case "top":
		m.top(&f)
	case "months":
		f.Unit = m.pick("month", "month", "quarter", "week")
		f.Text = fmt.Sprintf("GROUPBY(DATE_STARTOF(%s, %s, , %s), %s)", m.part("Date"), f.Unit, map[string]string{"week": "Monday"}[f.Unit], m.part(f.Measure))
		f.Text = strings.Replace(f.Text, ", , )", ")", 1)
	case "distinct":
		if f.Variant = m.r.IntN(2); f.Variant == 0 {
			f.Text = fmt.Sprintf("COUNTALL(UNIQUE(%s))", m.part("Customer"))
		} else {
			f.Group = m.pick("Region", "Channel", "Product")
			f.Text = fmt.Sprintf("GROUPBY(%s, %s, countdistinct)", m.part(f.Group), m.part("Customer"))
		}
	case "join":
		if f.Variant = m.r.IntN(2); f.Variant == 0 {
			f.Text = fmt.Sprintf(`JOIN(GROUP(%s), ", ")`, m.part("Product"))
		} else {
			f.Text = fmt.Sprintf(`JOIN(GROUP(CONCAT(%s, " / ", %s)), "; ")`, m.part("Region"), m.part("Channel"))
		}
	case "running":
		if f.Variant = m.r.IntN(2); f.Variant == 0 {
			f.Text = fmt.Sprintf("CUMULATIVE(GROUPBY(%s, %s))", m.part("Date"), m.part(f.Measure))
		} else {
			f.Text = fmt.Sprintf("MAX(CUMULATIVE(%s - %s))", m.part("Amount"), m.part("Cost"))
		}
	}
	return f
}

// ratio is a margin, a mean, or the share of a part in the whole.
func (m *maker) ratio(f *formula) {
	switch f.Variant = m.r.IntN(3); f.Variant {
	case 0:
		amount, cost := m.part("Amount"), m.part("Cost")
		f.Text = fmt.Sprintf("(SUM(%s) - SUM(%s)) / SUM(%s)", amount, cost, amount)
	case 1:
		f.Text = fmt.Sprintf("SUM(%s) / COUNT(%s)", m.part(f.Measure), m.part("Customer"))
	default:
		extra := makeAtom(m.r, m.r.IntN(5))
		f.Extra = &extra
		f.Text = fmt.Sprintf("SUMIF(%s, @%s) / SUM(@%s)", condition(append(m.filter[:len(m.filter):len(m.filter)], extra)...), f.Measure, f.Measure)
	}
}

// top are the best customers or products, or the largest orders.
func (m *maker) top(f *formula) {
	switch f.Variant = m.r.IntN(3); f.Variant {
	case 0:
		f.Group = m.pick("Customer", "Product")
		key := m.part(f.Group)
		f.Text = fmt.Sprintf("TOP(GROUPBY(%s, %s), 10, GROUP(%s))", key, m.part("Amount"), key)
	case 1:
		f.Group = m.pick("Customer", "Product")
		f.Text = fmt.Sprintf("TOP(GROUPBY(%s, %s), 10)", m.part(f.Group), m.part("Amount"))
	default:
		f.Text = fmt.Sprintf("TOP(%s, 10)", m.part("Amount"))
	}
}
