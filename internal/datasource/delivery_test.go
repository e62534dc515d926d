package datasource_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"octavo/internal/authz"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
)

// pushed makes a source that rows are pushed to.
func (s *setup) pushed(who authz.Actor, table datasource.Table) *datasource.Source {
	s.t.Helper()
	src, err := s.CreatePushed(s.t.Context(), who, datasource.TableDraft{Name: "Visits", Table: table})
	if err != nil {
		s.t.Fatal(err)
	}
	return src
}

// rows are those of the file that a source keeps, each as one text, the names first.
func (s *setup) rows(who authz.Actor, src *datasource.Source) []string {
	s.t.Helper()
	f, err := s.Download(s.t.Context(), who, src.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	out := []string{}
	for c, line := range lines {
		out = append(out, strings.Join(line, "|"))
		for col, text := range line { // what Klips are made from is the same
			if got := s.column(who, src, col); len(got) != len(lines) || got[c] != text {
				s.t.Errorf("row %d: the columns have %v, the file %q", c, got, text)
			}
		}
	}
	return out
}

func TestDeliver(t *testing.T) {
	s := newSetup(t)
	who := s.Actor(s.Solstice, s.Solstice.Editor)
	src := s.pushed(who, datasource.Table{UniqueBy: []string{"day"}, Keep: &datasource.Keep{Rows: 4, OrderBy: "day"}, Columns: []datasource.TableColumn{
		{Name: "day", Type: dataset.Date}, {Name: "visits", Type: dataset.Number}, {Name: "note", Type: dataset.Text}}})
	if src.State != datasource.NoData || src.Connector != "push" || src.Table == nil || len(src.Table.Columns) != 3 {
		t.Fatalf("made %+v", src)
	}
	type step struct {
		name string
		in   datasource.Delivery
		body string
		did  datasource.Delivered
		rows string // after it
		code string
	}
	steps := []step{
		{"first", datasource.Delivery{Mode: dataset.Append}, `[{"day":"2026-01-01","visits":10,"note":"a"},{"day":"2026-01-02","visits":20}]`,
			datasource.Delivered{In: 2, Added: 2, Total: 2}, "day|visits|note\n2026-01-01|10|a\n2026-01-02|20|", ""},
		{"lines", datasource.Delivery{Mode: dataset.Append, Media: "application/x-ndjson"}, "{\"visits\":30,\"day\":\"2026-01-03\"}\n",
			datasource.Delivered{In: 1, Added: 1, Total: 3}, "day|visits|note\n2026-01-01|10|a\n2026-01-02|20|\n2026-01-03|30|", ""},
		{"upsert", datasource.Delivery{Mode: dataset.Upsert, Media: "text/csv"}, "day,visits,note\n2026-01-03,31,c\n2026-01-04,40,d\n2026-01-05,50,e\n",
			datasource.Delivered{In: 3, Added: 2, Updated: 1, Deleted: 1, Total: 4}, "day|visits|note\n2026-01-02|20|\n2026-01-03|31|c\n2026-01-04|40|d\n2026-01-05|50|e", ""},
		{"bad rows", datasource.Delivery{Mode: dataset.Append}, `[{"day":"2026-01-06","visits":60},{"day":"soon","visits":"many"}]`, datasource.Delivered{},
			"day|visits|note\n2026-01-02|20|\n2026-01-03|31|c\n2026-01-04|40|d\n2026-01-05|50|e", "bad_rows"},
		{"trial", datasource.Delivery{Mode: dataset.Append, DryRun: true}, `[{"day":"2026-01-06","visits":60},{"day":"soon","visits":"many"}]`,
			datasource.Delivered{In: 2, Added: 1, Deleted: 1, Skipped: 1, Total: 4, Errors: []datasource.BadCell{{2, "day", "date", "soon"}, {2, "visits", "number", "many"}}},
			"day|visits|note\n2026-01-02|20|\n2026-01-03|31|c\n2026-01-04|40|d\n2026-01-05|50|e", ""},
		{"skipped", datasource.Delivery{Mode: dataset.Append, Skip: true}, `[{"day":"2026-01-06","visits":60},{"day":"soon","visits":"many"}]`,
			datasource.Delivered{In: 2, Added: 1, Deleted: 1, Skipped: 1, Total: 4, Errors: []datasource.BadCell{{2, "day", "date", "soon"}, {2, "visits", "number", "many"}}},
			"day|visits|note\n2026-01-03|31|c\n2026-01-04|40|d\n2026-01-05|50|e\n2026-01-06|60|", ""},
		{"other key", datasource.Delivery{Mode: dataset.Upsert, UniqueBy: []string{"note"}}, `[{"note":"d","visits":41,"day":"2026-01-04"}]`,
			datasource.Delivered{In: 1, Updated: 1, Total: 4}, "day|visits|note\n2026-01-03|31|c\n2026-01-04|41|d\n2026-01-05|50|e\n2026-01-06|60|", ""},
		{"remove", datasource.Delivery{Where: []string{"visits:gt:40", "day:lt:2026-01-06"}}, "", datasource.Delivered{Deleted: 2, Total: 2},
			"day|visits|note\n2026-01-03|31|c\n2026-01-06|60|", ""},
		{"replace", datasource.Delivery{Mode: dataset.Replace}, `[{"day":"2026-02-01","visits":1}]`, datasource.Delivered{In: 1, Added: 1, Total: 1},
			"day|visits|note\n2026-02-01|1|", ""},
		{"column", datasource.Delivery{Mode: dataset.Append}, `[{"visitors":1}]`, datasource.Delivered{}, "", "unknown_column"},
		{"key", datasource.Delivery{Mode: dataset.Upsert, UniqueBy: []string{"id"}}, `[{"visits":1}]`, datasource.Delivered{}, "", "unknown_column"},
		{"condition", datasource.Delivery{Where: []string{"visits:gt:x"}}, "", datasource.Delivered{}, "", "bad_where"},
		{"outdated", datasource.Delivery{Mode: dataset.Replace, Match: "00"}, `[]`, datasource.Delivered{}, "", "data_changed"},
		{"too large", datasource.Delivery{Mode: dataset.Replace}, strings.Repeat("x", 5000), datasource.Delivered{}, "", "too_large"},
		{"nothing", datasource.Delivery{Mode: dataset.Replace}, "", datasource.Delivered{}, "", "empty_file"},
		{"broken", datasource.Delivery{Mode: dataset.Replace}, `[{"day":`, datasource.Delivered{}, "day|visits|note\n2026-02-01|1|", "format_mismatch"},
		{"no rows", datasource.Delivery{Mode: dataset.Replace}, `[]`, datasource.Delivered{}, "day|visits|note", ""},
		{"all", datasource.Delivery{}, "", datasource.Delivered{}, "day|visits|note", ""},
	}
	var last string
	for _, st := range steps {
		if st.in.Mode != "" {
			st.in.Body = strings.NewReader(st.body)
		}
		got, err := s.Deliver(t.Context(), who, src.ID, st.in)
		if st.code != "" {
			wantCode(t, err, st.code)
		} else if err != nil {
			t.Fatalf("%s: %v", st.name, err)
		} else {
			if diff := cmp.Diff(&st.did, got, cmpopts.IgnoreFields(datasource.Delivered{}, "ID", "Payload")); diff != "" {
				t.Errorf("%s: %s", st.name, diff)
			}
			if !st.in.DryRun {
				again, err := s.Delivery(t.Context(), who, src.ID, got.ID)
				if diff := cmp.Diff(got, again, cmpopts.IgnoreFields(datasource.Delivered{}, "ID")); err != nil || diff != "" {
					t.Errorf("%s: told again: %s, %v", st.name, diff, err)
				}
				last = got.Payload
			}
		}
		if st.rows != "" {
			if diff := cmp.Diff(strings.Split(st.rows, "\n"), s.rows(who, src)); diff != "" {
				t.Errorf("%s: %s", st.name, diff)
			}
		}
	}
	if _, err := s.Deliver(t.Context(), who, src.ID, datasource.Delivery{Mode: dataset.Append, Match: last, Body: strings.NewReader(`[{"visits":5}]`)}); err != nil {
		t.Errorf("a push over the last payload: %v", err)
	}
	runs, err := s.Runs(t.Context(), who, src.ID, "")
	if err != nil || len(runs) != 17 || runs[0].Reason != "push" || runs[0].Delivery == nil || runs[0].Delivery.Total != 1 || runs[0].Rows != 1 {
		t.Errorf("%d runs, the last %+v, %v", len(runs), runs[0], err)
	}
	failed := slices.DeleteFunc(runs, func(r datasource.Run) bool { return r.Outcome != "failed" })
	if len(failed) != 7 || failed[6].Err == nil || failed[6].Err.Code != "bad_rows" {
		t.Errorf("%d failed runs, the first %+v", len(failed), failed[len(failed)-1])
	}
}

// Without declared columns those of the first rows hold, until all rows are replaced.
func TestDeliverUndeclared(t *testing.T) {
	s := newSetup(t)
	who := s.Actor(s.Solstice, s.Solstice.Editor)
	src := s.pushed(who, datasource.Table{})
	push := func(mode dataset.Mode, body string) error {
		_, err := s.Deliver(t.Context(), who, src.ID, datasource.Delivery{Mode: mode, Body: strings.NewReader(body)})
		return err
	}
	wantCode(t, push(dataset.Replace, `[]`), "no_columns")
	wantCode(t, push(dataset.Upsert, `[{"a":1}]`), "no_unique_by")
	_, err := s.Deliver(t.Context(), who, src.ID, datasource.Delivery{})
	wantCode(t, err, "no_data")
	if err := push(dataset.Append, `[{"a":1,"b":"x"}]`); err != nil {
		t.Fatal(err)
	}
	wantCode(t, push(dataset.Append, `[{"a":"many"}]`), "bad_rows")
	wantCode(t, push(dataset.Append, `[{"c":1}]`), "unknown_column")
	if err := push(dataset.Append, `[{"b":"y"}]`); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a|b", "1|x", "|y"}, s.rows(who, src)); diff != "" {
		t.Error(diff)
	}
	if err := push(dataset.Replace, `[{"c":1}]`); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"c", "1"}, s.rows(who, src)); diff != "" {
		t.Error(diff)
	}
}

