package user

import (
	"context"

	"octavo/internal/account"
	"octavo/internal/db"
	"octavo/internal/mail"
)

// TrialEnding mails the people of the agency who may change a client that its trial ends soon. The
// transaction has a System scope.
func (s *Service) TrialEnding(ctx context.Context, tx *db.Tx, client *account.Account) error {
	return s.mailManagers(ctx, tx, client, "trial_ending", "The trial of "+client.Name+" ends soon",
		"The trial of "+client.Name+" ends on "+client.TrialEndsAt.Format("2 January 2006")+".",
		"After that its people cannot sign in; nothing is deleted. Activate the client, or extend the trial once.")
}

// TrialEnded is TrialEnding for a trial that is over.
func (s *Service) TrialEnded(ctx context.Context, tx *db.Tx, client *account.Account) error {
	return s.mailManagers(ctx, tx, client, "trial_ended", "The trial of "+client.Name+" is over",
		"The trial of "+client.Name+" is over, so its people cannot sign in now.",
		"Nothing was deleted. Activate the client to let them in again.")
}

// mailManagers writes to each person of the agency who may change a client. The letter has the
// client's internal name, so it goes to nobody else.
func (s *Service) mailManagers(ctx context.Context, tx *db.Tx, client *account.Account, kind, subject string, lines ...string) error {
	agency, found, err := s.accounts.FindByID(ctx, tx, client.Parent)
	if err != nil || !found {
		return err
	}
	managers, err := s.accounts.Managers(ctx, tx, agency.ID, client.ID)
	if err != nil {
		return err
	}
	for _, u := range managers[client.ID] {
		var email string
		if _, err := tx.One(ctx, `SELECT email FROM users WHERE id = :id`, db.Args{"id": u}, &email); err != nil {
			return err
		}
		err := s.mails.RecordFor(ctx, tx, agency.ID, mail.Letter{
			Kind: kind, About: client.PublicID + string(u), To: email, Sender: agency.Display(), Subject: subject, Lines: lines,
			Button: mail.Button{Label: "Open the client", URL: s.mails.Link("/" + agency.Slug + "/clients/" + client.Slug)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
