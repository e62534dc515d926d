package asset_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"octavo/internal/asset"
	"octavo/internal/dashboard"
	"octavo/internal/db"
	"octavo/internal/id"
)

// A slot that went never comes back for something else, and stands for one Klip in
// the whole history of a dashboard: a client's copy would feed the wrong Klip else.
func TestSlotsAreNeverUsedAgain(t *testing.T) {
	w := newWorld(t)
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	boards := dashboard.New(w.DB, w.assets)
	var klips []*asset.Asset
	for i := range 3 {
		klips = append(klips, w.put(who, asset.Klip, fmt.Sprint("Klip ", i), nil))
	}
	rapid.Check(t, func(rt *rapid.T) {
		ctx := context.Background()
		d, err := boards.Create(ctx, who, map[string]any{"title": "Trading", "placements": []any{}})
		if err != nil {
			rt.Fatal(err)
		}
		stands := map[string]int64{} // slot → Klip, in all of history
		gone := map[string]bool{}
		for range rapid.IntRange(1, 8).Draw(rt, "saves") {
			before := w.slotsOf(rt, d.Key.No)
			d, err = boards.Save(ctx, who, d.ID, d.Version, map[string]any{"title": "Trading", "placements": w.placements(rt, klips)})
			if err != nil {
				rt.Fatal(err)
			}
			after := w.slotsOf(rt, d.Key.No)
			for slot, no := range after {
				if first, ok := stands[slot]; ok && first != no {
					rt.Fatalf("slot %s stood for %d and now for %d", slot, first, no)
				}
				if gone[slot] {
					rt.Fatalf("slot %s came back", slot)
				}
				stands[slot] = no
			}
			for slot := range before {
				if _, still := after[slot]; !still {
					gone[slot] = true
				}
			}
		}
	})
	w.sound()
}

// placements are some of the Klips, one below the other, each perhaps twice.
func (w *world) placements(rt *rapid.T, klips []*asset.Asset) []any {
	out := []any{}
	for i, n := range rapid.SliceOfN(rapid.IntRange(0, len(klips)-1), 0, 4).Draw(rt, "klips") {
		part := fmt.Sprintf("part%caaaaa", 'a'+rune(rapid.IntRange(0, 1).Draw(rt, "part")*8+i))
		if rapid.Bool().Draw(rt, "new part") {
			part = id.NewPart()
		}
		out = append(out, map[string]any{"id": part, "klip": w.assets.PublicID(klips[n].Key), "x": 0.0, "y": float64(i * 20), "w": 12.0, "h": 20.0})
	}
	return out
}

// slotsOf reads the slots that a dashboard's body names, and what they stand for.
func (w *world) slotsOf(rt *rapid.T, no int64) map[string]int64 {
	out := map[string]int64{}
	who := w.Actor(w.Solstice, w.Solstice.Editor)
	err := w.in(who, func(tx *db.Tx) error {
		a, err := w.assets.Viewable(context.Background(), tx, who, no)
		if err != nil {
			return err
		}
		wires, err := w.assets.Slots(context.Background(), tx, no)
		if err != nil {
			return err
		}
		var body struct {
			Placements []struct {
				Slot string `json:"slot"`
			} `json:"placements"`
		}
		if err := json.Unmarshal([]byte(a.JSON), &body); err != nil {
			return err
		}
		for _, p := range body.Placements {
			out[p.Slot] = wires[p.Slot]
		}
		if len(out) != len(wires) {
			rt.Errorf("the body names %v, wired are %v", out, wires)
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
	return out
}
