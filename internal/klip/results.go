package klip

import (
	"context"
	"maps"
	"slices"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// resultBytes is how much of the results is kept in memory, estimated.
const resultBytes = 64 << 20

// Answer is the result of one Klip, or why there is none.
type Answer struct {
	Hash    string        // names the result; equal hashes mean equal results
	Result  *Result       // nil if the caller has it already, or Err is set
	Sources []SourceState // of the Klip, in its order
	Err     *errs.Error   // not_shared, klip_deleted, newer_schema, or internal_error
}

// SourceState says how fresh the data of a source is.
type SourceState struct {
	ID          string
	Name        string
	RefreshedAt int64 // UTC milliseconds, 0 = never
	State       State
}

// reading is a Klip with all that its result depends on, read in one transaction.
type reading struct {
	asset   *asset.Asset
	doc     *document
	sources []*source
	vars    *values
	place   component.Place
}

// Result computes a Klip that the actor may see; rights on its sources are not
// needed. has is asked whether the caller has the result with a hash already.
// Codes not_found, newer_schema.
func (s *Service) Result(ctx context.Context, who authz.Actor, public string, has func(hash string) bool) (*Answer, error) {
	place, err := s.places.PlaceFor(ctx, who)
	if err != nil {
		return nil, err
	}
	r, now, err := s.readOne(ctx, who, public, place)
	if err != nil {
		return nil, err
	}
	again, err := s.await(ctx, who, r.sources, waitForKlip)
	if err == nil && again {
		r, now, err = s.readOne(ctx, who, public, place)
	}
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, r, now, has)
}

// readOne reads what the result of one Klip depends on, and when it did.
func (s *Service) readOne(ctx context.Context, who authz.Actor, public string, place component.Place) (r *reading, now time.Time, err error) {
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		now = time.UnixMilli(tx.Now)
		all, err := s.read(ctx, tx, who, []*asset.Asset{a}, place)
		if err != nil {
			return err
		}
		r = all[0]
		return nil
	})
	return r, now, err
}

// read reads what the results of Klips depend on. A body that cannot be read leaves
// doc nil.
func (s *Service) read(ctx context.Context, tx *db.Tx, who authz.Actor, klips []*asset.Asset, place component.Place) ([]*reading, error) {
	nos := make([]int64, len(klips))
	for i, a := range klips {
		nos[i] = a.Key.No
	}
	links, err := s.assets.Links(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	wires := map[int64]map[string]int64{}
	var targets []int64
	for _, l := range links {
		if wires[l.From] == nil {
			wires[l.From] = map[string]int64{}
		}
		wires[l.From][l.Slot] = l.To
		targets = append(targets, l.To)
	}
	found, _, err := s.readSources(ctx, tx, who, distinct(targets))
	if err != nil {
		return nil, err
	}
	out := make([]*reading, len(klips))
	names := map[string]bool{}
	for i, a := range klips {
		out[i] = &reading{asset: a, place: place}
		if out[i].doc, err = parseBody(a.JSON); err != nil {
			out[i].doc = nil
			continue
		}
		out[i].sources = keyedBySlot(out[i].doc, wires[a.Key.No], found)
		for _, name := range out[i].doc.variables() {
			names[name] = true
		}
	}
	all, err := readValues(ctx, tx, who, slices.Sorted(maps.Keys(names)))
	if err != nil {
		return nil, err
	}
	for _, r := range out {
		r.vars = all.pick(r.doc)
	}
	return out, nil
}

// answer computes a reading, or finds the result that was computed before.
func (s *Service) answer(ctx context.Context, r *reading, now time.Time, has func(string) bool) (*Answer, error) {
	if r.doc == nil {
		_, err := parseBody(r.asset.JSON)
		return nil, err
	}
	e := &evaluation{doc: r.doc, data: newData(r.sources, 0), vars: r.vars, place: r.place}
	e.now = r.doc.clockNeed().bucket(now, r.place.Zone)
	a := &Answer{Hash: hashResult([]byte(r.asset.JSON), e), Sources: statesOf(r.sources)}
	if has(a.Hash) {
		return a, nil
	}
	var err error
	a.Result, err = s.compute(ctx, a.Hash, e)
	return a, err
}

func statesOf(sources []*source) []SourceState {
	out := make([]SourceState, len(sources))
	for i, src := range sources {
		out[i] = SourceState{ID: src.id, Name: src.name, RefreshedAt: src.payload.ReceivedAt, State: src.state}
	}
	return out
}

// maxRun is how long one Klip may take, with reading its data.
const maxRun = 30 * time.Second

// compute evaluates, once for all who ask at the same time. The first caller may
// leave without taking it from the others, so the evaluation has a deadline of its own.
func (s *Service) compute(ctx context.Context, hash string, e *evaluation) (*Result, error) {
	if r, ok := s.results.get(hash); ok {
		return r, nil
	}
	done := s.flight.DoChan(hash, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxRun)
		defer cancel()
		r, err := s.evaluate(ctx, e)
		if err == nil {
			s.results.put(hash, r, r.size())
		}
		return r, err
	})
	select {
	case got := <-done:
		if got.Err != nil {
			return nil, got.Err
		}
		return got.Val.(*Result), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// evaluate waits for its turn and computes. A fault of ours costs this Klip alone.
func (s *Service) evaluate(ctx context.Context, e *evaluation) (result *Result, err error) {
	if err := s.takeTurn(ctx); err != nil {
		return nil, err
	}
	defer s.endTurn()
	defer recovered(&err)
	if err := s.describe(ctx, e.data.sources); err != nil {
		return nil, err
	}
	return e.run(ctx, s.sources)
}

func (s *Service) takeTurn(ctx context.Context) error {
	select {
	case s.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Service) endTurn() { <-s.turns }

// size estimates what a result takes in memory.
func (r *Result) size() int64 {
	n := int64(1024)
	items := func(raw []any, text []string) {
		n += int64(len(raw)) * 48
		for _, t := range text {
			n += int64(len(t))
		}
	}
	for _, c := range r.Components {
		if c.Table != nil {
			for _, col := range c.Table.Columns {
				items(col.Items.Raw, col.Items.Text)
			}
		}
		if c.Chart != nil {
			items(c.Chart.X.Items.Raw, c.Chart.X.Items.Text)
			for _, series := range c.Chart.Series {
				items(series.Items.Raw, series.Items.Text)
			}
		}
	}
	return n
}
