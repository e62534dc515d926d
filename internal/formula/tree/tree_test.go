package tree_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"octavo/internal/formula/tree"
)

// outline writes a document: name, kind or text, children in braces.
func outline(d *tree.Document, n tree.Node) string {
	var b strings.Builder
	b.WriteString(d.NameText(d.Name(n)))
	lo, hi := d.Attributes(n)
	for i := lo; i < hi; i++ {
		_, name, text := d.Attribute(i)
		fmt.Fprintf(&b, "@%s=%s", d.NameText(name), text)
	}
	if d.Kind(n) != tree.Element {
		fmt.Fprintf(&b, "=%s", d.Text(n))
		if d.Kind(n) == tree.Null {
			b.WriteString("null")
		}
		return b.String()
	}
	b.WriteString("{")
	for c := n + 1; c < d.End(n); c = d.End(c) {
		if c > n+1 {
			b.WriteString(" ")
		}
		if d.Parent(c) != n {
			b.WriteString("ORPHAN")
		}
		b.WriteString(outline(d, c))
	}
	return b.String() + "}"
}

func TestReadJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":{"b":[1,"x",null,true]}}`: "{a{b=1 b=x b=null b=true}}",
		`[{"a":1},{"a":2}]`:             "{item{a=1} item{a=2}}",
		`{"g":[[1,2],[3],[]]}`:          "{g{item=1 item=2} g{item=3} g{}}",
		`[[[1]]]`:                       "{item{item{item=1}}}",
		` 5 `:                           "{item=5}",
		`"x"`:                           "{item=x}",
		`{}`:                            "{}",
		`{"a":{},"b":[]}`:               "{a{}}",
		`{"a":1,"a":2,"":3}`:            "{a=1 a=2 =3}",
		`{"n":12345678901234567890.10}`: "{n=12345678901234567890.10}",
		`["\u00e9\n\"\\\/\ud83d\ude00", "\ud83d", "\ud83dx", "\ud83d\n", "\ud83d\u0041"]`: "{item=é\n\"\\/😀 item=\ufffd item=\ufffdx item=\ufffd\n item=\ufffdA}",
		`[-0.5e+10, 0, -1]`:   "{item=-0.5e+10 item=0 item=-1}",
		"\ufeff{\"a\":\"é\"}": "{a=é}",
	} {
		d, err := tree.ReadJSON(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := outline(d, tree.Root); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		``: "ends too early", `{`: "ends too early", `{"a":1`: "ends too early", `{"a" 1}`: "colon", `[1,]`: "a value", `1 2`: "something follows",
		`{"a":nul}`: "null", `[01]`: "number", `[1.]`: "number", `[-]`: "number", `[1e]`: "number", "\"a\nb\"": "control", `"\x"`: "escape",
		`"\u12g4"`: "hexadecimal", `{a:1}`: "quotes", "[1\x00]": "comma", `"abc`: "ends too early", `[1 2]`: "comma", `+1`: "a value", strings.Repeat("[", 1100): "1000 levels", strings.Repeat(`{"a":`, 1100): "1000 levels",
	} {
		if _, err := tree.ReadJSON(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: got %v, want %q", text, err, want)
		}
	}
}

