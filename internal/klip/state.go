package klip

import (
	"context"
	"fmt"
	"runtime/debug"

	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/formula/xpath"
)

// State is what can be said about the data of a source: the states of package
// datasource, and StateDeleted.
type State string

// StateDeleted is a source that is in the bin, or gone.
const StateDeleted State = "deleted"

// Sources is what Klips need of data sources; package datasource has it.
type Sources interface {
	Payloads(ctx context.Context, tx *db.Tx, nos []int64) (map[int64]datasource.Payload, error)
	Load(ctx context.Context, p datasource.Payload, pick func(s *dataset.Sheet, col int) bool) (*dataset.Set, error)
	Tree(ctx context.Context, p datasource.Payload) (*xpath.Document, error)
}

// source is a data source attached to a Klip.
type source struct {
	key     string // slot, or public id where nothing is stored
	id      string // public
	no      int64
	name    string // what people see
	state   State
	payload datasource.Payload
	head    *dataset.Set // sheets and columns, nil = there is no data
	masked  bool         // the actor may not see it: in the editor it has neither name nor data
}

func noColumns(*dataset.Sheet, int) bool { return false }

// recovered turns a panic into an error; use it deferred with a named result.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("klip: panicked: %v\n%s", p, debug.Stack())
	}
}

// describe reads sheets and columns of sources that have data.
func (s *Service) describe(ctx context.Context, sources []*source) (err error) {
	defer recovered(&err)
	for _, src := range sources {
		if src.payload.ID == 0 {
			continue
		}
		head, err := s.sources.Load(ctx, src.payload, noColumns)
		if err != nil {
			return err
		}
		src.head = head
	}
	return nil
}
