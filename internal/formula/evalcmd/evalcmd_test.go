package evalcmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula/evalcmd"
	"octavo/internal/formula/syntax"
)

func TestEval(t *testing.T) {
	for _, c := range []struct{ file, formula, want string }{
		{`{"columns":{"Region":["North",null],"Units":[4,"7"]}}`, `SUM(@Units)`, `{"items":[11],"warnings":[]}`},
		{`{"columns":{"Region":["North",null],"Units":[4,"7"]}}`, `@Region`, `{"items":["North",null],"warnings":[]}`},
		{`{"columns":{"Region":["North",null],"Units":[4,"7"]}}`, `@B:B`, `{"items":["Units",4,"7"],"warnings":[]}`},
		{`{"columns":{"Region":[]}}`, `@Region`, `{"items":[],"warnings":[]}`},
		{`{}`, `-0`, `{"items":[0],"warnings":[]}`},
		{`{}`, `"<&>"`, `{"items":["<&>"],"warnings":[]}`},
		{`{}`, `1/0`, `{"items":[null],"warnings":[{"code":"division_by_zero","message":"division by zero"}]}`},
		{`{}`, `SUMIFF(1)`, `{"error":{"code":"unknown_function","message":"There is no function SUMIFF.","offset":0,"hint":"Did you mean SUMIF?"}}`},
		{`{"sources":{"Orders":{"columns":{"A":[1]}},"Raw":{"sheets":{"Sheet1":[["h1","h2"],[1,2]]}}},"active":"Raw"}`, `ARRAY(@B:B, @h2, @[Orders/A])`, `{"items":["h2",2,2,1],"warnings":[]}`},
		{`{"timezone":"Europe/Paris","columns":{"D":{"type":"date","input":"yyyy-MM-dd","values":["2024-03-15",null]}}}`, `@D`, `{"items":[1710457200,null],"warnings":[]}`},
		{`{"now":"2024-03-15T08:30:00Z"}`, `NOW()`, `{"items":[1710491400],"warnings":[]}`},
		{`{}`, `NOW()`, `{"items":[99],"warnings":[]}`},
		{`{"now":1710491400.25}`, `NOW()`, `{"items":[1710491400.25],"warnings":[]}`},
		{`{"now":"1710491400"}`, `NOW()`, `{"items":[1710491400],"warnings":[]}`},
		{`{"now":"2024-03-15T09:30:00+01:00"}`, `NOW()`, `{"items":[1710491400],"warnings":[]}`},
		{`{"columns":{"D":{"type":"date","input":"yyyy-MM-dd","values":["2024-03-15"]}}}`, `@A:A`, `{"items":["D","2024-03-15"],"warnings":[]}`},
		{`{"columns":{"A":[0.1,1e21,1e-7,-0,123456789012345678,true]}}`, `@A`, `{"items":[0.1,1e+21,1e-7,0,123456789012345680,true],"warnings":[]}`},
		{`{"columns":{"A":[ "é\n\"\u00fc", "a\\", "" , null,false , -1.5e-9, 1e300 ]}}`, `@A`, `{"items":["é\n\"ü","a\\","",null,false,-1.5e-9,1e+300],"warnings":[]}`},
		{`{}`, `COUNTALL(BLANK(1000001))`, `{"items":[1000001],"warnings":[]}`},
		{`{"variables":{"x":[1,2],"y":"z"}}`, `CONCAT($x, $y)`, `{"items":["1z","2z"],"warnings":[]}`},
		{`{"sources":{"S":{"sheets":{"T":[[1,2],[3,4]]}}}}`, `@B2`, `{"items":[4],"warnings":[]}`},
	} {
		in, err := evalcmd.Read([]byte(c.file), time.Unix(99, 0))
		if err != nil {
			t.Errorf("%s over %s: %v", c.formula, c.file, err)
			continue
		}
		a, err := in.Eval(context.Background(), c.formula)
		if err != nil {
			t.Errorf("%s over %s: %v", c.formula, c.file, err)
			continue
		}
		if got := string(a.Append(nil)); got != c.want || !json.Valid([]byte(got)) {
			t.Errorf("%s over %s:\ngot  %s\nwant %s", c.formula, c.file, got, c.want)
		}
	}
}

