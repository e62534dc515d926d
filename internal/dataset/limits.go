package dataset

import "octavo/internal/errs"

// Limits bound what a set may hold. Zero means the default.
type Limits struct {
	Rows    int   // rows of all sheets together, default 5,000,000
	Columns int   // columns of one sheet, default 2,000
	Cells   int   // rows times columns of all sheets together, default 50,000,000
	Texts   int64 // bytes of distinct texts over all columns, default 256 MiB

	Truncate bool // rows beyond Rows and Cells are left out, in place of an error
}

// Defaults of Limits.
const (
	DefaultRows    = 5_000_000
	DefaultColumns = 2_000
	DefaultCells   = 50_000_000
	DefaultTexts   = 256 << 20
)

// Budget is what is left of the limits; the sheets of one set share it.
type Budget struct {
	limits      Limits
	rows, cells int
	texts       int64
}

// NewBudget starts counting against the limits.
func NewBudget(l Limits) *Budget {
	orDefault(&l.Rows, DefaultRows)
	orDefault(&l.Columns, DefaultColumns)
	orDefault(&l.Cells, DefaultCells)
	if l.Texts <= 0 {
		l.Texts = DefaultTexts
	}
	return &Budget{limits: l}
}

func orDefault(v *int, def int) {
	if *v <= 0 {
		*v = def
	}
}

// TooLarge is the error for a limit that was passed: which one, its size and the figure found.
func TooLarge(limit, unit string, allowed, found int64) error {
	return errs.Newf(errs.TooLarge, "too_large", "The file has more than the %d %s that are allowed (found %d). Take a part of it and upload that.", allowed, unit, found).
		WithParams(map[string]any{"limit": limit, "allowed": allowed, "found": found})
}

// full says whether further rows, with so many columns, are left out.
func (g *Budget) full(columns int) bool {
	return g.limits.Truncate && (g.rows >= g.limits.Rows || g.cells+columns > g.limits.Cells)
}

func (g *Budget) useCells(n int) error {
	g.cells += n
	if g.cells > g.limits.Cells {
		return TooLarge("cells", "cells", int64(g.limits.Cells), int64(g.cells))
	}
	return nil
}

func (g *Budget) useTexts(n int) error {
	g.texts += int64(n)
	if g.texts > g.limits.Texts {
		return TooLarge("texts", "bytes of different texts", g.limits.Texts, g.texts)
	}
	return nil
}
