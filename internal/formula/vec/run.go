// Package vec holds the kernels of the formula engine: loops over whole lists
// that operators and functions are made of. Nothing here works item by item
// through interfaces; texts are handled by their dictionary codes.
package vec

import (
	"context"
	"errors"
	"fmt"

	"octavo/internal/formula/value"
)

// Block is how many items a kernel handles between two looks at the deadline.
const Block = 1 << 16

// The reasons why a kernel stops. The formula engine turns them into errors of code "limit".
var (
	ErrTime   = errors.New("the formula took too long")
	ErrMemory = errors.New("the lists of the formula need too much memory")
	ErrItems  = errors.New("a list became too long")
)

// Warning is something that went wrong with single items; they became blank.
type Warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// The codes of warnings.
const (
	DivisionByZero  = "division_by_zero"
	NotFinite       = "not_finite"
	DifferentLength = "different_length"
	NotNumeric      = "not_numeric"
	UnparseableDate = "unparseable_date"
	UnsetVariable   = "unset_variable"
)

// Run is one evaluation as kernels see it: deadline, budget, warnings. It
// belongs to one goroutine.
type Run struct {
	ctx      context.Context
	maxItems int   // 0 = no limit
	maxBytes int64 // 0 = no limit
	used     int64
	warnings []Warning
}

// NewRun starts an evaluation; limits of 0 mean none. used is what lists of
// earlier evaluations still hold. The run ends with the call that made it, so
// it may carry the context.
func NewRun(ctx context.Context, maxItems int, maxBytes, used int64) *Run {
	return &Run{ctx: ctx, maxItems: maxItems, maxBytes: maxBytes, used: used}
}

// Step looks at the deadline; kernels call it every Block items.
func (r *Run) Step() error {
	if err := r.ctx.Err(); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return ErrTime
		}
		return err
	}
	return nil
}

// Reserve asks for a list of n items of width bytes before it is made.
func (r *Run) Reserve(n, width int) error {
	if r.maxItems > 0 && n > r.maxItems {
		return fmt.Errorf("%w: %d items, at most %d are allowed", ErrItems, n, r.maxItems)
	}
	r.used += int64(n) * int64(width)
	if r.maxBytes > 0 && r.used > r.maxBytes {
		return fmt.Errorf("%w: more than %d MB", ErrMemory, r.maxBytes>>20)
	}
	return r.Step()
}

// Used is how many bytes are reserved now.
func (r *Run) Used() int64 { return r.used }

// Settle says how many bytes are in use once a kernel has returned and its
// temporary lists are gone.
func (r *Run) Settle(used int64) { r.used = max(0, used) }

// Warn notes a warning; the same one is kept once.
func (r *Run) Warn(code, message string) {
	w := Warning{code, message}
	for _, have := range r.warnings {
		if have == w {
			return
		}
	}
	r.warnings = append(r.warnings, w)
}

// Warnings gives what was noted and starts a new list with what is passed.
func (r *Run) Warnings(next []Warning) []Warning {
	old := r.warnings
	r.warnings = next
	return old
}

// Blocks calls f for every block of n items until an error.
func (r *Run) Blocks(n int, f func(lo, hi int)) error {
	for lo := 0; lo < n; lo += Block {
		if err := r.Step(); err != nil {
			return err
		}
		f(lo, min(lo+Block, n))
	}
	return nil
}

// Align broadcasts lists to one length (formulas.md §4.4): a scalar is used
// with every item, a shorter list is padded with blanks under a warning, and
// an empty list makes all empty.
func (r *Run) Align(lists ...value.Vector) (n int, aligned []value.Vector) {
	aligned = make([]value.Vector, len(lists))
	first := 0
	for i, l := range lists {
		if l.Len() == 0 {
			return 0, aligned
		}
		if l.Len() > 1 && first > 1 && first != l.Len() {
			r.Warn(DifferentLength, fmt.Sprintf("lists of different length (%d, %d)", first, l.Len()))
		}
		if first <= 1 {
			first = l.Len()
		}
		n = max(n, lists[i].Len())
	}
	for i, l := range lists {
		switch {
		case l.Len() == n:
			aligned[i] = l
		case l.Len() == 1:
			aligned[i] = value.Const(l.Item(0), n)
		default:
			aligned[i] = value.Concat(l, value.Blanks(n-l.Len()))
		}
	}
	return n, aligned
}
