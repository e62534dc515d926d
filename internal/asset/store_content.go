package asset

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"octavo/internal/db"
	"octavo/internal/id"
)

// Wire is one entry of a wiring.
type Wire struct {
	Slot string
	Kind RefKind
	Rel  int64 // number of the target − base of the asset
	From FromMark
}

// FromMark is what a re-bound wire remembers of the copy it replaced; zero = nothing.
type FromMark struct {
	Origin id.Asset
	Deep   []byte
}

// hashWires names a wiring by its content.
func hashWires(wires []Wire) []byte {
	h := sha256.New()
	num := func(n int64) { _ = binary.Write(h, binary.BigEndian, n) } // a hash never fails
	for _, w := range wires {
		num(int64(len(w.Slot)))
		h.Write([]byte(w.Slot))
		num(int64(len(w.Kind)))
		h.Write([]byte(w.Kind))
		num(w.Rel)
		num(int64(w.From.Origin.Account))
		num(w.From.Origin.No)
		num(int64(len(w.From.Deep)))
		h.Write(w.From.Deep)
	}
	return h.Sum(nil)
}

// PutBody stores a canonical body with its references, or finds the one that is there. Accounts of one family share it.
func (s *Service) PutBody(ctx context.Context, tx *db.Tx, family int64, kind Kind, canonical []byte, refs []Ref) (id.Content, error) {
	fresh := s.ids.Content()
	var got id.Content
	_, err := tx.One(ctx, `
		INSERT INTO bodies (id, family_id, hash, kind, json) VALUES (:id, :family, :hash, :kind, :json)
		ON CONFLICT (family_id, hash) DO UPDATE SET unused_since = NULL RETURNING id`,
		db.Args{"id": fresh, "hash": Hash(canonical), "kind": kind, "json": string(canonical)}, &got)
	if err != nil || got != fresh {
		return got, err
	}
	rows := make([][]any, len(refs))
	for i, r := range refs {
		rows[i] = []any{fresh, r.Kind, r.Name}
	}
	return got, tx.Insert(ctx, "body_refs", []string{"body_id", "kind", "name"}, rows)
}

// PutWiring stores a wiring, or finds the one that is there.
func (s *Service) PutWiring(ctx context.Context, tx *db.Tx, wires []Wire) (id.Content, error) {
	wires = slices.Clone(wires)
	slices.SortFunc(wires, func(a, b Wire) int { return cmp.Compare(a.Slot, b.Slot) })
	fresh := s.ids.Content()
	var got id.Content
	_, err := tx.One(ctx, `
		INSERT INTO wirings (id, family_id, hash) VALUES (:id, :family, :hash)
		ON CONFLICT (family_id, hash) DO UPDATE SET unused_since = NULL RETURNING id`,
		db.Args{"id": fresh, "hash": hashWires(wires)}, &got)
	if err != nil || got != fresh {
		return got, err
	}
	rows := make([][]any, len(wires))
	for i, w := range wires {
		rows[i] = []any{fresh, w.Slot, w.Kind, w.Rel, nil, nil, nil}
		if !w.From.Origin.IsZero() {
			copy(rows[i][4:], []any{w.From.Origin.Account, w.From.Origin.No, w.From.Deep})
		}
	}
	return got, tx.Insert(ctx, "wires", []string{"wiring_id", "slot", "kind", "rel", "from_account", "from_no", "from_deep"}, rows)
}

// PutSettings interns the settings of a data source (refresh, policy, retention), given as canonical JSON.
func (s *Service) PutSettings(ctx context.Context, tx *db.Tx, canonical []byte) (id.Content, error) {
	var got id.Content
	_, err := tx.One(ctx, `
		INSERT INTO settings (id, family_id, hash, json) VALUES (:id, :family, :hash, :json)
		ON CONFLICT (family_id, hash) DO UPDATE SET unused_since = NULL RETURNING id`,
		db.Args{"id": s.ids.Content(), "hash": Hash(canonical), "json": string(canonical)}, &got)
	return got, err
}

// wiring reads a wiring whole, re-bound marks included.
func wiring(ctx context.Context, tx *db.Tx, of id.Content) ([]Wire, error) {
	var out []Wire
	err := tx.Query(ctx, `
		SELECT w.slot, w.kind, w.rel, COALESCE(w.from_account, 0), COALESCE(w.from_no, 0), w.from_deep
		FROM wirings g JOIN wires w ON w.wiring_id = g.id
		WHERE g.family_id = :family AND g.id = :wiring ORDER BY w.slot`, db.Args{"wiring": of},
		func(scan func(...any) error) error {
			var w Wire
			err := scan(&w.Slot, &w.Kind, &w.Rel, &w.From.Origin.Account, &w.From.Origin.No, &w.From.Deep)
			out = append(out, w)
			return err
		})
	return out, err
}

// refsOf reads what a body refers to.
func refsOf(ctx context.Context, tx *db.Tx, body id.Content) ([]Ref, error) {
	var out []Ref
	err := tx.Query(ctx, `SELECT r.kind, r.name FROM body_refs r JOIN bodies b ON b.id = r.body_id AND b.family_id = :family
		WHERE r.body_id = :body ORDER BY r.kind, r.name`, db.Args{"body": body}, func(scan func(...any) error) error {
		var r Ref
		err := scan(&r.Kind, &r.Name)
		out = append(out, r)
		return err
	})
	return out, err
}
