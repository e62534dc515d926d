package asset

import (
	"strings"
	"testing"

	"octavo/internal/errs"
)

func TestCanon(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"keys are sorted by bytes", `{"b":1,"a":{"z":1,"é":2,"Z":3}}`, `{"a":{"Z":3,"z":1,"é":2},"b":1}`},
		{"white space goes", " { \"a\" : [ 1 , 2 ] } ", `{"a":[1,2]}`},
		{"numbers are shortest", `[1.0,1e2,-0,0.1,1E21,1e-7,123456789012]`, `[1,100,0,0.1,1e+21,1e-7,123456789012]`},
		{"null fields are absent", `{"a":null,"b":[null]}`, `{"b":[null]}`},
		{"escapes are fewest", `"\u0041\/\u003c\u2028\u001f\ud83d\ude00"`, "\"A/<\u2028\\u001f😀\""},
		{"empty things stay", `{"a":{},"b":[],"c":""}`, `{"a":{},"b":[],"c":""}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Canon([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			again, err := Canon(got)
			if err != nil || string(again) != c.want {
				t.Errorf("canon of canon = %s, %v", again, err)
			}
		})
	}
}

func TestCanonRefuses(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth+2) + strings.Repeat("]", MaxDepth+2)
	for _, c := range []struct{ name, in, path string }{
		{"duplicate key", `{"a":{"b":1,"b":2}}`, "/a/b"},
		{"lone high surrogate", `{"a":"\ud83d"}`, "/a"},
		{"lone low surrogate", `{"a":"\ude00"}`, "/a"},
		{"nul", `["\u0000"]`, "/0"},
		{"not UTF-8", "\"\xff\"", "/"},
		{"integer beyond 2^53", `{"n":9007199254740993}`, "/n"},
		{"too many digits", `{"n":0.1000000000000000055511151231257827}`, "/n"},
		{"huge exponent", `{"n":1e999999999}`, "/n"},
		{"too deep", deep, ""},
		{"trailing comma", `[1,]`, ""},
		{"leading zero", `[01]`, "/0"},
		{"two values", `1 2`, "/"},
		{"open text", `"a`, "/"},
		{"nothing", ``, "/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := Canon([]byte(c.in))
			if !errs.Is(err, "bad_body") {
				t.Fatalf("got %s, %v; want bad_body", out, err)
			}
			if c.path != "" && !strings.Contains(err.Error(), c.path) {
				t.Errorf("error %q does not name the path %s", err, c.path)
			}
		})
	}
}

func FuzzCanon(f *testing.F) {
	f.Add([]byte(`{"a":[1,2.5,"x",null,true]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		once, err := Canon(in)
		if err != nil {
			return
		}
		twice, err := Canon(once)
		if err != nil || string(once) != string(twice) {
			t.Fatalf("canon(%q) = %q, again %q, %v", in, once, twice, err)
		}
	})
}
