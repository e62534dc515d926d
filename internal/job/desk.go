package job

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/page"
)

// Desk is the board of the server's owner, who comes by a browser: it asks for the right, gives pages
// and leaves lines in the trail. What a job was enqueued with is not on it. Safe for concurrent use.
type Desk struct{ db *db.DB }

// NewDesk makes the desk.
func NewDesk(d *db.DB) *Desk { return &Desk{db: d} }

// Sheet is a job with its account's names, as the owner of the server sees it.
type Sheet struct {
	Job
	Stopping bool   // it runs, and its runner was asked to stop it
	Slug     string // of its account; empty for the installation's own
	Of       string // shown name of its account
}

// Open stands in a filter for all states in which a job may still be done: those that have not ended well.
const Open State = "open"

// is is the condition of a filter, in a form that finds the few jobs of most states by the index jobs_state.
func (s State) is() string {
	switch s {
	case "":
		return `1 = 1`
	case Open:
		return `j.state IN ('waiting', 'later', 'running', 'dead')`
	}
	return `j.state = :state`
}

// Filter narrows the jobs of a desk; empty fields let everything through.
type Filter struct {
	State   State // or Open
	Kind    string
	Account string // slug
	Own     bool   // only jobs of the installation itself
}

// Summary says what there is.
type Summary struct {
	States map[State]int64
	Kinds  []string // in the order of the alphabet
}

// mayLook admits the owner of the server; to everybody else there is nothing here.
func mayLook(who authz.Actor) error {
	if !who.OwnsServer() {
		return authz.NotFound()
	}
	return nil
}

const (
	sheetColumns = `j.account_id, j.id, j.kind, j.key, j.class, j.state, j.attempts, j.error, j.stop, j.created_at, j.due_at,
		coalesce(j.started_at, 0), coalesce(j.ended_at, 0), coalesce(a.slug, ''),
		coalesce(CASE WHEN a.display_name = '' THEN a.name ELSE a.display_name END, '')`
	sheetFrom = ` FROM jobs j LEFT JOIN accounts a ON a.id = j.account_id `
)

func scanSheet(scan func(...any) error) (*Sheet, error) {
	var s Sheet
	var stop int64
	err := scan(&s.Account, &s.ID, &s.Kind, &s.Key, &s.Class, &s.State, &s.Attempts, &s.Error, &stop, &s.Created, &s.Due,
		&s.Started, &s.Ended, &s.Slug, &s.Of)
	s.Stopping = stop == 1 && s.State == Running
	return &s, err
}

// List gives a page of jobs, the newest first. Code not_found for everybody but the owner of the server.
func (d *Desk) List(ctx context.Context, who authz.Actor, f Filter, req page.Request) ([]*Sheet, *page.Mark, error) {
	if err := mayLook(who); err != nil {
		return nil, nil, err
	}
	var sheets []*Sheet
	err := d.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		sheets = nil
		return tx.Query(ctx, `SELECT `+sheetColumns+sheetFrom+`
			WHERE `+f.State.is()+` AND (CAST(:kind AS text) = '' OR j.kind = :kind)
				AND (CAST(:slug AS text) = '' OR a.slug = :slug) AND (CAST(:own AS bigint) = 0 OR j.account_id = :installation)
				AND (CAST(:after AS text) = '' OR j.id < :after)
			ORDER BY j.id DESC LIMIT :rows`,
			db.Args{"state": f.State, "kind": f.Kind, "slug": f.Account, "own": f.Own, "installation": Installation,
				"after": req.From().ID, "rows": req.Rows()},
			func(scan func(...any) error) error {
				s, err := scanSheet(scan)
				sheets = append(sheets, s)
				return err
			})
	})
	if err != nil {
		return nil, nil, err
	}
	sheets, next := page.Cut(req, sheets, func(s *Sheet) page.Mark { return page.Mark{ID: s.ID} })
	return sheets, next, nil
}

// Summary counts the jobs by state and names their kinds. Code not_found.
func (d *Desk) Summary(ctx context.Context, who authz.Actor) (Summary, error) {
	if err := mayLook(who); err != nil {
		return Summary{}, err
	}
	var sum Summary
	err := d.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		sum = Summary{States: map[State]int64{}}
		err := tx.Query(ctx, `SELECT state, count(*) FROM jobs GROUP BY state`, nil, func(scan func(...any) error) error {
			var state State
			var n int64
			err := scan(&state, &n)
			sum.States[state] = n
			return err
		})
		if err != nil {
			return err
		}
		return tx.Query(ctx, `SELECT kind FROM (SELECT DISTINCT kind FROM jobs) k ORDER BY kind`, nil, func(scan func(...any) error) error {
			var kind string
			err := scan(&kind)
			sum.Kinds = append(sum.Kinds, kind)
			return err
		})
	})
	return sum, err
}

// Retry lets a job that was given up or cancelled be tried again from the start. Codes not_found, job_not_found,
// job_not_ended, job_waits_already.
func (d *Desk) Retry(ctx context.Context, who authz.Actor, job string) (*Sheet, error) {
	s, err := d.act(ctx, who, job, "job.retried", retry)
	return s, waitsAlready(err)
}

// Cancel ends a job that waits at once and asks the runner of one that runs to stop it. Codes not_found, job_not_found,
// job_ended.
func (d *Desk) Cancel(ctx context.Context, who authz.Actor, job string) (*Sheet, error) {
	return d.act(ctx, who, job, "job.cancelled", cancel)
}

// act does something to a job, with a line in the trail of the owner's account.
func (d *Desk) act(ctx context.Context, who authz.Actor, job, action string, do func(context.Context, *db.Tx, string) error) (*Sheet, error) {
	if err := mayLook(who); err != nil {
		return nil, err
	}
	var s *Sheet
	err := d.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		if err := do(ctx, tx, job); err != nil {
			return err
		}
		err := tx.Query(ctx, `SELECT `+sheetColumns+sheetFrom+`WHERE j.id = :id`, db.Args{"id": job}, func(scan func(...any) error) (err error) {
			s, err = scanSheet(scan)
			return err
		})
		if err != nil {
			return err
		}
		detail := map[string]any{"kind": s.Kind}
		if s.Account != Installation {
			detail["account"] = s.Of
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: job, SubjectName: s.Kind, Detail: detail})
	})
	return s, err
}
