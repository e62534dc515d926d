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
	seen := make(map[string]struct{}, n)
	fresh := make([]bool, n) // the entry has a text that no earlier one has
	err := r.Blocks(n, func(lo, hi int) {
		for e := lo; e < hi; e++ {
			text := c.Entries.Item(e).Text()
			if _, ok := seen[text]; !ok {
				seen[text] = struct{}{}
				fresh[e] = true
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]int32, 0, len(seen))
	err = r.Blocks(len(c.Codes), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if code := c.Codes[i]; fresh[code] {
				fresh[code] = false
				out = append(out, int32(i))
			}
		}
	})
	return out, err
}
