package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"

	gomail "github.com/wneessen/go-mail"

	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/job"
)

// errNotOurs says that another run sends the mail, or that it is not to be sent any more.
var errNotOurs = errors.New("mail: it is not waiting any more")

// run sends one mail. It may be begun again at any point: see the comment of the package.
func (s *Service) run(ctx context.Context, run *job.Run) error {
	var args sendArgs
	if err := run.Args(&args); err != nil {
		return err
	}
	m, found, err := s.find(ctx, args.Mail)
	switch {
	case err != nil || !found:
		return err
	case m.State == Sending: // the run before this one has not told what came of it
		return s.settle(ctx, m.ID, Sending, outcome{Unclear, "The server stopped while it was sending."})
	case m.State != Waiting:
		return nil
	case s.server == nil:
		return s.settle(ctx, m.ID, Waiting, outcome{Kept, ""})
	}
	text, err := s.message(m)
	if err != nil {
		return s.settle(ctx, m.ID, Waiting, outcome{Failed, err.Error()})
	}
	began := Waiting
	out, err := s.server.deliver(ctx, s.from, m.To, text, func() error {
		err := s.begin(ctx, m.ID)
		if err == nil {
			began = Sending
		}
		return err
	})
	if errors.Is(err, errNotOurs) {
		return nil
	}
	if err != nil {
		return err
	}
	if out.state == Waiting && run.Attempt >= maxAttempts {
		out.state = Failed
	}
	// What came of it is written down even when the server is told to stop at this moment.
	if err := s.settle(context.WithoutCancel(ctx), m.ID, began, out); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "mail", "mail_id", m.ID, "kind", m.Kind, "state", string(out.state), "attempt", run.Attempt)
	if out.state == Waiting {
		return errAgain(out.answer)
	}
	return nil
}

// message is the mail in the form that goes over the wire.
func (s *Service) message(m *Mail) ([]byte, error) {
	msg := gomail.NewMsg()
	if err := msg.FromFormat(m.Sender, s.from); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("mail: recipient: %w", err)
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.CreatedAt)
	msg.SetMessageIDWithValue(m.ID + "@" + s.domain())
	msg.SetGenHeader(gomail.Header("Auto-Submitted"), "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	var text bytes.Buffer
	if _, err := msg.WriteTo(&text); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return text.Bytes(), nil
}

// domain names this installation in the ids of messages.
func (s *Service) domain() string {
	if u, err := url.Parse(s.link); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "octavo"
}

// begin writes down that the text goes over now. Error errNotOurs when it is not to.
func (s *Service) begin(ctx context.Context, mail string) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE mails SET state = 'sending', attempts = attempts + 1 WHERE id = :id AND state = 'waiting'`, db.Args{"id": mail})
		if err == nil && n == 0 {
			err = errNotOurs
		}
		return err
	})
}

// settle writes down what came of a mail that was in a state. That it was sent is
// true whatever others have written meanwhile. The text of a sent mail goes: it holds a link that lets somebody in.
func (s *Service) settle(ctx context.Context, mail string, was State, out outcome) error {
	var ended any
	if out.state != Waiting {
		ended = clock.Millis(s.db.Clock().Now())
	}
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE mails SET state = :state, answer = :answer, ended_at = CAST(:ended AS bigint),
				plain = CASE WHEN CAST(:state AS text) = 'sent' THEN '' ELSE plain END, html = CASE WHEN CAST(:state AS text) = 'sent' THEN '' ELSE html END
			WHERE id = :id AND (state = :was OR CAST(:state AS text) = 'sent' AND state = 'unclear')`,
			db.Args{"state": string(out.state), "answer": out.answer, "ended": ended, "id": mail, "was": string(was)})
		return err
	})
}
