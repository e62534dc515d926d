package datasource

import (
	"reflect"
	"testing"
)

// TestFingerprintOfAFetch: each field of what decides what a fetch brings makes another key (data-sources.md §16 line 14),
// also each option that answers are read with.
func TestFingerprintOfAFetch(t *testing.T) {
	key := func(f fingerprint) string {
		text, err := f.key()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	bare := key(fingerprint{})
	if bare != key(fingerprint{}) {
		t.Error("equal ones have other keys")
	}
	seen := map[string]string{bare: "nothing"}
	differs := func(name, text string) {
		if other, there := seen[text]; there {
			t.Errorf("%s is taken for %s", name, other)
		}
		seen[text] = name
	}
	of := reflect.TypeFor[fingerprint]()
	for i := range of.NumField() {
		if of.Field(i).Name == "Options" {
			continue // field by field
		}
		var f fingerprint
		other(t, reflect.ValueOf(&f).Elem().Field(i))
		differs(of.Field(i).Name, key(f))
	}
	field, _ := of.FieldByName("Options")
	for i := range field.Type.NumField() {
		var f fingerprint
		other(t, reflect.ValueOf(&f.Options).Elem().Field(i))
		differs("Options."+field.Type.Field(i).Name, key(f))
	}
}

// other gives a field another value than none.
func other(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString("other")
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Uint8:
		v.SetUint(3)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Array:
		other(t, v.Index(0))
	default:
		t.Fatalf("a %s is not known to this test", v.Kind())
	}
}
