package sql_test

import (
	"reflect"
	"testing"

	"octavo/internal/connector/sql"
	"octavo/internal/placeholder"
)

// TestFingerprintOfAQuery: another field is another query, but for how long one waits; a new field must be decided on here.
func TestFingerprintOfAQuery(t *testing.T) {
	changes := map[string]struct {
		change func(s *sql.Spec)
		same   bool
	}{
		"Engine":   {change: func(s *sql.Spec) { s.Engine = "mysql" }},
		"SQL":      {change: func(s *sql.Spec) { s.SQL += " WHERE 1 = 1" }},
		"TimeoutS": {change: func(s *sql.Spec) { s.TimeoutS = 7 }, same: true},
	}
	hash := func(change func(s *sql.Spec), client string) [32]byte {
		s := sql.Spec{Engine: "postgresql", SQL: "SELECT {props.client} AS client FROM orders"}
		if change != nil {
			change(&s)
		}
		p, err := s.Prepare(placeholder.Scope{Values: map[string]string{"client": client}})
		if err != nil {
			t.Fatal(err)
		}
		return p.Hash()
	}
	of := reflect.TypeFor[sql.Spec]()
	for i := range of.NumField() {
		name := of.Field(i).Name
		d, decided := changes[name]
		if !decided {
			t.Errorf("%s: say whether another value of it is another query", name)
			continue
		}
		if same := hash(nil, "7") == hash(d.change, "7"); same != d.same {
			t.Errorf("%s: the same fingerprint: %t, want %t", name, same, d.same)
		}
	}
	if hash(nil, "7") == hash(nil, "8") {
		t.Error("another bound value is the same query")
	}
}
