package vec

import "octavo/internal/formula/value"

// rowBlock is how many rows MapRows handles between two looks at the deadline:
// fewer than Block, since a row of texts costs more than a number.
const rowBlock = 1 << 12

// bookBytes is how many bytes of new texts are made before they are reserved.
const bookBytes = 1 << 20

// MapRows aligns lists and gives at each position what f makes of the items
// there. f runs once per distinct combination of items, so it must be pure; it
// must not keep the row. The texts it makes count against the budget.
func MapRows(r *Run, lists []value.Vector, f func(row []value.Item) (value.Item, error)) (value.Vector, error) {
	rows, err := NewCombinations(r, lists)
	if err != nil || rows.N == 0 {
		return value.Vector{}, err
	}
	out := value.NewBuilder(rows.Count)
	bytes := 0
	err = rows.Each(r, func(row []value.Item) error {
		it, err := f(row)
		if err != nil {
			return err
		}
		out.Append(it)
		if bytes += len(it.Str); bytes >= bookBytes {
			err = r.Reserve(1, bytes)
			bytes = 0
		}
		return err
	})
	if err != nil {
		return value.Vector{}, err
	}
	switch {
	case rows.Codes == nil:
		return value.Const(out.Vector().Item(0), rows.N), nil
	case inOrder(rows.Codes):
		return out.Vector(), nil
	}
	if err := r.Reserve(rows.N, 12); err != nil {
		return value.Vector{}, err
	}
	return out.Vector().Expand(rows.Codes), nil
}

func inOrder(codes []uint32) bool {
	for i, c := range codes {
		if int(c) != i {
			return false
		}
	}
	return true
}

// Combinations are aligned lists as codes of the distinct combinations of items
// that stand at one position.
type Combinations struct {
	N     int      // positions
	Count int      // distinct combinations
	Codes []uint32 // combination at each position; nil if all lists are constant

	entries []value.Vector // of each list
	picks   [][]uint32     // list, combination → entry; nil for a constant list
}

// NewCombinations aligns lists and finds their distinct combinations; N is 0 if one is empty.
func NewCombinations(r *Run, lists []value.Vector) (Combinations, error) {
	n, v := r.Align(lists...)
	c := Combinations{N: n, Count: 1, entries: make([]value.Vector, len(v)), picks: make([][]uint32, len(v))}
	if n == 0 {
		return c, nil
	}
	for i, l := range v {
		coded := l.Coded()
		c.entries[i] = coded.Entries
		if l.IsConst() || coded.Entries.Len() == 1 {
			continue
		}
		if err := r.Reserve(n, 8); err != nil {
			return c, err
		}
		if c.Codes == nil {
			c.first(i, coded)
		} else {
			c.next(i, coded)
		}
	}
	return c, nil
}

func (c *Combinations) first(list int, coded value.Coded) {
	c.Codes, c.Count = coded.Codes, coded.Entries.Len()
	pick := make([]uint32, c.Count)
	for i := range pick {
		pick[i] = uint32(i)
	}
	c.picks[list] = pick
}

func (c *Combinations) next(list int, coded value.Coded) {
	codes, pairs := value.Pairs(c.Codes, coded.Codes, c.Count, coded.Entries.Len())
	for j, old := range c.picks[:list] {
		if old == nil {
			continue
		}
		moved := make([]uint32, len(pairs))
		for i, p := range pairs {
			moved[i] = old[p[0]]
		}
		c.picks[j] = moved
	}
	pick := make([]uint32, len(pairs))
	for i, p := range pairs {
		pick[i] = p[1]
	}
	c.picks[list], c.Codes, c.Count = pick, codes, len(pairs)
}

// Each calls f with every combination; the row is valid during the call only.
func (c *Combinations) Each(r *Run, f func(row []value.Item) error) error {
	row := make([]value.Item, len(c.entries))
	for i := range c.Count {
		if i%rowBlock == 0 {
			if err := r.Step(); err != nil {
				return err
			}
		}
		for j, pick := range c.picks {
			e := 0
			if pick != nil {
				e = int(pick[i])
			}
			row[j] = c.entries[j].Item(e)
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return nil
}
