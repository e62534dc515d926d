package dataset

import (
	"hash/maphash"
)

// words gives each distinct text a code, counted from 0 in the order of first
// appearance. Texts lie in one arena: no string is allocated per cell. The
// seed decides only where an entry lies, never its code.
type words struct {
	seed  maphash.Seed
	arena []byte
	ends  []uint32 // end of each text in the arena
	table []uint64 // hash in the upper half, code+1 in the lower; 0 = free
	last  uint32   // the code given last: columns often repeat
}

const firstTable = 64

func newWords() *words {
	return &words{seed: maphash.MakeSeed(), table: make([]uint64, firstTable)}
}

func (w *words) at(code uint32) []byte {
	start := uint32(0)
	if code > 0 {
		start = w.ends[code-1]
	}
	return w.arena[start:w.ends[code]]
}

// find looks a text up; when it is new, slot says where add will put it.
func (w *words) find(b []byte) (code uint32, hash uint32, slot int, ok bool) {
	if int(w.last) < len(w.ends) && string(w.at(w.last)) == string(b) {
		return w.last, 0, 0, true
	}
	hash = uint32(maphash.Bytes(w.seed, b) >> 32)
	mask := len(w.table) - 1
	for slot = int(hash) & mask; ; slot = (slot + 1) & mask {
		e := w.table[slot]
		if e == 0 {
			return 0, hash, slot, false
		}
		if uint32(e>>32) == hash {
			code = uint32(e) - 1
			if string(w.at(code)) == string(b) {
				w.last = code
				return code, hash, slot, true
			}
		}
	}
}

// add puts a text that find did not find.
func (w *words) add(b []byte, hash uint32, slot int) uint32 {
	w.arena = append(w.arena, b...)
	w.ends = append(w.ends, uint32(len(w.arena)))
	code := uint32(len(w.ends) - 1)
	w.table[slot] = uint64(hash)<<32 | uint64(code+1)
	w.last = code
	if len(w.ends)*2 > len(w.table) {
		w.grow()
	}
	return code
}

func (w *words) grow() {
	old := w.table
	w.table = make([]uint64, 2*len(old))
	mask := len(w.table) - 1
	for _, e := range old {
		if e == 0 {
			continue
		}
		slot := int(e>>32) & mask
		for w.table[slot] != 0 {
			slot = (slot + 1) & mask
		}
		w.table[slot] = e
	}
}

// list is all texts by code, in one piece of memory.
func (w *words) list() []string {
	if w == nil || len(w.ends) == 0 {
		return nil
	}
	all := string(w.arena)
	out := make([]string, len(w.ends))
	start := uint32(0)
	for i, end := range w.ends {
		out[i] = all[start:end]
		start = end
	}
	return out
}
