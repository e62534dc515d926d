package fn

import (
	"fmt"
	"math"
	"time"

	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/datefmt/locale"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

// Arg is one evaluated argument; the zero Arg is one that was left out.
type Arg struct {
	Vector  value.Vector
	Keyword string // of a parameter with keywords
	Given   bool
}

// Call is one call of a function: its arguments and what it may know of the world.
type Call struct {
	*vec.Run
	Func      *Func
	Args      []Arg
	Now       time.Time      // frozen for the whole evaluation
	Zone      *time.Location // of the account
	WeekStart time.Weekday
	Names     *locale.Names // of months and days, in the date locale of the account
	MaxCount  int           // of count parameters, 0 = no limit
}

// Has says whether argument i was given.
func (c *Call) Has(i int) bool { return i < len(c.Args) && c.Args[i].Given }

// Vec is argument i; the empty list if it was left out.
func (c *Call) Vec(i int) value.Vector {
	if !c.Has(i) {
		return value.Vector{}
	}
	return c.Args[i].Vector
}

// Lists are all arguments that were given.
func (c *Call) Lists() []value.Vector {
	var out []value.Vector
	for _, a := range c.Args {
		if a.Given {
			out = append(out, a.Vector)
		}
	}
	return out
}

// Keyword is the word of argument i, or def if it was left out.
func (c *Call) Keyword(i int, def string) string {
	if !c.Has(i) {
		return def
	}
	return c.Args[i].Keyword
}

// scalar is the first item of argument i; blank if there is none.
func (c *Call) scalar(i int) value.Item {
	v := c.Vec(i)
	if v.Len() == 0 {
		return value.Item{}
	}
	return v.Item(0)
}

// Int is argument i as a whole number, rounded down; def if it is left out,
// blank, or (under a warning) not numeric.
func (c *Call) Int(i, def int) int {
	it := c.scalar(i)
	if it.IsEmpty() {
		return def
	}
	f, ok := it.Number()
	if !ok && it.Kind != value.Bool {
		c.notNumeric(i)
		return def
	}
	return int(math.Floor(max(-1<<53, min(f, 1<<53))))
}

func (c *Call) notNumeric(i int) {
	c.Warn(vec.NotNumeric, fmt.Sprintf("%s needs a number as %s", c.Func.Name, c.Func.Param(i).Name))
}

// Text is argument i as one text; def if it is left out.
func (c *Call) Text(i int, def string) string {
	if !c.Has(i) {
		return def
	}
	return c.scalar(i).Text()
}

// ZoneAt is argument i as a time zone; that of the account if it is left out or blank.
func (c *Call) ZoneAt(i int) (*time.Location, error) {
	name := c.Text(i, "")
	if name == "" {
		return c.Zone, nil
	}
	if err := Check(Zone, name); err != nil {
		return nil, err
	}
	zone, _ := datefmt.FindZone(name)
	return zone, nil
}

// PatternAt is argument i as a date pattern with the names of the account's
// date locale; def if it is left out or blank.
func (c *Call) PatternAt(i int, def string) (*datefmt.Pattern, error) {
	text := c.Text(i, "")
	if text == "" {
		text = def
	}
	p, err := datefmt.Compile(text)
	if err != nil {
		return nil, badPattern(err)
	}
	return p.In(c.Names), nil
}

// Check says what is wrong with a literal text for a kind of parameter, nil if
// nothing is: patterns and time zones can be checked before anything is evaluated.
func Check(k Kind, text string) *syntax.Error {
	if text == "" {
		return nil
	}
	switch k {
	case Pattern:
		if _, err := datefmt.Compile(text); err != nil {
			return badPattern(err)
		}
	case Expression:
		if _, err := compileExpression(text); err != nil {
			return err
		}
	case Duration:
		if _, err := compileDuration(text); err != nil {
			return err
		}
	case Zone:
		if _, ok := datefmt.FindZone(text); !ok {
			return syntax.Fail(syntax.CodeBadKeyword, fmt.Sprintf("There is no time zone %q.", text), "Use a name such as Europe/Paris, or an offset such as +02:00.")
		}
	}
	return nil
}

func badPattern(err error) *syntax.Error {
	return syntax.Fail(syntax.CodeBadPattern, "This date pattern cannot be used: "+err.Error()+".", "A pattern looks like yyyy-MM-dd HH:mm.")
}

// Count checks a count parameter against the limit.
func (c *Call) Count(n int) error {
	if c.MaxCount == 0 {
		return c.Total(n)
	}
	if n > c.MaxCount {
		return syntax.Fail(syntax.CodeLimit, fmt.Sprintf("%s may make at most %d items, not %d.", c.Func.Name, c.MaxCount, n), "")
	}
	return nil
}

// number makes a list of one number.
func number(f float64) value.Vector { return value.Const(value.Num(f), 1) }

// dates maps the Unix times of a list, once per distinct one; what is not a
// Unix time becomes blank, under a warning unless it is blank itself.
func (c *Call) dates(v value.Vector, f func(sec float64) value.Item) (value.Vector, error) {
	return vec.MapRows(c.Run, []value.Vector{v}, func(row []value.Item) (value.Item, error) {
		sec, ok := c.seconds(row[0])
		if !ok {
			return value.Item{}, nil
		}
		return f(sec), nil
	})
}

// finite makes a list of one number, or of a blank if ok is false or, under a
// warning, if the number is not finite.
func (c *Call) finite(f float64, ok bool) value.Vector {
	if !ok {
		return value.Blanks(1)
	}
	if f-f != 0 {
		c.Warn(vec.NotFinite, "a result is not a finite number")
		return value.Blanks(1)
	}
	return number(f)
}

// fold aggregates one list, or several position by position.
func (c *Call) fold(f func(vec.Stats) (float64, bool)) (value.Vector, error) {
	lists := c.Lists()
	if len(lists) > 1 {
		return vec.Rows(c.Run, lists, f)
	}
	s, err := vec.Aggregate(c.Run, c.Vec(0))
	if err != nil {
		return value.Vector{}, err
	}
	x, ok := f(s)
	return c.finite(x, ok), nil
}

// take gathers the items of a list at positions, within the budget.
func (c *Call) take(v value.Vector, idx []int32) (value.Vector, error) {
	if err := c.Reserve(len(idx), 8); err != nil {
		return value.Vector{}, err
	}
	if len(idx) == v.Len() && inOrder(idx) {
		return v, nil
	}
	return v.Take(idx), nil
}

func inOrder(idx []int32) bool {
	for i, j := range idx {
		if int(j) != i {
			return false
		}
	}
	return true
}

// choose takes items of a where the condition is true, else of b.
func (c *Call) choose(truths []bool, a, b value.Vector) (value.Vector, error) {
	n := len(truths)
	if err := c.Reserve(n, 9); err != nil {
		return value.Vector{}, err
	}
	which := make([]uint8, n)
	err := c.Blocks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if !truths[i] {
				which[i] = 1
			}
		}
	})
	if err != nil {
		return value.Vector{}, err
	}
	return value.Choose(which, a, b), nil
}