// Pushes at the same time are done one after the other: none is lost.
func TestDeliverAtOnce(t *testing.T) {
	s := newSetup(t)
	who := s.Actor(s.Solstice, s.Solstice.Editor)
	src := s.pushed(who, datasource.Table{})
	const writers = 8
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			_, err := s.Deliver(t.Context(), who, src.ID, datasource.Delivery{Mode: dataset.Append, Body: strings.NewReader(fmt.Sprintf(`[{"n":%d}]`, i))})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := s.rows(who, src); len(got) != writers+1 {
		t.Errorf("got %v", got)
	}
}

// What was there before a push can be taken back, and a few are kept.
func TestRollBack(t *testing.T) {
	s := newSetup(t)
	who := s.Actor(s.Solstice, s.Solstice.Editor)
	src := s.pushed(who, datasource.Table{})
	for i := range 8 {
		_, err := s.Deliver(t.Context(), who, src.ID, datasource.Delivery{Mode: dataset.Replace, Body: strings.NewReader(fmt.Sprintf(`[{"n":%d}]`, i))})
		if err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Earlier(t.Context(), who, src.ID, "")
	if err != nil || len(list) != 5 {
		t.Fatalf("%d earlier ones, %v", len(list), err)
	}
	if _, err := s.RollBack(t.Context(), who, src.ID, list[3].ID); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"n", "3"}, s.rows(who, src)); diff != "" {
		t.Error(diff)
	}
	_, err = s.RollBack(t.Context(), who, src.ID, list[3].ID)
	wantCode(t, err, "earlier_gone")
	if list, err = s.Earlier(t.Context(), who, src.ID, ""); err != nil || len(list) != 5 {
		t.Errorf("%d earlier ones, %v", len(list), err)
	}
	if _, err := s.RollBack(t.Context(), who, src.ID, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"n", "7"}, s.rows(who, src)); diff != "" {
		t.Error(diff)
	}
}

