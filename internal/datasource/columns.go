package datasource

import (
	"context"
	"encoding/json"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/dataset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// What happens when a refresh brings other columns than those that are there.
const (
	ColumnsAdd    = "add"    // the data is taken, and the log says what is other
	ColumnsAsk    = "ask"    // the data waits until somebody accepts it; what is there stays
	ColumnsIgnore = "ignore" // the data is taken, and nothing is said
)

// ColumnChanges are the names of columns that came or went, 50 of each at most.
type ColumnChanges struct {
	Added   []string `json:"added,omitempty"`
	Missing []string `json:"missing,omitempty"`
}

const maxChanges = 50

func (c ColumnChanges) none() bool { return len(c.Added) == 0 && len(c.Missing) == 0 }

// changesOf compares the columns of two payloads by what formulas call them. A single sheet is the same whatever its name.
func changesOf(before, after Schema) ColumnChanges {
	was, is := columnNames(before), columnNames(after)
	return ColumnChanges{Added: without(is, was), Missing: without(was, is)}
}

func columnNames(s Schema) []string {
	var out []string
	for _, sh := range s.Sheets {
		for _, c := range sh.Columns {
			name := c.Name
			if name == "" || sh.HeaderRow == 0 {
				name = c.Letter
			}
			if len(s.Sheets) > 1 {
				name = sh.Name + ": " + name
			}
			out = append(out, name)
		}
	}
	return out
}

func without(some, others []string) []string {
	known := make(map[string]bool, len(others))
	for _, name := range others {
		known[name] = true
	}
	var out []string
	for _, name := range some {
		if !known[name] && len(out) < maxChanges {
			known[name] = true
			out = append(out, name)
		}
	}
	return out
}

// changesIn says which columns of what came are other than those that an instance has. A history has all columns that
// ever were, so there none is missing.
func changesIn(ctx context.Context, tx *db.Tx, w *work, got *outcome) (ColumnChanges, error) {
	if got.payload == nil || w.instance.Payload == 0 || w.settings.OnSchemaChange == ColumnsIgnore {
		return ColumnChanges{}, nil
	}
	var text string
	found, err := tx.One(ctx, `SELECT schema_json FROM payloads WHERE family_id = :family AND id = :id`, db.Args{"id": w.instance.Payload}, &text)
	if err != nil || !found {
		return ColumnChanges{}, err
	}
	var before Schema
	if err := json.Unmarshal([]byte(text), &before); err != nil {
		return ColumnChanges{}, err
	}
	return changesOf(before, got.payload.Schema), nil
}

// columnsChanged is why data waits.
func columnsChanged(c ColumnChanges) *errs.Error {
	return errs.Newf(errs.Conflict, "columns_changed", "Its columns changed: %d new, %d missing. The data of before stays until somebody accepts this.", len(c.Added), len(c.Missing)).
		WithParams(map[string]any{"added": len(c.Added), "missing": len(c.Missing), "names": slices.Concat(c.Missing, c.Added)})
}

// hold keeps what came aside.
func (s *Service) hold(ctx context.Context, tx *db.Tx, w *work, begun int64, got *outcome, changes ColumnChanges) error {
	payload, err := s.insertPayload(ctx, tx, got.payload)
	if err != nil {
		return err
	}
	next, why := w.plan.next(tx.Now), columnsChanged(changes)
	_, err = tx.Exec(ctx, `UPDATE instances SET state = :state, failures = 0, deferrals = 0, error = :error, asked = '', asked_at = NULL, asleep = 0, tried_at = :now,
			held_payload_id = :payload, held_at = :asked, next_at = :next WHERE account_id = :account AND no = :no AND key = :key`, db.Args{
		"state": string(Failing), "error": writeFault(why), "now": tx.Now, "asked": got.asked, "payload": payload, "next": orNull(next), "no": w.at.No, "key": w.at.Key})
	if err == nil {
		err = s.mirror(ctx, tx, w.at, Failing, next)
	}
	if err == nil {
		err = s.after(ctx, tx, w, next)
	}
	if err == nil {
		err = s.logRun(ctx, tx, w, begun, got, "held", why, changes)
	}
	if err == nil {
		err = audit.News(ctx, tx)
	}
	return err
}

// Held is data that waits to be accepted.
type Held struct {
	Payload    string // names it
	ReceivedAt int64  // UTC milliseconds
	Sheets     []Sheet
}

// held is a waiting payload of one instance.
type held struct {
	at      instanceAt
	payload id.Content
	hash    []byte
	dataKey string
	since   int64
	state   State // of the instance, as are those below
	why     *errs.Error
	next    int64
	putOff  bool
}

// accepted is how an instance stands after its data was accepted. Another trouble that it has by then stays, with its
// tries: who accepts columns has not mended a service.
func (h *held) accepted() (State, *errs.Error) {
	switch {
	case h.why == nil || h.why.Code == "columns_changed":
		return Fresh, nil
	case h.putOff && h.state == Failing: // because of its columns
		return Fresh, h.why
	}
	return h.state, h.why
}

func heldOf(ctx context.Context, tx *db.Tx, no int64) ([]held, error) {
	var out []held
	err := tx.Query(ctx, `SELECT i.key, i.held_payload_id, i.held_at, i.state, i.error, COALESCE(i.next_at, 0),
			CASE WHEN i.deferrals > 0 AND i.failures = 0 THEN 1 ELSE 0 END, p.hash, p.data_key FROM instances i
		JOIN payloads p ON p.id = i.held_payload_id AND p.family_id = :family WHERE i.account_id = :account AND i.no = :no
		ORDER BY i.pinned DESC, i.accessed_at DESC, i.key`, db.Args{"no": no}, func(scan func(...any) error) error {
		h := held{at: instanceAt{No: no}}
		var text string
		err := scan(&h.at.Key, &h.payload, &h.since, &h.state, &text, &h.next, &h.putOff, &h.hash, &h.dataKey)
		h.why = readFault(text)
		out = append(out, h)
		return err
	})
	return out, err
}

func nothingHeld() error {
	return errs.New(errs.Conflict, "nothing_held", "No data of this source waits to be accepted. Load the page again.")
}

// Held gives data with other columns that waits, to who may change the source; of several sets of values that of the
// account's own. Codes not_found, permission_denied, not_web, nothing_held.
func (s *Service) Held(ctx context.Context, who authz.Actor, public string) (*Held, error) {
	var first held
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		no, err := s.webNo(ctx, tx, who, public)
		if err != nil {
			return err
		}
		all, err := heldOf(ctx, tx, no)
		if err == nil && len(all) == 0 {
			err = nothingHeld()
		}
		if err == nil {
			first = all[0]
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	set, err := s.Load(ctx, Payload{ID: first.payload, Hash: first.hash, DataKey: first.dataKey, family: who.Account.Family()}, func(*dataset.Sheet, int) bool { return true })
	if err != nil {
		return nil, err
	}
	out := &Held{Payload: shownPayload(first.hash), ReceivedAt: first.since}
	for _, sh := range set.Sheets {
		out.Sheets = append(out.Sheets, previewOf(sh, leastRows))
	}
	return out, nil
}

// AcceptColumns makes the data that waits those of the source, of all its sets of values; payload is what the person has
// looked at. Codes not_found, permission_denied, not_web, nothing_held, data_changed.
func (s *Service) AcceptColumns(ctx context.Context, who authz.Actor, public, payload string) (*Source, error) {
	habits, err := s.cfg.Habits(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, didAcceptColumns, func(tx *db.Tx) (*asset.Asset, error) {
		no, err := s.webNo(ctx, tx, who, public)
		if err != nil {
			return nil, err
		}
		a, err := s.editable(ctx, tx, who, no)
		if err != nil {
			return nil, err
		}
		all, err := heldOf(ctx, tx, no)
		switch {
		case err != nil:
			return nil, err
		case len(all) == 0:
			return nil, nothingHeld()
		case shownPayload(all[0].hash) != payload:
			return nil, dataChanged()
		}
		def, err := readDefinition(ctx, tx, no)
		if err != nil || def == nil {
			return nil, err
		}
		for _, h := range all {
			if err := s.accept(ctx, tx, h, planOf(def.settings.Refresh, int64(who.Account), h.at, habits.Zone)); err != nil {
				return nil, err
			}
		}
		return a, nil
	})
}

func (s *Service) accept(ctx context.Context, tx *db.Tx, h held, p plan) error {
	if h.at.Key == "" {
		if err := s.lay(ctx, tx, h.at, h.payload); err != nil {
			return err
		}
	}
	state, why := h.accepted()
	_, err := tx.Exec(ctx, `UPDATE instances SET payload_id = held_payload_id, received_at = held_at, held_payload_id = NULL, held_at = NULL, state = :state, error = :error,
		stale_at = :stale, etag = '', last_modified = '' WHERE account_id = :account AND no = :no AND key = :key`,
		db.Args{"state": string(state), "error": writeFault(why), "stale": orNull(p.stale(h.since)), "no": h.at.No, "key": h.at.Key})
	if err != nil {
		return err
	}
	return s.mirror(ctx, tx, h.at, state, h.next)
}

// SetOnSchemaChange says what happens when columns change, over the expected version: add, ask, ignore. The version stays,
// for settings have none. Codes not_found, permission_denied, version_conflict, not_web, bad_columns_policy,
// history_takes_columns.
func (s *Service) SetOnSchemaChange(ctx context.Context, who authz.Actor, public string, expected int64, policy string) (*Source, error) {
	return s.set(ctx, who, public, expected, didSetColumns, func(now *Settings) error {
		if !slices.Contains([]string{ColumnsAdd, ColumnsAsk, ColumnsIgnore}, policy) {
			return errs.New(errs.Invalid, "bad_columns_policy", "Other columns are added, asked for or ignored.").WithField("on_schema_change")
		}
		if policy == ColumnsAsk && now.History != nil {
			return historyTakesColumns()
		}
		now.OnSchemaChange = policy
		if policy == ColumnsAdd {
			now.OnSchemaChange = ""
		}
		return nil
	}, nil)
}

// historyTakesColumns refuses to have somebody asked about the columns of a history: while they thought about it, the rows
// of all refreshes but the last would be lost.
func historyTakesColumns() error {
	return errs.New(errs.Conflict, "history_takes_columns", "Where rows are kept from refresh to refresh, new columns join them at once, so nobody can be asked. Have other columns taken, or each refresh replace the rows.")
}
