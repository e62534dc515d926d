package component

import (
	"slices"
	"sort"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// Arrange filters, groups, aggregates, sorts and cuts the rows of a component
// (klips.md §3, steps 3–6). The lists of in.Data that are rows come back side by
// side: shorter ones are padded with blanks. A list of one item among longer ones is
// a constant; it takes part in filtering only. The lists that are given stay as they are.
func Arrange(r *vec.Run, in Input) (map[string]value.Vector, []Warning, error) {
	var out Output
	t := &rowSet{in: in, run: r}
	for _, p := range in.Node.Parts() {
		if v, ok := in.Data[p.ID()]; ok && IsRow(p) {
			t.parts = append(t.parts, newRowPart(in, p, v))
		}
	}
	t.align(&out)
	for _, step := range []func() error{t.filter, t.filterRanked, t.group, t.sort} {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	ty, _ := Find(in.Node.TypeName())
	if limit := in.Node.number(ty.Properties, "limit"); limit != nil && t.rows > int(*limit) {
		t.rows = int(*limit)
		for _, p := range t.parts {
			if !p.constant {
				p.list = p.list.Slice(0, t.rows)
			}
		}
	}
	lists := make(map[string]value.Vector, len(t.parts))
	for _, p := range t.parts {
		lists[p.node.ID()] = p.list
	}
	return lists, out.Warnings, nil
}

// rowSet are the rows of a component while they are arranged.
type rowSet struct {
	in    Input
	run   *vec.Run
	parts []*rowPart
	rows  int
}

type rowPart struct {
	node     Node
	format   Format
	actions  Actions
	compare  comparer
	list     value.Vector
	constant bool // one item for all rows
}

func newRowPart(in Input, p Node, v value.Vector) *rowPart {
	t, _ := Find(in.Node.TypeName())
	pt, _ := t.Part(p.TypeName())
	f := in.formatOf(p, pt)
	return &rowPart{node: p, format: f, actions: ActionsOf(p), list: v, compare: comparer{newWriter(v, f, in.Place, shortenAxis)}}
}

// align pads what is too short.
func (t *rowSet) align(out *Output) {
	nodes := make([]Node, len(t.parts))
	for i, p := range t.parts {
		nodes[i] = p.node
	}
	t.rows = t.in.lengthOf(nodes, out)
	for _, p := range t.parts {
		n := p.list.Len()
		p.constant = n == 1 && t.rows > 1
		if n < t.rows && !p.constant {
			p.list = value.Concat(p.list, value.Blanks(t.rows-n))
			if p.list.Len() == 0 { // blanks beside nothing
				p.list = value.Blanks(t.rows)
			}
		}
	}
}

// take keeps the rows at the positions.
func (t *rowSet) take(rows []int32) error {
	for _, p := range t.parts {
		if p.constant {
			continue
		}
		if err := t.run.Reserve(len(rows), 8); err != nil {
			return err
		}
		p.list = p.list.Take(rows)
	}
	t.rows = len(rows)
	return nil
}

func isRanked(f Filter) bool { return f.Is == "top" || f.Is == "bottom" }

// filter keeps the rows that pass all filters; each distinct item is looked at once.
func (t *rowSet) filter() error {
	keep := make([]bool, t.rows)
	for i := range keep {
		keep[i] = true
	}
	changed := false
	for _, p := range t.parts {
		for _, f := range p.actions.Filters {
			if isRanked(f) {
				continue
			}
			changed = true
			if err := t.strike(p, f, keep); err != nil {
				return err
			}
		}
	}
	if !changed {
		return nil
	}
	rows := make([]int32, 0, t.rows)
	for i, k := range keep {
		if k {
			rows = append(rows, int32(i))
		}
	}
	return t.take(rows)
}

// strike clears the rows that do not pass a filter.
func (t *rowSet) strike(p *rowPart, f Filter, keep []bool) error {
	if t.rows == 0 {
		return nil
	}
	c := p.list.Coded()
	pass := make([]bool, c.Entries.Len())
	for i := range pass {
		pass[i] = p.compare.passes(f, c.Entries.Item(i))
	}
	return t.run.Blocks(t.rows, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			code := uint32(0)
			if !p.constant && !p.list.IsConst() {
				code = c.Codes[i]
			}
			keep[i] = keep[i] && pass[code]
		}
	})
}

// filterRanked keeps the largest or smallest of the rows that passed; of equal ones the first.
func (t *rowSet) filterRanked() error {
	for _, p := range t.parts {
		for _, f := range p.actions.Filters {
			if !isRanked(f) || p.constant {
				continue
			}
			order, err := vec.SortOrder(t.run, t.keys(p), true, f.Is == "top")
			if err != nil {
				return err
			}
			n := int(operand(f.Values, 0).Num)
			rows := order[:min(n, len(order))]
			slices.Sort(rows)
			if err := t.take(rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// keys are the items of a part as they are compared: dates as seconds.
func (t *rowSet) keys(p *rowPart) value.Vector {
	if p.compare.kind != KindDate {
		return p.list
	}
	return p.list.MapEntries(p.compare.key)
}

// sort orders the rows by the parts that say so, the lowest priority first.
func (t *rowSet) sort() error {
	var by []*rowPart
	for _, p := range t.parts {
		if p.actions.Sort != nil && !p.constant {
			by = append(by, p)
		}
	}
	sort.SliceStable(by, func(i, j int) bool { return by[i].actions.Sort.Priority < by[j].actions.Sort.Priority })
	for _, p := range slices.Backward(by) { // sorting is stable: the one that decides first comes last
		keys, numeric := t.sortKeys(p)
		rows, err := vec.SortOrder(t.run, keys, numeric, p.actions.Sort.Descending)
		if err != nil {
			return err
		}
		if err := t.take(rows); err != nil {
			return err
		}
	}
	return nil
}

// sortKeys are what a part is sorted by: numbers, dates, texts, or places in an order that somebody chose.
func (t *rowSet) sortKeys(p *rowPart) (keys value.Vector, numeric bool) {
	if order := p.actions.Sort.Order; order != nil {
		place := make(map[string]float64, len(order))
		for i := range order {
			place[operand(order, i).Text()] = float64(i + 1)
		}
		return p.list.MapEntries(func(it value.Item) value.Item {
			if at, ok := place[p.compare.shown(it)]; ok {
				return value.Num(at)
			}
			return value.Item{}
		}), true
	}
	return t.keys(p), p.compare.kind != KindText
}
