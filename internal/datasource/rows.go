package datasource

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/dataset"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
)

// readRows reads the body of a push into a table.
func (s *Service) readRows(ctx context.Context, in Delivery) (_ *dataset.Sheet, err error) {
	file, err := newSpool(s.cfg.TempDir, in.Body, s.MaxPush())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	up := &Upload{Name: "rows", MediaType: in.Media}
	inner, err := s.unwrap(ctx, up, file, true)
	if err != nil {
		return nil, err
	}
	if inner.spool != file {
		defer func() { err = errors.Join(err, inner.Close()) }()
	}
	if up.Format, err = inner.detect(); err != nil {
		return nil, err
	}
	if slices.Contains([]string{format.CSV, format.XLSX, format.HTML}, up.Format) {
		first := 1
		up.chosen.HeaderRow = &first
	}
	set, _, err := s.read(ctx, up, inner.spool)
	if err != nil {
		return nil, err
	}
	sheet, err := oneTable(set)
	if err == nil && sheet.Rows > s.cfg.PushRows {
		err = dataset.TooLarge("rows", "rows", int64(s.cfg.PushRows), int64(sheet.Rows))
	}
	return sheet, err
}

// oneTable is the table of what is one. Code not_a_table.
func oneTable(set *dataset.Set) (*dataset.Sheet, error) {
	if len(set.Sheets) != 1 {
		return nil, errs.Newf(errs.Invalid, "not_a_table", "Rows are joined with those before only where they are one table; here there are %d.", len(set.Sheets)).
			WithParams(map[string]any{"tables": len(set.Sheets)})
	}
	return set.Sheets[0], nil
}

