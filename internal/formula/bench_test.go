package formula_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"octavo/internal/formula"
	"octavo/internal/formula/value"
)

const benchRows = 1_000_000

// columns is a source whose columns are lists given in a test.
type columns map[string]value.Vector

func (c columns) Lookup(_, pointer string) (value.Vector, error) {
	v, ok := c[pointer[1:len(pointer)-1]]
	if !ok {
		return value.Vector{}, fmt.Errorf("no column %s", pointer)
	}
	return v, nil
}

func (c columns) scope() formula.Scope {
	s := formula.Source{Slot: "s1", Name: "Data"}
	for name := range c {
		s.Columns = append(s.Columns, formula.Column{Name: name})
	}
	return formula.Scope{Active: "s1", Sources: []formula.Source{s}}
}

func benchColumns() columns {
	r := rand.New(rand.NewPCG(1, 2))
	region, when, text := value.NewBuilder(benchRows), value.NewBuilder(benchRows), value.NewBuilder(benchRows)
	nums, wide := make([]float64, benchRows), make([]float64, benchRows)
	for i := range benchRows {
		region.AppendText(fmt.Sprintf("Region %d", r.IntN(50)))
		when.AppendText(time.Unix(int64(1_700_000_000+86400*r.IntN(700)), 0).UTC().Format("2006-01-02"))
		nums[i] = float64(r.IntN(10_000)) / 4
		wide[i] = r.Float64()
		text.AppendText(fmt.Sprintf("%d.%d", r.IntN(1000), r.IntN(9)))
	}
	return columns{
		"Region": region.Vector(), "When": when.Vector(), "Units": value.Numbers(nums, nil),
		"Wide": value.Numbers(wide, nil), "Text": text.Vector(),
	}
}

// BenchmarkFormula measures one evaluation over 1,000,000 rows; what is computed
// from a column (codes, groups, numbers of texts) is there after the first.
func BenchmarkFormula(b *testing.B) {
	data := benchColumns()
	for _, text := range []string{
		`SUM(@Units)`,
		`SUM(@Text)`,
		`GROUPBY(@Region, @Units)`,
		`GROUPBY(@Region, @Units, average)`,
		`GROUPBY(@Region, @Units, median)`,
		`SUM(@Units * @Wide / 2)`,
		`SUM(SELECT(@Units, AND(@Region = "Region 7", @Units > 100)))`,
		`SORT(@Wide, descending numeric, @Region)`,
		`SORT(@Region, ascending)`,
		`GROUPBY(DATE_STARTOF(DATE(@When, "yyyy-MM-dd"), month), @Units)`,
		`CONCAT(@Region, "/", @When)`,
		`LOOKUP(@Region, GROUP(@Region), GROUPBY(@Region, @Units))`,
		`IF(@Units > 100, @Region, "other")`,
		`GROUP(@Wide)`,
		`IN(@Region, ARRAY("Region 7", "Region 9"))`,
		`REPLACE(@Region, "Region 7", "x")`,
		`MEDIAN(@Wide)`,
		`RANK(@Wide)`,
		`TOP(@Wide, 10, @Region)`,
		`STDEV(@Wide)`,
		`CORREL(@Wide, @Units)`,
		`MA_SIMPLE(@Units, 30)`,
		`CUMULATIVE(@Units)`,
		`CEILING(@Units, 0.1)`,
		`UNIQUE(@Region)`,
		`MODE(@Region)`,
	} {
		b.Run(text, func(b *testing.B) {
			p, err := formula.Compile(text, nil, data.scope())
			if err != nil {
				b.Fatal(err)
			}
			env := &formula.Env{Data: data, Limits: formula.Unlimited()}
			for b.Loop() {
				if _, _, err := p.Eval(context.Background(), env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFirst measures GROUPBY over columns nobody has used before.
func BenchmarkFirst(b *testing.B) {
	data := benchColumns()
	p, err := formula.Compile(`GROUPBY(@Region, @Text)`, nil, data.scope())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		fresh := columns{}
		for _, name := range []string{"Region", "Text"} {
			v := data[name]
			fresh[name] = value.Texts(v.Dict(), v.Codes(), v.Valid())
		}
		env := &formula.Env{Data: fresh, Limits: formula.Unlimited()}
		if _, _, err := p.Eval(context.Background(), env); err != nil {
			b.Fatal(err)
		}
	}
}
