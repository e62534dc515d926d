package property

import (
	"context"
	"errors"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// FillIn gives accounts their first values of properties, as part of a change that writes
// to these accounts and holds the locks of their rows: an import. accounts has the
// account of each address that a cell names. What has a value already is refused, and
// so is everything when one value is. Codes cells_refused with the faults, cells_changed.
func (s *Service) FillIn(ctx context.Context, tx *db.Tx, who authz.Actor, accounts map[string]id.Account, cells []Cell) error {
	b := &batch{cells: cells, accounts: accounts}
	if err := b.read(ctx, tx); err != nil {
		return err
	}
	for _, c := range cells {
		before := b.before[target{accounts[c.Client], c.Name}]
		if before.Given {
			return changedMeanwhile()
		}
		c.Version = before.Version
		if err := b.set(c); err != nil {
			b.refuse(c, err)
		}
	}
	if len(b.faults) > 0 {
		return b.refused()
	}
	if len(b.order) == 0 {
		return nil
	}
	if err := s.write(ctx, tx, b); err != nil {
		return err
	}
	return audit.RecordAll(ctx, tx, who, b.lines())
}

// Declared gives what the agency of the scope says of the properties with these names.
func Declared(ctx context.Context, tx *db.Tx, names []string) (map[string]Declaration, error) {
	list, err := readDeclared(ctx, tx, `account_id = :agency AND name IN {words :names}`, db.Args{"names": db.Words(names)})
	out := map[string]Declaration{}
	for _, d := range list {
		out[d.Name] = d
	}
	return out, err
}

func changedMeanwhile() error {
	return errs.New(errs.Conflict, "cells_changed", "Somebody changed these values in the meantime. Load them again.")
}

func (b *batch) refused() error {
	return errs.Newf(errs.Invalid, "cells_refused", "%d values were refused; nothing was saved.", len(b.faults)).
		WithParams(map[string]any{"count": len(b.faults), "cells": b.faults})
}

func (b *batch) refuse(c Cell, err error) {
	fault := CellFault{Client: c.Client, Name: c.Name, Code: "internal_error", Message: err.Error()}
	var e *errs.Error
	if errors.As(err, &e) {
		fault.Code, fault.Message, fault.Params = e.Code, e.Message, e.Params
	}
	b.faults = append(b.faults, fault)
}
