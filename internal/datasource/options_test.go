package datasource

import (
	"reflect"
	"strings"
	"testing"

	"octavo/internal/format"
)

// TestOptionWords: no option of a file is "something that a newer version knows" in a
// list of changes.
func TestOptionWords(t *testing.T) {
	for f := range reflect.TypeFor[format.Options]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if optionWords[name] == "" {
			t.Errorf("the option %s has no words", name)
		}
	}
}
