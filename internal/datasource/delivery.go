package datasource

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/dataset"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/id"
)

// Delivery is one push: rows that a program sends to a source, or has removed.
type Delivery struct {
	Mode     dataset.Mode
	UniqueBy []string  // of mode upsert, in the place of those of the source; nil = those
	Media    string    // media type of the body; "" = found out
	Body     io.Reader // in any format that is read; nil = rows are removed
	Where    []string  // which rows are removed, as column:op:value; none = all
	Match    string    // payload that the change is based on; "" = any
	Skip     bool      // leave out rows that do not fit instead of refusing all
	DryRun   bool      // say what would be, and change nothing

	Values map[string][]string // of variables of the source, one each: which set of values the rows are for
}

// Delivered is what a push did.
type Delivered struct {
	ID      string    `json:"-"`
	In      int       `json:"rows_in"`
	Added   int       `json:"rows_added"`
	Updated int       `json:"rows_updated"`
	Deleted int       `json:"rows_deleted"` // as asked, or too old to be kept
	Skipped int       `json:"rows_skipped"`
	Total   int       `json:"rows_total"`
	Payload string    `json:"payload_id"` // "" = there is none
	Errors  []BadCell `json:"errors,omitempty"`
}

// BadCell is a cell that does not fit its column.
type BadCell struct {
	Row    int          `json:"row"` // of those that came, counted from 1
	Column string       `json:"column"`
	Type   dataset.Type `json:"type"`
	Text   string       `json:"text"`
}

func readDelivered(text string) *Delivered {
	var d *Delivered
	if text == "" || json.Unmarshal([]byte(text), &d) != nil {
		return nil
	}
	return d
}

// maxBad is how many bad cells are described.
const maxBad = 20

// pushTries is how often a push is joined with the data anew when others were faster.
const pushTries = 5

// target is a source as a push found it.
type target struct {
	at      instanceAt // its key is empty where the source has no variables
	values  resolved
	body    id.Content
	table   *Table
	payload Payload
}

// shownPayload names a payload to programs.
func shownPayload(hash []byte) string { return hex.EncodeToString(hash[:min(len(hash), 16)]) }

// Deliver joins rows with those of a source, or of one set of values of it, or removes some. All of it is done, in one
// step for whoever looks, or nothing. Pushes to one set of values of a source are done one after the other. Codes
// not_found, permission_denied, not_pushed, bad_rows, data_changed, account_disabled, unknown_column, no_unique_by,
// no_columns, not_a_table, bad_where, too_large, too_many_instances, and those of format.Read and setOfPush.
func (s *Service) Deliver(ctx context.Context, who authz.Actor, public string, in Delivery) (*Delivered, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	begun := clock.Millis(s.db.Clock().Now())
	t, err := s.target(ctx, who, no, in.Values) // before the body is read
	if err != nil {
		return nil, err
	}
	out, err := s.deliver(ctx, who, t.at, begun, in)
	var refused *errs.Error
	if errors.As(err, &refused) && !in.DryRun && refused.Kind != errs.Conflict && refused.Kind != errs.NotFound && refused.Kind != errs.Forbidden {
		err = errors.Join(err, s.logRefused(ctx, who, t.at, begun, refused))
	}
	return out, err
}

func (s *Service) deliver(ctx context.Context, who authz.Actor, at instanceAt, begun int64, in Delivery) (*Delivered, error) {
	var rows *dataset.Sheet
	if in.Body != nil {
		var err error
		if rows, err = s.readRows(ctx, in); err != nil {
			return nil, err
		}
	}
	failpoint.At("deliver/read")
	end, err := s.pushes.begin(ctx, pushTo{who.Account, at})
	if err != nil {
		return nil, err
	}
	defer end()
	for range pushTries {
		t, err := s.target(ctx, who, at.No, in.Values)
		if err != nil {
			return nil, err
		}
		if t.at != at { // a property has another value by now
			return nil, dataChanged()
		}
		if in.Match != "" && in.Match != shownPayload(t.payload.Hash) {
			return nil, dataChanged()
		}
		p, out, err := s.joined(ctx, who, t, rows, in)
		if err != nil || in.DryRun {
			return out, err
		}
		failpoint.At("deliver/stored")
		done, err := s.publish(ctx, who, t, p, begun, in.Values, out)
		if err != nil || done {
			return out, err
		}
	}
	return nil, dataChanged()
}

func dataChanged() error {
	return errs.New(errs.Conflict, "data_changed", "The data was changed by somebody else meanwhile. Look at what is there now, and push again.")
}

