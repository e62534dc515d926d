package evalcmd_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/evalcmd"
)

func TestRun(t *testing.T) {
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
		{`{"variables":{"x":[1,2],"y":"z"}}`, `CONCAT($x, $y)`, `{"items":["1z","2z"],"warnings":[]}`},
		{`{"sources":{"S":{"sheets":{"T":[[1,2],[3,4]]}}}}`, `@B2`, `{"items":[4],"warnings":[]}`},
	} {
		a, err := evalcmd.Run(context.Background(), []byte(c.file), c.formula, time.Unix(99, 0), formula.Unlimited())
		if err != nil {
			t.Errorf("%s over %s: %v", c.formula, c.file, err)
			continue
		}
		got, err := json.Marshal(a)
		unescaped := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(got))
		if err != nil || unescaped != c.want {
			t.Errorf("%s over %s:\ngot  %s, %v\nwant %s", c.formula, c.file, got, err, c.want)
		}
	}
}

func TestReadRefusesBadFiles(t *testing.T) {
	for file, want := range map[string]string{
		`[]`:                                 "must be a JSON object",
		`{"columns":`:                        "not valid JSON",
		`{} x`:                               "followed by something else",
		`{"colums":{}}`:                      `unknown key "colums"`,
		`{"columns":{"A":[1],"B":[1,2]}}`:    "different lengths",
		`{"columns":{"A":[[1]]}}`:            "a list or an object at position 0",
		`{"columns":{"A":5}}`:                "must be a list of values",
		`{"columns":{"A":{"type":"money"}}}`: "must be a list",
		`{"columns":{"A":{"type":"date","input":"b","values":[]}}}`: "no meaning",
		`{"timezone":"Mars/Base"}`:                                  "no time zone",
		`{"now":"today"}`:                                           "must be a time",
		`{"sources":{"S":{}}}`:                                      "either columns or sheets",
		`{"active":"S"}`:                                            `active source "S"`,
	} {
		_, err := evalcmd.Read([]byte(file), time.Time{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read(%s) = %v, want %q", file, err, want)
		}
	}
}
