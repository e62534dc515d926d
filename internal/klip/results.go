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
	DeletedAt   int64    // UTC milliseconds; 0 = it is not in the bin
	Notes       []string // of its data: datasource.NotePartial, NoteRepeats
}

// reading is a Klip with all that its result depends on, read in one transaction.
type reading struct {
	asset   *asset.Asset
	doc     *document
	sources []*source
	names   []string // of the variables that its formulas use
	chosen  *chosen
	vars    *values
	place   component.Place
}

// Result computes a Klip that the actor may see; rights on its sources are not
// needed. has is asked whether the caller has the result with a hash already.
// Codes not_found, newer_schema.
func (s *Service) Result(ctx context.Context, who authz.Actor, public string, in Choices, has func(hash string) bool) (*Answer, error) {
	place, err := s.places.PlaceFor(ctx, who)
	if err != nil {
		return nil, err
	}
	r, now, err := s.readOne(ctx, who, public, place, in)
	if err != nil {
		return nil, err
	}
	again, err := s.await(ctx, who, r.sources, waitForKlip)
	if err == nil && again {
		r, now, err = s.readOne(ctx, who, public, place, in)
	}
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, r, now, has)
}

// readOne reads what the result of one Klip depends on, and when it did.
func (s *Service) readOne(ctx context.Context, who authz.Actor, public string, place component.Place, in Choices) (r *reading, now time.Time, err error) {
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		now = time.UnixMilli(tx.Now)
		all, err := s.read(ctx, tx, who, []*asset.Asset{a}, place, in)
		if err != nil {
			return err
		}
		r = all[0]
		return nil
	})
	return r, now, err
}

// read reads what the results of Klips depend on that stand on one page. A body that cannot be read leaves
// doc nil.
func (s *Service) read(ctx context.Context, tx *db.Tx, who authz.Actor, klips []*asset.Asset, place component.Place, in Choices) ([]*reading, error) {
	nos := make([]int64, len(klips))
	for i, a := range klips {
		nos[i] = a.Key.No
	}
	links, err := s.assets.Links(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	wires := map[int64]map[string]int64{}
	for _, l := range links {
		if wires[l.From] == nil {
			wires[l.From] = map[string]int64{}
		}
		wires[l.From][l.Slot] = l.To
	}
	out := make([]*reading, len(klips))
	docs := make([]*document, len(klips))
	for i, a := range klips {
		out[i] = &reading{asset: a, place: place}
		if docs[i], err = parseBody(a.JSON); err != nil {
			docs[i] = nil
		}
		out[i].doc = docs[i]
	}
	around := reaching(docs)
	var names []string
	for _, r := range out {
		r.chosen = in.of(s.assets.PublicID(r.asset.Key), r.doc, around)
		if r.doc != nil {
			r.names = r.doc.variables()
			names = slices.Concat(names, r.names, r.doc.controls())
		}
	}
	if err := s.readSourcesOf(ctx, tx, who, out, wires); err != nil {
		return nil, err
	}
	slices.Sort(names)
	all, err := readLevels(ctx, tx, who, slices.Compact(names))
	if err != nil {
		return nil, err
	}
	for _, r := range out {
		r.vars = all.settle(r.names, r.doc.controls(), r.chosen)
	}
	return out, nil
}

// readSourcesOf reads the sources of Klips: those with the same choices together.
func (s *Service) readSourcesOf(ctx context.Context, tx *db.Tx, who authz.Actor, all []*reading, wires map[int64]map[string]int64) error {
	for rest := all; len(rest) > 0; {
		var same, others []*reading
		var targets []int64
		for _, r := range rest {
			if r.doc == nil {
				continue
			}
			if !r.chosen.request.Equal(rest[0].chosen.request) {
				others = append(others, r)
				continue
			}
			same = append(same, r)
			targets = slices.AppendSeq(targets, maps.Values(wires[r.asset.Key.No]))
		}
		if len(same) == 0 { // only the first cannot be read
			rest = rest[1:]
			continue
		}
		found, _, err := s.readSources(ctx, tx, who, distinct(targets), &rest[0].chosen.request)
		if err != nil {
			return err
		}
		for _, r := range same {
			r.sources = keyedBySlot(r.doc, wires[r.asset.Key.No], found)
		}
		rest = others
	}
	return nil
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
		out[i] = SourceState{ID: src.id, Name: src.name, RefreshedAt: src.payload.ReceivedAt, State: src.state, DeletedAt: src.deletedAt, Notes: src.payload.Notes}
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
		if c.Input != nil {
			for _, o := range c.Input.Options {
				n += int64(64 + len(o.Value) + len(o.Label))
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
