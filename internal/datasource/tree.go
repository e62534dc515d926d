package datasource

import (
	"context"
	"errors"
	"fmt"
	"io"

	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/formula/tree"
	"octavo/internal/formula/xpath"
)

// Tree gives the document that paths lead into: the file of a payload as it came.
// It is shared and stays in memory beside the columns, within the same budget;
// callers who ask for the same one at the same time wait for one reading. Codes
// no_data, not_a_tree, blob_not_found.
func (s *Service) Tree(ctx context.Context, p Payload) (*xpath.Document, error) {
	if p.ID == 0 {
		return nil, errs.Newf(errs.Conflict, "no_data", "%s has no data yet.", p.Name)
	}
	if !p.Tree {
		return nil, notATree(errors.New("it is a table"))
	}
	return s.cache.tree(ctx, string(p.Hash), func() (*xpath.Document, error) { return s.readTree(ctx, p) })
}

func notATree(why error) *errs.Error {
	return errs.Newf(errs.Conflict, "not_a_tree", "No paths lead into this file: %s.", why).WithCause(why)
}

// readTree reads a file; only so many at a time, as those that become columns.
func (s *Service) readTree(ctx context.Context, p Payload) (_ *xpath.Document, err error) {
	select {
	case s.readers <- struct{}{}:
		defer func() { <-s.readers }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	file, err := s.openContent(ctx, p)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	in := &watched{ctx: ctx, r: file}
	t, err := parseTree(p.format, in)
	switch {
	case in.err != nil:
		return nil, fmt.Errorf("datasource: read the file of payload %d: %w", p.ID, in.err)
	case err != nil:
		return nil, notATree(err)
	}
	return xpath.NewDocument(t), nil
}

func parseTree(kind string, r io.Reader) (*tree.Document, error) {
	switch kind {
	case format.JSONL:
		return tree.ReadJSONLines(r)
	case format.XML:
		return tree.ReadXML(r)
	}
	return tree.ReadJSON(r)
}

// watched ends reading with its context, and tells a fault of reading from one of the text.
type watched struct {
	ctx context.Context
	r   io.Reader
	err error // of reading, not the end
}

// Read implements io.Reader.
func (w *watched) Read(b []byte) (int, error) {
	if w.err = w.ctx.Err(); w.err != nil {
		return 0, w.err
	}
	n, err := w.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// tree gives the document of a key, read once.
func (c *cache) tree(ctx context.Context, key string, read func() (*xpath.Document, error)) (*xpath.Document, error) {
	e := c.enter(key)
	if err := e.take(ctx); err != nil {
		return nil, err
	}
	defer e.give()
	if e.doc == nil {
		doc, err := read()
		if err != nil {
			c.leave(e)
			return nil, err
		}
		e.doc = doc
	}
	c.resize(e) // it may remember more lists than before
	return e.doc, nil
}
