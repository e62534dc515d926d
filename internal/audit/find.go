package audit

import (
	"context"
	"encoding/json"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/page"
)

// Filter selects lines. Zero values select all.
type Filter struct {
	Person  id.User
	Group   string     // first word of actions: "property"
	Subject string     // public id, or name of a property
	Account id.Account // one account of the view
	From    int64      // UTC milliseconds, this and later
	To      int64      // before this
}

// View is which lines somebody sees, and how.
type View struct {
	// Clients are the clients of the actor's agency whose lines are there too; the zero
	// grant leaves them out. Package account makes it.
	Clients authz.Grant
	// Agency stands for people of the agency in a client's own view, "" = they are named.
	Agency string
}

// Find gives a page of the lines that the actor may see, newest first: those of the
// acting account, and of the clients of the view. Code permission_denied.
func (s *Service) Find(ctx context.Context, who authz.Actor, v View, f Filter, req page.Request) ([]Line, *page.Mark, error) {
	if err := authz.Can(who, authz.AccountUsage, authz.None); err != nil {
		return nil, nil, err
	}
	scope, own := db.Account(who.Account), `account_id = :account`
	if len(v.Clients.Accounts()) > 0 {
		scope, own = db.Across(v.Clients), `(account_id = :account OR account_id IN {each :accounts})`
	}
	mask := v.Agency
	if who.Delegated || who.IsParent {
		mask = ""
	}
	var lines []Line
	err := s.db.Read(ctx, scope, func(tx *db.Tx) error {
		lines = nil
		return tx.Query(ctx, `
			SELECT account_id, id, at, actor_id, actor_name, home_id, delegated, via, action, subject, subject_name, detail, ip, user_agent
			FROM audit WHERE `+own+` AND (CAST(:after AS text) = '' OR id < :after)
				AND (CAST(:person AS text) = '' OR actor_id = :person) AND (CAST(:group AS text) = '' OR action LIKE :group)
				AND (CAST(:subject AS text) = '' OR subject = :subject) AND (CAST(:only AS bigint) = 0 OR account_id = :only)
				AND at >= CAST(:from AS bigint) AND (CAST(:to AS bigint) = 0 OR at < :to)
			ORDER BY id DESC LIMIT :rows`,
			f.args(req), func(scan func(...any) error) error {
				l, err := scanLine(scan)
				lines = append(lines, l.masked(mask))
				return err
			})
	})
	if err != nil {
		return nil, nil, err
	}
	lines, next := page.Cut(req, lines, func(l Line) page.Mark { return page.Mark{ID: l.ID} })
	return lines, next, nil
}

func (f Filter) args(req page.Request) db.Args {
	group := f.Group
	if group != "" {
		group += ".%"
	}
	return db.Args{"after": req.From().ID, "rows": req.Rows(), "person": f.Person, "group": group, "subject": f.Subject,
		"only": f.Account, "from": f.From, "to": f.To}
}

// OfAgency says whether somebody of the agency did it in one of its clients.
func (l Line) OfAgency() bool { return l.Home != l.Account }

// masked puts the agency in place of its people.
func (l Line) masked(agency string) Line {
	if agency != "" && l.OfAgency() {
		l.ActorID, l.ActorName, l.IP, l.UserAgent = "", agency, "", ""
	}
	return l
}

func scanLine(scan func(...any) error) (Line, error) {
	var l Line
	var delegated int64
	var detail string
	err := scan(&l.Account, &l.ID, &l.At, &l.ActorID, &l.ActorName, &l.Home, &delegated, &l.Via, &l.Action, &l.Subject, &l.SubjectName, &detail, &l.IP, &l.UserAgent)
	if err != nil {
		return l, err
	}
	l.Delegated = delegated == 1
	return l, json.Unmarshal([]byte(detail), &l.Detail)
}

// Exported notes that somebody took lines out of the trail as a file.
func (s *Service) Exported(ctx context.Context, who authz.Actor) error {
	return s.note(ctx, who, "activity.exported")
}

// Archived notes that somebody took a copy of everything out of the account.
func (s *Service) Archived(ctx context.Context, who authz.Actor) error {
	return s.note(ctx, who, "account.archived")
}

func (s *Service) note(ctx context.Context, who authz.Actor, action string) error {
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		return Record(ctx, tx, who, Line{Action: action})
	})
}
