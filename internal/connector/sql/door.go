package sql

import (
	"context"

	"octavo/internal/dataset"
)

// door is what a login has open at its database.
type door interface {
	// ask runs a query and writes its rows. cancel ends ctx, for a reading that needs no more.
	ask(ctx context.Context, cancel func(), p Prepared, o Options, t *table, out *Result) error
	Close() error
}

// cut says before each row whether the reading has ended. Code too_large.
func (o Options) cut(out *Result) (bool, error) {
	if o.First > 0 && out.Rows == int64(o.First) {
		out.Cut = true
		return true, nil
	}
	if out.Rows == int64(o.MaxRows) {
		return true, tooManyRows(o.MaxRows)
	}
	return false, nil
}

func tooManyRows(allowed int) error {
	return dataset.TooLarge("rows", "rows", int64(allowed), int64(allowed)+1)
}