// target reads what a push is joined with.
func (s *Service) target(ctx context.Context, who authz.Actor, no int64, values map[string][]string) (*target, error) {
	t := &target{}
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, table, err := s.pushable(ctx, tx, who, no)
		if err == nil {
			err = runs(ctx, tx)
		}
		if err != nil {
			return err
		}
		*t = target{at: instanceAt{No: no}, body: a.Body, table: table}
		return s.aim(ctx, tx, who, t, values)
	})
	return t, err
}

// publish makes a payload the data of a source, if they are still those that a push was joined with.
func (s *Service) publish(ctx context.Context, who authz.Actor, t *target, p *stored, begun int64, values map[string][]string, out *Delivered) (done bool, err error) {
	err = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, _, err := s.pushable(ctx, tx, who, t.at.No)
		if err != nil || a.Body != t.body {
			return err
		}
		if t.at.Key != "" { // a property may have another value by now
			now := &target{at: instanceAt{No: t.at.No}}
			if err := s.aim(ctx, tx, who, now, values); err != nil || now.at != t.at {
				return err
			}
		}
		payload, err := s.insertPayload(ctx, tx, p)
		if err != nil {
			return err
		}
		if there, err := s.pointAt(ctx, tx, t, payload); err != nil {
			return err
		} else if !there {
			return errOvertaken
		}
		if err := s.expect(ctx, tx, t.at.No); err != nil {
			return err
		}
		failpoint.At("deliver/written")
		out.ID = id.New()
		if err := s.logDelivery(ctx, tx, who.Account, t.at, begun, out, payload != t.payload.ID, p.Bytes, nil); err != nil {
			return err
		}
		if err := s.recordDelivery(ctx, tx, who, a, out.ID); err != nil {
			return err
		}
		done = true
		return audit.News(ctx, tx)
	})
	failpoint.At("deliver/committed")
	if errors.Is(err, errOvertaken) {
		return false, nil
	}
	return done, err
}

var errOvertaken = errors.New("datasource: another push was faster")

// recordDelivery writes the first push of a day (UTC) into the trail; of others only the call knows.
func (s *Service) recordDelivery(ctx context.Context, tx *db.Tx, who authz.Actor, a *asset.Asset, delivery string) error {
	const day = int64(24 * time.Hour / time.Millisecond)
	var n int
	_, err := tx.One(ctx, `SELECT COUNT(*) FROM refresh_runs WHERE account_id = :account AND no = :no AND ended_at >= :day AND reason = :push AND outcome <> 'failed'`,
		db.Args{"no": a.Key.No, "day": tx.Now - tx.Now%day, "push": byPush}, &n)
	if err != nil {
		return err
	}
	if n == 1 { // this one
		if err := s.record(ctx, tx, who, "source.pushed", a); err != nil {
			return err
		}
	}
	return audit.Done(ctx, tx, who, delivery)
}

// logRefused notes a push that changed nothing.
func (s *Service) logRefused(ctx context.Context, who authz.Actor, at instanceAt, begun int64, why *errs.Error) error {
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		return s.logDelivery(ctx, tx, who.Account, at, begun, &Delivered{ID: id.New()}, false, 0, why)
	})
}

// logDelivery writes the line of a push.
func (s *Service) logDelivery(ctx context.Context, tx *db.Tx, owner id.Account, at instanceAt, begun int64, d *Delivered, changed bool, bytes int64, why *errs.Error) error {
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	outcome := "unchanged"
	switch {
	case why != nil:
		outcome, text = "failed", nil
	case changed:
		outcome = "changed"
	}
	return tx.Insert(ctx, "refresh_runs", []string{"account_id", "id", "no", "key", "reason", "queued_at", "started_at", "ended_at", "outcome", "error",
		"http_status", "pages", "bytes", "row_count", "delivery"}, [][]any{{
		owner, d.ID, at.No, at.Key, byPush, begun, begun, tx.Now, outcome, writeFault(why), 0, 0, bytes, d.Total, string(text),
	}})
}

// Delivery gives what a push did, once more, to who may push. Codes not_found, permission_denied.
func (s *Service) Delivery(ctx context.Context, who authz.Actor, public, delivery string) (*Delivered, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	var out *Delivered
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if _, _, err := s.pushable(ctx, tx, who, no); err != nil {
			return err
		}
		var text string
		_, err := tx.One(ctx, `SELECT delivery FROM refresh_runs WHERE account_id = :account AND id = :id AND no = :no`, db.Args{"id": delivery, "no": no}, &text)
		if out = readDelivered(text); err == nil && out == nil {
			err = authz.NotFound()
		}
		return err
	})
	return out, err
}
