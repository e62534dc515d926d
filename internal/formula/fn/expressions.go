package fn

import (
	"errors"
	"fmt"
	"regexp"
	resyntax "regexp/syntax"

	"octavo/internal/formula/syntax"
	"octavo/internal/formula/vec"
)

// Matching takes at most the size of the expression times the length of the
// text, and cannot be stopped in between; so both are bounded.
const (
	maxExpression = 10_000  // parts of one expression, repeats written out
	maxWork       = 1 << 31 // parts times bytes of one text, some seconds at worst
	workStep      = 1 << 26 // the same, between two looks at the deadline
)

// expression is a compiled regular expression.
type expression struct {
	*regexp.Regexp
	size int
}

// expressions compiles the regular expressions of one call, each once.
type expressions struct {
	run  *vec.Run
	done map[string]*expression
	work int
}

func (c *Call) expressions() *expressions {
	return &expressions{run: c.Run, done: map[string]*expression{}}
}

// forText gives a compiled expression that is about to be used with a text.
func (e *expressions) forText(pattern, s string) (*expression, error) {
	x, ok := e.done[pattern]
	if !ok {
		var bad *syntax.Error
		if x, bad = compileExpression(pattern); bad != nil {
			return nil, bad
		}
		e.done[pattern] = x
	}
	work := x.size * (len(s) + 1)
	if work > maxWork {
		return nil, syntax.Fail(syntax.CodeLimit, fmt.Sprintf("This regular expression is too large for a text of %d bytes.", len(s)), "Shorten the expression or split the text.")
	}
	if e.work += work; e.work > workStep {
		e.work = 0
		return x, e.run.Step()
	}
	return x, nil
}

func compileExpression(pattern string) (*expression, *syntax.Error) {
	tree, err := resyntax.Parse(pattern, resyntax.Perl)
	if err != nil {
		return nil, badExpression(err)
	}
	size := weight(tree)
	if size > maxExpression {
		return nil, syntax.Fail(syntax.CodeBadPattern, "This regular expression is too large.", "Repeats count as often as they repeat.")
	}
	x, err := regexp.Compile(pattern)
	if err != nil {
		return nil, badExpression(err)
	}
	return &expression{x, size}, nil
}

func badExpression(err error) *syntax.Error {
	message := err.Error()
	var e *resyntax.Error
	if errors.As(err, &e) {
		message = fmt.Sprintf("%s in %q", e.Code, e.Expr)
	}
	return syntax.Fail(syntax.CodeBadPattern, "This regular expression cannot be used: "+message+".", "Look-around and back-references are not supported; a backslash is written \\\\ in a text.")
}

// weight is about how many steps the compiled expression has.
func weight(re *resyntax.Regexp) int {
	n := 1
	if re.Op == resyntax.OpLiteral {
		n = len(re.Rune)
	}
	for _, sub := range re.Sub {
		n += weight(sub)
	}
	if re.Op == resyntax.OpRepeat {
		n *= max(re.Min+1, re.Max)
	}
	return min(n, maxExpression+1) // repeats inside repeats must not overflow
}
