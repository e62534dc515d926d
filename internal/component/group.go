package component

import (
	"slices"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// groups are the groups that rows belong to, in order of first appearance.
type groups struct {
	of    []uint32 // row → group
	first []int32  // group → its first row
}

// group makes one row of each group: grouped parts keep their item, the others are
// aggregated. Without a grouped part an aggregate makes one row of all.
func (t *rowSet) group() error {
	grouped := func(p *rowPart) bool { return p.actions.Group && !p.constant }
	aggregated := func(p *rowPart) bool { return p.actions.Aggregate != "" && !p.constant }
	if t.rows == 0 || !slices.ContainsFunc(t.parts, grouped) && !slices.ContainsFunc(t.parts, aggregated) {
		return nil
	}
	if err := t.run.Reserve(t.rows, 16); err != nil {
		return err
	}
	g := groups{of: make([]uint32, t.rows)}
	count := 1
	for _, p := range t.parts {
		if grouped(p) {
			v := t.shown(p)
			codes, pairs := value.Pairs(g.of, groupCodes(v), count, v.Groups().Keys.Len())
			g.of, count = codes, len(pairs)
		}
	}
	for i, code := range g.of { // Pairs numbers them by first occurrence
		if int(code) == len(g.first) {
			g.first = append(g.first, int32(i))
		}
	}
	for _, p := range t.parts {
		if p.constant {
			continue
		}
		var err error
		if p.list, err = t.perGroup(p, g); err != nil {
			return err
		}
	}
	t.rows = len(g.first)
	return nil
}

// shown are the items of a part as they are displayed: the pattern of a date says
// how fine its groups are.
func (t *rowSet) shown(p *rowPart) value.Vector { return Displayed(p.list, p.format, t.in.Place) }

// groupCodes gives the group of each item: items with the same text are one.
func groupCodes(v value.Vector) []uint32 {
	g := v.Groups()
	codes := make([]uint32, v.Len())
	for i := range codes {
		if v.IsConst() {
			codes[i] = g.Of[0]
		} else {
			codes[i] = g.Of[g.Codes[i]]
		}
	}
	return codes
}

var methods = map[string]vec.Method{
	"sum": vec.MethodSum, "average": vec.MethodAverage, "min": vec.MethodMin, "max": vec.MethodMax, "count": vec.MethodCount,
	"count_distinct": vec.MethodCountDistinct, "median": vec.MethodMedian, "last": vec.MethodLast, "join": vec.MethodJoin,
}

// perGroup gives one item for each group. A grouped date is the earliest of its
// group, so that months come in their order.
func (t *rowSet) perGroup(p *rowPart, g groups) (value.Vector, error) {
	how := p.actions.Aggregate
	isDate := p.compare.kind == KindDate
	switch {
	case p.actions.Group && isDate:
		how = "min"
	case p.actions.Group:
		how = "first"
	case how == "" && !isDate && (p.compare.kind == KindNumber || p.list.Kind() == value.Number):
		how = "sum"
	case how == "":
		how = "first"
	}
	if how == "first" {
		return p.list.Take(g.first), nil
	}
	measure := p.list
	if isDate && how != "count" && how != "count_distinct" && how != "join" {
		measure = t.keys(p)
	}
	numbers := make([]float64, len(g.of))
	for i, code := range g.of {
		numbers[i] = float64(code)
	}
	by := value.Numbers(numbers, nil)
	list, err := vec.GroupBy(t.run, by, measure, methods[how])
	if err != nil {
		return value.Vector{}, err
	}
	keys := by.Groups().Keys // GroupBy's order is that of texts
	rows := make([]int32, keys.Len())
	for i := range rows {
		rows[int(keys.Item(i).Num)] = int32(i)
	}
	return list.Take(rows), nil
}
