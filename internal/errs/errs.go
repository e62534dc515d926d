// Package errs is the one error type that people see: a kind that decides what
// happens next, a stable code, and a sentence that says what to do.
//
// Any other error is internal: the person gets a neutral sentence and a request
// id, the operator gets the cause.
package errs

import (
	"errors"
	"fmt"
	"maps"
)

// Kind groups errors by what a caller can do about them.
type Kind string

// The kinds. The API maps each to one HTTP status.
const (
	Invalid         Kind = "invalid"         // the input is wrong; changing it helps
	Unconfirmed     Kind = "unconfirmed"     // a step without return needs a typed confirmation
	Unauthenticated Kind = "unauthenticated" // nobody is signed in
	Forbidden       Kind = "forbidden"       // signed in, but not allowed
	NotFound        Kind = "not_found"       // not there, or not theirs
	Conflict        Kind = "conflict"        // the state has moved on
	Precondition    Kind = "precondition"    // a required condition header is missing
	TooLarge        Kind = "too_large"       // over a limit of size
	RateLimited     Kind = "rate_limited"    // too many tries
	Unavailable     Kind = "unavailable"     // try again later
	Internal        Kind = "internal"        // ours to repair
)

// Error is what a person can be told. Codes are listed in codes.go and never change their meaning.
type Error struct {
	Kind    Kind
	Code    string         // stable, snake_case
	Message string         // one sentence for a person
	Field   string         // which input it is about, "" = none
	Params  map[string]any // values of the sentence, for the web application's own wording
	cause   error
}

// New makes an error of a kind with a code of codes.go and a sentence.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Newf is New with a formatted sentence.
func Newf(kind Kind, code, format string, args ...any) *Error {
	return New(kind, code, fmt.Sprintf(format, args...))
}

// Error gives the sentence, and the cause behind it for the log.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Code + ": " + e.Message + ": " + e.cause.Error()
	}
	return e.Code + ": " + e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// WithField returns a copy that names the input it is about.
func (e *Error) WithField(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// WithParams returns a copy with values for the sentence.
func (e *Error) WithParams(params map[string]any) *Error {
	c := *e
	c.Params = maps.Clone(params)
	return &c
}

// WithCause returns a copy that keeps the technical cause for the log.
func (e *Error) WithCause(err error) *Error {
	c := *e
	c.cause = err
	return &c
}

// Is says whether err, or anything that it wraps or was caused by, carries the code.
func Is(err error, code string) bool { return errors.Is(err, withCode(code)) }

// withCode is what errors.Is compares with: every Error of the code is it.
type withCode string

func (c withCode) Error() string { return string(c) }

// Is makes errors.Is find an Error by its code; see the function Is.
func (e *Error) Is(target error) bool {
	code, ok := target.(withCode)
	return ok && e.Code == string(code)
}

// KindOf gives the kind of the outermost Error in err; errors that are not of this package are Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Wrap adds the operation to a non-nil error; use it deferred with a named result.
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}
