package datasource_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/authz"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/property"
)

// of are values of variables as a push gives them: name, value, name, value.
func of(pairs ...string) map[string][]string {
	out := map[string][]string{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = append(out[pairs[i]], pairs[i+1])
	}
	return out
}

// pushFor pushes rows for a set of values.
func (s *setup) pushFor(who authz.Actor, src *datasource.Source, mode dataset.Mode, values map[string][]string, body string) (*datasource.Delivered, error) {
	return s.Deliver(s.t.Context(), who, src.ID, datasource.Delivery{Mode: mode, Values: values, Body: strings.NewReader(body)})
}

// sent is pushFor that succeeds.
func (s *setup) sent(who authz.Actor, src *datasource.Source, values map[string][]string, body string) *datasource.Delivered {
	s.t.Helper()
	d, err := s.pushFor(who, src, dataset.Append, values, body)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// looks gives what a person sees of a source whose page has choices: the first column, or why there is nothing.
func (s *setup) looks(who authz.Actor, src *datasource.Source, set map[string]string) string {
	s.t.Helper()
	var p datasource.Payload
	s.inAccount(who.Account, func(tx *db.Tx) error {
		all, err := s.Payloads(s.t.Context(), tx, who, []int64{src.Key.No}, datasource.Choices{Set: set})
		p = all[src.Key.No]
		return err
	})
	if p.Missing != "" {
		return "lacks " + p.Missing
	}
	if p.ID == 0 {
		return string(p.State)
	}
	if p.Wanted {
		if err := s.Want(s.t.Context(), who, []datasource.Payload{p}); err != nil {
			s.t.Error(err)
		}
	}
	set1, err := s.Load(s.t.Context(), p, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for r := 1; r < set1.Sheets[0].Height(); r++ {
		out = append(out, set1.Sheets[0].CellText(r, 0))
	}
	return strings.Join(out, " ")
}

func (w *web) sets(who authz.Actor, src *datasource.Source) []datasource.Instance {
	w.t.Helper()
	all, err := w.Instances(w.t.Context(), who, src.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// prop gives an account a property.
func (w *web) prop(who authz.Actor, name, value string, locked bool) *property.Property {
	w.t.Helper()
	p, err := w.props.Create(w.t.Context(), who, property.Draft{Name: name, Type: property.Text, Value: value, Locked: &locked})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func region(name string) map[string]string { return map[string]string{"region": name} }

// TestPushForSets is data-sources.md §5.7, ?var.NAME: each set of values has rows, a log and earlier data of its own.
func TestPushForSets(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	src := w.pushed(w.admin, datasource.Table{Variables: []string{"region"}, UniqueBy: []string{"n"}})
	north := w.sent(w.admin, src, of("region", "north"), `[{"n":1},{"n":2}]`)
	w.sent(w.admin, src, of("region", "south"), `[{"n":7}]`)
	if _, err := w.pushFor(w.admin, src, dataset.Upsert, of("region", "north"), `[{"n":2},{"n":3}]`); err != nil {
		t.Fatal(err)
	}
	for choice, want := range map[string]string{"north": "1 2 3", "south": "7", "east": "no_data", "": "lacks region"} {
		if got := w.looks(w.admin, src, region(choice)); got != want {
			t.Errorf("%q sees %s, want %s", choice, got, want)
		}
	}
	_, err := w.Deliver(ctx, w.admin, src.ID, datasource.Delivery{Mode: dataset.Replace, Match: north.Payload, Values: of("region", "south"), Body: strings.NewReader(`[]`)})
	wantCode(t, err, "data_changed")

	// A trial makes no set, and rows that are nowhere cannot be removed.
	if d, err := w.Deliver(ctx, w.admin, src.ID, datasource.Delivery{Mode: dataset.Append, DryRun: true, Values: of("region", "west"), Body: strings.NewReader(`[{"n":1}]`)}); err != nil || d.Total != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	_, err = w.Deliver(ctx, w.admin, src.ID, datasource.Delivery{Values: of("region", "west")})
	wantCode(t, err, "no_data")

	got := w.get(w.admin, src)
	sets := w.sets(w.admin, src)
	if len(sets) != 2 || sets[0].Waiting || sets[0].NextAt != 0 || got.State != datasource.Fresh || got.ReceivedAt == 0 || got.Rows != 0 {
		t.Fatalf("%+v\n%+v", got, sets)
	}
	i := slices.IndexFunc(sets, func(x datasource.Instance) bool { return x.Variables["region"] == "north" })
	key := sets[i].Key
	if sets[i].Rows != 3 || sets[i].Outdated || sets[i].Pinned {
		t.Errorf("north: %+v", sets[i])
	}
	if runs, err := w.Runs(ctx, w.admin, src.ID, key); err != nil || len(runs) != 2 || runs[0].Delivery == nil || runs[0].Delivery.Updated != 1 {
		t.Errorf("the log of north: %+v, %v", runs, err)
	}
	if sheets, err := w.PreviewInstance(ctx, w.admin, src.ID, key, "", 9); err != nil || len(sheets[0].Preview) != 4 {
		t.Errorf("the page of north: %+v, %v", sheets, err)
	}
	wantCode(t, w.RefreshInstance(ctx, w.admin, src.ID, key), "not_web")
	_, err = w.Held(ctx, w.admin, src.ID)
	wantCode(t, err, "not_web")

	if list, err := w.Earlier(ctx, w.admin, src.ID, ""); err != nil || len(list) != 0 {
		t.Errorf("earlier data of nobody: %+v, %v", list, err)
	}
	list, err := w.Earlier(ctx, w.admin, src.ID, key)
	if err != nil || len(list) != 1 || list[0].Rows != 2 {
		t.Fatalf("earlier data of north: %+v, %v", list, err)
	}
	if _, err := w.RollBack(ctx, w.admin, src.ID, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if n, s := w.looks(w.admin, src, region("north")), w.looks(w.admin, src, region("south")); n != "1 2" || s != "7" {
		t.Errorf("rolled back: north %s, south %s", n, s)
	}
	for range 7 {
		w.sent(w.admin, src, of("region", "south"), `[{"n":8}]`)
	}
	if list, err := w.Earlier(ctx, w.admin, src.ID, key); err != nil || len(list) != 1 {
		t.Errorf("pushes for the south push out what the north had: %+v, %v", list, err)
	}
}

// What jobs, sweeps and schedules do to sets that are fetched, they do not to those that are pushed.
func TestPushedSetsStay(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	src := w.pushed(w.admin, datasource.Table{Variables: []string{"region"}})
	w.sent(w.admin, src, of("region", "north"), `[{"n":1}]`)
	if _, err := w.SetExpected(ctx, w.admin, src.ID, src.Version, 3600); err != nil {
		t.Fatal(err)
	}
	accounts := func(context.Context) ([]id.Account, error) { return []id.Account{w.admin.Account}, nil }
	w.advance(50 * time.Minute)
	w.sent(w.admin, src, of("region", "south"), `[{"n":1}]`)
	w.advance(20 * time.Minute)
	states := map[string]datasource.State{}
	for _, x := range w.sets(w.admin, src) {
		states[x.Variables["region"]] = x.State
	}
	if diff := cmp.Diff(map[string]datasource.State{"north": datasource.Stale, "south": datasource.Fresh}, states); diff != "" || w.get(w.admin, src).State != datasource.Fresh {
		t.Errorf("an hour and ten minutes later: %s, %s", diff, w.get(w.admin, src).State)
	}
	w.advance(40 * 24 * time.Hour)
	if err := w.Tend(ctx, accounts); err != nil {
		t.Fatal(err)
	}
	if err := w.Sweep(ctx, accounts); err != nil {
		t.Fatal(err)
	}
	w.quiet()
	if got := w.looks(w.admin, src, region("north")); got != "1" {
		t.Errorf("after 40 days: %s", got)
	}
	sets := w.sets(w.admin, src)
	if len(sets) != 2 || sets[0].Variables["region"] != "north" || w.DB.Clock().Now().UnixMilli()-sets[0].AccessedAt > 1000 || sets[0].Waiting {
		t.Errorf("the look is not noted: %+v", sets)
	}
	if len(w.runs(w.admin, src)) != 2 {
		t.Errorf("something was fetched: %+v", w.runs(w.admin, src))
	}
}

func TestPushForSetsRefuses(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	plain := w.pushed(w.admin, datasource.Table{})
	src := w.pushed(w.admin, datasource.Table{Variables: []string{"shop", "region"}})
	_, err := w.props.Create(ctx, w.admin, property.Draft{Name: "token", Type: property.Secret, Value: "s3cret"})
	if err != nil {
		t.Fatal(err)
	}
	hidden := w.pushed(w.admin, datasource.Table{Variables: []string{"token"}})
	long := strings.Repeat("x", 4097)
	for _, c := range []struct {
		src    *datasource.Source
		values map[string][]string
		code   string
	}{
		{plain, of("region", "north"), "unknown_variable"},
		{src, of("region", "north", "shop", "1", "Region", "north"), "unknown_variable"},
		{src, of("region", "north"), "variable_needed"},
		{src, nil, "variable_needed"},
		{src, of("region", "", "shop", "1"), "bad_variable_value"},
		{src, of("region", "a", "region", "b", "shop", "1"), "bad_variable_value"},
		{src, of("region", long, "shop", "1"), "bad_variable_value"},
		{src, of("region", "\xff", "shop", "1"), "bad_variable_value"},
		{hidden, nil, "bad_variable_value"},
		{hidden, of("token", "s3cret"), "bad_variable_value"}, // the same as for a wrong guess
		{hidden, of("token", "guess"), "bad_variable_value"},
	} {
		_, err := w.Deliver(ctx, w.admin, c.src.ID, datasource.Delivery{Mode: dataset.Append, Values: c.values, Body: never{t}})
		wantCode(t, err, c.code)
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the secret is told: %v", err)
		}
	}
	if got := w.looks(w.admin, hidden, nil); got != "lacks token" {
		t.Errorf("rows by a secret: %s", got)
	}
	if all := append(w.sets(w.admin, src), w.sets(w.admin, hidden)...); len(all) != 0 {
		t.Errorf("what was refused made %+v", all)
	}
	for _, names := range [][]string{{""}, {"a b"}, {"user.id"}, {"company.name"}, {"a", " a"}, strings.Split("a b c d e f g h i j k l m n o p q", " ")} {
		_, err := w.CreatePushed(ctx, w.admin, datasource.TableDraft{Name: "Bad", Table: datasource.Table{Variables: names}})
		wantCode(t, err, "bad_table")
	}
	_, err = w.Instances(ctx, w.admin, plain.ID)
	wantCode(t, err, "not_web")
}

// A source may have as many sets as one that is fetched; those that are there go on.
func TestPushedSetsAreCounted(t *testing.T) {
	w := newWeb(t)
	src := w.pushed(w.admin, datasource.Table{Variables: []string{"region"}})
	w.sent(w.admin, src, of("region", "north"), `[{"n":1}]`)
	w.inAccount(w.admin.Account, func(tx *db.Tx) error {
		rows := make([][]any, 499)
		for i := range rows {
			rows[i] = []any{w.admin.Account, src.Key.No, fmt.Sprint("filler ", i), "{}", "no_data", "", 0, 0, "", "", "", tx.Now, tx.Now, 0, 1}
		}
		return tx.Insert(t.Context(), "instances", []string{"account_id", "no", "key", "variables", "state", "asked", "failures", "deferrals", "error", "etag",
			"last_modified", "created_at", "accessed_at", "pinned", "sent"}, rows)
	})
	_, err := w.pushFor(w.admin, src, dataset.Append, of("region", "east"), `[{"n":1}]`)
	wantCode(t, err, "too_many_instances")
	w.sent(w.admin, src, of("region", "north"), `[{"n":2}]`)
	if got := w.looks(w.admin, src, region("north")); got != "1 2" {
		t.Errorf("beyond the last set: %s", got)
	}
	if got := w.looks(w.admin, src, region("east")); got != "no_data" {
		t.Errorf("the set that is too much: %s", got)
	}
}

// Variables change while there are no rows; what was there never shows by other ones.
func TestVariablesOfATable(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	src := w.pushed(w.admin, datasource.Table{})
	set := func(names ...string) error {
		got, err := w.SetTable(ctx, w.admin, src.ID, w.get(w.admin, src).Version, datasource.Table{Variables: names})
		if err == nil && !slices.Equal(got.Table.Variables, names) {
			t.Errorf("variables %v", got.Table.Variables)
		}
		return err
	}
	w.sent(w.admin, src, nil, `[{"n":1}]`)
	wantCode(t, set("region"), "variables_with_rows")
	if got := w.looks(w.admin, src, nil); got != "1" {
		t.Errorf("after a refusal: %s", got)
	}
	if _, err := w.Deliver(ctx, w.admin, src.ID, datasource.Delivery{}); err != nil {
		t.Fatal(err)
	}
	if err := set("region"); err != nil {
		t.Fatal(err)
	}
	if list, err := w.Earlier(ctx, w.admin, src.ID, ""); err != nil || len(list) != 0 {
		t.Errorf("what all saw can be taken back: %+v, %v", list, err)
	}
	w.sent(w.admin, src, of("region", "north"), `[{"n":1}]`)
	w.sent(w.admin, src, of("region", "north"), `[{"n":2}]`)
	if err := set("region"); err != nil { // the same ones are no change
		t.Error(err)
	}
	wantCode(t, set(), "variables_with_rows")
	sets := w.sets(w.admin, src)
	wantCode(t, w.DropInstance(ctx, w.Actor(w.Agency, w.Agency.Viewer), src.ID, sets[0].Key), "not_found")
	if err := w.DropInstance(ctx, w.admin, src.ID, sets[0].Key); err != nil {
		t.Fatal(err)
	}
	var left int
	w.inAccount(w.admin.Account, func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT COUNT(*) FROM earlier_payloads WHERE account_id = :account AND no = :no`, db.Args{"no": src.Key.No}, &left)
		return err
	})
	if got := w.get(w.admin, src); got.State != datasource.NoData || got.ReceivedAt != 0 || left != 0 {
		t.Errorf("without sets: %+v, %d earlier ones", got, left)
	}
	if err := set("shop"); err != nil {
		t.Error(err)
	}

	// A version of before brings its variables back and no rows of the ones between.
	w.sent(w.admin, src, of("shop", "1"), `[{"n":5}]`)
	w.inAccount(w.admin.Account, func(tx *db.Tx) error {
		_, err := w.assets.Restore(ctx, tx, w.admin, src.Key.No, 1, w.get(w.admin, src).Version)
		return err
	})
	if got := w.looks(w.admin, src, map[string]string{"shop": "1"}); got != "no_data" {
		t.Errorf("without variables again: %s", got)
	}
}

// Pushes at the same time, also the first ones of a set, and to two servers: none is lost, and none ends with another set.
func TestPushForSetsAtOnce(t *testing.T) {
	w := newWeb(t)
	src := w.pushed(w.admin, datasource.Table{Variables: []string{"region"}})
	servers := []*datasource.Service{w.Service, w.another()}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for { // a server that is overtaken again and again says so
				_, err := servers[i/4].Deliver(t.Context(), w.admin, src.ID, datasource.Delivery{Mode: dataset.Append,
					Values: of("region", fmt.Sprint("r", i%2)), Body: strings.NewReader(fmt.Sprintf(`[{"n":%d}]`, i))})
				if errs.Is(err, "data_changed") {
					continue
				}
				if err != nil {
					t.Error(err)
				}
				return
			}
		})
	}
	wg.Wait()
	for r, want := range []string{"0 2 4 6", "1 3 5 7"} {
		got := strings.Fields(w.looks(w.admin, src, region(fmt.Sprint("r", r))))
		if slices.Sort(got); strings.Join(got, " ") != want {
			t.Errorf("r%d has %v", r, got)
		}
	}
}

// Values that only an account decides are the same for who pushes and for who looks (data-sources.md §9.6).
func TestPushIntoACopy(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	who, agency := w.Actor(w.Solstice, w.Solstice.Admin), w.Visitor(w.Solstice)
	other := w.Actor(w.Fjord, w.Fjord.Admin)
	src := w.pushed(who, datasource.Table{Variables: []string{"companyID"}})
	theirs := w.pushed(other, datasource.Table{Variables: []string{"companyID"}})
	w.sent(who, src, of("companyID", "8"), `[{"n":80}]`) // before the agency says which client this is
	made := w.prop(agency, "companyID", "7", true)
	eight := map[string]string{"companyID": "8"}

	_, err := w.pushFor(who, src, dataset.Append, of("companyID", "8"), `[{"n":81}]`)
	wantCode(t, err, "variable_decided")
	w.sent(who, src, nil, `[{"n":70}]`)
	w.sent(who, src, of("companyID", "7"), `[{"n":71}]`)
	w.sent(other, theirs, of("companyID", "7"), `[{"n":99}]`)
	if got := w.looks(who, src, eight); got != "70 71" {
		t.Errorf("a page with other values shows %s", got)
	}
	sets := w.sets(who, src)
	if len(sets) != 2 || !sets[0].Pinned || sets[0].Outdated || sets[0].Rows != 2 || sets[1].Pinned || !sets[1].Outdated {
		t.Fatalf("%+v", sets)
	}
	for _, look := range []error{second(w.PreviewInstance(ctx, who, src.ID, sets[1].Key, "", 5)), second(w.DownloadInstance(ctx, who, src.ID, sets[1].Key)), second(w.Earlier(ctx, who, src.ID, sets[1].Key))} {
		wantCode(t, look, "not_found")
	}

	// Neither a stranger, nor a visitor of nobody, nor the key of another source's set reaches them.
	for _, stranger := range []authz.Actor{other, w.Actor(w.Agency, w.Agency.Admin)} {
		_, err = w.Deliver(ctx, stranger, src.ID, datasource.Delivery{Mode: dataset.Append, Values: of("companyID", "7"), Body: never{t}})
		wantCode(t, err, "not_found")
		wantCode(t, second(w.PreviewInstance(ctx, stranger, src.ID, sets[0].Key, "", 5)), "not_found")
		wantCode(t, w.DropInstance(ctx, stranger, src.ID, sets[0].Key), "not_found")
	}
	if sheets, err := w.PreviewInstance(ctx, other, theirs.ID, sets[0].Key, "", 5); err != nil || sheets[0].Preview[1][0] != "99" {
		t.Errorf("the same values in another account: %+v, %v", sheets, err)
	}

	// An imported copy takes from the property alone as soon as there is one, locked or not.
	if made, err = w.props.Update(ctx, agency, made.Name, made.Version, property.Patch{Locked: new(bool)}); err != nil {
		t.Fatal(err)
	}
	if got := w.looks(who, src, eight); got != "80" {
		t.Errorf("an unlocked property of no copy: %s", got)
	}
	w.inAccount(who.Account, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE assets SET origin_account = :account, origin_no = no WHERE account_id = :account AND no = :no`, db.Args{"no": src.Key.No})
		return err
	})
	if got := w.looks(who, src, eight); got != "70 71" {
		t.Errorf("a copy with a property shows %s", got)
	}
	_, err = w.pushFor(who, src, dataset.Replace, of("companyID", "8"), `[]`)
	wantCode(t, err, "variable_decided")

	// Where the policy says so, a property that is missing is an error, whatever a push says.
	w.inAccount(who.Account, func(tx *db.Tx) error {
		text, err := datasource.Guarded(`{"refresh":{"mode":"never"}}`, []string{"companyID"})
		if err != nil {
			return err
		}
		settings, err := w.assets.PutSettings(ctx, tx, text)
		if err == nil {
			_, err = tx.Exec(ctx, `UPDATE sources SET settings_id = :settings WHERE account_id = :account AND no = :no`, db.Args{"settings": settings, "no": src.Key.No})
		}
		return err
	})
	if err := w.props.Delete(ctx, agency, made.Name, made.Version); err != nil {
		t.Fatal(err)
	}
	for _, values := range []map[string][]string{nil, of("companyID", "7")} {
		_, err = w.pushFor(who, src, dataset.Append, values, `[{"n":1}]`)
		wantCode(t, err, "missing_variable")
	}
	if got := w.looks(who, src, eight); got != "lacks companyID" {
		t.Errorf("a copy without the property shows %s", got)
	}
}

func second[T any](_ T, err error) error { return err }

// What a person has set for themselves chooses what they see, and not where their programs push to.
func TestPushIsNobodys(t *testing.T) {
	w := newWeb(t)
	src := w.pushed(w.admin, datasource.Table{Variables: []string{"region"}})
	w.inAccount(w.admin.Account, func(tx *db.Tx) error {
		return tx.Insert(t.Context(), "user_property_values", []string{"account_id", "user_id", "name", "value"}, [][]any{{w.admin.Account, w.admin.User, "region", "south"}})
	})
	w.sent(w.admin, src, of("region", "north"), `[{"n":1}]`)
	w.sent(w.admin, src, of("region", "south"), `[{"n":2}]`)
	if got := w.looks(w.admin, src, region("north")); got != "2" {
		t.Errorf("who has the south sees %s", got)
	}
	_, err := w.pushFor(w.admin, src, dataset.Append, nil, `[{"n":3}]`)
	wantCode(t, err, "variable_needed")
	w.prop(w.admin, "region", "north", false)
	w.sent(w.admin, src, nil, `[{"n":3}]`) // what the account says where the push says nothing
	w.sent(w.admin, src, of("region", "west"), `[{"n":4}]`)
	editor := w.Actor(w.Agency, w.Agency.Editor)
	for choice, want := range map[string]string{"": "1 3", "west": "4"} {
		if got := w.looks(editor, src, region(choice)); got != want {
			t.Errorf("%q sees %s, want %s", choice, got, want)
		}
	}
}
