package user

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/mail"
)

// maxNotices is how many notices of one kind an address gets from an account in 24 hours (accounts.md D59 asks for a limit).
const maxNotices = 20

const noticeWindow = 24 * 60 * 60 * 1000 // milliseconds

// Notice is a mail to people of the acting account about what somebody did there.
type Notice struct {
	Kind  string
	About string                                 // id of the thing, or ids
	Write func(account, slug string) mail.Letter // its texts and the path of its button; the rest is filled in
	To    []id.User
}

// Notify records the notice for each of the people who can sign in, the actor excepted, and says how many that are.
// An account that is closed to its people sends none; nobody gets more than maxNotices of a kind in 24 hours.
func (s *Service) Notify(ctx context.Context, tx *db.Tx, who authz.Actor, n Notice) (int, error) {
	if len(n.To) == 0 {
		return 0, nil
	}
	a, err := ownAccount(ctx, tx)
	if err != nil || !a.Admits() {
		return 0, err
	}
	people, err := s.reachable(ctx, tx, who, n)
	if err != nil {
		return 0, err
	}
	for _, p := range people {
		l := n.Write(a.Display(), a.Slug)
		l.Kind, l.To, l.Sender, l.About = n.Kind, p.Email, a.Display(), n.About+" "+string(p.ID)
		l.Button.URL = s.mails.Link(l.Button.URL)
		if err := s.mails.Record(ctx, tx, a.ID, l); err != nil {
			return 0, err
		}
	}
	return len(people), nil
}

// reachable are the people of a notice who may get it now.
func (s *Service) reachable(ctx context.Context, tx *db.Tx, who authz.Actor, n Notice) ([]Person, error) {
	had, err := s.mails.Had(ctx, tx, n.Kind, tx.Now-noticeWindow)
	if err != nil {
		return nil, err
	}
	var people []Person
	err = tx.Query(ctx, `
		SELECT id, email FROM users WHERE account_id = :account AND id IN {words :to} AND id <> :self
			AND state = 'active' AND deleted_at IS NULL ORDER BY id`,
		db.Args{"to": db.Words(n.To), "self": who.User}, func(scan func(...any) error) error {
			var p Person
			err := scan(&p.ID, &p.Email)
			if had[p.Email] < maxNotices {
				people = append(people, p)
			}
			return err
		})
	return people, err
}
