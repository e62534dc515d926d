package datasource_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"octavo/internal/authz"
	"octavo/internal/datasource"
	"octavo/internal/errs"
	"octavo/internal/property"
)

// TestInstances is data-sources.md §9.2: each set of values is looked at, refreshed and dropped by itself, by who may
// change the source; one whose values are not those of the account any more is nobody's.
func TestInstances(t *testing.T) {
	w := newWeb(t)
	ctx := t.Context()
	made, err := w.props.Create(ctx, w.admin, property.Draft{Name: "companyID", Type: property.Text, Value: "7", Locked: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	src := w.make(w.admin, w.request("/orders", "{props.companyID}"), 0)
	w.ran(w.admin, src, 1)
	only := func() datasource.Instance {
		t.Helper()
		all, err := w.Instances(ctx, w.admin, src.ID)
		if err != nil || len(all) != 1 {
			t.Fatalf("%+v, %v", all, err)
		}
		return all[0]
	}
	key := only().Key
	look := func(who authz.Actor, key string) (string, error) {
		sheets, err := w.PreviewInstance(ctx, who, src.ID, key, "", 2)
		if err != nil {
			return "", err
		}
		return strings.Join(sheets[0].Preview[1], " "), nil
	}
	if row, err := look(w.admin, key); err != nil || !strings.Contains(row, "700") {
		t.Errorf("%s, %v", row, err)
	}
	f, err := w.DownloadInstance(ctx, w.admin, src.ID, key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if _ = f.Close(); err != nil || !strings.Contains(string(text), "704") {
		t.Errorf("%s, %v", text, err)
	}

	w.api.Set("7", 2)
	w.advance(time.Minute)
	if err := w.RefreshInstance(ctx, w.admin, src.ID, key); err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 2); run.Reason != "manual" || run.Outcome != "changed" || run.Key != key || only().Rows != 2 {
		t.Errorf("refreshed by hand: %+v", run)
	}
	if err := w.RefreshInstance(ctx, w.admin, src.ID, key); err != nil { // a moment later it is the same
		t.Fatal(err)
	}
	w.quiet()
	w.ran(w.admin, src, 2)

	for of, want := range map[string]int{key: 2, strings.Repeat("0", 64): 0} {
		if runs, err := w.Runs(ctx, w.admin, src.ID, of); err != nil || len(runs) != want {
			t.Errorf("%d attempts for %s, want %d (%v)", len(runs), of, want, err)
		}
	}
	for name, who := range map[string]authz.Actor{"viewer": w.Actor(w.Agency, w.Agency.Viewer), "stranger": w.Actor(w.Solstice, w.Solstice.Admin)} {
		_, looked := look(who, key)
		_, loaded := w.DownloadInstance(ctx, who, src.ID, key)
		for _, err := range []error{looked, loaded, w.RefreshInstance(ctx, who, src.ID, key), w.DropInstance(ctx, who, src.ID, key)} {
			if !errs.Is(err, "not_found") && !errs.Is(err, "permission_denied") {
				t.Errorf("a %s: %v", name, err)
			}
		}
	}
	for _, none := range []string{"0", strings.Repeat("0", 64), "' OR '1'='1"} {
		if _, err := look(w.admin, none); !errs.Is(err, "not_found") {
			t.Errorf("%s: %v", none, err)
		}
	}

	value := "8"
	if _, err := w.props.Update(ctx, w.admin, made.Name, made.Version, property.Patch{Value: &value}); err != nil {
		t.Fatal(err)
	}
	if row, err := look(w.admin, key); !errs.Is(err, "not_found") {
		t.Errorf("the values of before: %s, %v", row, err)
	}
	wantCode(t, w.RefreshInstance(ctx, w.admin, src.ID, key), "not_found")
}
