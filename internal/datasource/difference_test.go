package datasource_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/datasource"
	"octavo/internal/format"
)

// TestEveryOptionHasWords: an option of a format that is added without words fails here.
func TestEveryOptionHasWords(t *testing.T) {
	options := reflect.TypeFor[format.Options]()
	for i := range options.NumField() {
		name, _, _ := strings.Cut(options.Field(i).Tag.Get("json"), ",")
		got := datasource.Differences(asset.Version{JSON: `{"format":"csv"}`}, asset.Version{JSON: `{"format":"csv","options":{"` + name + `":"x"}}`})
		if len(got) != 1 || strings.Contains(got[0].Of, "newer version") || strings.ContainsAny(got[0].Of, "_/") && name != got[0].Of {
			t.Errorf("the option %s is told as %+v", name, got)
		}
	}
	got := datasource.Differences(asset.Version{Name: "Orders", JSON: `{"format":"csv"}`}, asset.Version{Name: "Sales", JSON: `{"format":"json","request":{"url":"https://x"}}`})
	want := []asset.Difference{{Kind: "renamed", What: "data source", Name: "Sales", Of: "Orders"}, {Kind: "changed", What: "data source", Of: "file format"}, {Kind: "changed", What: "data source", Of: "request"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	same := asset.Version{Name: "Orders", JSON: `{"format":"csv"}`}
	if got := datasource.Differences(same, same); len(got) != 1 || got[0].Of != "description" {
		t.Errorf("another description is told as %+v", got)
	}
}
