package klip

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/formula/value"
	"octavo/internal/id"
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
	vars    map[string]value.Vector
}

// Result computes a Klip that the actor may see; rights on its sources are not
// needed. has is asked whether the caller has the result with a hash already.
// Codes not_found, newer_schema.
func (s *Service) Result(ctx context.Context, who authz.Actor, public string, has func(hash string) bool) (*Answer, error) {
	var r *reading
	var now time.Time
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		now = time.UnixMilli(tx.Now)
		all, err := s.read(ctx, tx, who, []*asset.Asset{a})
		if err != nil {
			return err
		}
		r = all[0]
		_, err = parseBody(a.JSON)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, r, now, has)
}

// read reads what the results of Klips depend on. A body that cannot be read leaves
// doc nil.
func (s *Service) read(ctx context.Context, tx *db.Tx, who authz.Actor, klips []*asset.Asset) ([]*reading, error) {
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
		out[i] = &reading{asset: a}
		if out[i].doc, err = parseBody(a.JSON); err != nil {
			out[i].doc = nil
			continue
		}
		out[i].sources = keyedBySlot(out[i].doc, wires[a.Key.No], found)
		for _, name := range out[i].doc.variables() {
			names[name] = true
		}
	}
	all, err := readVariables(ctx, tx, who, slices.Sorted(maps.Keys(names)))
	if err != nil {
		return nil, err
	}
	for _, r := range out {
		r.vars = pickVariables(r.doc, all)
	}
	return out, nil
}

func pickVariables(d *document, all map[string]value.Vector) map[string]value.Vector {
	out := map[string]value.Vector{}
	if d == nil {
		return out
	}
	for _, name := range d.variables() {
		if v, ok := all[name]; ok {
			out[name] = v
		}
	}
	return out
}

// answer computes a reading, or finds the result that was computed before.
func (s *Service) answer(ctx context.Context, r *reading, now time.Time, has func(string) bool) (*Answer, error) {
	if r.doc == nil {
		_, err := parseBody(r.asset.JSON)
		return nil, err
	}
	e := &evaluation{doc: r.doc, data: newData(r.sources, 0), vars: r.vars, place: s.place}
	e.now = r.doc.clockNeed().bucket(now, s.place.Zone)
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

// DashboardResults computes all Klips of a dashboard that the actor may see, by
// public id. The tag names everything in the answer. has is asked for each hash
// whether the caller has that result already; changed is asked for the tag before
// anything is computed, false leaves all results out. Code not_found.
func (s *Service) DashboardResults(ctx context.Context, who authz.Actor, public string, has func(hash string) bool, changed func(tag string) bool) (map[string]*Answer, string, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, "", err
	}
	var b *board
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		b, err = s.board(ctx, tx, who, no)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	tag := s.tagBoard(ctx, b)
	if !changed(tag) {
		return nil, tag, nil
	}
	return s.answers(ctx, b, has), tag, nil
}

// board is a dashboard as far as results are concerned.
type board struct {
	now     time.Time
	shown   map[string]*reading    // by public id
	refused map[string]*errs.Error // by public id
}

// board reads the Klips of a dashboard, rights first.
func (s *Service) board(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) (*board, error) {
	d, err := s.assets.Viewable(ctx, tx, who, no)
	if err != nil {
		return nil, err
	}
	if d.Kind != asset.Dashboard {
		return nil, authz.NotFound()
	}
	links, err := s.assets.Links(ctx, tx, []int64{no})
	if err != nil {
		return nil, err
	}
	var nos []int64
	for _, l := range links {
		if l.Kind == asset.Strong {
			nos = append(nos, l.To)
		}
	}
	nos = distinct(nos)
	found, err := s.assets.Some(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	visible, err := s.assets.Visible(ctx, tx, who, found)
	if err != nil {
		return nil, err
	}
	b := &board{now: time.UnixMilli(tx.Now), shown: map[string]*reading{}, refused: map[string]*errs.Error{}}
	var klips []*asset.Asset
	for _, no := range nos {
		a, ok := found[no]
		public := s.assets.PublicID(id.Asset{Account: who.Account, No: no})
		switch {
		case !ok || a.DeletedAt != 0 || a.Kind != asset.Klip:
			b.refused[public] = errs.New(errs.NotFound, "klip_deleted", "This Klip was deleted.")
		case !visible[no]:
			b.refused[public] = errs.New(errs.Forbidden, "not_shared", "This Klip is not shared with you.")
		default:
			klips = append(klips, a)
		}
	}
	all, err := s.read(ctx, tx, who, klips)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		b.shown[s.assets.PublicID(r.asset.Key)] = r
	}
	return b, nil
}

// tagBoard names what the answer for a dashboard says: results, states, refusals.
func (s *Service) tagBoard(ctx context.Context, b *board) string {
	var sb strings.Builder
	for _, public := range slices.Sorted(maps.Keys(b.refused)) {
		fmt.Fprintf(&sb, "%s %s\n", public, b.refused[public].Code)
	}
	for _, public := range slices.Sorted(maps.Keys(b.shown)) {
		// With a caller that has everything, answer computes nothing.
		a, err := s.answer(ctx, b.shown[public], b.now, func(string) bool { return true })
		if err != nil {
			a = &Answer{Hash: b.shown[public].asset.JSON}
		}
		fmt.Fprintf(&sb, "%s %s %v\n", public, a.Hash, a.Sources)
	}
	sum := sha256.Sum256([]byte(sb.String()))
	return hex.EncodeToString(sum[:])
}

// answers computes the Klips of a dashboard, as many at a time as there are turns.
func (s *Service) answers(ctx context.Context, b *board, has func(string) bool) map[string]*Answer {
	out := make(map[string]*Answer, len(b.shown)+len(b.refused))
	for public, err := range b.refused {
		out[public] = &Answer{Err: err}
	}
	var mu sync.Mutex // guards out
	var wait sync.WaitGroup
	for public, r := range b.shown {
		wait.Go(func() {
			a, err := s.answer(ctx, r, b.now, has)
			if err != nil {
				a = &Answer{Hash: hashOf(a), Sources: statesOf(r.sources), Err: s.wordError(ctx, r, err)}
			}
			mu.Lock()
			defer mu.Unlock()
			out[public] = a
		})
	}
	wait.Wait()
	return out
}

func hashOf(a *Answer) string {
	if a == nil {
		return ""
	}
	return a.Hash
}

// wordError words why a Klip has no result; the cause goes to the log.
func (s *Service) wordError(ctx context.Context, r *reading, err error) *errs.Error {
	var e *errs.Error
	if errors.As(err, &e) && e.Kind != errs.Internal {
		return e
	}
	if !errors.Is(err, context.Canceled) {
		s.log.ErrorContext(ctx, "klip not evaluated", "account_id", int64(r.asset.Key.Account), "klip_no", r.asset.Key.No, "error", err.Error())
	}
	return errs.New(errs.Internal, "internal_error", "This Klip cannot be shown. The people who run Octavo can see why.")
}