func TestReadRefusesBadFiles(t *testing.T) {
	for file, want := range map[string]string{
		`[]`:                              "must be a JSON object",
		`{"columns":`:                     "not valid JSON",
		`{} x`:                            "after top-level value",
		`{"colums":{}}`:                   `unknown key "colums"`,
		`{"columns":{"A":[1],"B":[1,2]}}`: "different lengths",
		`{"columns":{"A":[[1]]}}`:         "a list or an object at position 0",
		`{"columns":{"A":[1,{}]}}`:        "a list or an object at position 1",
		`{"columns":{"A":[1e999]}}`:       "too large at position 0",
		`{"columns":{"A":{"type":"date","input":"yyyy"}}}`:          "must be a list",
		`{"columns":{"A":5}}`:                                       "must be a list of values",
		`{"columns":{"A":{"type":"money"}}}`:                        "must be a list",
		`{"columns":{"A":{"type":"date","input":"b","values":[]}}}`: "no meaning",
		`{"timezone":"Mars/Base"}`:                                  "no time zone",
		`{"now":"today"}`:                                           "must be a time",
		`{"now":true}`:                                              "must be a time",
		`{"sources":{"S":{}}}`:                                      "one of columns, sheets, json and xml",
		`{"active":"S"}`:                                            `active source "S"`,
	} {
		_, err := evalcmd.Read([]byte(file), time.Time{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read(%s) = %v, want %q", file, err, want)
		}
	}
}

func TestFlagsGoBeforeTheData(t *testing.T) {
	file := `{"now":"2024-03-15T08:30:00Z","timezone":"Europe/Paris","variables":{"x":1,"y":2},
		"columns":{"D":{"type":"date","input":"yyyy-MM-dd","values":["2024-03-15"]}}}`
	f, err := evalcmd.ParseFlags("99", "+02:00", "mon", []string{"x=[1,\"b\",null]", "t=north = 1", "n=7", "e="})
	if err != nil {
		t.Fatal(err)
	}
	in, err := f.Read([]byte(file), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for formula, want := range map[string]string{
		`NOW()`:                      `[99]`,
		`@D`:                         `[1710453600]`,
		`$x`:                         `[1,"b",null]`,
		`$y`:                         `[2]`,
		`$t`:                         `["north = 1"]`,
		`$n`:                         `[7]`,
		`$e`:                         `[""]`,
		`DATEVALUE(1710453600, "w")`: `["11"]`,
	} {
		a, err := in.Eval(context.Background(), formula)
		got, _ := json.Marshal(a.Items)
		if err != nil || string(got) != want {
			t.Errorf("%s = %s, %v; want %s", formula, got, err, want)
		}
	}
	for _, bad := range [][4]string{{"x"}, {"", "Mars/Base"}, {"", "", "day"}, {"", "", "January"}, {"", "", "", "x"}, {"", "", "", "=1"}, {"", "", "", "x={}"}, {"", "", "", "x=[[1]]"}} {
		var vars []string
		if bad[3] != "" {
			vars = []string{bad[3]}
		}
		if _, err := evalcmd.ParseFlags(bad[0], bad[1], bad[2], vars); err == nil {
			t.Errorf("ParseFlags(%q) is accepted", bad)
		}
	}
}

func TestBatch(t *testing.T) {
	const data = `{"columns":{"U":[1,2]},"now":5,"timezone":"Europe/Paris"}`
	cases := []string{
		`{"id":1,"data":` + data + `,"formula":"SUM(@U)"}`, `{"id":1,"items":[3],"warnings":[]}`,
		`{"id":"a<b","data":` + data + `,"formula":"NOW()"}`, `{"id":"a<b","items":[5],"warnings":[]}`,
		`{"id":[1.0, {"x":1e2}],"data":` + data + `,"formula":"NOW()","now":"7"}`, `{"id":[1.0,{"x":1e2}],"items":[7],"warnings":[]}`,
		`{"id":null,"data":` + data + `,"formula":"TODAY()","now":"2024-03-15T08:30:00Z","timezone":"GMT+2"}`, `{"id":null,"items":[1710453600],"warnings":[]}`,
		`{"formula":"1/0"}`, `{"id":null,"items":[null],"warnings":[{"code":"division_by_zero","message":"division by zero"}]}`,
		`{"id":2,"formula":"SUM("}`, `{"id":2,"error":{"code":"syntax","message":"The formula ends too early.","offset":4,"hint":"A value is missing at the end."}}`,
		`{"id":3,"data":{"columns":5},"formula":"1"}`, `{"id":3,"error":{"code":"not_loaded","message":"Columns of data must be a JSON object.","offset":null,"hint":""}}`,
		`{"id":4,"data":[],"formula":"1"}`, `{"id":4,"error":{"code":"not_loaded","message":"The data must be a JSON object.","offset":null,"hint":""}}`,
		`{"id":5}`, `{"id":5,"error":{"code":"syntax","message":"The formula of the case must be a text.","offset":null,"hint":""}}`,
		`7`, `{"id":null,"error":{"code":"syntax","message":"The case is not a JSON object.","offset":null,"hint":""}}`,
		`{"id":6,"formula":"1","timezone":"Mars"}`, `{"id":6,"error":{"code":"bad_keyword","message":"There is no time zone \"Mars\".","offset":null,"hint":""}}`,
		`{"id":7,"data":null,"formula":"","extra":1}`, `{"id":7,"items":[],"warnings":[]}`,
		`{"id":8,"data":` + data + `,"formula":"@U"}`, `{"id":8,"items":[1,2],"warnings":[]}`,
	}
	var in, want []string
	for i := 0; i < len(cases); i += 2 {
		in, want = append(in, cases[i]), append(want, cases[i+1])
	}
	var out bytes.Buffer
	if err := evalcmd.Batch(context.Background(), []byte("["+strings.Join(in, ",\n ")+"]\n"), &out, time.Unix(99, 0), evalcmd.Flags{}); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), out.String())
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s:\ngot  %s\nwant %s", in[i], got[i], want[i])
		}
	}
	for _, bad := range []string{``, `{}`, `null`, `[1`, `[] x`} {
		if err := evalcmd.Batch(context.Background(), []byte(bad), &out, time.Unix(99, 0), evalcmd.Flags{}); err == nil {
			t.Errorf("the batch %q is accepted", bad)
		}
	}
}

