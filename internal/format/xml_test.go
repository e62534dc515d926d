package format

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"octavo/internal/dataset"
	"octavo/internal/errs"
)

const rss = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>News</title>
<item><title>One &amp; only</title><category>a</category><category>b</category><media:title>m</media:title><pubDate>Tue, 02 Jan 2024 10:00:00 GMT</pubDate></item>
<item><title><![CDATA[<b>Two</b>]]></title><guid isPermaLink="false">7</guid></item>
</channel></rss>`

func TestXML(t *testing.T) {
	tests := []struct {
		name, text, records string
		opt                 Options
		grid                [][]string
	}{
		{"rss", rss, "/rss/channel/item", Options{}, [][]string{
			{"title", "category", "media:title", "pubDate", "guid.@isPermaLink", "guid"},
			{"One & only", "a, b", "m", "Tue, 02 Jan 2024 10:00:00 GMT", "", ""},
			{"<b>Two</b>", "", "", "", "false", "7"},
		}},
		{
			"atom with one entry", `<feed xmlns="http://www.w3.org/2005/Atom"><link href="x"/><link href="y"/><entry><id>1</id><link href="z"/><author><name>Ada</name></author></entry></feed>`,
			"/feed/entry", Options{}, [][]string{{"id", "link.@href", "author.name"}, {"1", "z", "Ada"}},
		},
		{
			"records in records", `<r><a n="1"><b>x</b><b>y</b><b>z</b></a><a n="2"/></r>`,
			"/r/a", Options{}, [][]string{{"@n", "b"}, {"1", "x, y, z"}, {"2", ""}},
		},
		{
			"by option, any name space", `<s:r xmlns:s="u"><s:a><s:b>1</s:b></s:a><a><b>2</b></a></s:r>`,
			"r/a", Options{Records: ptr("r/a")}, [][]string{{"s:b", "b"}, {"1", ""}, {"", "2"}},
		},
		{"leaves", `<r><v>1</v><v> 2 </v></r>`, "/r/v", Options{}, [][]string{{"value"}, {"1"}, {"2"}}},
		{"one record", `<r><a>1</a><b c="2">3</b></r>`, "/r", Options{}, [][]string{{"a", "b.@c", "b"}, {"1", "2", "3"}}},
		{
			"text beside elements", `<r><p>one <b>two</b> three</p><p>four</p></r>`,
			"/r/p", Options{}, [][]string{{"value", "b"}, {"one  three", "two"}, {"four", ""}},
		},
		{"declared encoding", "<?xml version='1.0' encoding='ISO-8859-1'?><r><a>K\xf6ln</a><a>x</a></r>", "/r/a", Options{}, [][]string{{"value"}, {"Köln"}, {"x"}}},
		{"old document type", `<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://x/rss-0.91.dtd"><r><a>1</a><a>2</a></r>`, "/r/a", Options{}, [][]string{{"value"}, {"1"}, {"2"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := Detect("x.xml", "", []byte(tt.text)); got != XML || err != nil {
				t.Errorf("Detect = %s, %v", got, err)
			}
			set, opt := mustRead(t, XML, tt.text, tt.opt)
			if *opt.Records != tt.records {
				t.Errorf("records at %q, want %q", *opt.Records, tt.records)
			}
			if diff := cmp.Diff(tt.grid, grid(set.Sheets[0])); diff != "" {
				t.Errorf("cells (-want +got)\n%s", diff)
			}
		})
	}
	set, _ := mustRead(t, XML, rss, Options{})
	if c := set.Sheets[0].Columns[3]; c.Type != dataset.Date {
		t.Errorf("dates of feeds are %s", c.Type)
	}
}

// TestXMLAttacks: what could grow or reach outside is refused, and so is what is no XML.
func TestXMLAttacks(t *testing.T) {
	laughs := `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>`
	outside := `<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>`
	deep := strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300)
	for text, code := range map[string]string{
		laughs: "format_mismatch", outside: "format_mismatch", deep: "too_large",
		"<a><b></a></b>": "format_mismatch", "<a>": "format_mismatch", "<a/><b/>": "format_mismatch", "<a/>x": "format_mismatch",
		"<a b=1/>": "format_mismatch", "<a": "format_mismatch", "</a>": "format_mismatch", "<!-- -->": "format_mismatch",
		"<?xml version='1.0' encoding='klingon'?><a/>":             "format_mismatch",
		"<a><b>" + strings.Repeat("x", DefaultCell+1) + "</b></a>": "too_large",
	} {
		if _, _, err := read(t, XML, text, Options{}); !errs.Is(err, code) {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	many := &strings.Builder{}
	for i := range maxShapes + 1 {
		fmt.Fprintf(many, "<a%d/>", i)
	}
	if _, _, err := read(t, XML, "<r>"+many.String()+"</r>", Options{}); !errs.Is(err, "too_large") {
		t.Errorf("different names: %v", err)
	}
	if _, _, err := read(t, XML, "<r/>", Options{Records: ptr("/x")}); !errs.Is(err, "records_missing") {
		t.Errorf("no such path: %v", err)
	}
}

func TestPaths(t *testing.T) {
	paths := func(format, text string) string {
		list, err := Paths(context.Background(), format, strings.NewReader(text), int64(len(text)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(list)
	}
	for _, tt := range []struct{ format, text, want string }{
		{JSON, `{"a":[{},{}],"b":{"c":[{},{},{}]},"d":[1,2,3,4]}`, "[{b.c 3} {a 2} { 1}]"},
		{JSON, `[1]`, "[{ 0}]"},
		{XML, rss, "[{/rss/channel/item 2} {/rss 1}]"},
		{XML, `<r><v>1</v><v>2</v><v>3</v><o n="1"/><o n="2"/></r>`, "[{/r/o 2} {/r/v 3} {/r 1}]"},
		{CSV, "a,b", "[]"},
	} {
		if got := paths(tt.format, tt.text); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestJSONLines(t *testing.T) {
	const text = "{\"id\":12345678901234567890,\"a\":{\"b\":1}}\n\n{\"id\":2,\"c\":[1,2]}\r\n7\n"
	if got, err := Detect("x.txt", "", []byte(text)); got != JSONL || err != nil {
		t.Errorf("Detect = %s, %v", got, err)
	}
	for name, want := range map[string]string{"x.ndjson": JSONL, "x.json": JSON} {
		if got, _ := Detect(name, "", []byte("{\"a\":1}\n")); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	set, _ := mustRead(t, JSONL, text, Options{})
	want := [][]string{{"id", "a.b", "c", "value"}, {"12345678901234567890", "1", "", ""}, {"2", "", "[1,2]", ""}, {"", "", "", "7"}}
	if diff := cmp.Diff(want, grid(set.Sheets[0])); diff != "" {
		t.Errorf("cells (-want +got)\n%s", diff)
	}
	for _, bad := range []string{"{\"a\":1}\n{\"a\":", "{\"a\":1},{\"a\":2}", "  "} {
		if _, _, err := read(t, JSONL, bad, Options{}); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}

// FuzzXML: nothing panics, and errors have codes.
func FuzzXML(f *testing.F) {
	for _, seed := range []string{rss, "<a b='c'/>", "<r><v>1</v><v>2</v></r>", "<!DOCTYPE x><x/>", "<a><![CDATA[x]]></a>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set, _, err := Read(context.Background(), XML, bytes.NewReader(data), int64(len(data)), Options{}, Limits{Cell: 1 << 12})
		if err != nil {
			checkError(t, err)
			return
		}
		checkPayload(t, set)
	})
}
