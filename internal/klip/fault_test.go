package klip_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/klip"
)

// broken are the data sources of a world of which one cannot be read.
type broken struct {
	*datasource.Service
	name  string
	fails func() error
}

func (b broken) Load(ctx context.Context, p datasource.Payload, pick func(*dataset.Sheet, int) bool) (*dataset.Set, error) {
	if p.Name == b.name {
		return nil, b.fails()
	}
	return b.Service.Load(ctx, p, pick)
}

func TestAFaultCostsItsKlipAlone(t *testing.T) {
	w := newWorld(t)
	good, bad := w.source(w.admin, "Good", orders), w.source(w.admin, "Bad", regions)
	a, b := w.create(w.admin, table(good, "SUM(@Units)")), w.create(w.admin, table(bad, "@Name"))
	board := w.dashboard(w.admin, a.ID, b.ID)
	for name, fails := range map[string]func() error{
		"a panic":             func() error { panic("secret /path") },
		"a file that is gone": func() error { return errors.New("secret /path") },
	} {
		var log bytes.Buffer
		s := klip.New(klip.Config{Log: slog.New(slog.NewTextHandler(&log, nil)), DB: w.DB, Assets: w.assets, Sources: broken{w.sources, "Bad", fails}})
		all, _, err := s.DashboardResults(w.ctx(), w.admin, board, klip.Choices{}, never, always)
		if err != nil {
			t.Fatal(err)
		}
		if got := column(all[a.ID].Result, 0); got != "28" {
			t.Errorf("%s: the other Klip shows %q", name, got)
		}
		if e := all[b.ID].Err; e == nil || e.Code != "internal_error" || strings.Contains(e.Message, "secret") {
			t.Errorf("%s: %+v", name, e)
		}
		if !strings.Contains(log.String(), "secret") {
			t.Errorf("%s is not in the log", name)
		}
		if _, err := s.Preview(w.ctx(), w.admin, table(bad, "@Name"), klip.Choices{}); err == nil {
			t.Errorf("%s: the preview hides it", name)
		}
	}
}

func TestLimitsStopAFormula(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "BLANK(99999999)"))
	if e := w.result(w.admin, k.ID).Result.Components[0].Error; e == nil || e.Code != "limit" {
		t.Errorf("error %+v", e)
	}
}

func TestCancelledCallsEnd(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	ctx, cancel := context.WithCancel(w.ctx())
	cancel()
	if _, err := w.Preview(ctx, w.admin, table(src, "1"), klip.Choices{}); err == nil {
		t.Error("a cancelled preview answers")
	}
	if _, err := w.Evaluate(ctx, w.admin, klip.Question{Text: "1"}); err == nil {
		t.Error("a cancelled formula answers")
	}
}

// No body holds an id of anything: it is shared with accounts in which it means nothing.
func TestNoBodyHoldsAnID(t *testing.T) {
	w := newWorld(t)
	src, other := w.source(w.admin, "Orders", orders), w.source(w.admin, "Regions", regions)
	ids := []string{src, other, string(w.admin.User)}
	for _, doc := range []map[string]any{
		table(src, "GROUP(@Region)", "@[Orders/C:C]", "&Column: A"),
		withRefs(table(src, "SUM(@{1})"), src),
		with(table(src, "1"), "id", strings.Repeat("0", 32)),
		{"workspace": map[string]any{"datasources": []any{other, src}, "activeDatasource": src}},
	} {
		k := w.create(w.admin, doc)
		if _, err := w.Save(w.ctx(), w.admin, k.ID, 1, with(plain(t, k.Document), "title", "Again")); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, k.ID)
	}
	err := w.DB.Read(w.ctx(), db.Account(w.admin.Account), func(tx *db.Tx) error {
		return tx.Query(w.ctx(), `SELECT json FROM bodies WHERE family_id = :family AND kind = 'klip'`, nil, func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			for _, public := range ids {
				if strings.Contains(text, public) {
					t.Errorf("%s is in %s", public, text)
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A dashboard is answered with a fixed number of statements, however many Klips it has.
func TestDashboardResultsNeedFewStatements(t *testing.T) {
	var log dbtest.Log
	w := newWorld(t, dbtest.Record(&log))
	src := w.source(w.admin, "Orders", orders)
	count := func(klips int) int {
		var ids []string
		for i := range klips {
			ids = append(ids, w.create(w.admin, table(src, fmt.Sprintf("SUM(@Units) + %d", i))).ID)
		}
		board := w.dashboard(w.admin, ids...)
		log.Reset()
		if _, _, err := w.DashboardResults(w.ctx(), w.admin, board, klip.Choices{}, never, always); err != nil {
			t.Fatal(err)
		}
		return len(log.Statements())
	}
	if one, ten := count(1), count(10); one != ten || one > 12 {
		t.Errorf("%d statements for one Klip, %d for ten", one, ten)
	}
}
