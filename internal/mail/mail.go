package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/job"
)

// State is where a mail is on its way.
type State string

// The states.
const (
	Waiting   State = "waiting"   // to be sent, or to be tried again
	Sending   State = "sending"   // the text goes over to the mail server
	Sent      State = "sent"      // the mail server has it
	Failed    State = "failed"    // the mail server refused it for good, or too often
	Unclear   State = "unclear"   // it may have been sent
	Kept      State = "kept"      // there is no mail server
	Withdrawn State = "withdrawn" // a newer one took its place, or its link does not open any more
)

// Mail is one mail in the outbox.
type Mail struct {
	ID        string
	Account   id.Account
	Of        string // shown name of the account
	Kind      string
	To        string
	Sender    string
	Subject   string
	Text      string // "" once it was sent
	HTML      string
	State     State
	Attempts  int64
	Answer    string // last words of the mail server
	CreatedAt time.Time
	EndedAt   time.Time // zero = not yet
}

// Config is what sending needs.
type Config struct {
	DB     *db.DB
	Log    *slog.Logger // default: none
	Server string       // smtp://… or smtps://…; "" = none: mails are kept
	From   string       // address that mails come from; required with a server
	Link   string       // see ReachedAt; default http://127.0.0.1:8080
}

// Service records and sends mails. Safe for concurrent use.
type Service struct {
	db     *db.DB
	log    *slog.Logger
	server *server // nil = none
	from   string
	link   string
}

// New makes the service.
func New(cfg Config) (*Service, error) {
	s := &Service{db: cfg.DB, log: cfg.Log, link: strings.TrimRight(cfg.Link, "/")}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.link == "" {
		s.link = "http://127.0.0.1:8080"
	}
	if cfg.Server == "" {
		return s, nil
	}
	if cfg.From == "" {
		return nil, errors.New("mail: a mail server needs an address for mails to come from (--mail-from)")
	}
	var err error
	if s.from, err = parseFrom(cfg.From); err != nil {
		return nil, err
	}
	s.server, err = parseServer(cfg.Server)
	return s, err
}

// Sends says whether there is a mail server. Without one people are handed links.
func (s *Service) Sends() bool { return s.server != nil }

// ReachedAt says under which address people reach the product, for links in mails: https://example.com. Not
// while mails are recorded.
func (s *Service) ReachedAt(url string) { s.link = strings.TrimRight(url, "/") }

// Link is the whole address of a page.
func (s *Service) Link(path string) string { return s.link + path }

// kindSend is the job that sends one mail.
const kindSend = "mail.send"

// sendArgs name a mail.
type sendArgs struct {
	Account id.Account `json:"account"`
	Mail    string     `json:"mail"`
}

// Record adds a mail of an account that the transaction's scope may write, and the job that sends it. In the
// scope of that account alone, an older mail of the same kind about the same thing that has not left is withdrawn.
func (s *Service) Record(ctx context.Context, tx *db.Tx, account id.Account, l Letter) error {
	m, err := s.prepare(ctx, tx, account, l, ofAccount)
	if err != nil || m.State == Kept {
		return err
	}
	return job.Enqueue(ctx, tx, job.New{Kind: kindSend, Key: m.ID, Class: job.Urgent, Args: sendArgs{account, m.ID}})
}

// RecordFor is Record in a System scope.
func (s *Service) RecordFor(ctx context.Context, tx *db.Tx, account id.Account, l Letter) error {
	m, err := s.prepare(ctx, tx, account, l, `account_id = :of`)
	if err != nil || m.State == Kept {
		return err
	}
	return job.EnqueueFor(ctx, tx, account, job.New{Kind: kindSend, Key: m.ID, Class: job.Urgent, Args: sendArgs{account, m.ID}})
}

// ofAccount names one account in the scope of that account alone.
const ofAccount = `account_id = :account AND account_id = CAST(:of AS bigint)`

// Withdraw takes back what has not left of the mails of one kind about a person or thing, because their link
// does not open any more. The transaction has the scope of the account alone.
func (s *Service) Withdraw(ctx context.Context, tx *db.Tx, account id.Account, kind, about string) error {
	return withdraw(ctx, tx, ofAccount, ` AND about = :about AND kind = :kind`, db.Args{"of": account, "about": about, "kind": kind})
}

// WithdrawFor is Withdraw in a System scope.
func (s *Service) WithdrawFor(ctx context.Context, tx *db.Tx, account id.Account, kind, about string) error {
	return withdraw(ctx, tx, `account_id = :of`, ` AND about = :about AND kind = :kind`, db.Args{"of": account, "about": about, "kind": kind})
}

// WithdrawAll takes back all mails of a client that have not left, in a scope that may write to it: it was deleted.
func (s *Service) WithdrawAll(ctx context.Context, tx *db.Tx, client id.Account) error {
	return withdraw(ctx, tx, `account_id IN {each :accounts} AND account_id = CAST(:of AS bigint)`, ``, db.Args{"of": client})
}

// prepare writes the mail; of says in the words of the scope which account it belongs to.
func (s *Service) prepare(ctx context.Context, tx *db.Tx, account id.Account, l Letter, of string) (*Mail, error) {
	text, page, err := l.write()
	if err != nil {
		return nil, err
	}
	older := db.Args{"of": account, "about": l.About, "kind": l.Kind}
	if err := withdraw(ctx, tx, of, ` AND about = :about AND kind = :kind`, older); err != nil {
		return nil, err
	}
	m := &Mail{ID: id.New(), Account: account, Kind: l.Kind, To: l.To, Sender: oneLine(l.Sender), Subject: oneLine(l.Subject), Text: text, HTML: page, State: Waiting}
	if s.server == nil {
		m.State = Kept
	}
	return m, insert(ctx, tx, m, l.About)
}

// Jobs are the handlers of the package.
func (s *Service) Jobs() []job.Handler {
	return []job.Handler{{Kind: kindSend, Attempts: maxAttempts, Deadline: 5 * time.Minute, Run: s.run}}
}

// maxAttempts is how often a mail is tried: with the pauses of internal/job for about five hours.
const maxAttempts = 12

// keepFor is how long the outbox remembers a mail that has come to an end.
const keepFor = 30 * 24 * time.Hour

// Sweep removes mails that came to their end long ago. A worker calls it now and then.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM mails WHERE ended_at < :before`, db.Args{"before": tx.Now - keepFor.Milliseconds()})
		return err
	})
}

// mayLook admits the owner of the server.
func mayLook(who authz.Actor) error {
	if !who.OwnsServer() {
		return authz.NotFound()
	}
	return nil
}

// errAgain makes the job of a mail be tried again.
func errAgain(answer string) error { return fmt.Errorf("mail: not taken yet: %s", answer) }
