package property

import (
	"context"
	"slices"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// MaxCells is how many cells are changed at once.
const MaxCells = 20_000

// Cell is a new value of one property of one client.
type Cell struct {
	Client  string // address
	Name    string
	Value   string // "" = missing
	Version int64  // that the change is based on; 0 = the client has none
}

// CellFault says why one cell cannot be changed.
type CellFault struct {
	Client  string         `json:"client"`
	Name    string         `json:"name"`
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Params  map[string]any `json:"params,omitempty"`
}

// Saved is a cell after the change.
type Saved struct {
	Client string
	Property
}

// target names a property of an account.
type target struct {
	account id.Account
	name    string
}

// SetCells changes properties of many clients, all or none. A new property gets the
// type that the agency declared and is locked. Codes not_found, cells_refused with the
// faults, cells_too_many.
func (s *Service) SetCells(ctx context.Context, who authz.Actor, cells []Cell) ([]Saved, error) {
	if len(cells) > MaxCells {
		return nil, errs.Newf(errs.TooLarge, "cells_too_many", "At most %d values can be saved at once.", MaxCells).
			WithParams(map[string]any{"limit": MaxCells})
	}
	slugs := map[string]id.Account{}
	for _, c := range cells {
		slugs[c.Client] = 0
	}
	grant, err := s.clientGrant(ctx, who, true, func(p account.Party) bool {
		_, asked := slugs[p.Slug]
		if asked {
			slugs[p.Slug] = p.Account
		}
		return asked
	})
	if err != nil {
		return nil, err
	}
	b := &batch{cells: cells, accounts: slugs}
	err = s.db.Tx(ctx, db.Across(grant), func(tx *db.Tx) error { return s.setCells(ctx, tx, who, b, grant.Accounts()) })
	if db.IsUnique(err) { // another call made one of them a moment ago
		return nil, changedMeanwhile()
	}
	return b.saved, err
}

// batch is one call of SetCells.
type batch struct {
	cells    []Cell
	accounts map[string]id.Account // by address; 0 = not one that the actor may manage

	declared map[string]Declaration
	before   map[target]row
	count    map[id.Account]int
	faults   []CellFault
	rows     map[target]row // what the tables will hold
	order    []target       // the changed ones, in the order of the cells
	saved    []Saved
}

func (s *Service) setCells(ctx context.Context, tx *db.Tx, who authz.Actor, b *batch, clients []id.Account) error {
	b.faults, b.order, b.saved = nil, nil, nil
	if err := s.accounts.StillMay(ctx, tx, who, authz.ClientLogin, clients); err != nil {
		return err
	}
	if err := lock(ctx, tx, `id IN {each :accounts}`); err != nil {
		return err
	}
	if err := b.read(ctx, tx); err != nil {
		return err
	}
	for _, c := range b.cells {
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

// names lists the names of the cells.
func (b *batch) names() []string {
	var out []string
	for _, c := range b.cells {
		out = append(out, c.Name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// read reads what the cells stand for; the accounts are locked.
func (b *batch) read(ctx context.Context, tx *db.Tx) error {
	declared, err := readDeclared(ctx, tx, `account_id = :agency`, nil)
	if err != nil {
		return err
	}
	b.declared = map[string]Declaration{}
	for _, d := range declared {
		b.declared[d.Name] = d
	}
	b.count = map[id.Account]int{}
	err = tx.Query(ctx, `SELECT account_id, COUNT(*) FROM properties WHERE account_id IN {each :accounts} GROUP BY account_id`, nil, func(scan func(...any) error) error {
		var a id.Account
		var n int
		err := scan(&a, &n)
		b.count[a] = n
		return err
	})
	if err != nil {
		return err
	}
	b.before, b.rows = map[target]row{}, map[target]row{}
	return tx.Query(ctx, `SELECT `+columns+` FROM properties WHERE account_id IN {each :accounts} AND name IN {words :names}`,
		db.Args{"names": db.Words(b.names())}, func(scan func(...any) error) error {
			r, err := scanRow(scan)
			b.before[target{r.account, r.Name}] = r
			return err
		})
}

// set puts one cell into the rows. Codes not_found, version_conflict, properties_full,
// bad_property_name, property_reserved, bad_property_value, cell_twice.
func (b *batch) set(c Cell) error {
	a := b.accounts[c.Client]
	if a == 0 {
		return authz.NotFound()
	}
	if err := CheckName(c.Name); err != nil {
		return err
	}
	at := target{a, c.Name}
	if _, twice := b.rows[at]; twice {
		return errs.New(errs.Invalid, "cell_twice", "This value is there twice.")
	}
	before, there := b.before[at]
	if c.Version != before.Version {
		return stale(before.Version)
	}
	after := before
	if !there {
		after = row{a, Property{Name: c.Name, Type: Text, Locked: a != a.Agency()}}
	}
	if d, ok := b.declared[c.Name]; ok {
		after.Type = d.Type
	}
	value, err := after.Type.Normalise(c.Value)
	if err != nil {
		return err
	}
	if value == "" && !before.Given || there && value == before.Value && after.Type == before.Type && after.Type != Secret {
		return nil // nothing changes
	}
	if !there {
		if b.count[a]++; b.count[a] > Max {
			return fullError()
		}
	}
	after.Value, after.Given, after.Version = value, value != "", before.Version+1
	b.rows[at] = after
	b.order = append(b.order, at)
	b.saved = append(b.saved, Saved{Client: c.Client, Property: shownCell(after.Property)})
	return nil
}

func shownCell(p Property) Property {
	p.Shown = p.Type != Secret
	if !p.Shown {
		p.Value = ""
	}
	return p
}

// write puts the changed rows in place of those that were there: two statements,
// however many cells. Description, lock and the rest go along in the new rows.
func (s *Service) write(ctx context.Context, tx *db.Tx, b *batch) error {
	var accounts []id.Account
	var names []string
	rows := make([]row, len(b.order))
	for i, at := range b.order {
		rows[i] = b.rows[at]
		accounts, names = append(accounts, at.account), append(names, at.name)
	}
	keep, err := b.untouched(ctx, tx, accounts, names)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM properties WHERE account_id IN {each :accounts} AND account_id IN {each :changed} AND name IN {words :names}`,
		db.Args{"changed": db.List(accounts), "names": db.Words(names)})
	if err != nil {
		return err
	}
	if err := s.insert(ctx, tx, rows...); err != nil || len(keep) == 0 {
		return err
	}
	return tx.Insert(ctx, "properties", keepColumns, keep)
}

var keepColumns = []string{"account_id", "name", "type", "value", "sealed", "locked", "hidden", "description", "version", "changed_at"}

// untouched reads the rows that the DELETE takes along although no cell changes them:
// other names of the batch in the same clients.
func (b *batch) untouched(ctx context.Context, tx *db.Tx, accounts []id.Account, names []string) ([][]any, error) {
	var keep [][]any
	err := tx.Query(ctx, `SELECT account_id, name, type, value, sealed, locked, hidden, description, version, changed_at FROM properties
		WHERE account_id IN {each :accounts} AND account_id IN {each :changed} AND name IN {words :names}`,
		db.Args{"changed": db.List(accounts), "names": db.Words(names)}, func(scan func(...any) error) error {
			var a id.Account
			var name, kind, description string
			var value *string
			var sealed []byte
			var locked, hidden, version, changed int64
			if err := scan(&a, &name, &kind, &value, &sealed, &locked, &hidden, &description, &version, &changed); err != nil {
				return err
			}
			if _, changes := b.rows[target{a, name}]; changes {
				return nil
			}
			line := []any{a, name, kind, nil, nil, locked, hidden, description, version, changed}
			if value != nil {
				line[3] = *value
			}
			if sealed != nil {
				line[4] = sealed
			}
			keep = append(keep, line)
			return nil
		})
	return keep, err
}

// lines are those of the trail, with the clients that they are about.
func (b *batch) lines() []audit.Line {
	out := make([]audit.Line, len(b.order))
	for i, at := range b.order {
		before, after := b.before[at], b.rows[at]
		action, detail := "property.changed", difference(before.Property, after.Property)
		if before.Version == 0 {
			action, detail = "property.created", created(after.Property)
		}
		out[i] = audit.Line{Account: at.account, Action: action, Subject: at.name, SubjectName: at.name, Detail: detail}
	}
	return out
}
