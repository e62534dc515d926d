package formula_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula/evalcmd"
)

// oracleCase is one call of a function. An argument is a list of JSON values.
type oracleCase struct {
	Function  string  `json:"function"`
	Arguments [][]any `json:"arguments"`
}

// difference is a case in which formulajs gives something else, and why that is right.
type difference struct {
	oracleCase
	Ours   []any  `json:"ours"`
	Theirs []any  `json:"theirs"`
	Reason string `json:"reason"`
}

// closeEnough is how far two numbers may be apart, relative to the larger one,
// and nearZero how far in any case: what rounding leaves of numbers near 1.
const (
	closeEnough = 1e-9
	nearZero    = 1e-15
)

// TestOracle compares functions with those of formulajs, an independent
// implementation of spreadsheet functions that `make deps` installs, over
// generated numbers and over corner cases. Where the results differ the case
// must stand, with the reason, in testdata/oracle_differences.json.
func TestOracle(t *testing.T) {
	cases := oracleCases()
	theirs := askFormulajs(t, cases)
	known := readDifferences(t)
	used := map[string]bool{}
	for i, c := range cases {
		key, ours := c.key(t), evalOurs(t, c)
		d, listed := known[key]
		if same(ours, theirs[i]) {
			if listed && !used[key] {
				t.Errorf("no longer different, take it off the list: %s", key)
			}
			used[key] = true
			continue
		}
		used[key] = true
		if !listed || !same(d.Ours, ours) || !same(d.Theirs, theirs[i]) {
			line, _ := json.Marshal(difference{c, ours, theirs[i], d.Reason})
			t.Errorf("a difference that is not on the list:\n%s", line)
		}
	}
	for key, d := range known {
		if !used[key] {
			t.Errorf("the list has a case that nobody tries: %s", key)
		}
		if len(d.Reason) < 10 {
			t.Errorf("no reason for %s", key)
		}
	}
}

func (c oracleCase) key(t *testing.T) string {
	t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func readDifferences(t *testing.T) map[string]difference {
	t.Helper()
	raw, err := os.ReadFile("testdata/oracle_differences.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []difference
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	out := map[string]difference{}
	for _, d := range list {
		out[d.key(t)] = d
	}
	if len(out) != len(list) {
		t.Errorf("the list of differences has %d cases twice", len(list)-len(out))
	}
	return out
}

// askFormulajs computes the cases in one run of node.
func askFormulajs(t *testing.T, cases []oracleCase) [][]any {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "cases.json"), filepath.Join(dir, "results.json")
	raw, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(from, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/oracle.cjs")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", script, from, to)
	cmd.Dir = "../../web"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("node: %v (make deps installs what it needs)\n%s", err, out)
	}
	if raw, err = os.ReadFile(to); err != nil {
		t.Fatal(err)
	}
	var results [][]any
	if err := json.Unmarshal(raw, &results); err != nil || len(results) != len(cases) {
		t.Fatalf("%d results for %d cases, %v", len(results), len(cases), err)
	}
	return results
}

// evalOurs computes a case with the engine, the arguments being variables.
func evalOurs(t *testing.T, c oracleCase) []any {
	t.Helper()
	vars, names := map[string]any{}, []string{}
	for i, a := range c.Arguments {
		name := string(rune('a' + i))
		vars[name] = a
		names = append(names, "$"+name)
	}
	raw, err := json.Marshal(map[string]any{"variables": vars})
	if err != nil {
		t.Fatal(err)
	}
	in, err := evalcmd.Read(raw, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := in.Eval(context.Background(), fmt.Sprintf("%s(%s)", c.Function, strings.Join(names, ", ")))
	if err != nil || answer.Error != nil {
		t.Fatalf("%s: %v, %v", c.key(t), err, answer.Error)
	}
	items := append([]byte("["), bytes.Join(rawItems(answer), []byte(","))...)
	var out []any
	if err := json.Unmarshal(append(items, ']'), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func rawItems(a evalcmd.Answer) [][]byte {
	out := make([][]byte, len(a.Items))
	for i, raw := range a.Items {
		out[i] = raw
	}
	return out
}

// same compares two results; a blank is the same as an error of formulajs.
func same(a, b []any) bool {
	return slices.EqualFunc(a, b, func(x, y any) bool {
		f, isNum := x.(float64)
		g, isNum2 := y.(float64)
		if isNum && isNum2 {
			return math.Abs(f-g) <= max(nearZero, closeEnough*max(math.Abs(f), math.Abs(g)))
		}
		return x == y
	})
}

// oracleCases are generated calls and corner cases, the same in every run.
func oracleCases() []oracleCase {
	r := rand.New(rand.NewPCG(31, 32))
	var out []oracleCase
	seen := map[string]bool{}
	add := func(c oracleCase) {
		if key := fmt.Sprint(c); !seen[key] {
			seen[key] = true
			out = append(out, c)
		}
	}
	for _, s := range oracleShapes {
		for _, name := range strings.Fields(s.names) {
			for range 25 {
				add(oracleCase{name, s.make(r)})
			}
			for _, args := range s.corners {
				add(oracleCase{name, args})
			}
		}
	}
	return out
}
