package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEval(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	units := `{"columns":{"Region":["North","South"],"Units":[4,7]}}`
	good, bad, array := write("good.json", units), write("bad.json", `{"columns":`), write("array.json", `[1]`)
	cases := write("cases.json", `[{"id":"a","formula":"1+2"},{"id":2,"formula":"FOO()"}]`)
	missing := filepath.Join(dir, "missing.json")
	for _, c := range []struct {
		name  string
		stdin string
		args  []string
		code  int
		out   string // the whole line; "" = nothing
		err   string
	}{
		{"no data", "", []string{"1+2"}, 0, `{"items":[3],"warnings":[]}`, ""},
		{"a file", "", []string{"--data", good, "SUM(@Units)"}, 0, `{"items":[11],"warnings":[]}`, ""},
		{"standard input", units, []string{"--data", "-", "SUM(@Units)"}, 0, `{"items":[11],"warnings":[]}`, ""},
		{"standard input is left alone", units, []string{"1"}, 0, `{"items":[1],"warnings":[]}`, ""},
		{"characters of HTML", "", []string{`"<&>"`}, 0, `{"items":["<&>"],"warnings":[]}`, ""},
		{"a warning is no error", "", []string{"1/0"}, 0, `{"items":[null],"warnings":[{"code":"division_by_zero","message":"division by zero"}]}`, ""},
		{"the clock, RFC 3339", "", []string{"--now", "2026-03-02T09:30:00Z", "NOW()"}, 0, `{"items":[1772443800],"warnings":[]}`, ""},
		{"the clock, seconds", "", []string{"--now", "1772443800.5", "NOW()"}, 0, `{"items":[1772443800.5],"warnings":[]}`, ""},
		{"the clock before 1970", "", []string{"--now=-1", "NOW()"}, 0, `{"items":[-1],"warnings":[]}`, ""},
		{"a formula that begins with a minus", "", []string{"-2^2"}, 0, `{"items":[4],"warnings":[]}`, ""},
		{"a minus before the options", "", []string{"-SUM(@Units)", "--data", good}, 0, `{"items":[-11],"warnings":[]}`, ""},
		{"a minus after a double hyphen", "", []string{"--", "-1"}, 0, `{"items":[-1],"warnings":[]}`, ""},
		{"the empty formula", "", []string{""}, 0, `{"items":[],"warnings":[]}`, ""},
		{"variables", "", []string{"--var", "x=[1,2]", "--var=y=a;b, c", "CONCAT($x, $y)"}, 0, `{"items":["1a;b, c","2a;b, c"],"warnings":[]}`, ""},
		{"zone and week", "", []string{"--zone", "Europe/Paris", "--week-start", "Monday", "--now", "1710491400", `DATE_STARTOF(NOW(), day)`}, 0,
			`{"items":[1710457200],"warnings":[]}`, ""},
		{"a batch", "", []string{"--batch", cases}, 0, `{"id":"a","items":[3],"warnings":[]}` + "\n" +
			`{"id":2,"error":{"code":"unknown_function","message":"There is no function FOO.","offset":0,"hint":""}}`, ""},
		{"a batch that is none", "", []string{"--batch", good}, 2, "", "array"},
		{"a batch that is not there", "", []string{"--batch", missing}, 2, "", "missing.json"},
		{"a batch and a formula", "", []string{"--batch", cases, "1"}, 2, "", "--batch"},
		{"no formula", "", nil, 2, "", "formula is missing"},
		{"no such option", "", []string{"--dat", good, "1"}, 2, "", "--dat"},
		{"no such zone", "", []string{"--zone", "Mars", "1"}, 2, "", "Mars"},
		{"an error of the formula", "", []string{"SUMIFF(1)"}, 1,
			`{"error":{"code":"unknown_function","message":"There is no function SUMIFF.","offset":0,"hint":"Did you mean SUMIF?"}}`, ""},
		{"a file that is not there", "", []string{"--data", missing, "1"}, 2, "", "missing.json"},
		{"a folder", "", []string{"--data", dir, "1"}, 2, "", dir},
		{"no JSON", "", []string{"--data", bad, "1"}, 2, "", "JSON"},
		{"no object", "", []string{"--data", array, "1"}, 2, "", "object"},
		{"no JSON on standard input", "x", []string{"--data", "-", "1"}, 2, "", "JSON"},
		{"no time", "", []string{"--now", "yesterday", "1"}, 2, "", "yesterday is no time"},
		{"not a number", "", []string{"--now", "NaN", "NOW()"}, 2, "", "NaN is no time"},
		{"a time beyond all", "", []string{"--now", "1e300", "NOW()"}, 2, "", "1e300 is no time"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := octavo(t, c.stdin, nil, append([]string{"eval"}, c.args...)...)
			r.want(t, c.code, c.out, c.err)
			if c.out != "" && (r.out != c.out+"\n" || !json.Valid([]byte("["+strings.ReplaceAll(c.out, "\n", ",")+"]"))) {
				t.Errorf("stdout is %q", r.out)
			}
		})
	}
}