// FuzzRead looks for data that breaks the reader; what it accepts must be valid JSON,
// and what comes out as well.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`{"columns":{"A":[1,"x\\\"\u00e9",null,true,-1.5e3 ],"B":{"type":"date","input":"yyyy","values":["2024","?",null,5]}},"now":1}`,
		`{"sources":{"S":{"sheets":{"T":[["a","b"],[1],[]]}},"J":{"json":{"a":[1,{"b":"]}"}]}},"X":{"xml":"<a>1</a>"}},"active":"S","timezone":"GMT+2"}`,
		`{"variables":{"x":[1, 2],"y":"z","w":{}}}`, `[]`, `{"columns":{"A":[[1]]}}`, ` {"now" : "x"} `,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		in, err := evalcmd.Read([]byte(text), time.Unix(0, 0))
		if err != nil {
			return
		}
		for _, source := range in.Scope.Sources {
			for _, c := range source.Columns {
				v, err := in.Env.Data.Lookup(source.Slot, syntax.Pointer{Sheet: c.Sheet, Column: c.Name}.String())
				if err != nil {
					continue // the pointer cannot be written, as with a ] in the name of a sheet
				}
				for i, item := range evalcmd.Items(v) {
					if !json.Valid(item) {
						t.Fatalf("%q: item %d of %s is written %q", text, i, c.Name, item)
					}
				}
			}
		}
	})
}
