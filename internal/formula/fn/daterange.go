package fn

import (
	"octavo/internal/formula/datefmt"
	"octavo/internal/formula/value"
	"octavo/internal/formula/vec"
)

var daterangeFunc = Func{
	Name: "DATERANGE", Group: DateTime,
	Params: []Param{
		{Name: "start", Kind: Date},
		{Name: "end", Kind: Date},
		{Name: "format", Kind: Pattern, Optional: true, Default: "M/d/yyyy, written MM/dd/yyyy"},
	},
	Doc: "Lists every day from start to end: as Unix times at the time of day of the start, or as texts in the format if the start is a text.",
	Examples: []Example{
		{`DATERANGE("2/27/2024", "3/1/2024")`, "02/27/2024, 02/28/2024, 02/29/2024, 03/01/2024"},
		{`DATERANGE("2024-12-31", "2025-01-01", "yyyy-MM-dd")`, "2024-12-31, 2025-01-01"},
		{`DATERANGE(YESTERDAY(), NOW())`, "1710374400, 1710460800"},
		{`DATERANGE("3/2/2024", "3/1/2024")`, ""},
	},
	Eval: func(c *Call) (value.Vector, error) {
		in, err := c.PatternAt(2, "M/d/yyyy")
		if err != nil {
			return value.Vector{}, err
		}
		out, err := c.PatternAt(2, "MM/dd/yyyy")
		if err != nil {
			return value.Vector{}, err
		}
		start, isText, okStart := c.bound(0, in)
		end, _, okEnd := c.bound(1, in)
		if !okStart || !okEnd {
			return value.Vector{}, nil
		}
		n := max(0, datefmt.DayNumber(end, c.Zone)-datefmt.DayNumber(start, c.Zone)+1)
		if isText {
			return c.daysAsTexts(start, n, out)
		}
		if err := c.Reserve(n, 8); err != nil {
			return value.Vector{}, err
		}
		days := make([]float64, n)
		err = c.Blocks(n, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				days[i] = datefmt.Add(start, datefmt.Day, i, c.Zone)
			}
		})
		return value.Numbers(days, nil), err
	},
}

// bound reads argument i as a date: a text by the pattern, anything else, and
// a text that the pattern cannot read, as Unix time. ok is false, under a
// warning unless it is blank, if it is neither.
func (c *Call) bound(i int, in *datefmt.Pattern) (sec float64, isText, ok bool) {
	it := c.scalar(i)
	if it.IsEmpty() {
		return 0, false, false
	}
	if it.Kind == value.Text {
		if sec, ok := in.Parse(it.Str, c.Zone, c.WeekStart, c.Now); ok {
			return sec, true, true
		}
		if _, numeric := it.Number(); !numeric {
			c.Warn(vec.UnparseableDate, "DATERANGE cannot read its "+c.Func.Param(i).Name)
			return 0, false, false
		}
	}
	sec, ok = c.seconds(it)
	return sec, false, ok
}

// dayText is about what a day written as a text takes.
const dayText = 48

// daysAsTexts writes n days from start on. Days that are written alike share a text.
func (c *Call) daysAsTexts(start float64, n int, out *datefmt.Pattern) (value.Vector, error) {
	if err := c.Reserve(n, dayText); err != nil {
		return value.Vector{}, err
	}
	texts, codes := make([]string, n), make([]uint32, n)
	err := c.Blocks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			texts[i] = out.Format(datefmt.Add(start, datefmt.Day, i, c.Zone), c.Zone, c.WeekStart)
			codes[i] = uint32(i)
		}
	})
	if err != nil || n == 0 {
		return value.Vector{}, err
	}
	return value.Join(texts, codes), nil
}
