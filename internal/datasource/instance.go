package datasource

import (
	"context"
	"encoding/json"
	"time"

	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/job"
)

// Why an instance is fetched.
const (
	bySchedule = "schedule"
	byHand     = "manual"
	byView     = "view"
	byImport   = "import"
	byChange   = "change" // of the request
	byPush     = "push"   // nobody fetched: a program sent it
)

// Instance is the data of a source for one set of values of its variables.
type Instance struct {
	Key        string
	Variables  map[string]string // without secrets
	State      State
	Payload    id.Content
	ReceivedAt int64 // when the data were asked for; all times in UTC milliseconds; 0 = never
	NextAt     int64
	TriedAt    int64
	Failures   int64
	Err        *errs.Error // of the last attempt; nil = it went well
	Bytes      int64
	Rows       int64
	AccessedAt int64
	Pinned     bool     // the account's own values: kept and fetched whoever looks
	Waiting    bool     // it is being fetched, or soon, because somebody asked
	Notes      []string // of the data: NotePartial, NoteRepeats
	Outdated   bool     // of what programs push: its values are not those of the account any more, so nobody sees it

	sent         bool   // programs push it: no job fetches it
	asked        string // why somebody wants it now; "" = nobody does
	askedAt      int64
	asleep       bool  // its moment came while nobody was in the account
	staleAt      int64 // from when on the data are too old; 0 = never
	deferrals    int64
	etag         string
	lastModified string
	hash         []byte     // of the payload
	dataKey      string     // of its columns in the blob store; "" = they are in its row
	body         id.Content // that the data was fetched with; 0 = it was not noted
}

const instanceColumns = `i.key, i.variables, i.state, COALESCE(i.payload_id, 0), COALESCE(i.received_at, 0), COALESCE(i.next_at, 0),
	COALESCE(i.tried_at, 0), i.asked, COALESCE(i.asked_at, 0), i.failures, i.deferrals, i.error, i.etag, i.last_modified, i.accessed_at, i.pinned, i.asleep, COALESCE(i.stale_at, 0), i.sent,
	p.hash, COALESCE(p.data_key, ''), COALESCE(p.bytes, 0), COALESCE(p.row_count, 0), COALESCE(i.body_id, 0), COALESCE(p.notes, '')`

func scanInstance(scan func(...any) error, more ...any) (*Instance, error) {
	i := &Instance{}
	var variables, fault, notes string
	into := append(more, &i.Key, &variables, &i.State, &i.Payload, &i.ReceivedAt, &i.NextAt, &i.TriedAt, &i.asked, &i.askedAt, &i.Failures,
		&i.deferrals, &fault, &i.etag, &i.lastModified, &i.AccessedAt, &i.Pinned, &i.asleep, &i.staleAt, &i.sent, &i.hash, &i.dataKey, &i.Bytes, &i.Rows, &i.body, &notes)
	if err := scan(into...); err != nil {
		return nil, err
	}
	i.Err, i.Waiting, i.Notes = readFault(fault), i.asked != "", readNotes(notes)
	return i, json.Unmarshal([]byte(variables), &i.Variables)
}

// payload is what the columns of an instance are loaded with.
func (i *Instance) payload(family int64) Payload {
	return Payload{ID: i.Payload, Hash: i.hash, DataKey: i.dataKey, family: family}
}

// findInstance reads an instance; false when it is not there.
func findInstance(ctx context.Context, tx *db.Tx, at instanceAt) (*Instance, bool, error) {
	var out *Instance
	err := tx.Query(ctx, `SELECT `+instanceColumns+` FROM instances i LEFT JOIN payloads p ON p.id = i.payload_id AND p.family_id = :family
		WHERE i.account_id = :account AND i.no = :no AND i.key = :key`, db.Args{"no": at.No, "key": at.Key},
		func(scan func(...any) error) (err error) {
			out, err = scanInstance(scan)
			return err
		})
	return out, out != nil, err
}

