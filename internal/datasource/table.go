package datasource

import (
	"context"
	"slices"
	"strings"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/dataset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/property"
)

// Table says what programs may push into a source, and what is kept of it. It is part of the body, so a copy has it
// and an update brings it.
type Table struct {
	Columns  []TableColumn `json:"columns,omitempty"`   // none = those of the first rows that come
	UniqueBy []string      `json:"unique_by,omitempty"` // columns that tell one row from all others
	Keep     *Keep         `json:"keep,omitempty"`      // nil = all rows

	Variables []string `json:"variables,omitempty"` // rows are pushed for each set of their values; none = everybody sees the same rows
}

// TableColumn is a column that rows may have.
type TableColumn struct {
	Name    string       `json:"name"`
	Type    dataset.Type `json:"type"`
	Pattern string       `json:"pattern,omitempty"` // of a date, as dd/MM/yyyy; "" = found out
}

// Keep says which rows stay; the oldest go with each push or refresh.
type Keep struct {
	Rows    int    `json:"rows,omitempty"`     // so many; 0 = any number
	Days    int    `json:"days,omitempty"`     // with a date that is not older in OrderBy; 0 = of any age
	OrderBy string `json:"order_by,omitempty"` // column that tells which rows are older; "" = those that came first
}

// Bounds of a table.
const (
	maxKeepDays   = 36_500
	maxKeyColumns = 16
	maxVariables  = 16
)

// check cleans a definition and refuses what cannot be. Codes bad_table, unknown_column.
func (t *Table) check() error {
	names := map[string]bool{}
	for i := range t.Columns {
		c := &t.Columns[i]
		c.Name = strings.TrimSpace(c.Name)
		switch {
		case c.Name == "" || len(c.Name) > maxFileName:
			return badTable("columns", "a column has a name of 1 to 200 characters")
		case names[c.Name]:
			return badTable("columns", "two columns have the name "+c.Name)
		case !slices.Contains([]dataset.Type{dataset.Text, dataset.Number, dataset.Bool, dataset.Date}, c.Type):
			return badTable("columns", "the type of a column is text, number, bool or date")
		case c.Pattern != "" && c.Type != dataset.Date:
			return badTable("columns", "only a date has a pattern")
		case c.Pattern != "" && !dataset.IsPattern(c.Pattern):
			return badTable("columns", c.Pattern+" is no pattern of a date")
		}
		names[c.Name] = true
	}
	if len(t.Columns) > dataset.DefaultColumns || len(t.UniqueBy) > maxKeyColumns {
		return badTable("columns", "there are too many columns")
	}
	if err := t.Keep.check(); err != nil {
		return err
	}
	if err := t.checkVariables(); err != nil {
		return err
	}
	used := slices.Clone(t.UniqueBy)
	if t.Keep != nil && t.Keep.OrderBy != "" {
		used = append(used, t.Keep.OrderBy)
	}
	for _, name := range used {
		if len(t.Columns) > 0 && !names[name] {
			return dataset.UnknownColumn(name).WithField("unique_by")
		}
	}
	return nil
}

// checkVariables puts names into one order, so that the same ones are the same table. Code bad_table.
func (t *Table) checkVariables() error {
	for i, name := range t.Variables {
		t.Variables[i] = strings.TrimSpace(name)
		if property.CheckName(t.Variables[i]) != nil {
			return badTable("variables", "a variable has up to 64 letters, digits, _ . or -, begins with a letter or _, and not with company. or user.")
		}
	}
	slices.Sort(t.Variables)
	if n := len(t.Variables); len(slices.Compact(slices.Clone(t.Variables))) < n {
		return badTable("variables", "two variables have the same name")
	} else if n > maxVariables {
		return badTable("variables", "at most 16 variables tell sets of rows apart")
	}
	return nil
}

// check refuses what cannot be kept. Code bad_table.
func (k *Keep) check() error {
	switch {
	case k == nil:
		return nil
	case k.Rows < 0 || k.Days < 0 || k.Days > maxKeepDays || k.Rows > dataset.DefaultRows:
		return badTable("keep", "rows and days are numbers from 1, and at most 5,000,000 rows or 36,500 days are kept")
	case k.Days > 0 && k.OrderBy == "":
		return badTable("keep", "an age is that of a date: say in which column it is")
	}
	return nil
}

