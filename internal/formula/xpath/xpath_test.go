package xpath_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"

	"octavo/internal/formula/tree"
	"octavo/internal/formula/value"
	"octavo/internal/formula/xpath"
)

func always() error { return nil }

func document(t testing.TB, text string) *xpath.Document {
	t.Helper()
	read := tree.ReadXML
	if !strings.HasPrefix(text, "<") {
		read = tree.ReadJSON
	}
	d, err := read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return xpath.NewDocument(d)
}

func list(v value.Vector) string {
	texts := make([]string, v.Len())
	for i := range texts {
		if texts[i] = v.Item(i).Text(); v.IsBlank(i) {
			texts[i] = "∅"
		}
	}
	return strings.Join(texts, " ")
}

const nested = `<r><a n="1"><a n="2"><b>x</b></a><b>y</b></a><c/><a n="3"><b>z</b><b>w</b></a></r>`

// TestSelect holds what the scripts of the language do not: order, doubles, positions.
func TestSelect(t *testing.T) {
	d := document(t, nested)
	for text, want := range map[string]string{
		"//a/@n":                                 "1 2 3",
		"//b":                                    "x y z w",
		"//a//b":                                 "x y z w",
		"//a[1]/@n":                              "1 2",
		"//b[1]":                                 "x y z",
		"//b[last()]":                            "x y w",
		"/r/descendant::b[1]":                    "x",
		"/r/descendant::b[position() mod 2 = 0]": "y w",
		"//b/..":                                 "xy x zw",
		"//b/ancestor::a/@n":                     "1 2 3",
		"//b/ancestor::a[1]/@n":                  "1 2 3",
		"//b[.='x']/ancestor::a[2]/@n":           "1",
		"//b/ancestor::*[last()]":                "xyzw",
		"/r/a[1]/following-sibling::*":           " zw",
		"/r/*/following-sibling::a/@n":           "3",
		"/r/*/preceding-sibling::a/@n":           "1",
		"/r/a[2]/preceding-sibling::*[1]/self::c": "",
		"/r/a[b='w' or @n='2']/@n":                "3",
		"//a[@n>1][@n<3]/b":                       "x",
		"//a[not(a)]/@n":                          "2 3",
		"//@n":                                    "1 2 3",
		"//a/@n | //a/b":                          "1 2 x y 3 z w",
		"//b | //b | //c":                         "x y  z w",
		"//a[b=/r/a/b]/@n":                        "1 3",
		"/r/a[-1 + 3]/@n":                         "3",
		"/r/a[2.5]/@n":                            "",
		"//@n/..":                                 "xy x zw",
		"/*/*":                                    "xy  zw",
		"/":                                       "xyzw",
		"//text()":                                "x y  z w",
		"//b/text()[contains(., 'z')]":            "z",
		"/r/ a [ 1 ] / b":                         "y",
		"count(//b)":                              "4",
		"names(/r)":                               "a c a",
		"names(//a)":                              "a b b b b",
		"fill(//a, b[2])":                         "∅ ∅ w",
		"fill(/r/*, @n)":                          "1 ∅ 3",
		"//a[substring('12345', 2, 3) = '234'][1]/@n":          "1 2",
		"//a[substring('12345', 1.5, 2.6) = '234'][@n='3']/@n": "3",
		"//a[string(@n) = '2']/b":                              "x",
		"//a[number('abc') = number('abc')]":                   "",
		"//a[string(@n * b) = 'NaN']/@n":                       "1 2 3",
		"//a[string(1 div 0) = 'Infinity'][1]/@n":              "1 2",
		"//a[concat(-1 div 0, '') = '-Infinity'][1]/@n":        "1 2",
		"//a[@m]":                              "",
		"//missing[1]/b":                       "",
		"//b[count(preceding-sibling::b) = 1]": "w",
		"//a[2 > @n]/@n":                       "1",
		"//a[@n = //a/@n]/@n":                  "1 2 3",
		"(//b)":                                "!",
		"//b[":                                 "!",
		"//b]":                                 "!",
		"//":                                   "!",
		"a/":                                   "!",
		"":                                     "!",
		"//b[foo()]":                           "!",
		"//b['x]":                              "!",
		"//b[contains('x')]":                   "!",
		"//b[count(1)]":                        "!",
		"//b[$]":                               "!",
		"fill(//a)":                            "!",
		"names(//a":                            "!",
		"foo(//a)":                             "!",
		"//b[1 | 2]":                           "!",
		"following::b":                         "!",
		"//a[" + strings.Repeat("(", 60) + "1" + strings.Repeat(")", 60) + "]": "!",
	} {
		q, err := xpath.Parse(text)
		if (err != nil) != (want == "!") {
			t.Errorf("Parse(%q): %v", text, err)
			continue
		}
		if err != nil {
			continue
		}
		v, err := d.Select(q, nil, always)
		if got := list(v); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestVariables(t *testing.T) {
	d := document(t, nested)
	q, err := xpath.Parse("//a[@n=$n][b=$other or $n=1]/@n")
	if err != nil || strings.Join(q.Variables(), " ") != "n other" {
		t.Fatalf("got %v, %v", q.Variables(), err)
	}
	for _, c := range []struct {
		n, other value.Item
		want     string
	}{
		{value.Num(3), value.Str("w"), "3"}, {value.Str("3"), value.Str("it's"), ""}, {value.Num(1), value.Item{}, "1"},
	} {
		v, err := d.Select(q, map[string]value.Item{"n": c.n, "other": c.other}, always)
		if err != nil || list(v) != c.want {
			t.Errorf("%v: got %q, %v; want %q", c, list(v), err, c.want)
		}
	}
}

func TestADocumentIsShared(t *testing.T) {
	d := document(t, nested)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for _, text := range []string{"//b", "//a/@n", "fill(//a, b[2])", "//a[@n=" + strconv.Itoa(i) + "]"} {
				q, err := xpath.Parse(text)
				if err == nil {
					_, err = d.Select(q, nil, always)
				}
				if err != nil {
					t.Errorf("%s: %v", text, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestTheDeadlineStops(t *testing.T) {
	d := document(t, "<r>"+strings.Repeat("<a/>", 1500)+"</r>")
	late := errors.New("late")
	calls := 0
	q, err := xpath.Parse("//a[count(following-sibling::a[. != 'x']) > 1]")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Select(q, nil, func() error {
		if calls++; calls > 5 {
			return late
		}
		return nil
	})
	if !errors.Is(err, late) {
		t.Errorf("got %v after %d looks", err, calls)
	}
	if v, err := d.Select(q, nil, always); err != nil || v.Len() != 1498 {
		t.Errorf("the next try gives %d items, %v", v.Len(), err)
	}
}

// FuzzSelect looks for paths that break the parser or the evaluation.
func FuzzSelect(f *testing.F) {
	for _, s := range []string{
		"/r/a[@n>1 and not(b)]/..", "//b[last()-1] | //@n", "fill(//a, b[2]/text())", "names( /r )", "count(//*)", "//a[substring(b, 0, 1 div 0) = -1]",
		"/r/a[contains(concat(name(), $x), \"a\")]/following-sibling::*[1]", "'r'/./descendant::node()[position() mod 2 = 1]", "//a[(1|2)]", "//a[sum(b) != number('x')]",
	} {
		f.Add(s)
	}
	d := document(f, nested)
	f.Fuzz(func(t *testing.T, text string) {
		q, err := xpath.Parse(text)
		if err != nil {
			var e *xpath.Error
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(text) || e.Message == "" {
				t.Fatalf("%q: error %#v", text, err)
			}
			return
		}
		stop := errors.New("stop")
		looks := 0
		v, err := d.Select(q, map[string]value.Item{"x": value.Num(1)}, func() error {
			if looks++; looks > 50 {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			t.Fatalf("%q: %v", text, err)
		}
		for i := range v.Len() {
			if x := v.Item(i).Num; x-x != 0 {
				t.Fatalf("%q: item %d is %v", text, i, x)
			}
		}
	})
}

func BenchmarkSelect(b *testing.B) {
	var text strings.Builder
	text.WriteString(`{"data":{"row":[{}`)
	for i := range 200_000 {
		n := strconv.Itoa(i)
		text.WriteString(`,{"id":` + n + `,"name":"Customer ` + n + `","country":"C` + strconv.Itoa(i%40) + `"}`)
	}
	text.WriteString("]}}")
	t, err := tree.ReadJSON(strings.NewReader(text.String()))
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range []string{"/data/row/country", "//country", "fill(/data/row, id)", "/data/row[id > 100000]/name", "/data/row[country='C7'][1]/id"} {
		b.Run(path, func(b *testing.B) {
			q, err := xpath.Parse(path)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if v, err := xpath.NewDocument(t).Select(q, nil, always); err != nil || v.Len() == 0 {
					b.Fatal(v.Len(), err)
				}
			}
		})
	}
}

// TestNameSpaces: a name without a prefix is that name in any name space; keys of JSON
// with a colon are names as they are.
func TestNameSpaces(t *testing.T) {
	d := document(t, `<a:r xmlns:a="u" xmlns:b="v"><b:x b:n="1">p</b:x><x n="2">q</x></a:r>`)
	for text, want := range map[string]string{"/r/x": "p q", "/r/b:x": "p", "//x/@n": "1 2", "/a:r/x/@b:n": "1", "/b:r/x": ""} {
		p, err := xpath.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err2 := d.Select(p, nil, always)
		if err2 != nil || list(got) != want {
			t.Errorf("%s: %q, want %q", text, list(got), want)
		}
	}
}
