package value

import "sync"

// lexicon keeps what is computed from the texts of a dictionary once for all
// lists that use it: a column and everything selected from it.
type lexicon struct {
	orderOnce, entriesOnce sync.Once

	order   []uint32 // positions of the texts in textual order
	entries Vector   // every text once
}

// ordered gives the positions of the texts of the dictionary in textual order.
func (v Vector) ordered() []uint32 {
	v.lex.orderOnce.Do(func() { v.lex.order = TextOrder(v.everyText()) })
	return v.lex.order
}

// everyText is the dictionary as a list.
func (v Vector) everyText() Vector {
	v.lex.entriesOnce.Do(func() {
		codes := make([]uint32, len(v.dict))
		for i := range codes {
			codes[i] = uint32(i)
		}
		v.lex.entries = finish(Vector{kind: Text, n: len(codes), dict: v.dict, codes: codes, lex: v.lex})
	})
	return v.lex.entries
}

// dense says whether a list is long enough beside its dictionary that it pays to
// go through the dictionary, which takes less time for a text than sorting it.
func (v Vector) dense() bool { return v.kind == Text && !v.constant && len(v.dict) <= 16*v.n }

// used says which texts of the dictionary occur, and how many.
func (v Vector) used() (in []bool, count int) {
	if v.valid == nil {
		return occurring(v.codes, len(v.dict))
	}
	in = make([]bool, len(v.dict))
	for i, c := range v.codes {
		if !in[c] && v.valid.Get(i) {
			in[c] = true
			count++
		}
	}
	return in, count
}

// groupsOfTexts is makeGroups for a list of texts with a dictionary that is not
// much longer: nothing is compared that was compared before.
func (v Vector) groupsOfTexts() Groups {
	in, count := v.used()
	out := Groups{Codes: v.codes, Of: make([]uint32, len(v.dict), len(v.dict)+1)}
	keys := make([]uint32, 0, count+1)
	var valid Bitmap
	if v.valid != nil {
		out.Codes = v.codesWithBlanks()
		keys = append(keys, 0)
		out.Of = append(out.Of, 0)
	}
	blank := v.valid != nil
	for _, code := range v.ordered() {
		switch {
		case !in[code]:
		case v.dict[code] == "":
			if !blank {
				keys, blank = append(keys, code), true
			}
			out.Of[code] = 0
		default:
			out.Of[code] = uint32(len(keys))
			keys = append(keys, code)
		}
	}
	if blank {
		valid = NewBitmap(len(keys), true)
		valid.Clear(0)
	}
	out.Keys = finish(Vector{kind: Text, n: len(keys), dict: v.dict, codes: keys, lex: v.lex, valid: valid})
	return out
}

// codesWithBlanks gives blanks the code after the last one of the dictionary.
func (v Vector) codesWithBlanks() []uint32 {
	codes := append([]uint32(nil), v.codes...)
	for i := range codes {
		if !v.valid.Get(i) {
			codes[i] = uint32(len(v.dict))
		}
	}
	return codes
}

// codedByWords is makeCoded for a list of texts without blanks with a dictionary
// that is not much longer.
func (v Vector) codedByWords() Coded {
	in, count := v.used()
	if count == len(in) {
		return Coded{Codes: v.codes, Entries: v.everyText()}
	}
	move, kept := make([]uint32, len(in)), make([]uint32, 0, count)
	for code, is := range in {
		if is {
			move[code] = uint32(len(kept))
			kept = append(kept, uint32(code))
		}
	}
	codes := make([]uint32, len(v.codes))
	for i, c := range v.codes {
		codes[i] = move[c]
	}
	return Coded{Codes: codes, Entries: finish(Vector{kind: Text, n: len(kept), dict: v.dict, codes: kept, lex: v.lex})}
}
