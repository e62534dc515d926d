package rest_test

import (
	"reflect"
	"testing"

	"octavo/internal/connector/rest"
)

// decision says what a field does to the fingerprint of a request: change is another value of it, or it changes nothing.
type decision struct {
	base   func(s *rest.Spec) // what must be there for the field to count
	change func(s *rest.Spec)
	same   bool // not what is asked, but how one waits for it
}

func row(of func(s *rest.Spec) *[]rest.Row, r rest.Row) func(s *rest.Spec) {
	return func(s *rest.Spec) { *of(s) = []rest.Row{r} }
}

func body(b rest.Body) func(s *rest.Spec) { return func(s *rest.Spec) { s.Body = &b } }

// decisions are those of each field of a request that is none of a generic kind (data-sources.md §16 line 14).
var decisions = map[string]decision{
	"Spec.Method":        {change: func(s *rest.Spec) { s.Method = "POST" }},
	"Spec.URL":           {change: func(s *rest.Spec) { s.URL += "/more" }},
	"Spec.Query":         {change: row(query, rest.Row{Name: "a", Value: "1"})},
	"Spec.Headers":       {change: row(headers, rest.Row{Name: "A", Value: "1"})},
	"Spec.Cookies":       {change: row(cookies, rest.Row{Name: "a", Value: "1"})},
	"Spec.Body":          {change: body(rest.Body{Type: "raw", Text: "a"})},
	"Spec.Paginate":      {change: func(s *rest.Spec) { s.Paginate = &rest.Paginate{Type: "page", Param: "p"} }},
	"Spec.TimeoutS":      {change: func(s *rest.Spec) { s.TimeoutS = 7 }, same: true},
	"Spec.AcceptStatus":  {change: func(s *rest.Spec) { s.AcceptStatus = []int{404} }},
	"Spec.NoRedirects":   {change: func(s *rest.Spec) { s.NoRedirects = true }},
	"Spec.Unconditional": {change: func(s *rest.Spec) { s.Unconditional = true }, same: true}, // what it leaves out is part of the key beside the request
	"Spec.TLS":           {change: func(s *rest.Spec) { s.TLS = &rest.TLS{ServerName: "a"} }},

	"Row.ID":    {base: row(query, rest.Row{Name: "a", Value: "1"}), change: row(query, rest.Row{ID: "other", Name: "a", Value: "1"}), same: true},
	"Row.Name":  {base: row(query, rest.Row{Name: "a", Value: "1"}), change: row(query, rest.Row{Name: "b", Value: "1"})},
	"Row.Value": {base: row(headers, rest.Row{Name: "A", Value: "1"}), change: row(headers, rest.Row{Name: "A", Value: "2"})},
	"Row.Off":   {base: row(cookies, rest.Row{Name: "a", Value: "1"}), change: row(cookies, rest.Row{Name: "a", Value: "1", Off: true})},

	"Body.Type":        {base: body(rest.Body{Type: "raw", Text: "{}"}), change: body(rest.Body{Type: "json", Text: "{}"})},
	"Body.Text":        {base: body(rest.Body{Type: "raw", Text: "a"}), change: body(rest.Body{Type: "raw", Text: "b"})},
	"Body.Variables":   {base: body(rest.Body{Type: "graphql", Text: "q", Variables: `{"a":1}`}), change: body(rest.Body{Type: "graphql", Text: "q", Variables: `{"a":2}`})},
	"Body.ContentType": {base: body(rest.Body{Type: "raw", Text: "a"}), change: body(rest.Body{Type: "raw", Text: "a", ContentType: "text/csv"})},
	"Body.Rows": {base: body(rest.Body{Type: "form", Rows: []rest.Row{{Name: "a", Value: "1"}}}),
		change: body(rest.Body{Type: "form", Rows: []rest.Row{{Name: "a", Value: "2"}}})},
}

func query(s *rest.Spec) *[]rest.Row   { return &s.Query }
func headers(s *rest.Spec) *[]rest.Row { return &s.Headers }
func cookies(s *rest.Spec) *[]rest.Row { return &s.Cookies }

func hashOf(t *testing.T, name string, changes ...func(s *rest.Spec)) [32]byte {
	t.Helper()
	s := rest.Spec{URL: "https://shop.test/orders"}
	for _, change := range changes {
		if change != nil {
			change(&s)
		}
	}
	p, err := s.Prepare(scope("7"))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p.Hash()
}

// TestFingerprintOfEachField finds a field that nobody has decided on: it fails until it stands in decisions.
func TestFingerprintOfEachField(t *testing.T) {
	left := map[string]bool{}
	for name := range decisions {
		left[name] = true
	}
	for _, of := range []reflect.Type{reflect.TypeFor[rest.Spec](), reflect.TypeFor[rest.Row](), reflect.TypeFor[rest.Body]()} {
		for i := range of.NumField() {
			name := of.Name() + "." + of.Field(i).Name
			d, decided := decisions[name]
			if !decided {
				t.Errorf("%s: say in decisions whether another value of it is another request", name)
				continue
			}
			delete(left, name)
			before, after := hashOf(t, name, d.base), hashOf(t, name, d.base, d.change)
			if before != hashOf(t, name, d.base) {
				t.Errorf("%s: the fingerprint of the same is another", name)
			}
			if same := before == after; same != d.same {
				t.Errorf("%s: the same fingerprint: %t, want %t", name, same, d.same)
			}
		}
	}
	for name := range left {
		t.Errorf("%s is no field any more", name)
	}
}

// TestFingerprintOfPagesAndTLS: of these each field counts, also one that is added one day.
func TestFingerprintOfPagesAndTLS(t *testing.T) {
	for _, c := range []struct {
		of  reflect.Type
		put func(s *rest.Spec, v reflect.Value)
	}{
		{reflect.TypeFor[rest.Paginate](), func(s *rest.Spec, v reflect.Value) {
			s.Paginate = v.Interface().(*rest.Paginate)
			if s.Paginate.Type != "other" {
				s.Paginate.Type = "page" // no list of requests is made of it here
			}
		}},
		{reflect.TypeFor[rest.Each](), func(s *rest.Spec, v reflect.Value) {
			s.Paginate = &rest.Paginate{Type: "page", Each: v.Interface().(*rest.Each)}
		}},
		{reflect.TypeFor[rest.Window](), func(s *rest.Spec, v reflect.Value) {
			s.Paginate = &rest.Paginate{Type: "page", Window: v.Interface().(*rest.Window)}
		}},
		{reflect.TypeFor[rest.TLS](), func(s *rest.Spec, v reflect.Value) { s.TLS = v.Interface().(*rest.TLS) }},
	} {
		bare := hashOf(t, c.of.Name(), func(s *rest.Spec) { c.put(s, reflect.New(c.of)) })
		for i := range c.of.NumField() {
			name := c.of.Name() + "." + c.of.Field(i).Name
			v := reflect.New(c.of)
			set(t, name, v.Elem().Field(i))
			if bare == hashOf(t, name, func(s *rest.Spec) { c.put(s, v) }) {
				t.Errorf("%s changes nothing", name)
			}
		}
	}
}

// set gives a field another value than none.
func set(t *testing.T, name string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString("other")
	case reflect.Int:
		v.SetInt(3)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	default:
		t.Fatalf("%s: a %s is not known to this test", name, v.Kind())
	}
}
