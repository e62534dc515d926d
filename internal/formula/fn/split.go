package fn

import (
	"strings"

	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var splitFunc = Func{
	Name: "SPLIT", Group: Extension,
	Params: []Param{
		{Name: "text", Kind: Text},
		{Name: "separator", Kind: Text},
		{Name: "index", Kind: Number, Optional: true, Default: "all pieces"},
	},
	Doc: "Splits texts at a separator and gives the piece with an index, from 0 or negative from the end, or all pieces of all texts in one list.",
	Examples: []Example{
		{`SPLIT(@Code, "-", 0)`, "A, B, A, C, B, D"},
		{`SPLIT(@Code, "-", -1)`, "x, y, x, z, y, w"},
		{`SPLIT(FIRST(@Code, 2), "-")`, "A, 100, x, B, 200, y"},
		{`SPLIT("a;b", ";", 5)`, "∅"},
	},
	Eval: func(c *Call) (value.Vector, error) {
		if !c.Has(2) {
			return c.splitAll()
		}
		return c.rows(func(row []value.Item) (value.Item, error) {
			n, ok := c.whole(2, row[2], 0)
			if !ok || row[0].Kind == value.Blank {
				return value.Item{}, nil
			}
			s, separator := row[0].Text(), row[1].Text()
			if n < 0 {
				n += pieces(s, separator)
			}
			return piece(s, separator, n), nil
		}, 0, 1, 2)
	},
}

// pieces counts the pieces of a text; an empty separator splits into characters.
func pieces(s, separator string) int {
	n := strings.Count(s, separator)
	if separator == "" { // which is found before, between and after the characters
		return n - 1
	}
	return n + 1
}

// piece is piece n of a text; blank if there is none.
func piece(s, separator string, n int) value.Item {
	if n < 0 || n >= pieces(s, separator) {
		return value.Item{}
	}
	if separator == "" {
		return value.Str(part(s, n, n+1))
	}
	for ; n > 0; n-- {
		_, s, _ = strings.Cut(s, separator)
	}
	s, _, _ = strings.Cut(s, separator)
	return value.Str(s)
}

// splitAll gives all pieces of all texts; a blank gives one blank. Each
// distinct text is split once.
func (c *Call) splitAll() (value.Vector, error) {
	rows, err := vec.NewCombinations(c.Run, []value.Vector{c.Vec(0), c.Vec(1)})
	if err != nil || rows.N == 0 {
		return value.Vector{}, err
	}
	dict := value.NewBuilder(rows.Count) // the pieces of all combinations
	ends := make([]int, 0, rows.Count)   // where those of each end in dict
	err = rows.Each(c.Run, func(row []value.Item) error {
		s, separator := row[0].Text(), row[1].Text()
		n := pieces(s, separator)
		if err := c.Reserve(n, 24); err != nil {
			return err
		}
		if row[0].Kind == value.Blank {
			dict.AppendBlank()
		} else {
			for _, p := range strings.Split(s, separator) {
				dict.AppendText(p)
			}
		}
		ends = append(ends, dict.Len())
		return nil
	})
	if err != nil {
		return value.Vector{}, err
	}
	return c.spread(rows, dict.Vector(), ends)
}

// spread gives for every row the items of its combination, which end at ends[i] of dict.
func (c *Call) spread(rows vec.Combinations, dict value.Vector, ends []int) (value.Vector, error) {
	if rows.Codes == nil {
		rows.Codes = make([]uint32, rows.N)
	}
	start := func(code uint32) int {
		if code == 0 {
			return 0
		}
		return ends[code-1]
	}
	total := 0
	for _, code := range rows.Codes {
		total += ends[code] - start(code)
	}
	if err := c.Reserve(total, 8); err != nil {
		return value.Vector{}, err
	}
	idx := make([]int32, 0, total)
	err := c.Blocks(rows.N, func(lo, hi int) {
		for _, code := range rows.Codes[lo:hi] {
			for p := start(code); p < ends[code]; p++ {
				idx = append(idx, int32(p))
			}
		}
	})
	if err != nil {
		return value.Vector{}, err
	}
	return dict.Take(idx), nil
}