// joined makes the payload that a push leads to.
func (s *Service) joined(ctx context.Context, who authz.Actor, t *target, rows *dataset.Sheet, in Delivery) (*stored, *Delivered, error) {
	before, err := s.tableOf(ctx, t.payload)
	if err != nil {
		return nil, nil, err
	}
	leave, err := s.enterReaders(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	var after *dataset.Sheet
	var out *Delivered
	if rows == nil {
		after, out, err = s.removed(before, t.table, in.Where)
	} else {
		after, out, err = s.added(before, rows, t.table, in)
	}
	if err != nil {
		return nil, nil, err
	}
	out.Total, out.Payload = after.Rows, shownPayload(t.payload.Hash)
	if in.DryRun {
		return nil, out, nil
	}
	p, err := s.storeTable(ctx, who.Account.Family(), after)
	if err == nil {
		out.Payload = shownPayload(p.Hash)
	}
	return p, out, err
}

// tableOf loads the whole table of a payload; nil where there is none.
func (s *Service) tableOf(ctx context.Context, p Payload) (*dataset.Sheet, error) {
	if p.ID == 0 {
		return nil, nil
	}
	set, err := s.Load(ctx, p, nil)
	if err != nil {
		return nil, err
	}
	return oneTable(set)
}

// added joins rows that came. Codes no_columns, no_unique_by, unknown_column, bad_rows, too_large.
func (s *Service) added(before, rows *dataset.Sheet, t *Table, in Delivery) (*dataset.Sheet, *Delivered, error) {
	key := in.UniqueBy
	if key == nil {
		key = t.UniqueBy
	}
	if in.Mode == dataset.Upsert && len(key) == 0 {
		return nil, nil, errs.New(errs.Invalid, "no_unique_by", "Say which columns tell one row from all others, as ?unique_by=a,b or in the settings of the data source.").WithField("unique_by")
	}
	columns, theirs, err := columnsFor(before, rows, t, in.Mode)
	if err != nil {
		return nil, nil, err
	}
	limits := s.cfg.Limits.Limits
	fit, _, err := dataset.Join{Mode: dataset.Replace}.Rows(nil, rows, columns, limits)
	if err != nil {
		return nil, nil, err
	}
	var bad []int
	var first []dataset.Misfit
	if !theirs {
		bad, first = fit.Misfits(maxBad)
	}
	if len(bad) > 0 && !in.Skip && !in.DryRun {
		return nil, nil, badRows(len(bad), first)
	}
	j := dataset.Join{Mode: in.Mode, Key: key, Keep: t.Keep.rule(clock.Millis(s.db.Clock().Now())), Skip: bad}
	after, n, err := j.Rows(before, fit, columns, limits)
	if err != nil {
		return nil, nil, err
	}
	out := &Delivered{In: rows.Rows, Added: n.Added, Updated: n.Updated, Deleted: n.Dropped, Skipped: len(bad)}
	for _, m := range first {
		out.Errors = append(out.Errors, BadCell{m.Row, m.Column, m.Type, shorten(m.Text)})
	}
	return after, out, nil
}

// columnsFor are the columns of the table that a push leads to: those that are declared, or those that are there, or
// those that come: theirs. Then nothing in them is unfit. Codes unknown_column, no_columns.
func columnsFor(before, rows *dataset.Sheet, t *Table, mode dataset.Mode) (columns []dataset.Declared, theirs bool, err error) {
	columns = t.declared()
	if len(columns) == 0 && before != nil && (mode != dataset.Replace || len(rows.Columns) == 0) {
		columns = before.Describe()
	}
	if len(columns) == 0 {
		columns, theirs = rows.Describe(), true
	}
	if len(columns) == 0 {
		return nil, false, errs.New(errs.Invalid, "no_columns", "There are no columns in these rows. Send at least one row, with names.")
	}
	for i := range rows.Columns {
		name := rows.Columns[i].Name
		if !slices.ContainsFunc(columns, func(c dataset.Declared) bool { return c.Name == name }) {
			return nil, false, dataset.UnknownColumn(name).WithField("body")
		}
	}
	return inherit(columns, before), theirs, nil
}

// inherit takes over from a table how its dates are written, where nobody has said it.
func inherit(columns []dataset.Declared, before *dataset.Sheet) []dataset.Declared {
	if before == nil {
		return columns
	}
	for _, old := range before.Describe() {
		for i := range columns {
			if c := &columns[i]; c.Name == old.Name && c.Type == dataset.Date && c.Pattern == "" && old.Type == dataset.Date {
				c.Pattern = old.Pattern
			}
		}
	}
	return columns
}

// badRows refuses rows that do not fit, and says which.
func badRows(n int, first []dataset.Misfit) error {
	cells := make([]BadCell, len(first))
	for i, m := range first {
		cells[i] = BadCell{m.Row, m.Column, m.Type, shorten(m.Text)}
	}
	return errs.Newf(errs.Invalid, "bad_rows", "%d rows do not fit the columns; the first is row %d, where %s is to be a %s. Nothing was changed.",
		n, first[0].Row, first[0].Column, first[0].Type).
		WithParams(map[string]any{"n": n, "row": first[0].Row, "column": first[0].Column, "type": string(first[0].Type), "errors": cells})
}

// removed takes rows away; without conditions all. Codes bad_where, unknown_column.
func (s *Service) removed(before *dataset.Sheet, t *Table, where []string) (*dataset.Sheet, *Delivered, error) {
	if before == nil {
		return nil, nil, errs.New(errs.Conflict, "no_data", "This data source has no data yet.")
	}
	all := make([]dataset.Where, len(where))
	for i, text := range where {
		var err error
		if all[i], err = dataset.ParseWhere(text); err != nil {
			return nil, nil, err
		}
	}
	columns := t.declared()
	if len(columns) == 0 {
		columns = before.Describe()
	}
	after, n, err := before.Without(all, inherit(columns, before), s.cfg.Limits.Limits)
	return after, &Delivered{Deleted: n}, err
}

// storeTable stores a table, with a file of it as CSV.
func (s *Service) storeTable(ctx context.Context, family int64, sheet *dataset.Sheet) (_ *stored, err error) {
	file, err := s.spoolFrom(maxColumns, func(w io.Writer) error { return writeCSV(ctx, w, sheet) })
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	up := &Upload{Name: "data.csv", MediaType: "text/csv", Format: format.CSV}
	return s.storeFetched(ctx, family, &dataset.Set{Sheets: []*dataset.Sheet{sheet}}, file, up)
}

func writeCSV(ctx context.Context, w io.Writer, sheet *dataset.Sheet) error {
	out := csv.NewWriter(w)
	line := make([]string, len(sheet.Columns))
	for r := range sheet.Height() {
		if r%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for c := range line {
			line[c] = sheet.CellText(r, c)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// enterReaders waits until columns may be in memory; leave must follow.
func (s *Service) enterReaders(ctx context.Context) (leave func(), err error) {
	select {
	case s.readers <- struct{}{}:
		return func() { <-s.readers }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pushTo names what is pushed to.
type pushTo struct {
	account id.Account
	at      instanceAt
}

// turns lets one at a time work on each source, or each set of values of one. Safe for concurrent use.
type turns struct {
	mu   sync.Mutex // guards busy
	busy map[pushTo]chan struct{}
}

// begin waits for the turn of the caller; end must follow.
func (t *turns) begin(ctx context.Context, of pushTo) (end func(), err error) {
	for {
		t.mu.Lock()
		before, taken := t.busy[of]
		if !taken {
			mine := make(chan struct{})
			t.busy[of] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				delete(t.busy, of)
				t.mu.Unlock()
				close(mine)
			}, nil
		}
		t.mu.Unlock()
		select {
		case <-before:
		case <-ctx.Done():
			return nil, fmt.Errorf("push waits: %w", ctx.Err())
		}
	}
}
