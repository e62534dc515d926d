package dataset

// Declared is how a column is read that somebody has described.
type Declared struct {
	Name    string
	Type    Type   // "" = found out from the cells
	Pattern string // of a date; "" = found out from the cells
}

// declare reads a column as it was described: cells that do not fit are misfits, however many.
func (c *Column) declare(d Declared, l Layout) {
	words := l.Nulls
	if words == nil {
		words = knownNulls
	}
	n := takeCensus(c.body, l.Marks, words)
	c.Type, c.Pattern, c.Misfit, c.Blank = d.Type, "", 0, n.blank+n.nulls
	switch d.Type {
	case Number:
		c.Misfit = n.filled - n.numbers
	case Bool:
		c.Misfit = n.filled - n.bools
	case Date:
		c.Pattern = d.Pattern
		fits := 0
		if d.Pattern == "" {
			c.Pattern, fits = bestDate(c.body.dict, n.counts, nil)
		} else {
			fits = fitting(d.Pattern, c.body.dict, n.counts)
		}
		c.Misfit = n.filled - fits - c.moments()
	case Text:
		if l.Nulls == nil {
			c.Blank = n.blank
		}
	}
}

// moments counts the cells that are numbers in the file: in a date, Unix seconds.
func (c *Column) moments() int {
	n := 0
	for _, f := range c.body.forms {
		if f == formNumber {
			n++
		}
	}
	return n
}

// Describe gives the columns of the sheet as they are read. One with nothing in it is still to be found out.
func (s *Sheet) Describe() []Declared {
	out := make([]Declared, len(s.Columns))
	for i := range s.Columns {
		c := &s.Columns[i]
		out[i] = Declared{Name: c.Name, Type: c.Type, Pattern: c.Pattern}
		if c.Blank == s.Rows {
			out[i].Type, out[i].Pattern = "", ""
		}
	}
	return out
}

// Misfit is a cell that cannot be read as the type of its column.
type Misfit struct {
	Row    int // of the data, counted from 1
	Column string
	Type   Type
	Text   string // as it was written
}

// Misfits finds the rows with a cell that does not fit its column, in order, and describes the first cells, at most
// so many. All columns must be loaded.
func (s *Sheet) Misfits(most int) (rows []int, first []Misfit) {
	var wrong []int
	for i := range s.Columns {
		if s.Columns[i].Misfit > 0 {
			wrong = append(wrong, i)
		}
	}
	for r := 0; r < s.Rows && len(wrong) > 0; r++ {
		bad := false
		for _, i := range wrong {
			c := &s.Columns[i]
			if !c.misfits(r, s.nulls) {
				continue
			}
			bad = true
			if len(first) < most {
				first = append(first, Misfit{Row: r + 1, Column: c.Name, Type: c.Type, Text: s.CellText(s.HeaderRow+r, i)})
			}
		}
		if bad {
			rows = append(rows, r)
		}
	}
	return rows, first
}

// misfits says whether a cell has something in it that is not of the type of its column.
func (c *Column) misfits(row int, nulls []string) bool {
	f := c.body.forms[row]
	switch {
	case f == formBlank:
		return false
	case c.Type == Date && f < formPlainEnd:
		return true // digits in a text are no moment
	case f == formText:
		text := c.body.dict[c.body.codes[row]]
		if nulls == nil {
			nulls = knownNulls
		}
		return !isBlank(text) && !isNull(nulls, text) && c.Values.IsBlank(row)
	}
	return c.Values.IsBlank(row)
}
