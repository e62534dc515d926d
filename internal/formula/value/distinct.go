package value

// Distinct gives the positions at which a value occurs for the first time, in
// order. Values are equal as in Groups: by their text, blanks and empty texts
// alike.
func (v Vector) Distinct() []int32 {
	if v.n == 0 {
		return nil
	}
	c := v.Coded()
	seen := make(map[string]struct{}, c.Entries.Len())
	fresh := make([]bool, c.Entries.Len()) // entry has a text that no earlier one has
	for e := range fresh {
		text := c.Entries.Item(e).Text()
		if _, ok := seen[text]; !ok {
			seen[text] = struct{}{}
			fresh[e] = true
		}
	}
	out := make([]int32, 0, len(seen))
	for i, code := range c.Codes {
		if fresh[code] {
			fresh[code] = false
			out = append(out, int32(i))
		}
	}
	return out
}
