// Package formula is the formula engine (spec/formulas.md §1–5): it compiles the
// text of a formula against the names of a Klip, evaluates it over lists, and
// keeps formulas in a stored form that survives renaming.
//
// Words. The text of a formula is friendly (names of columns and parts) or
// stored (@{1} with descriptors beside it). A scope says which names exist. A
// program is a compiled formula; a batch is the programs of one Klip evaluated
// together, so that equal parts are computed once. An env is what evaluation may
// know of the world: data, variables, the frozen clock.
//
// Layers: syntax reads text, value holds lists, vec has the kernels, datefmt the
// calendar, fn the functions. Only this package knows all of them; it knows
// neither Klips nor datasets, data arrives by the interface Data.
//
// A program and a scope are immutable and may be shared; a batch belongs to one
// goroutine.
package formula

import (
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/vec"
)

// Error is why a formula cannot be compiled or evaluated; its codes are those of formulas.md §5.4.
type Error = syntax.Error

// Warning is something that made single items blank; it never stops evaluation.
type Warning = vec.Warning
