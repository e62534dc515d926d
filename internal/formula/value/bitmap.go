package value

import "math/bits"

// Bitmap is one bit per item, 64 to a word. A nil Bitmap means "all set"
// wherever a vector uses one.
type Bitmap []uint64

// NewBitmap makes a bitmap of n bits, all set or all clear.
func NewBitmap(n int, set bool) Bitmap {
	b := make(Bitmap, (n+63)/64)
	if set {
		for i := range b {
			b[i] = ^uint64(0)
		}
		if r := n % 64; r != 0 {
			b[len(b)-1] = 1<<r - 1
		}
	}
	return b
}

// Get reads bit i; a nil bitmap has every bit set.
func (b Bitmap) Get(i int) bool { return b == nil || b[i>>6]>>(uint(i)&63)&1 != 0 }

// Set sets bit i.
func (b Bitmap) Set(i int) { b[i>>6] |= 1 << (uint(i) & 63) }

// Clear clears bit i.
func (b Bitmap) Clear(i int) { b[i>>6] &^= 1 << (uint(i) & 63) }

// Count is how many of the first n bits are set.
func (b Bitmap) Count(n int) int {
	if b == nil {
		return n
	}
	c := 0
	for i, w := range b {
		if rest := n - i*64; rest < 64 {
			if rest > 0 {
				c += bits.OnesCount64(w & (1<<rest - 1))
			}
			break
		}
		c += bits.OnesCount64(w)
	}
	return c
}

// slice copies bits lo … hi-1; nil stays nil.
func (b Bitmap) slice(lo, hi int) Bitmap {
	if b == nil {
		return nil
	}
	out := NewBitmap(hi-lo, false)
	for i := lo; i < hi; i++ {
		if b.Get(i) {
			out.Set(i - lo)
		}
	}
	return out
}

// tight turns a bitmap whose first n bits are all set into nil.
func (b Bitmap) tight(n int) Bitmap {
	if b == nil || b.Count(n) == n {
		return nil
	}
	return b
}

// takeBits gathers bits.
func takeBits[I int32 | uint32](b Bitmap, idx []I) Bitmap {
	out := make(Bitmap, (len(idx)+63)/64)
	for w := range out {
		word := uint64(0)
		for i, j := range idx[w*64 : min(w*64+64, len(idx))] {
			word |= b[j>>6] >> (uint(j) & 63) & 1 << i
		}
		out[w] = word
	}
	return out
}
