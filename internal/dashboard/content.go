package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// unknownKlip is the answer to a Klip that is not there, not the actor's to see, or not of this account.
func unknownKlip(field string) *errs.Error {
	return errs.New(errs.Invalid, "unknown_klip", "There is no such Klip, or it is not shared with you.").WithField(field)
}

// state is what a save starts from: the placements of the current body and what their slots stand for.
type state struct {
	placements map[string]placement // by id
	wires      map[string]int64     // slot → number
	slotOf     map[int64]string     // number → slot
}

// state reads the current state of dashboard no; before is its body, nil for a new dashboard.
func (s *Service) state(ctx context.Context, tx *db.Tx, before *document, no int64) (*state, error) {
	st := &state{placements: map[string]placement{}, wires: map[string]int64{}, slotOf: map[int64]string{}}
	if before == nil {
		return st, nil
	}
	for _, p := range before.placements {
		st.placements[p.ID] = p
	}
	var err error
	if st.wires, err = s.assets.Slots(ctx, tx, no); err != nil {
		return nil, err
	}
	for _, slot := range before.slots() {
		if number, ok := st.wires[slot]; ok {
			st.slotOf[number] = slot
		}
	}
	return st, nil
}

// content gives the placements of a checked document their slots and makes what
// the asset graph stores. added says whether there are Klips that were not there before.
func (s *Service) content(ctx context.Context, tx *db.Tx, who authz.Actor, d, before *document, no int64) (c asset.Content, added bool, err error) {
	if err := s.refuseIDs(who.Account, d); err != nil {
		return c, false, err
	}
	st, err := s.state(ctx, tx, before, no)
	if err != nil {
		return c, false, err
	}
	wires := map[string]int64{}
	fresh := map[int64]string{} // number → field that names it first
	for i := range d.placements {
		p := &d.placements[i]
		if old, ok := st.placements[p.ID]; ok && p.klip == "" && st.wires[old.slot] == 0 {
			p.slot = old.slot // stands for nothing, and stays so
			continue
		}
		field := fmt.Sprintf("placements/%d/klip", i)
		number, err := s.assets.Resolve(who.Account, p.klip)
		if err != nil {
			return c, false, unknownKlip(field)
		}
		if _, ok := st.slotOf[number]; !ok {
			st.slotOf[number], fresh[number] = id.NewPart(), field
		}
		p.slot = st.slotOf[number]
		if old, ok := st.placements[p.ID]; ok && st.wires[old.slot] == number {
			p.slot = old.slot
		}
		wires[p.slot] = number
	}
	if err := s.checkKlips(ctx, tx, who, d, st, wires, fresh); err != nil {
		return c, false, err
	}
	return asset.Content{Tree: d.body(), Refs: d.refs(), Wires: wires}, len(fresh) > 0, nil
}

// checkKlips asks whether the actor may place the fresh Klips, and whether every
// Klip whose size changed has the room it needs.
func (s *Service) checkKlips(ctx context.Context, tx *db.Tx, who authz.Actor, d *document, st *state, wires map[string]int64, fresh map[int64]string) error {
	klips, err := s.assets.Some(ctx, tx, slices.Collect(maps.Values(wires)))
	if err != nil {
		return err
	}
	visible, err := s.assets.Visible(ctx, tx, who, klips)
	if err != nil {
		return err
	}
	for number, field := range fresh {
		if k := klips[number]; k == nil || k.Kind != asset.Klip || k.DeletedAt != 0 || !visible[number] {
			return unknownKlip(field)
		}
	}
	for i, p := range d.placements {
		if old, ok := st.placements[p.ID]; ok && old.slot == p.slot && old.W == p.W && old.H == p.H {
			continue // the Klip may have changed since; moving it is no reason to refuse
		}
		least := LeastSize(componentTypes(klips[wires[p.slot]]))
		if p.W < least.W || p.H < least.H {
			return errs.Newf(errs.Invalid, "placement_too_small", "This Klip needs at least %d columns and %d steps.", least.W, least.H).
				WithField(fmt.Sprintf("placements/%d", i)).WithParams(map[string]any{"columns": least.W, "steps": least.H})
		}
	}
	return nil
}

// componentTypes reads the types of a Klip's components; none for a Klip that is gone.
func componentTypes(klip *asset.Asset) []string {
	if klip == nil || klip.Kind != asset.Klip {
		return nil
	}
	var body struct {
		Components []struct {
			Type string `json:"type"`
		} `json:"components"`
	}
	if json.Unmarshal([]byte(klip.JSON), &body) != nil {
		return nil // a newer form of body: only the least size of all Klips is asked for
	}
	var types []string
	for _, c := range body.Components {
		types = append(types, c.Type)
	}
	return types
}

// refuseIDs keeps ids of assets out of fields that this version does not know: a
// body is shared with accounts in which they mean nothing.
func (s *Service) refuseIDs(account id.Account, d *document) error {
	trees := []map[string]any{d.rest}
	for _, p := range d.placements {
		trees = append(trees, p.rest)
	}
	for _, tree := range trees {
		if field, found := s.findID(account, tree); found {
			return bad("id_in_body", field, "The id of something in this account cannot be kept here.")
		}
	}
	return nil
}

func (s *Service) findID(account id.Account, v any) (field string, found bool) {
	switch v := v.(type) {
	case string:
		_, err := s.assets.Resolve(account, v)
		return "", err == nil
	case []any:
		for _, item := range v {
			if field, found := s.findID(account, item); found {
				return field, true
			}
		}
	case map[string]any:
		for key, item := range v {
			if _, found := s.findID(account, item); found {
				return key, true
			}
			if _, err := s.assets.Resolve(account, key); err == nil {
				return key, true
			}
		}
	}
	return "", false
}
