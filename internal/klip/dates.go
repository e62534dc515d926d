package klip

import (
	"regexp"

	"octavo/internal/formula"
)

// sameItems are functions that give items of their first argument; a column of
// dates stays one.
const sameItems = `(?:GROUP|SORT|REVERSE|FIRST|LAST|SLICE|SELECT|MIN|MAX|IFBLANK)`

var (
	leadsWith = regexp.MustCompile(`(?i)^\s*=?\s*(?:` + sameItems + `\s*\(\s*)*@\{(\d+)\}\s*(?:[,)]|$)`)
	makesDate = regexp.MustCompile(`(?i)^\s*=?\s*(?:` + sameItems + `\s*\(\s*)*(?:DATE|DATE_STARTOF|DATE_ENDOF|DATE_ADD|TODAY|YESTERDAY|NOW)\s*\(`)
)

// dates finds parts whose formula plainly gives dates, with the pattern to show them
// in ("" = of the locale), so that nobody has to say so for a column that is typed.
func (e *evaluation) dates(c *compiled) map[string]string {
	out := map[string]string{}
	for _, p := range c.parts {
		program, ok := c.programs[p.node.ID()]
		if !ok {
			continue
		}
		text, refs, err := formula.Store(program.Text(), refsOf(p), c.scope)
		if err != nil {
			continue
		}
		if m := leadsWith.FindStringSubmatch(text); m != nil {
			if pattern, ok := e.data.dateOf(refs[m[1]]); ok {
				out[p.node.ID()] = pattern
			}
		} else if makesDate.MatchString(text) {
			out[p.node.ID()] = ""
		}
	}
	return out
}

func refsOf(p part) map[string]formula.Ref {
	f, _ := formulaOf(p.node)
	return f.refs
}
