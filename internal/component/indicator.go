package component

import (
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"octavo/internal/formula/value"
)

// indicator marks items that fulfil all of its conditions (klips.md §7).
type indicator struct {
	conditions []condition
	reactions  []reaction
}

// condition compares the items of a part with constants, or with those of another part.
type condition struct {
	part, with string
	filter     Filter
}

// reaction is what happens to the items of a part, or to all of the row.
type reaction struct {
	part string // "" = the part of the first condition
	row  bool
	mark Mark
}

// Mark is how one item differs from the others of its part. What is absent is as usual.
type Mark struct {
	Row        int     `json:"row"`
	Color      string  `json:"color,omitempty"`      // theme:1 … theme:8, or #rrggbb
	Background string  `json:"background,omitempty"` // the same
	Icon       string  `json:"icon,omitempty"`
	Bold       bool    `json:"bold,omitempty"`
	Italic     bool    `json:"italic,omitempty"`
	Text       *string `json:"text,omitempty"` // in place of the item's own
}

// over puts what a later mark says over an earlier one.
func (m Mark) over(later Mark) Mark {
	if later.Color != "" {
		m.Color = later.Color
	}
	if later.Background != "" {
		m.Background = later.Background
	}
	if later.Icon != "" {
		m.Icon = later.Icon
	}
	if later.Text != nil {
		m.Text = later.Text
	}
	m.Bold, m.Italic = m.Bold || later.Bold, m.Italic || later.Italic
	return m
}

const (
	maxIndicators = 50
	maxInside     = 20  // conditions or reactions of one
	maxMarkText   = 200 // characters
)

var (
	colour = regexp.MustCompile(`^(theme:[1-8]|#[0-9a-f]{6})$`)
	icons  = []string{"up", "down", "flat", "circle", "flag", "tick", "warning"}
)

// canonicalIndicators checks the indicators of a component; parts are its own.
func canonicalIndicators(node Node, path string) error {
	if node["indicators"] == nil {
		return nil
	}
	list, err := listOf(node["indicators"], path, maxIndicators, "indicators")
	if err != nil {
		return err
	}
	var parts []string
	for _, p := range node.Parts() {
		parts = append(parts, p.ID())
	}
	for i, it := range list {
		at := path + "/" + strconv.Itoa(i)
		m, ok := it.(map[string]any)
		if !ok {
			return Bad(at, "An indicator is an object.")
		}
		if err := checkInside(m["if"], parts, at+"/if", checkCondition); err != nil {
			return err
		}
		if err := checkInside(m["then"], parts, at+"/then", checkReaction); err != nil {
			return err
		}
	}
	setOrDrop(node, "indicators", list, len(list) == 0)
	return nil
}

// checkInside checks the conditions or the reactions of an indicator.
func checkInside(v any, parts []string, path string, check func(map[string]any, []string, string) error) error {
	inside, err := listOf(v, path, maxInside, "entries")
	if err != nil {
		return err
	}
	if len(inside) == 0 {
		return Bad(path, "An indicator needs a condition and a reaction.")
	}
	for i, x := range inside {
		here := path + "/" + strconv.Itoa(i)
		one, ok := x.(map[string]any)
		if !ok {
			return Bad(here, "An object belongs here.")
		}
		if err := check(one, parts, here); err != nil {
			return err
		}
	}
	return nil
}

func checkPart(m map[string]any, field string, parts []string, path string) error {
	if id, _ := m[field].(string); m[field] != nil && !slices.Contains(parts, id) {
		return Bad(path+"/"+field, "This is no part of the component.")
	}
	return nil
}

func checkCondition(m map[string]any, parts []string, path string) error {
	if m["part"] == nil {
		return Bad(path+"/part", "A condition names a part of the component.")
	}
	for _, field := range []string{"part", "with"} {
		if err := checkPart(m, field, parts, path); err != nil {
			return err
		}
	}
	is, _ := m["is"].(string)
	if isRanked(Filter{Is: is}) {
		return Bad(path+"/is", "An indicator cannot use the comparison %q.", is)
	}
	if m["with"] == nil {
		return checkComparison(m, path)
	}
	if takes, ok := comparisons[is]; !ok || takes != oneValue || is == "matches" {
		return Bad(path+"/is", "Two parts cannot be compared by %q.", is)
	}
	return nil
}