func badTable(field, reason string) error {
	return errs.Newf(errs.Invalid, "bad_table", "This table cannot be: %s.", reason).WithField(field).WithParams(map[string]any{"reason": reason})
}

// rule is what is kept at a moment, in UTC milliseconds.
func (k *Keep) rule(now int64) dataset.Keep {
	if k == nil {
		return dataset.Keep{}
	}
	out := dataset.Keep{Rows: k.Rows, OrderBy: k.OrderBy}
	if k.Days > 0 {
		out.Since = float64(now)/1000 - float64(k.Days)*24*3600
	}
	return out
}

// declared are the columns as they are read.
func (t *Table) declared() []dataset.Declared {
	out := make([]dataset.Declared, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = dataset.Declared{Name: c.Name, Type: c.Type, Pattern: c.Pattern}
	}
	return out
}

// TableDraft is what a source that programs push to is made of.
type TableDraft struct {
	Name        string
	Description string
	Table       Table
}

// CreatePushed makes a source that programs push rows to; it has none yet. Codes permission_denied, name_required,
// name_too_long, text_too_long, bad_table, unknown_column.
func (s *Service) CreatePushed(ctx context.Context, who authz.Actor, in TableDraft) (*Source, error) {
	name, description, err := creates(who, in.Name, in.Description)
	if err != nil {
		return nil, err
	}
	content, err := tableContent(&in.Table)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, "source.created", func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.assets.Create(ctx, tx, who, authz.SourceCreate, asset.Source, name, content)
		if err != nil {
			return nil, err
		}
		return a, s.insertEmpty(ctx, tx, a, description, Settings{Refresh: Refresh{Mode: modeNever}})
	})
}

// tableContent is the content of a source that programs push to. Its rows are kept as CSV. Its variables are named as
// those of requests are, so an import asks for them and guards them.
func tableContent(t *Table) (c asset.Content, err error) {
	if err := t.check(); err != nil {
		return c, err
	}
	if c.Tree, err = newTree(format.CSV, format.Options{}, nil); err != nil {
		return c, err
	}
	c.Tree["connector"] = connectorPush
	c.Tree["table"], err = plainTree(t)
	for _, name := range t.Variables {
		c.Refs = append(c.Refs, asset.Ref{Kind: asset.Property, Name: name})
	}
	return c, err
}

// SetTable changes what programs may push, over the expected version. The rows that are there stay; the next push
// reads them anew. Other variables it may have while it has no rows. Codes not_found, permission_denied,
// version_conflict, not_pushed, variables_with_rows, and those of CreatePushed.
func (s *Service) SetTable(ctx context.Context, who authz.Actor, public string, expected int64, t Table) (*Source, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	content, err := tableContent(&t)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, didReconfigure, func(tx *db.Tx) (*asset.Asset, error) {
		a, before, err := s.pushable(ctx, tx, who, no)
		if err != nil {
			return nil, err
		}
		same := slices.Equal(before.Variables, t.Variables)
		if a, err = s.assets.Save(ctx, tx, who, authz.SourceEdit, no, expected, a.Name, content); err != nil || same {
			return a, err
		}
		return a, s.clearForVariables(ctx, tx, no)
	})
}

// pushable reads a source that the actor may push to. Codes not_found, permission_denied, not_pushed.
func (s *Service) pushable(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (*asset.Asset, *Table, error) {
	a, err := s.editable(ctx, tx, who, no)
	if err != nil {
		return nil, nil, err
	}
	b, err := parseBody(a.JSON)
	if err != nil {
		return nil, nil, err
	}
	if b.Connector != connectorPush || b.Table == nil {
		return nil, nil, errs.New(errs.Conflict, "not_pushed", "Nothing can be pushed to this data source: its data is uploaded or fetched.")
	}
	return a, b.Table, b.writable()
}
