package vec

import "octavo/internal/formula/value"

// Concat joins the texts of lists position by position; a blank is the empty
// text. Each distinct combination is written once.
func Concat(r *Run, lists []value.Vector) (value.Vector, error) {
	n, v := r.Align(lists...)
	if n == 0 {
		return value.Vector{}, nil
	}
	texts, codes := []string{""}, []uint32(nil) // codes nil: every row has code 0
	for _, l := range v {
		c := l.Coded()
		entries := make([]string, c.Entries.Len())
		for i := range entries {
			entries[i] = c.Entries.Item(i).Text()
		}
		switch {
		case l.IsConst():
			if err := appendText(r, texts, entries[0]); err != nil {
				return value.Vector{}, err
			}
		case codes == nil:
			if err := r.Reserve(1, len(entries)*len(texts[0])); err != nil {
				return value.Vector{}, err
			}
			for i := range entries {
				entries[i] = texts[0] + entries[i]
			}
			texts, codes = entries, c.Codes
		default:
			var err error
			if texts, codes, err = combine(r, texts, entries, codes, c.Codes); err != nil {
				return value.Vector{}, err
			}
		}
	}
	if codes == nil {
		return value.Const(value.Str(texts[0]), n), nil
	}
	if err := r.Reserve(n, 4); err != nil {
		return value.Vector{}, err
	}
	return value.Join(texts, codes), nil
}

func combine(r *Run, left, right []string, a, b []uint32) ([]string, []uint32, error) {
	if err := r.Reserve(len(a), 4); err != nil {
		return nil, nil, err
	}
	codes, pairs := value.Pairs(a, b, len(left), len(right))
	bytes := 0
	for _, p := range pairs {
		bytes += len(left[p[0]]) + len(right[p[1]])
	}
	if err := r.Reserve(1, bytes); err != nil {
		return nil, nil, err
	}
	texts := make([]string, len(pairs))
	for i, p := range pairs {
		texts[i] = left[p[0]] + right[p[1]]
	}
	return texts, codes, nil
}

// appendText adds one text to all; what they grow by is asked for first.
func appendText(r *Run, texts []string, s string) error {
	if err := r.Reserve(1, len(texts)*len(s)); err != nil {
		return err
	}
	for i := range texts {
		texts[i] += s
	}
	return nil
}
