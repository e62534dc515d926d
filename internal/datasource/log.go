package datasource

import (
	"context"
	"slices"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/page"
)

// Logged is an attempt with the source that it was for.
type Logged struct {
	Run
	Account id.Account
	Source  string // public
	Name    string // shown name of the source
}

// LogFilter selects attempts. Zero values select all.
type LogFilter struct {
	Outcome    string        // as of Run
	Account    id.Account    // one account of the view
	Credential id.Credential // what the sources read with now
	From       int64         // ended at this time or later, UTC milliseconds
	To         int64         // before this

	Clients authz.Grant // whose attempts are there too; the zero grant leaves clients out
}

// Log gives a page of the attempts to fetch the sources of the acting account that the actor may see, and of pushes into them, the
// newest first. What lies in a bin is left out. Package transfer has that of clients as well. Codes permission_denied, and
// not_found for a credential that the actor may not see.
func (s *Service) Log(ctx context.Context, who authz.Actor, f LogFilter, req page.Request) ([]Logged, *page.Mark, error) {
	f.Clients = authz.Grant{}
	read, err := s.LogReader(ctx, who, f, req)
	if err != nil {
		return nil, nil, err
	}
	if err := s.db.Read(ctx, db.Account(who.Account), read.Read); err != nil {
		return nil, nil, err
	}
	out, next := read.Page()
	return out, next, nil
}

// LogReader reads a page of the log in a transaction that another opens.
type LogReader struct {
	Read func(tx *db.Tx) error
	Page func() ([]Logged, *page.Mark) // what Read has read
}

// LogReader asks whether the actor may read the log, and gives what reads it: in the scope of the account, or where the filter
// opens clients, in that of its grant. Codes as of Log.
func (s *Service) LogReader(ctx context.Context, who authz.Actor, f LogFilter, req page.Request) (*LogReader, error) {
	if err := authz.Can(who, authz.SourceLibrary, authz.None); err != nil {
		return nil, err
	}
	if f.Credential != "" {
		if _, err := s.cfg.Credentials.Get(ctx, who, f.Credential); err != nil {
			return nil, err
		}
	}
	where := `r.account_id = :account`
	if len(f.Clients.Accounts()) > 0 {
		where = `(r.account_id = :account OR r.account_id IN {each :accounts})`
	}
	switch { // an index serves one account, and no choice among all that are open
	case f.Account == who.Account:
		where = `r.account_id = :account`
	case f.Account != 0 && slices.Contains(f.Clients.Accounts(), f.Account):
		where = `r.account_id = :only`
	}
	seen, args := s.assets.Seeable(who, asset.Source)
	for name, value := range f.args(req) {
		args[name] = value
	}
	var out []Logged
	read := func(tx *db.Tx) error {
		out = nil
		return tx.Query(ctx, `SELECT r.account_id, r.no, a.name, a.suffix, `+runColumns+`
			FROM refresh_runs r JOIN assets a ON a.account_id = r.account_id AND a.no = r.no AND a.deleted_at IS NULL
			JOIN sources s ON s.account_id = r.account_id AND s.no = r.no
			WHERE `+where+` AND (r.account_id <> :account OR `+seen+`) AND (CAST(:after AS text) = '' OR r.id < :after)
				AND (CAST(:outcome AS text) = '' OR r.outcome = :outcome) AND (CAST(:only AS bigint) = 0 OR r.account_id = :only)
				AND (CAST(:cred AS text) = '' OR s.credential_account = :account AND s.credential_id = :cred)
				AND r.ended_at >= CAST(:from AS bigint) AND (CAST(:to AS bigint) = 0 OR r.ended_at < :to)
			ORDER BY r.id DESC LIMIT :rows`, args, func(scan func(...any) error) error {
			var l Logged
			var at id.Asset
			var suffix int64
			var err error
			if l.Run, err = scanRun(who, scan, &at.Account, &at.No, &l.Name, &suffix); err != nil {
				return err
			}
			l.Account, l.Source, l.Name = at.Account, s.assets.PublicID(at), asset.Title(l.Name, suffix)
			out = append(out, l)
			return nil
		})
	}
	return &LogReader{Read: read, Page: func() ([]Logged, *page.Mark) {
		return page.Cut(req, out, func(l Logged) page.Mark { return page.Mark{ID: l.ID} })
	}}, nil
}

func (f LogFilter) args(req page.Request) db.Args {
	return db.Args{"after": req.From().ID, "rows": req.Rows(), "outcome": f.Outcome, "only": f.Account, "cred": f.Credential, "from": f.From, "to": f.To}
}
