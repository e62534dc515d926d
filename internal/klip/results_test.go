package klip_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/klip"
)

var update = flag.Bool("update", false, "write the golden files anew")

func never(string) bool  { return false }
func always(string) bool { return true }

func TestGolden(t *testing.T) {
	w := newWorld(t)
	ids := map[string]string{"ORDERS": w.source(w.admin, "Orders", orders), "REGIONS": w.source(w.admin, "Regions", regions)}
	files, err := filepath.Glob("testdata/*.klip.json")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".klip.json")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			doc := w.read(string(text), ids)
			got := indented(t, w.result(w.admin, w.create(w.admin, doc).ID).Result)
			golden := filepath.Join("testdata", name+".result.json")
			if *update {
				if os.Getenv("CI") != "" {
					t.Fatal("golden files are not written in CI")
				}
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Error(diff)
			}
			shown, err := w.Preview(w.ctx(), w.admin, doc, klip.Choices{})
			if err != nil {
				t.Fatal(err)
			}
			if preview := indented(t, shown); name != "errors" && !bytes.Equal(preview, got) {
				t.Errorf("the preview differs from the result: %s", cmp.Diff(string(got), string(preview)))
			}
		})
	}
}

func indented(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHashNamesTheResult(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "SUM(@Units)"))
	first := w.result(w.admin, k.ID)

	same, err := w.Result(w.ctx(), w.admin, k.ID, klip.Choices{}, func(h string) bool { return h == first.Hash })
	if err != nil || same.Hash != first.Hash || same.Result != nil || len(same.Sources) != 1 {
		t.Errorf("unchanged: %+v, %v", same, err)
	}
	c, err := w.Copy(w.ctx(), w.admin, k.ID)
	if err != nil {
		t.Fatal(err)
	}
	if other := w.result(w.admin, c.ID).Hash; other == first.Hash {
		t.Error("a Klip with another title has the same hash")
	}
	w.manual().Advance(100 * 24 * time.Hour)
	if later := w.result(w.admin, k.ID).Hash; later != first.Hash {
		t.Error("time changes the hash of a Klip that does not look at the clock")
	}
	w.replace(w.admin, src, orders+"West,Dee,10,1,X,2024-05-01,\n")
	changed := w.result(w.admin, k.ID)
	if changed.Hash == first.Hash || column(changed.Result, 0) != "38" {
		t.Errorf("new data: %s, %q", changed.Hash, column(changed.Result, 0))
	}
	w.replace(w.admin, src, orders)
	if again := column(w.result(w.admin, k.ID).Result, 0); again != "28" {
		t.Errorf("old data again: %q", again)
	}
}

func TestHashFollowsTheClockAsFarAsNeeded(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	day, minute := w.create(w.admin, table(src, "TODAY()")), w.create(w.admin, table(src, "NOW()"))
	hash := func(k *klip.Klip) string { return w.result(w.admin, k.ID).Hash }
	day1, minute1 := hash(day), hash(minute)
	w.manual().Advance(time.Minute)
	if hash(day) != day1 || hash(minute) == minute1 {
		t.Error("after a minute")
	}
	w.manual().Advance(24 * time.Hour)
	if hash(day) == day1 {
		t.Error("after a day")
	}
	if got := column(w.result(w.admin, day.ID).Result, 0); got != "3 Mar 2026" {
		t.Errorf("TODAY shows %q", got)
	}
}

// Results are shared by hash between accounts: those with equal content see equal results,
// and nothing in them tells of the other's names.
func TestResultsTellNothingOfNames(t *testing.T) {
	w := newWorld(t)
	client := w.Visitor(w.Solstice)
	mine, theirs := w.source(w.admin, "Secret plan", orders), w.source(client, "Shop", orders)
	a, b := w.create(w.admin, table(mine, "GROUP(@Region)")), w.create(client, table(theirs, "GROUP(@Region)"))
	ra, rb := w.result(w.admin, a.ID), w.result(client, b.ID)
	// The slots differ, for each was made anew; apart from them the results agree.
	if diff := cmp.Diff(ra.Result, rb.Result); diff != "" {
		t.Error(diff)
	}
	w.replace(w.admin, mine, "Other\n1\n")
	broken := w.result(w.admin, a.ID).Result
	if text := string(indented(t, broken)); !strings.Contains(text, "Region") || strings.Contains(text, "Secret") {
		t.Errorf("error %s", text)
	}
}

func TestStatesOfSources(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "SUM(@Units)"))
	a := w.result(w.admin, k.ID)
	if s := a.Sources[0]; s.ID != src || s.Name != "Orders" || s.State != "fresh" || s.RefreshedAt == 0 {
		t.Errorf("state %+v", s)
	}
	w.trash(w.admin, src)
	gone := w.result(w.admin, k.ID)
	if gone.Hash == a.Hash || gone.Sources[0].State != klip.StateDeleted || gone.Result.Components[0].Error.Code != "deleted_reference" {
		t.Errorf("in the bin: %+v %+v", gone.Sources, gone.Result.Components[0].Error)
	}
	shown, err := w.Get(w.ctx(), w.admin, k.ID)
	if err != nil || shown.Document == nil {
		t.Fatal(err)
	}
	if _, err := w.Save(w.ctx(), w.admin, k.ID, 1, plain(t, shown.Document)); err != nil {
		t.Errorf("a Klip with a source in the bin cannot be saved: %v", err)
	}
	w.noData(src)
	none := w.result(w.admin, k.ID)
	if none.Sources[0].State != "no_data" || none.Result.Components[0].Error.Code != "not_loaded" {
		t.Errorf("without data: %+v %+v", none.Sources, none.Result.Components[0].Error)
	}
}

