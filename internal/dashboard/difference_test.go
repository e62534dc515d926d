package dashboard_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/asset"
	"octavo/internal/dashboard"
)

func TestDifferencesAreToldByTitle(t *testing.T) {
	was := asset.Version{Targets: map[string]string{"s1": "Revenue", "s2": "Orders", "s3": "Old"}, JSON: `{"kind":"dashboard","schema":1,"title":"Trading","placements":[
		{"id":"aaaaaaaaaa","slot":"s1","x":0,"y":0,"w":6,"h":13},{"id":"bbbbbbbbbb","slot":"s2","x":6,"y":0,"w":6,"h":13},{"id":"cccccccccc","slot":"s3","x":0,"y":13,"w":6,"h":13}]}`}
	is := asset.Version{Targets: map[string]string{"s1": "Revenue", "s2": "Orders", "s4": "New"}, JSON: `{"kind":"dashboard","schema":1,"title":"Sales","description":"x","placements":[
		{"id":"aaaaaaaaaa","slot":"s1","x":0,"y":13,"w":12,"h":13},{"id":"bbbbbbbbbb","slot":"s2","x":6,"y":0,"w":6,"h":13,"auto":false},{"id":"dddddddddd","slot":"s4","x":0,"y":40,"w":6,"h":13}]}`}
	want := []asset.Difference{
		{Kind: "renamed", What: "dashboard", Name: "Sales", Of: "Trading"},
		{Kind: "changed", What: "dashboard", Of: "description"},
		{Kind: "removed", What: "Klip", Name: "Old"},
		{Kind: "moved", What: "Klip", Name: "Revenue"},
		{Kind: "resized", What: "Klip", Name: "Revenue"},
		{Kind: "changed", What: "Klip", Name: "Orders", Of: "height"},
		{Kind: "added", What: "Klip", Name: "New"},
	}
	if diff := cmp.Diff(want, dashboard.Differences(was, is)); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if same := dashboard.Differences(is, is); len(same) != 0 {
		t.Errorf("the same: %+v", same)
	}
}
