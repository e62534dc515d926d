package klip

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"octavo/internal/authz"
	"octavo/internal/dataset"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/formula/xpath"
)

// State is what can be said about the data of a source: the states of package
// datasource, and StateDeleted.
type State string

// StateDeleted is a source that is in the bin, or gone.
const StateDeleted State = "deleted"

// Sources is what Klips need of data sources; package datasource has it.
type Sources interface {
	Payloads(ctx context.Context, tx *db.Tx, who authz.Actor, nos []int64, in datasource.Choices) (map[int64]datasource.Payload, error)
	Want(ctx context.Context, who authz.Actor, all []datasource.Payload) error
	Load(ctx context.Context, p datasource.Payload, pick func(s *dataset.Sheet, col int) bool) (*dataset.Set, error)
	Tree(ctx context.Context, p datasource.Payload) (*xpath.Document, error)
}

// source is a data source attached to a Klip.
type source struct {
	key       string // slot, or public id where nothing is stored
	id        string // public
	no        int64
	name      string // what people see
	state     State
	payload   datasource.Payload
	head      *dataset.Set        // sheets and columns, nil = there is no data
	choices   *datasource.Choices // what is chosen on the page
	refused   string              // why data that is not there cannot be fetched; "" = it can
	missing   string              // why there is no data for this person: a variable has no value; "" = none lacks one
	deletedAt int64               // when it went into the bin, in UTC milliseconds; 0 = it is not there
	masked    bool                // the actor may not see it: in the editor it has neither name nor data
}

// loading says whether data is being fetched for the first time.
func (s *source) loading() bool {
	return s.state == State(datasource.Loading) || s.payload.Wanted && s.payload.ID == 0
}

// How long an answer waits for data that is fetched for the first time; afterwards it
// says so, and open pages hear when the data is there.
const (
	waitForKlip  = 30 * time.Second
	waitForBoard = 2 * time.Second
	lookEvery    = 150 * time.Millisecond
)

// await has data fetched that somebody looks at now, and waits for what was never there.
// It says whether the sources must be read again.
func (s *Service) await(ctx context.Context, who authz.Actor, sources []*source, most time.Duration) (bool, error) {
	var wanted []datasource.Payload
	waiting := map[*datasource.Choices][]int64{}
	for _, src := range sources {
		if src.payload.Wanted {
			wanted = append(wanted, src.payload)
		}
		if src.loading() {
			waiting[src.choices] = append(waiting[src.choices], src.no)
		}
	}
	if len(wanted) > 0 {
		var known *errs.Error
		if err := s.sources.Want(ctx, who, wanted); errors.As(err, &known) {
			s.log.WarnContext(ctx, "data not fetched", "account_id", int64(who.Account), "error", known)
			refuse(sources, known)
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	if len(waiting) == 0 {
		return false, nil
	}
	limit, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-limit.Done():
			return true, ctx.Err()
		case <-tick.C:
		}
		if ready, err := s.arrived(ctx, who, waiting); err != nil || ready {
			return true, err
		}
	}
}

// refuse says of data that nobody fetched yet why nobody does.
func refuse(sources []*source, why *errs.Error) {
	for _, src := range sources {
		if src.payload.Wanted && src.payload.ID == 0 {
			src.refused, src.state, src.payload.Wanted = why.Message, State(datasource.NoData), false
		}
	}
}

// arrived says whether none of the sources is being fetched for the first time any more.
func (s *Service) arrived(ctx context.Context, who authz.Actor, waiting map[*datasource.Choices][]int64) (bool, error) {
	ready := true
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		ready = true
		for in, nos := range waiting {
			now, err := s.sources.Payloads(ctx, tx, who, distinct(nos), *in)
			if err != nil {
				return err
			}
			for _, p := range now {
				ready = ready && p.State != datasource.Loading
			}
		}
		return nil
	})
	return ready, err
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
