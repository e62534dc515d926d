package datasource_test

import (
	"fmt"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/connector/rest"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/format"
)

// TestManySourcesAreChosenAtOnce: the data of ten sources take as many statements as those of one, and each source has
// those of its own values.
func TestManySourcesAreChosenAtOnce(t *testing.T) {
	var log dbtest.Log
	s := newSetup(t, dbtest.Record(&log))
	who := s.Actor(s.Agency, s.Agency.Admin)
	var nos []int64
	for i := range 10 {
		path := []string{"{props.client}", "{props.client}/{props.year}", "all"}[i%3]
		src, err := s.CreateWeb(t.Context(), who, datasource.WebDraft{Name: fmt.Sprint("Orders ", i), Request: rest.Spec{URL: "https://example.test/" + path}, Format: format.JSON})
		if err != nil {
			t.Fatal(err)
		}
		nos = append(nos, src.Key.No)
	}
	in := datasource.Choices{Set: map[string]string{"client": "7", "year": "2026"}}
	read := func(nos []int64, wanted, loading int) []datasource.Payload {
		t.Helper()
		log.Reset()
		var all []datasource.Payload
		err := s.DB.Read(t.Context(), db.Account(who.Account), func(tx *db.Tx) error {
			found, err := s.Payloads(t.Context(), tx, who, nos, in)
			for _, no := range nos {
				p := found[no]
				all = append(all, p)
				if p.Wanted {
					wanted--
				}
				if p.State == datasource.Loading {
					loading--
				}
			}
			return err
		})
		if err != nil || wanted != 0 || loading != 0 {
			t.Errorf("%d wanted and %d loading are missing of %+v, %v", wanted, loading, all, err)
		}
		return all
	}
	read(nos[:1], 1, 1)
	one := len(log.Statements())
	all := read(nos, 7, 10) // what has no variables was asked for when it was made
	if n := len(log.Statements()); n != one {
		t.Errorf("%d statements for ten sources, %d for one", n, one)
	}
	if err := s.Want(t.Context(), who, all); err != nil {
		t.Fatal(err)
	}
	read(nos, 0, 10)
	in.Set["client"] = "8"
	read(nos, 7, 10)

	// Whoever looks at ever other values is stopped for a while, and others are not.
	for i := range 30 {
		in.Set["client"] = fmt.Sprint("new ", i)
		err := s.Want(t.Context(), who, read(nos, 7, 10))
		if i < 19 && err != nil || i >= 19 && !errs.Is(err, "too_many_new_values") {
			t.Fatalf("look %d: %v", i, err)
		}
	}
	if err := s.Want(t.Context(), s.Actor(s.Agency, s.Agency.Editor), read(nos, 7, 10)); err != nil {
		t.Error(err)
	}
	in.Set["client"] = "new 30"
	s.DB.Clock().(*clock.Manual).Advance(time.Minute)
	if err := s.Want(t.Context(), who, read(nos, 7, 10)); err != nil {
		t.Error(err)
	}
}
