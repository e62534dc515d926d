package klip

import (
	"maps"
	"testing"
)

// One value is sent as it is; several are a line of a CSV file, so that a comma in a value does not cut it.
func TestChoicesInRequests(t *testing.T) {
	got := joined(map[string][]string{"one": {`a, "b"`}, "none": nil, "more": {"a,b", `c"d`, "e"}})
	if want := map[string]string{"one": `a, "b"`, "more": `"a,b","c""d",e`}; !maps.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
