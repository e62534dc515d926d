package audit_test

import (
	"context"
	"strconv"
	"testing"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/fixture"
	"octavo/internal/page"
)

func TestTrailIsReadNewestFirst(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	who := f.Visitor(f.Solstice)
	for i := range 5 {
		err := f.DB.Tx(ctx, db.Account(f.Solstice.ID), func(tx *db.Tx) error {
			return audit.Record(ctx, tx, who, audit.Line{Action: "klip.changed", Subject: strconv.Itoa(i), Detail: map[string]any{"n": i}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s := audit.New(f.DB)
	req := page.Request{Limit: 2}
	var subjects string
	for {
		lines, next, err := s.Find(ctx, who, audit.View{}, audit.Filter{}, req)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if l.Action != "klip.changed" {
				continue
			}
			subjects += l.Subject
			if !l.Delegated || l.ActorID != f.Agency.Admin.ID || l.Home != f.Agency.ID || l.Account != f.Solstice.ID || l.At != dbtest.Start.UnixMilli() {
				t.Errorf("line = %+v", l)
			}
			if l.Subject != strconv.Itoa(int(l.Detail["n"].(float64))) {
				t.Errorf("detail of %s = %v", l.Subject, l.Detail)
			}
		}
		if next == nil {
			break
		}
		req.After = next
	}
	if subjects != "43210" {
		t.Errorf("order = %s", subjects)
	}
	if _, _, err := s.Find(ctx, f.Actor(f.Solstice, f.Solstice.Editor), audit.View{}, audit.Filter{}, req); !errs.Is(err, "permission_denied") {
		t.Errorf("an editor reads the trail: %v", err)
	}
}

func TestALineGoesWithItsChange(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f := fixture.New(t, dbtest.Open(t))
	who := f.Actor(f.Solstice, f.Solstice.Admin)
	before, _, err := audit.New(f.DB).Find(ctx, who, audit.View{}, audit.Filter{}, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	err = f.DB.Tx(ctx, db.Account(f.Solstice.ID), func(tx *db.Tx) error {
		if err := audit.Record(ctx, tx, who, audit.Line{Action: "klip.changed"}); err != nil {
			return err
		}
		return authz.NotFound()
	})
	if !errs.Is(err, "not_found") {
		t.Fatal(err)
	}
	after, _, err := audit.New(f.DB).Find(ctx, who, audit.View{}, audit.Filter{}, page.Request{})
	if err != nil || len(after) != len(before) {
		t.Errorf("%d lines, want %d (%v)", len(after), len(before), err)
	}
}
