package id

import (
	"fmt"
	"strconv"
)

// String is the public form of a change: 16 hex digits.
func (c Change) String() string { return fmt.Sprintf("%016x", int64(c)) }

// ParseChange reads what String wrote.
func ParseChange(text string) (Change, bool) {
	n, err := strconv.ParseInt(text, 16, 64)
	c := Change(n)
	return c, err == nil && n > 0 && c.String() == text
}
