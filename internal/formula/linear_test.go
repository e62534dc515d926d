package formula_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/fn"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// manyRows is enough that a kernel of quadratic cost would not end; someRows is
// enough for some blocks.
const (
	manyRows = 1_000_000
	someRows = 4 * vec.Block
)

// distinctRows are columns in which nearly all items differ, and one whose
// numbers differ in their high bits only, which is hard for a careless hash.
func distinctRows(n int) columns {
	r := rand.New(rand.NewPCG(21, 22))
	wide, texts, high, some := make([]float64, n), value.NewBuilder(n), make([]float64, n), value.NewBuilder(n)
	for i := range n {
		wide[i], high[i] = r.Float64(), float64(i)*(1<<30)
		texts.AppendText(fmt.Sprint("t", i))
		if i%3 == 0 {
			some.AppendBlank()
		} else {
			some.AppendNumber(float64(r.IntN(50)))
		}
	}
	return columns{
		"Wide": value.Numbers(wide, nil), "Texts": texts.Vector(), "High": value.Numbers(high, nil), "Some": some.Vector(),
		"Half": value.Numbers(high[:n/2], nil),
	}
}

// watched is a context that counts how often a kernel looks at its deadline
// and ends after a number of looks.
type watched struct {
	context.Context
	looks, end int
}

func (c *watched) Err() error {
	c.looks++
	if c.end > 0 && c.looks >= c.end {
		return context.DeadlineExceeded
	}
	return nil
}

// searching are formulas that look for every item among all others.
var searching = []string{
	`IN(@High, @Half)`, `IN(@Texts, @Texts)`, `MODE(@Wide)`, `UNIQUE(@Texts)`,
	`RANK(@Wide)`, `RANK(@Some, ascending)`, `TOP(@Wide, 10, @Texts)`, `TOP(@High, 300000)`, `BOTTOM(@Wide, 999999)`, `MEDIAN(@Wide)`,
	`PERCENTILE(@Some, ARRAY(0.1, 0.9))`, `MA_SIMPLE(@Wide, 500000)`, `MA_SIMPLE(@Some, 7)`,
}

// passing are formulas that go over lists a few times.
var passing = []string{
	`REPLACE(@High, @Half, 0)`, `POSITION(@Half, @Wide)`, `UNIQUE(@High)`, `MA_CUMULATIVE(@Some)`, `MA_EXPONENTIAL(@Some, 9)`, `CUMULATIVE(@Some)`, `REPEAT(ARRAY(1, 2), 200000)`, `FILL_DOWN(@Some)`, `COALESCE(@Some, @Wide)`,
	`CORREL(@Some, @Wide)`, `SLOPE(@Wide, @High)`, `STDEV(@Some)`, `SHARE(@Wide)`, `INDEX(@Texts, @Some)`, `ISTEXT(@Texts)`, `NUMBER(@Texts)`, `ZTEST(@Wide, 0.5)`,
	`AVERAGEIF(@Some, @Wide)`, `MOD(@High, 7)`, `CEILING(@Wide, 0.1)`,
}

// copying are formulas that copy lists as a whole and look at the deadline before.
var copying = []string{`PADVALUES(@Some, 1000000, "x")`, `SPLICE(@Wide, 5, 10, @Some)`, `LAG(@Some, 1000, 0)`, `CUMULATIVE_DIFFERENCE(@Some)`}

// TestKernelsAreNotQuadratic counts looks at the deadline, one for every block
// of items and some more for every list: a kernel that goes over the list once
// for every item would need as many as there are items, or never end.
func TestKernelsAreNotQuadratic(t *testing.T) {
	data, blocks := distinctRows(manyRows), manyRows/vec.Block+1
	for _, text := range searching {
		ctx := &watched{Context: context.Background()}
		if _, _, err := compile(t, text, data.scope()).Eval(ctx, &formula.Env{Data: data, Limits: formula.Unlimited()}); err != nil {
			t.Fatal(err)
		}
		if ctx.looks < blocks || ctx.looks > 16*blocks {
			t.Errorf("%s: %d looks at the deadline, want between %d and %d", text, ctx.looks, blocks, 16*blocks)
		}
	}
}

// TestKernelsCanBeStopped lets the deadline pass in the middle of each formula.
func TestKernelsCanBeStopped(t *testing.T) {
	data := distinctRows(someRows)
	env := &formula.Env{Data: data, Limits: formula.Unlimited()}
	for _, text := range slices.Concat(searching, passing) {
		p, ctx := compile(t, text, data.scope()), &watched{Context: context.Background()}
		if _, _, err := p.Eval(ctx, env); err != nil {
			t.Fatal(err)
		}
		if least := someRows / vec.Block; ctx.looks < least {
			t.Errorf("%s: %d looks at the deadline, want at least %d", text, ctx.looks, least)
		}
		_, _, err := p.Eval(&watched{Context: context.Background(), end: ctx.looks / 2}, env)
		wantCode(t, err, "limit")
	}
}

// TestKernelsAskForMemory gives each formula a budget smaller than its result.
func TestKernelsAskForMemory(t *testing.T) {
	data := distinctRows(someRows)
	for _, text := range slices.Concat(searching, passing, copying) {
		p := compile(t, text, data.scope())
		env := &formula.Env{Data: data, Limits: formula.Limits{Bytes: 10_000, Items: -1, Count: -1, Time: time.Hour}}
		if v, _, err := p.Eval(context.Background(), env); err == nil && v.Size() > 10_000 {
			t.Errorf("%s made %d bytes out of a budget of 10,000", text, v.Size())
		}
	}
}

// TestScriptsCoverMathematics wants every function of numbers to be tried with
// blanks, with an empty list, and with texts.
func TestScriptsCoverMathematics(t *testing.T) {
	scripts := cases(t)
	for _, f := range fn.All() {
		if f.Group != fn.Math && f.Group != fn.Statistics {
			continue
		}
		for what, words := range map[string][]string{
			"blanks": {"BLANK("}, "an empty list": {"ARRAY()"}, "texts": {`"x"`, `"n/a"`, "@Region", "@Note"},
		} {
			found := false
			for _, c := range scripts {
				call := strings.Contains(c, f.Name+"(")
				for _, w := range words {
					found = found || call && strings.Contains(c, w)
				}
			}
			if !found {
				t.Errorf("no script tries %s with %s", f.Name, what)
			}
		}
	}
}

// TestListsDoNotOutgrowPositions has no limit set, as on the command line.
func TestListsDoNotOutgrowPositions(t *testing.T) {
	for _, text := range []string{
		`BLANK(3000000000)`, `REPEAT(REPEAT("x", 1000000), 1000000)`, `REPEAT(1, 1e300)`, `PADVALUES(1, 2147483647)`, `SEQUENCE(1, 3000000000)`,
	} {
		_, _, err := compile(t, text, formula.Scope{}).Eval(context.Background(), &formula.Env{Limits: formula.Unlimited()})
		wantCode(t, err, "limit")
	}
}
