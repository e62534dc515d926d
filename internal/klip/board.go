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
	"octavo/internal/component"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// DashboardResults computes all Klips of a dashboard that the actor may see, by
// public id. The tag names everything in the answer. has is asked for each hash
// whether the caller has that result already; changed is asked for the tag before
// anything is computed, false leaves all results out. Code not_found.
func (s *Service) DashboardResults(ctx context.Context, who authz.Actor, public string, in Choices, has func(hash string) bool, changed func(tag string) bool) (map[string]*Answer, string, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, "", err
	}
	place, err := s.places.PlaceFor(ctx, who)
	if err != nil {
		return nil, "", err
	}
	var b *board
	read := func(tx *db.Tx) (err error) {
		b, err = s.board(ctx, tx, who, no, place, in)
		return err
	}
	if err = s.db.Read(ctx, db.Account(who.Account), read); err != nil {
		return nil, "", err
	}
	again, err := s.await(ctx, who, b.sources(), waitForBoard)
	if err == nil && again {
		err = s.db.Read(ctx, db.Account(who.Account), read)
	}
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

// sources are those of all Klips that are shown.
func (b *board) sources() []*source {
	var out []*source
	for _, r := range b.shown {
		out = append(out, r.sources...)
	}
	return out
}

// board reads the Klips of a dashboard, rights first.
func (s *Service) board(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, place component.Place, in Choices) (*board, error) {
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
	all, err := s.read(ctx, tx, who, klips, place, in)
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
