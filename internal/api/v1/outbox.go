package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/authz"
	"octavo/internal/mail"
)

// The outbox is of the whole installation: its owner acts in the own account.
var outboxRoutes = []entry{
	route(Route{ID: "list-mails", Method: http.MethodGet, Path: "/server/mails", Tag: "server",
		Summary: "Lists the mails of the installation, newest first."}, (*Server).listMails),
	route(Route{ID: "get-mail", Method: http.MethodGet, Path: "/server/mails/{mail}", Tag: "server",
		Summary: "Gives one mail with its text."}, (*Server).getMail),
	route(Route{ID: "send-mail-again", Method: http.MethodPost, Path: "/server/mails/{mail}/send-again", Tag: "server",
		Summary: "Sends a mail that failed, is unclear or was kept."}, (*Server).sendMailAgain),
}

// Mail is a mail in the outbox.
type Mail struct {
	ID        string     `json:"id"`
	Account   string     `json:"account" doc:"Shown name."`
	Kind      string     `json:"kind"`
	To        string     `json:"to"`
	Sender    string     `json:"sender"`
	Subject   string     `json:"subject"`
	State     mail.State `json:"state" enum:"waiting,sending,sent,failed,unclear,kept,withdrawn"`
	Attempts  int64      `json:"attempts"`
	Answer    string     `json:"answer" doc:"Last words of the mail server."`
	CreatedAt time.Time  `json:"created_at"`
	EndedAt   *time.Time `json:"ended_at"`
}

// MailText is a mail with what it says.
type MailText struct {
	Mail
	Text string `json:"text" doc:"Empty once it was sent."`
	HTML string `json:"html"`
}

// Outbox is a page of mails.
type Outbox struct {
	Page[Mail]
	MailServer bool `json:"mail_server" doc:"There is a mail server; without one mails are kept."`
}

type listMailsInput struct {
	ListInput
	State mail.State `query:"state" enum:"waiting,sending,sent,failed,unclear,kept,withdrawn"`
}

// atHome is who calls, in the own account.
func (s *Server) atHome(ctx context.Context, c *Call) (authz.Actor, error) {
	home, err := s.Accounts.ByID(ctx, c.Identity.Home)
	if err != nil {
		return authz.Actor{}, err
	}
	who, _, _, err := s.Users.Act(ctx, c.Identity, home.Slug)
	who.IP, who.UserAgent = c.address, c.agent
	return who, err
}

func (s *Server) listMails(ctx context.Context, c *Call, in *listMailsInput) (*Answer[Outbox], error) {
	who, err := s.atHome(ctx, c)
	if err != nil {
		return nil, err
	}
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	rows, next, err := s.Mails.List(ctx, who, in.State, req)
	if err != nil {
		return nil, err
	}
	page, err := listing(s, c, rows, next, nil, mailOf)
	if err != nil {
		return nil, err
	}
	return answer(Outbox{Page: page.Body, MailServer: s.Mails.Sends()}), nil
}

func mailOf(m *mail.Mail) Mail {
	return Mail{ID: m.ID, Account: m.Of, Kind: m.Kind, To: m.To, Sender: m.Sender, Subject: m.Subject, State: m.State,
		Attempts: m.Attempts, Answer: m.Answer, CreatedAt: m.CreatedAt, EndedAt: moment(m.EndedAt)}
}

type mailInput struct {
	Mail string `path:"mail" maxLength:"64"`
}

func (s *Server) getMail(ctx context.Context, c *Call, in *mailInput) (*Answer[MailText], error) {
	who, err := s.atHome(ctx, c)
	if err != nil {
		return nil, err
	}
	m, err := s.Mails.Get(ctx, who, in.Mail)
	if err != nil {
		return nil, err
	}
	return answer(MailText{Mail: mailOf(m), Text: m.Text, HTML: m.HTML}), nil
}

func (s *Server) sendMailAgain(ctx context.Context, c *Call, in *mailInput) (*Answer[Mail], error) {
	who, err := s.atHome(ctx, c)
	if err != nil {
		return nil, err
	}
	m, err := s.Mails.SendAgain(ctx, who, in.Mail)
	if err != nil {
		return nil, err
	}
	return answer(mailOf(m)), nil
}
