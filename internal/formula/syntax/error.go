package syntax

import (
	"strings"
	"unicode/utf8"
)

// Error is why a formula cannot be read or evaluated.
type Error struct {
	Code    string `json:"code"` // one of formulas.md §5.4
	Message string `json:"message"`
	Offset  int    `json:"offset"`           // 0-based, in characters of the whole text; -1 = no place
	Line    int    `json:"line,omitempty"`   // 1-based, 0 = no place
	Source  string `json:"source,omitempty"` // the line of the formula
	Caret   string `json:"caret,omitempty"`  // spaces and a ^ that stands under the place in Source
	Hint    string `json:"hint,omitempty"`   // what to do about it
}

// The codes of errors.
const (
	CodeSyntax           = "syntax"
	CodeUnknownFunction  = "unknown_function"
	CodeArity            = "arity"
	CodeBadKeyword       = "bad_keyword"
	CodeUnknownReference = "unknown_reference"
	CodeDeletedReference = "deleted_reference"
	CodeNoAccess         = "no_access"
	CodeNotLoaded        = "not_loaded"
	CodeCircular         = "circular"
	CodeBadPattern       = "bad_pattern"
	CodeLimit            = "limit"
)

// Error gives message and hint as sentences.
func (e *Error) Error() string {
	if e.Hint != "" {
		return e.Message + " " + e.Hint
	}
	return e.Message
}

// Fail makes an error without a place; At gives it one.
func Fail(code, message, hint string) *Error {
	return &Error{Code: code, Message: message, Hint: hint, Offset: -1}
}

// At returns a copy that points at a byte of the text.
func (e *Error) At(text string, pos int) *Error {
	c := *e
	pos = max(0, min(pos, len(text)))
	start := strings.LastIndexByte(text[:pos], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[pos:], '\n'); i >= 0 {
		end = pos + i
	}
	c.Offset = utf8.RuneCountInString(text[:pos])
	c.Line = strings.Count(text[:start], "\n") + 1
	c.Source = strings.TrimSuffix(text[start:end], "\r")
	c.Caret = strings.Repeat(" ", utf8.RuneCountInString(text[start:pos])) + "^"
	return &c
}
