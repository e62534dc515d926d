package vec

import "octavo/internal/formula/value"

// Distinct gives the positions at which a value occurs for the first time, in
// order. Values are equal as in GROUP: by their text, blanks and empty texts
// alike.
func Distinct(r *Run, v value.Vector) ([]int32, error) {
	if v.Len() == 0 {
		return nil, nil
	}
	c := v.Coded()
	n := c.Entries.Len()
	if err := r.Reserve(n, 36); err != nil {
		return nil, err
	}
	fresh, count, err := freshTexts(r, v, c.Entries)
	if err != nil {
		return nil, err
	}
	out := make([]int32, 0, count)
	err = r.Blocks(len(c.Codes), func(lo, hi int) {
		for i := lo; i < hi && len(out) < count; i++ {
			if code := c.Codes[i]; fresh[code] {
				fresh[code] = false
				out = append(out, int32(i))
			}
		}
	})
	return out, err
}

// freshTexts says which entries of a list have a text that no earlier one has, and how many.
func freshTexts(r *Run, v, entries value.Vector) (fresh []bool, count int, err error) {
	fresh = make([]bool, entries.Len())
	if v.Kind() == value.Text && v.Valid() == nil { // then no two have the same
		for e := range fresh {
			fresh[e] = true
		}
		return fresh, len(fresh), nil
	}
	seen := make(map[string]struct{}, len(fresh))
	err = r.Blocks(len(fresh), func(lo, hi int) {
		for e := lo; e < hi; e++ {
			text := entries.Item(e).Text()
			if _, ok := seen[text]; !ok {
				seen[text] = struct{}{}
				fresh[e] = true
			}
		}
	})
	return fresh, len(seen), err
}