// FuzzReadJSON compares what is accepted, and texts, with encoding/json,
// however the stream is cut.
func FuzzReadJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,"x\u00e9",null]}`, `[[], {}]`, `"\ud800\udc00"`, ` -1.5e3 `, `{"a":1,}`, "\"\xff\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.HasPrefix(text, "\ufeff") || strings.HasPrefix(text, "\xfe\xff") || strings.HasPrefix(text, "\xff\xfe") {
			return
		}
		d, err := tree.ReadJSON(iotest.OneByteReader(strings.NewReader(text)))
		if valid := json.Valid([]byte(text)); valid != (err == nil) && strings.Count(text, "[")+strings.Count(text, "{") < 1000 {
			t.Fatalf("%q: %v, but valid is %v", text, err, valid)
		}
		var s string
		if err == nil && json.Unmarshal([]byte(text), &s) == nil && strings.TrimSpace(text) != "null" && d.Text(1) != s {
			t.Fatalf("%q: got %q, want %q", text, d.Text(1), s)
		}
	})
}

func TestReadXML(t *testing.T) {
	for text, want := range map[string]string{
		`<a><b>1</b><b/></a>`:     "{a{b=1 b=}}",
		"<a>\n  <b> x </b>\n</a>": "{a{b= x }}",
		`<a>x<b>y</b>z</a>`:       "{a{=x b=y =z}}",
		`<a x="1" p:y="2" xmlns="u" xmlns:p="v"><b z="&lt;"/></a>`:                 "{a@x=1@p:y=2{b@z=<=}}",
		`<p:a><![CDATA[<x>]]>&amp;&#65;&nbsp;</p:a>`:                               "{p:a=<x>&A\u00a0}",
		`<?xml version="1.0"?><!DOCTYPE a><!-- c --><a><!-- d -->t<!-- e -->u</a>`: "{a=tu}",
	} {
		d, err := tree.ReadXML(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := outline(d, tree.Root); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	const bomb = `<!DOCTYPE a [<!ENTITY x "yyyyyyyyyy"><!ENTITY z "&x;&x;">]><a>&z;</a>`
	for text, want := range map[string]string{
		``: "no element", `x`: "outside", `<a>`: "a is not closed", `<a></b>`: "a is closed by b", `</a>`: "nothing is open",
		`<a/><b/>`: "second element", `<a>&foo;</a>`: "entity", bomb: "entity", strings.Repeat("<a>", 1100): "1000 levels",
		`<?xml version="1.0" encoding="klingon"?><a/>`: "klingon",
	} {
		if _, err := tree.ReadXML(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: got %v, want %q", text, err, want)
		}
	}
}

func TestCharacterSets(t *testing.T) {
	latin, err := charmap.Windows1252.NewEncoder().String(`<?xml version="1.0" encoding="windows-1252"?><a>5 €, é</a>`)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(`<?xml version="1.0" encoding="UTF-16"?><a>5 €, é</a>`)
	if err != nil {
		t.Fatal(err)
	}
	json16, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(`{"a":"5 €, é"}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		read func(io.Reader) (*tree.Document, error)
	}{{latin, tree.ReadXML}, {wide, tree.ReadXML}, {json16, tree.ReadJSON}} {
		d, err := c.read(strings.NewReader(c.text))
		if err != nil || outline(d, tree.Root) != "{a=5 €, é}" {
			t.Errorf("%q: %v", c.text, err)
		}
	}
}

// big is about n bytes of JSON like that of services.
func big(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"data":{"row":[`)
	for i := 0; b.Len() < n; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"Customer %d","country":"C%d","amount":%d.25,"open":%t,"note":null}`, i, i, i%40, i%977, i%3 == 0)
	}
	b.WriteString(`]}}`)
	return b.Bytes()
}

func BenchmarkReadJSON(b *testing.B) {
	payload := big(20 << 20)
	b.SetBytes(int64(len(payload)))
	for b.Loop() {
		d, err := tree.ReadJSON(bytes.NewReader(payload))
		if err != nil {
			b.Fatal(err)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.Sys>>20), "MB")
		b.ReportMetric(float64(d.Len()), "nodes")
	}
}

// TestMemoryOfATree: a tree must not need many times its payload, so that one of
// 100 MB stays far below 2 GB.
func TestMemoryOfATree(t *testing.T) {
	const size = 8 << 20
	payload := big(size)
	before := heap()
	d, err := tree.ReadJSON(bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	if kept := heap() - before; kept > 3*size {
		t.Errorf("a tree of %d MB takes %d MB", size>>20, kept>>20)
	}
	runtime.KeepAlive(d)
	runtime.KeepAlive(payload)
}

// heap is what is in use after a collection.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestReadJSONLines(t *testing.T) {
	d, err := tree.ReadJSONLines(strings.NewReader("{\"a\":1}\n{\"a\":2,\"b\":[3]}\n\n4"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := tree.ReadJSON(strings.NewReader(`[{"a":1},{"a":2,"b":[3]},4]`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.Text(tree.Root), list.Text(tree.Root); got != want || d.Len() != list.Len() {
		t.Errorf("%q in %d nodes, want %q in %d", got, d.Len(), want, list.Len())
	}
	if _, err := tree.ReadJSONLines(strings.NewReader("{\"a\":1}\n]")); err == nil {
		t.Error("a line that is no JSON is read")
	}
}
