package snapshot

import (
	"testing"
	"time"

	"octavo/internal/datasource"
	"octavo/internal/klip"
)

// The worst of the data of a Klip is said.
func TestFreshness(t *testing.T) {
	const at = 1_700_000_000_000
	fresh := klip.SourceState{RefreshedAt: at, State: "fresh"}
	half, gone, binned := fresh, fresh, fresh
	half.Notes = []string{datasource.NoteRepeats, datasource.NotePartial}
	gone.State = klip.StateDeleted
	binned.State, binned.DeletedAt = klip.StateDeleted, at
	old := klip.SourceState{RefreshedAt: at - 25*time.Hour.Milliseconds()}
	for want, sources := range map[string][]klip.SourceState{
		"":                       {fresh},
		"Some rows are missing":  {fresh, half, old},
		"Data source deleted":    {half, gone},
		"Data source in the bin": {half, binned},
		"Data from 13 Nov 2023":  {fresh, old},
	} {
		if got := freshness(sources, at); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
