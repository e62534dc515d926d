package db

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"strings"
)

const (
	// mostKept is how many statements a connection of SQLite keeps ready: reading the text of one takes longer than most
	// of them run.
	mostKept = 100
	// longestKept is the longest text of one in bytes: what inserts many rows at once is seldom the same again.
	longestKept = 4 << 10
)

// errChanged says that the driver cannot do any more what is asked of it here.
var errChanged = errors.New("db: the driver of SQLite has changed")

// keeper opens connections of SQLite that keep their statements.
type keeper struct {
	driver driver.Driver
	name   string
}

func (k keeper) Driver() driver.Driver { return k.driver }

// Connect opens a connection.
func (k keeper) Connect(context.Context) (driver.Conn, error) {
	conn, err := k.driver.Open(k.name)
	if err != nil {
		return nil, err
	}
	plain, ok := conn.(plainConn)
	if !ok {
		return nil, errors.Join(errChanged, conn.Close())
	}
	return &keptConn{plainConn: plain, kept: map[string]*keptStmt{}, order: list.New()}, nil
}

// plainConn is a connection as the driver makes it.
type plainConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keptConn is a connection with its statements, used by one goroutine at a time, as all connections are.
type keptConn struct {
	plainConn
	kept  map[string]*keptStmt
	order *list.List // of *keptStmt, the one used last first
}

// keptStmt is a statement that is ready.
type keptStmt struct {
	plainStmt
	text  string
	busy  bool // its rows are being read
	place *list.Element
}

// plainStmt is a statement as the driver makes it.
type plainStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// ready gives the statement of a text; nil for what is not kept.
func (c *keptConn) ready(ctx context.Context, text string) (*keptStmt, error) {
	if s, ok := c.kept[text]; ok {
		c.order.MoveToFront(s.place)
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if !keeps(text) {
		return nil, nil
	}
	made, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	plain, ok := made.(plainStmt)
	if !ok {
		return nil, errors.Join(errChanged, made.Close())
	}
	if err := c.makeRoom(); err != nil {
		return nil, errors.Join(err, made.Close())
	}
	s := &keptStmt{plainStmt: plain, text: text}
	s.place = c.order.PushFront(s)
	c.kept[text] = s
	return s, nil
}

// keeps says whether a text is one statement on rows: what changes tables or settings is not asked twice.
func keeps(text string) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(text, " \t\n"), " ")
	switch word {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return len(text) <= longestKept && !strings.Contains(text, ";")
	}
	return false
}

// makeRoom lets the statement go that was used longest ago.
func (c *keptConn) makeRoom() error {
	for e := c.order.Back(); e != nil && len(c.kept) >= mostKept; {
		s, before := e.Value.(*keptStmt), e.Prev()
		if !s.busy {
			c.order.Remove(e)
			delete(c.kept, s.text)
			if err := s.Close(); err != nil {
				return err
			}
		}
		e = before
	}
	return nil
}

// ExecContext runs a statement.
func (c *keptConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.ready(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.plainConn.ExecContext(ctx, text, args)
	}
	return s.ExecContext(ctx, args)
}

// QueryContext runs a statement that gives rows.
func (c *keptConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.ready(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.plainConn.QueryContext(ctx, text, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	plain, ok := rows.(plainRows)
	if !ok {
		return nil, errors.Join(errChanged, rows.Close())
	}
	s.busy = true
	return &keptRows{plain, s}, nil
}

// Close closes the statements and the connection.
func (c *keptConn) Close() error {
	var failed []error
	for _, s := range c.kept {
		failed = append(failed, s.Close())
	}
	return errors.Join(append(failed, c.plainConn.Close())...)
}

// keptRows are the rows of a statement that is ready again when they are closed.
type keptRows struct {
	plainRows
	of *keptStmt
}

// plainRows are rows as the driver makes them, which know their columns.
type plainRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// Close ends the reading.
func (r *keptRows) Close() error {
	r.of.busy = false
	return r.plainRows.Close()
}