func checkReaction(m map[string]any, parts []string, path string) error {
	if err := checkPart(m, "part", parts, path); err != nil {
		return err
	}
	for _, field := range []string{"color", "background"} {
		if s, _ := m[field].(string); m[field] != nil && !colour.MatchString(s) {
			return Bad(path+"/"+field, "A colour is theme:1 to theme:8, or #rrggbb.")
		}
	}
	if m["icon"] != nil {
		if err := (Property{Words: "icon", Kind: Choice, Choices: icons}).check(m["icon"], path+"/icon"); err != nil {
			return err
		}
	}
	for _, field := range []string{"bold", "italic", "row"} {
		if _, ok := m[field].(bool); m[field] != nil && !ok {
			return Bad(path+"/"+field, "True or false belongs here.")
		}
	}
	if s, ok := m["text"].(string); m["text"] != nil && (!ok || utf8.RuneCountInString(s) > maxMarkText) {
		return Bad(path+"/text", "A text of at most %d characters belongs here.", maxMarkText)
	}
	return nil
}

// indicatorsOf reads the indicators of a component from a canonical tree.
func indicatorsOf(node Node) []indicator {
	var out []indicator
	for _, n := range Nodes(node["indicators"]) {
		var ind indicator
		for _, c := range Nodes(n["if"]) {
			ind.conditions = append(ind.conditions, condition{c.text("part"), c.text("with"), filterOf(c)})
		}
		for _, r := range Nodes(n["then"]) {
			ind.reactions = append(ind.reactions, reactionOf(r))
		}
		if len(ind.conditions) > 0 {
			out = append(out, ind)
		}
	}
	return out
}

func reactionOf(r Node) reaction {
	x := reaction{part: r.text("part"), mark: Mark{Color: r.text("color"), Background: r.text("background"), Icon: r.text("icon")}}
	x.row, _ = r["row"].(bool)
	x.mark.Bold, _ = r["bold"].(bool)
	x.mark.Italic, _ = r["italic"].(bool)
	if s, ok := r["text"].(string); ok {
		x.mark.Text = &s
	}
	return x
}

// marks tells, by the id of a part, which of its first rows differ. Later indicators
// win over earlier ones, property by property. They see values, never formatted texts.
// types are those of the parts.
func (in Input) marks(rows int, types ...*PartType) map[string][]Mark {
	out := map[string][]Mark{}
	if in.Node["indicators"] == nil {
		return out
	}
	comparers := map[string]comparer{}
	for _, p := range in.Node.Parts() {
		i := slices.IndexFunc(types, func(pt *PartType) bool { return pt.Name == p.TypeName() })
		if v, ok := in.Data[p.ID()]; ok && i >= 0 {
			comparers[p.ID()] = comparer{newWriter(v, in.formatOf(p, types[i]), in.Place, shortenAxis)}
		}
	}
	for _, ind := range indicatorsOf(in.Node) {
		for i := range rows {
			if !in.fulfils(ind.conditions, i, comparers) {
				continue
			}
			for _, r := range ind.reactions {
				for _, p := range in.Node.Parts() {
					if r.row || p.ID() == r.part || r.part == "" && p.ID() == ind.conditions[0].part {
						out[p.ID()] = addMark(out[p.ID()], i, r.mark)
					}
				}
			}
		}
	}
	for id := range out {
		slices.SortFunc(out[id], func(a, b Mark) int { return a.Row - b.Row })
	}
	return out
}

func addMark(list []Mark, row int, m Mark) []Mark {
	m.Row = row
	if i := slices.IndexFunc(list, func(x Mark) bool { return x.Row == row }); i >= 0 {
		list[i] = list[i].over(m)
		return list
	}
	return append(list, m)
}

// fulfils says whether a row fulfils all conditions. A list of one item is compared
// with every row.
func (in Input) fulfils(all []condition, row int, comparers map[string]comparer) bool {
	for _, c := range all {
		left, ok := in.itemOf(c.part, row)
		if !ok {
			return false
		}
		f := c.filter
		if c.with != "" {
			right, ok := in.itemOf(c.with, row)
			if !ok || right.IsEmpty() {
				return false
			}
			f.Values = []any{rawOf(right)}
		}
		if !comparers[c.part].passes(f, left) {
			return false
		}
	}
	return true
}

func (in Input) itemOf(part string, row int) (value.Item, bool) {
	v, ok := in.Data[part]
	switch {
	case !ok:
		return value.Item{}, false
	case v.Len() == 1:
		return v.Item(0), true
	case row >= v.Len():
		return value.Item{}, true
	}
	return v.Item(row), true
}