func TestDeliverRefuses(t *testing.T) {
	s := newSetup(t)
	owner := s.Actor(s.Solstice, s.Solstice.Editor)
	src := s.pushed(owner, datasource.Table{})
	file := s.source(owner, "File", orders)
	push := func(who authz.Actor, id string) error {
		_, err := s.Deliver(t.Context(), who, id, datasource.Delivery{Mode: dataset.Append, Body: never{t}})
		return err
	}
	wantCode(t, push(s.Actor(s.Fjord, s.Fjord.Admin), src.ID), "not_found")
	wantCode(t, push(s.Actor(s.Agency, s.Agency.Admin), src.ID), "not_found")
	wantCode(t, push(s.Actor(s.Solstice, s.Solstice.Viewer), src.ID), "not_found")
	s.share(owner, src.Key.No, s.Solstice.Viewer.ID, authz.View)
	wantCode(t, push(s.Actor(s.Solstice, s.Solstice.Viewer), src.ID), "permission_denied")
	wantCode(t, push(owner, file.ID), "not_pushed")
	_, err := s.Earlier(t.Context(), s.Actor(s.Solstice, s.Solstice.Viewer), src.ID, "")
	wantCode(t, err, "permission_denied")
	_, err = s.replace(owner, src.ID, s.upload(owner, "a.csv", orders).ID)
	wantCode(t, err, "not_an_upload")
	for _, table := range []datasource.Table{
		{Columns: []datasource.TableColumn{{Name: " ", Type: "text"}}},
		{Columns: []datasource.TableColumn{{Name: "a", Type: "text"}, {Name: " a", Type: "text"}}},
		{Columns: []datasource.TableColumn{{Name: "a", Type: "money"}}},
		{Columns: []datasource.TableColumn{{Name: "a", Type: "date", Pattern: "QQ"}}},
		{Columns: []datasource.TableColumn{{Name: "a", Type: "text", Pattern: "yyyy"}}},
		{Keep: &datasource.Keep{Days: 3}},
		{Keep: &datasource.Keep{Rows: -1}},
	} {
		_, err := s.CreatePushed(t.Context(), owner, datasource.TableDraft{Name: "Bad", Table: table})
		wantCode(t, err, "bad_table")
	}
	_, err = s.SetTable(t.Context(), owner, src.ID, src.Version, datasource.Table{Columns: []datasource.TableColumn{{Name: "a", Type: "text"}}, UniqueBy: []string{"b"}})
	wantCode(t, err, "unknown_column")
	_, err = s.SetTable(t.Context(), owner, src.ID, src.Version+1, datasource.Table{UniqueBy: []string{"b"}})
	wantCode(t, err, "version_conflict")
	changed, err := s.SetTable(t.Context(), owner, src.ID, src.Version, datasource.Table{UniqueBy: []string{"b"}})
	if err != nil || changed.Table.UniqueBy[0] != "b" {
		t.Errorf("%+v, %v", changed, err)
	}
}

// never is a body that must not be read: who is refused has sent it for nothing.
type never struct{ t *testing.T }

func (n never) Read([]byte) (int, error) {
	n.t.Error("the body was read")
	return 0, io.EOF
}