// noData takes a source out of the bin and its data away.
func (w *world) noData(public string) {
	w.t.Helper()
	err := w.DB.Tx(w.ctx(), db.Account(w.admin.Account), func(tx *db.Tx) error {
		args := db.Args{"no": w.no(w.admin, public)}
		if _, err := tx.Exec(w.ctx(), `UPDATE assets SET deleted_at = NULL WHERE account_id = :account AND no = :no`, args); err != nil {
			return err
		}
		_, err := tx.Exec(w.ctx(), `UPDATE sources SET payload_id = NULL, state = 'no_data' WHERE account_id = :account AND no = :no`, args)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestDashboardResults(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	seen := w.create(w.admin, table(src, "SUM(@Units)"))
	hidden := w.create(w.admin, table(src, "SUM(@Price)"))
	board := w.dashboard(w.admin, seen.ID, hidden.ID)
	w.share(w.admin, board, w.viewer.User, authz.View)
	w.share(w.admin, hidden.ID, w.editor.User, authz.View) // and takes the viewer's right away

	all, tag, err := w.DashboardResults(w.ctx(), w.viewer, board, klip.Choices{}, never, always)
	if err != nil || len(all) != 2 || tag == "" {
		t.Fatalf("%v, %q, %v", all, tag, err)
	}
	if a := all[seen.ID]; a.Err != nil || column(a.Result, 0) != "28" || a.Hash != w.result(w.admin, seen.ID).Hash || a.Sources[0].Name != "Orders" {
		t.Errorf("shown: %+v", a)
	}
	if a := all[hidden.ID]; a.Err == nil || a.Err.Code != "not_shared" || a.Result != nil || a.Hash != "" || len(a.Sources) != 0 {
		t.Errorf("hidden: %+v", a)
	}
	if none, again, err := w.DashboardResults(w.ctx(), w.viewer, board, klip.Choices{}, never, func(have string) bool { return have != tag }); err != nil || again != tag || none != nil {
		t.Errorf("unchanged: %v, %v", none, err)
	}
	if some, _, err := w.DashboardResults(w.ctx(), w.viewer, board, klip.Choices{}, always, always); err != nil || some[seen.ID].Result != nil || some[seen.ID].Hash == "" {
		t.Errorf("known results are sent again: %+v, %v", some[seen.ID], err)
	}
	w.trash(w.admin, seen.ID)
	after, changed, err := w.DashboardResults(w.ctx(), w.viewer, board, klip.Choices{}, never, always)
	if err != nil || changed == tag || after[seen.ID].Err.Code != "klip_deleted" {
		t.Errorf("after deletion: %+v, %v", after[seen.ID], err)
	}
	_, _, err = w.DashboardResults(w.ctx(), w.editor, board, klip.Choices{}, never, always)
	wantCode(t, err, "not_found")
	_, _, err = w.DashboardResults(w.ctx(), w.Visitor(w.Fjord), board, klip.Choices{}, never, always)
	wantCode(t, err, "not_found")
	_, _, err = w.DashboardResults(w.ctx(), w.admin, hidden.ID, klip.Choices{}, never, always)
	wantCode(t, err, "not_found")
}

func TestVariables(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, `SUM(SELECT(@Units, @Region = $region))`, "$user.emailAddress"))
	unset := w.result(w.admin, k.ID)
	if e := unset.Result.Components[0].Error; e == nil || e.Code != "missing_variable" || e.Message != "Set the company property region." {
		t.Errorf("unset: %+v", e)
	}
	err := w.DB.Tx(w.ctx(), db.Account(w.admin.Account), func(tx *db.Tx) error {
		return tx.Insert(w.ctx(), "variables", []string{"account_id", "name", "type", "default_json"}, [][]any{{w.admin.Account, "region", "text", `"South"`}})
	})
	if err != nil {
		t.Fatal(err)
	}
	set := w.result(w.admin, k.ID)
	if set.Hash == unset.Hash || column(set.Result, 0) != "8" || column(set.Result, 1) != w.admin.Email {
		t.Errorf("%q %q", column(set.Result, 0), column(set.Result, 1))
	}
	w.share(w.admin, k.ID, w.viewer.User, authz.View)
	if other := w.result(w.viewer, k.ID); other.Hash == set.Hash || column(other.Result, 1) != w.viewer.Email {
		t.Errorf("the viewer sees %q", column(other.Result, 1))
	}
}

func TestManyAskAtOnce(t *testing.T) {
	w := newWorld(t)
	src := w.source(w.admin, "Orders", orders)
	k := w.create(w.admin, table(src, "SUM(@Units)"))
	answers := make(chan string, 16)
	for range cap(answers) {
		go func() {
			a, err := w.Result(w.ctx(), w.admin, k.ID, klip.Choices{}, never)
			if err != nil {
				answers <- err.Error()
				return
			}
			answers <- column(a.Result, 0)
		}()
	}
	for range cap(answers) {
		if got := <-answers; got != "28" {
			t.Errorf("got %q", got)
		}
	}
}
