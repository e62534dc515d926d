package dbtest

import (
	"slices"
	"sync"

	"octavo/internal/db"
)

// Log keeps the statements of a test, for checks of how many and which. Safe for concurrent use.
type Log struct {
	mu         sync.Mutex // guards statements
	statements []db.Statement
}

// Record writes every statement into the log.
func Record(l *Log) Option {
	return OnStatement(func(st db.Statement) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.statements = append(l.statements, st)
		return nil
	})
}

// Statements gives what was recorded since the start or the last Reset.
func (l *Log) Statements() []db.Statement {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.statements)
}

// Reset forgets what was recorded.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.statements = nil
}

// Fault makes the n-th statement from now fail. Safe for concurrent use.
type Fault struct {
	mu   sync.Mutex // guards left and err
	left int
	err  error
}

// Failing lets a fault refuse statements.
func Failing(f *Fault) Option {
	return OnStatement(func(db.Statement) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.left == 0 {
			return nil
		}
		if f.left--; f.left > 0 {
			return nil
		}
		return f.err
	})
}

// At lets the n-th statement from now fail with err, once; n counts from 1, 0 disarms.
func (f *Fault) At(n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.err = n, err
}

// Pending says whether the fault is armed and has not struck.
func (f *Fault) Pending() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.left > 0
}