// fault is how an error is kept with an instance, in the log of runs and with an upload.
type fault struct {
	Kind    errs.Kind      `json:"kind"`
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Field   string         `json:"field,omitempty"`
	Params  map[string]any `json:"params,omitempty"`
}

func writeFault(e *errs.Error) string {
	if e == nil {
		return ""
	}
	text, err := json.Marshal(fault{e.Kind, e.Code, e.Message, e.Field, e.Params})
	if err != nil { // never: params are plain values
		return ""
	}
	return string(text)
}

func readFault(text string) *errs.Error {
	var f fault
	if text == "" || json.Unmarshal([]byte(text), &f) != nil {
		return nil
	}
	return &errs.Error{Kind: f.Kind, Code: f.Code, Message: f.Message, Field: f.Field, Params: f.Params}
}

// The jobs that fetch.
const (
	refreshKind = "source.refresh"
	arrivedKind = "source.arrived"
)

// DefaultInstances is how many sets of values a source may have, unless the operator says otherwise.
const DefaultInstances = 500

// crowded says that an instance has no room beside those that are there; nil = it has. Code too_many_instances.
func (s *Service) crowded(ctx context.Context, tx *db.Tx, at instanceAt) (*errs.Error, error) {
	if at.Key == "" {
		return nil, nil
	}
	var n int
	_, err := tx.One(ctx, `SELECT COUNT(*) FROM instances WHERE account_id = :account AND no = :no AND key <> :key`, db.Args{"no": at.No, "key": at.Key}, &n)
	if err != nil || n < s.cfg.Instances {
		return nil, err
	}
	return s.tooMany(), nil
}

func (s *Service) tooMany() *errs.Error {
	return errs.Newf(errs.Conflict, "too_many_instances", "This data source has data for %d sets of values already, which is the most.", s.cfg.Instances).
		WithParams(map[string]any{"limit": s.cfg.Instances})
}

// ask makes an instance if it is not there, and has it fetched now. Whoever asks within
// a moment joins. Of a source that is switched off nothing is asked. Code too_many_instances.
func (s *Service) ask(ctx context.Context, tx *db.Tx, at instanceAt, r resolved, reason string, class job.Class) error {
	var one int
	if off, err := tx.One(ctx, `SELECT 1 FROM sources WHERE account_id = :account AND no = :no AND off_at IS NOT NULL`, db.Args{"no": at.No}, &one); err != nil || off {
		return err
	}
	if refused, err := s.crowded(ctx, tx, at); err != nil {
		return err
	} else if refused != nil {
		return refused
	}
	variables, err := json.Marshal(r.shown())
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO instances (account_id, no, key, variables, state, asked, asked_at, failures, deferrals, error, etag, last_modified,
			created_at, accessed_at, pinned, asleep)
		VALUES (:account, :no, :key, :variables, :state, :reason, :now, 0, 0, '', '', '', :now, :now, :pinned, 0)
		ON CONFLICT (account_id, no, key) DO UPDATE SET asked = excluded.asked, accessed_at = excluded.accessed_at,
			asked_at = CASE WHEN instances.asked <> '' THEN instances.asked_at ELSE excluded.asked_at END,
			pinned = CASE WHEN excluded.pinned = 1 THEN 1 ELSE instances.pinned END`, db.Args{
		"no": at.No, "key": at.Key, "variables": string(variables), "state": string(NoData), "reason": reason, "now": tx.Now, "pinned": r.company,
	})
	if err != nil {
		return err
	}
	return enqueue(ctx, tx, at, class, 0)
}

// enqueue adds the job of an instance, or joins the one that waits.
func enqueue(ctx context.Context, tx *db.Tx, at instanceAt, class job.Class, after time.Duration) error {
	return job.Enqueue(ctx, tx, job.New{Kind: refreshKind, Key: jobKey(at), Class: class, Args: at, After: after})
}

func jobKey(at instanceAt) string {
	text, err := json.Marshal(at)
	if err != nil { // never: a number and a text
		return ""
	}
	return string(text)
}
