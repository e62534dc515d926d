package mail

import (
	"context"
	"slices"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/job"
	"octavo/internal/page"
)

// again are the states that a mail can be sent anew from.
var again = []State{Failed, Unclear, Kept}

// List gives a page of the outbox of all accounts, newest first; state "" = all. Code not_found for everybody but the
// owner of the server.
func (s *Service) List(ctx context.Context, who authz.Actor, state State, req page.Request) ([]*Mail, *page.Mark, error) {
	if err := mayLook(who); err != nil {
		return nil, nil, err
	}
	var mails []*Mail
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		mails = nil
		return tx.Query(ctx, `SELECT `+columns+from+`
			WHERE (CAST(:state AS text) = '' OR m.state = :state) AND (CAST(:after AS text) = '' OR m.id < :after)
			ORDER BY m.id DESC LIMIT :rows`,
			db.Args{"state": string(state), "after": req.From().ID, "rows": req.Rows()}, func(scan func(...any) error) error {
				m, err := scanMail(scan)
				mails = append(mails, m)
				return err
			})
	})
	if err != nil {
		return nil, nil, err
	}
	mails, next := page.Cut(req, mails, func(m *Mail) page.Mark { return page.Mark{ID: m.ID} })
	return mails, next, nil
}

// Get gives one mail of the outbox with its text. Code not_found.
func (s *Service) Get(ctx context.Context, who authz.Actor, mail string) (*Mail, error) {
	if err := mayLook(who); err != nil {
		return nil, err
	}
	m, found, err := s.find(ctx, mail)
	if err == nil && !found {
		err = authz.NotFound()
	}
	return m, err
}

// SendAgain lets a mail be sent that failed, is unclear or was kept. Codes not_found, mail_not_stopped, no_mail_server.
func (s *Service) SendAgain(ctx context.Context, who authz.Actor, mail string) (*Mail, error) {
	if err := mayLook(who); err != nil {
		return nil, err
	}
	if s.server == nil {
		return nil, errs.New(errs.Conflict, "no_mail_server", "No mail server is set up. Start the server with --smtp-url.")
	}
	var m *Mail
	err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) (err error) {
		if m, err = findMail(ctx, tx, mail); err != nil {
			return err
		}
		if m == nil {
			return authz.NotFound()
		}
		n, err := tx.Exec(ctx, `UPDATE mails SET state = 'waiting', answer = '', ended_at = NULL WHERE id = :id AND state = :was`,
			db.Args{"id": mail, "was": string(m.State)})
		if err != nil {
			return err
		}
		if n == 0 || !slices.Contains(again, m.State) {
			return errs.New(errs.Conflict, "mail_not_stopped", "Only a mail that has come to a stop can be sent again.")
		}
		m.State, m.Answer = Waiting, ""
		err = job.EnqueueFor(ctx, tx, m.Account, job.New{Kind: kindSend, Key: m.ID, Class: job.Urgent, Args: sendArgs{m.Account, m.ID}})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "mail.sent_again", Subject: m.ID, SubjectName: m.Kind})
	})
	return m, err
}
