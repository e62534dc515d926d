package formula_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"octavo/internal/formula"
)

// looped is a formula of one number that can be written with loops, or with all
// loops written out.
type looped struct {
	kind string
	name string // of the bound variable, or the one asked for
	args []*looped
}

func randomLooped(r *rand.Rand, depth int, vars []string) *looped {
	n := &looped{kind: "num", name: fmt.Sprint(r.IntN(4))}
	if len(vars) > 0 && r.IntN(2) == 0 {
		n = &looped{kind: "var", name: vars[r.IntN(len(vars))]}
	}
	if depth == 0 {
		return n
	}
	sub := func(more ...string) *looped {
		return randomLooped(r, depth-1, append(vars[:len(vars):len(vars)], more...))
	}
	name := string(rune('a' + r.IntN(3)))
	switch r.IntN(7) {
	case 0:
		return n
	case 1:
		return &looped{kind: "add", args: []*looped{sub(), sub()}}
	case 2:
		return &looped{kind: "column", args: []*looped{sub()}}
	case 3:
		return &looped{kind: "MAP", name: name, args: []*looped{sub(), sub(), sub(name)}}
	case 4:
		return &looped{kind: "MAPFLAT", name: name, args: []*looped{sub(), sub(), sub(name)}}
	case 5:
		return &looped{kind: "SET", name: name, args: []*looped{sub(), sub(name)}}
	}
	return &looped{kind: "IFERROR", args: []*looped{sub(), sub()}}
}

func (n *looped) loops() string {
	args := make([]string, len(n.args))
	for i, a := range n.args {
		args[i] = a.loops()
	}
	switch n.kind {
	case "num":
		return n.name
	case "var":
		return "$" + n.name
	case "add":
		return "(" + args[0] + " + " + args[1] + ")"
	case "column":
		return "SUM(@A + " + args[0] + ")"
	case "SET":
		return "SET(" + n.name + ", " + args[0] + ", " + args[1] + ")"
	case "IFERROR":
		return "IFERROR(SUM(" + args[0] + ", SORT(@A, CONCAT(\"x\", " + args[0] + "))), " + args[1] + ")"
	}
	return "SUM(" + n.kind + "(ARRAY(" + args[0] + ", " + args[1] + ", 1), " + n.name + ", " + args[2] + "))"
}

// flat writes the loops out; vars are the texts that variables stand for.
func (n *looped) flat(vars map[string]string) string {
	with := func(name, text string) map[string]string {
		out := map[string]string{name: text}
		for k, v := range vars {
			if k != name {
				out[k] = v
			}
		}
		return out
	}
	switch n.kind {
	case "num":
		return n.name
	case "var":
		return vars[n.name]
	case "add":
		return "(" + n.args[0].flat(vars) + " + " + n.args[1].flat(vars) + ")"
	case "column":
		return "SUM(@A + " + n.args[0].flat(vars) + ")"
	case "SET":
		return n.args[1].flat(with(n.name, n.args[0].flat(vars)))
	case "IFERROR":
		return n.args[1].flat(vars)
	}
	items := []string{n.args[0].flat(vars), n.args[1].flat(vars), "1"}
	for i, item := range items {
		items[i] = n.args[2].flat(with(n.name, item))
	}
	return "SUM(ARRAY(" + strings.Join(items, ", ") + "))"
}

// TestLoopsAreWhatTheyAreWrittenOut compares random formulas with bound variables
// with the same ones without, alone and together with others.
func TestLoopsAreWhatTheyAreWrittenOut(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	data := columns{"A": nums(1, 2, 3)}
	env := &formula.Env{Data: data, Limits: formula.Unlimited()}
	for range 300 {
		b := formula.NewBatch(env)
		var texts, want []string
		for len(texts) < 4 {
			n := randomLooped(r, 4, nil)
			flat := n.flat(nil)
			if len(flat) > 20_000 {
				continue
			}
			p, err := formula.Compile(flat, nil, formula.Scope{Active: "s1", Sources: data.scope().Sources})
			if err != nil {
				continue // it nests too deeply
			}
			v, _, err := p.Eval(context.Background(), env)
			if err != nil {
				t.Fatalf("%s: %v", flat, err)
			}
			texts, want = append(texts, n.loops(), "1 + "+n.loops()), append(want, show(v), show(nums(1+v.Item(0).Num)))
		}
		for i, text := range texts {
			p := compile(t, text, data.scope())
			v, _, err := p.Eval(context.Background(), env)
			if err != nil || show(v) != want[i] {
				t.Fatalf("%s: got %s, %v; want %s", text, show(v), err, want[i])
			}
			b.Add(formula.Part{Sub: fmt.Sprint(i)}, p)
		}
		for i, res := range b.EvalAll(context.Background()) {
			if res.Err != nil || show(res.Output) != want[i] {
				t.Fatalf("together: %s: got %s, %v; want %s", texts[i], show(res.Output), res.Err, want[i])
			}
		}
	}
}
