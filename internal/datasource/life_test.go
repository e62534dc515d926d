package datasource_test

import (
	"testing"
	"time"

	"octavo/internal/asset"
	"octavo/internal/datasource"
	"octavo/internal/db"
)

// library is where assets come out of the bin.
func (s *setup) library() *asset.Library { return asset.NewLibrary(s.DB, s.assets, s.Users) }

// jobs counts what is to be fetched, and what is being fetched.
func (w *web) jobs() (n int) {
	w.t.Helper()
	w.inAccount(w.Agency.ID, func(tx *db.Tx) error {
		_, err := tx.One(w.t.Context(), `SELECT COUNT(*) FROM jobs WHERE account_id = :account AND kind = 'source.refresh' AND state <> 'done'`, nil, &n)
		return err
	})
	return n
}

// What is used goes to the bin only by force, which takes somebody who manages all data sources.
func TestForcedDeletion(t *testing.T) {
	s := newSetup(t)
	ctx := t.Context()
	admin, editor := s.Actor(s.Agency, s.Agency.Admin), s.Actor(s.Agency, s.Agency.Editor)
	src := s.source(editor, "Orders", orders)
	klip := s.klip(editor, "Mine", []int64{src.Key.No})
	wantCode(t, s.Trash(ctx, admin, src.ID, 1, false), "in_use")
	wantCode(t, s.Trash(ctx, editor, src.ID, 1, true), "permission_denied") // also what is one's own
	wantCode(t, s.Trash(ctx, admin, src.ID, 7, true), "version_conflict")
	wantCode(t, s.Trash(ctx, admin, klip, 1, true), "not_found")
	if _, err := s.Get(ctx, editor, src.ID); err != nil {
		t.Fatalf("after refusals: %v", err)
	}
	if err := s.Trash(ctx, admin, src.ID, 1, true); err != nil {
		t.Fatal(err)
	}
	_, err := s.Get(ctx, editor, src.ID)
	wantCode(t, err, "not_found")
	if _, err := s.library().RestoreFromBin(ctx, admin, src.ID); err != nil {
		t.Fatal(err)
	}
	used, err := s.UsedBy(ctx, editor, src.ID)
	if err != nil || len(used.Klips) != 1 || used.Klips[0].ID != klip {
		t.Errorf("restored: %+v, %v", used, err)
	}
	if got := s.column(editor, src, 1); len(got) != 3 || got[1] != "10" {
		t.Errorf("its data: %v", got)
	}
}

// A fetch that goes on ends with the source; in the bin nothing fetches, and after it the plan goes on.
func TestDeletionEndsFetches(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	src := w.make(w.admin, w.paged(), 3600)
	w.ran(w.admin, src, 1)
	w.klip(w.admin, "Uses it", []int64{src.Key.No})
	release := w.api.Hold("/pages")
	defer release()
	calls := w.api.Calls("/pages")
	w.advance(time.Hour)
	w.held(calls + 1)
	if err := w.Trash(ctx, w.admin, src.ID, src.Version, true); err != nil {
		t.Fatal(err)
	}
	w.tell()
	w.until("no job", func() bool { return w.jobs() == 0 }) // though the server never answers
	release()
	w.advance(3 * time.Hour)
	if w.tend(); w.jobs() != 0 {
		t.Error("what lies in the bin is fetched")
	}
	if _, err := w.library().RestoreFromBin(ctx, w.admin, src.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.get(w.admin, src); got.State != datasource.Stale || w.amounts(w.admin, src) != seven {
		t.Errorf("restored: %s %s", got.State, w.amounts(w.admin, src))
	}
	w.tend()
	w.advance(31 * time.Minute)
	if run := w.ran(w.admin, src, 2); run.Outcome != "unchanged" || run.Reason != "schedule" {
		t.Errorf("%+v", run)
	}
}
