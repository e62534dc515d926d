package v1

import (
	"context"
	"net/http"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/user"
)

var invitationRoutes = []entry{
	route(Route{ID: "check-invitations", Method: http.MethodPost, Path: "/{account}/invitations-check", Tag: "people",
		Summary: "Says of each line of a list whether it can be invited, and whether there are seats."}, (*Server).checkInvitations),
	route(Route{ID: "get-seats", Method: http.MethodGet, Path: "/{account}/seats", Tag: "people", Permission: authz.UserView,
		Summary: "Says how many seats the account has and uses, and what happens to an invitation."}, (*Server).getSeats),
	route(Route{ID: "invite", Method: http.MethodPost, Path: "/{account}/invitations", Tag: "people", Status: http.StatusCreated, Creates: true,
		Summary: "Invites people, all or none."}, (*Server).invite),
	route(Route{ID: "resend-invitation", Method: http.MethodPost, Path: "/{account}/people/{user}/resend-invitation", Tag: "people",
		Summary: "Mails an invitation anew; the former link does not open any more."}, (*Server).resendInvitation),
	route(Route{ID: "make-invite-link", Method: http.MethodPost, Path: "/{account}/people/{user}/invite-link", Tag: "people",
		Summary: "Makes a link of an invitation to be handed over; the former one does not open any more."}, (*Server).makeInviteLink),
	route(Route{ID: "look-invitation", Method: http.MethodPost, Path: "/invitation", Tag: "sign-in", Public: true,
		Summary: "Says what an invitation is for."}, (*Server).lookInvitation),
	route(Route{ID: "accept-invitation", Method: http.MethodPost, Path: "/invitation/accept", Tag: "sign-in", Public: true,
		Summary: "Accepts an invitation and begins a session."}, (*Server).acceptInvitation),
}

// Invitees is whom to invite: people by fields, a pasted text, or both.
type Invitees struct {
	People []Invitee `json:"people,omitempty" maxItems:"1000"`
	Text   string    `json:"text,omitempty" maxLength:"100000" doc:"Lines of email[,first,last,role,group;group], or addresses with commas between them."`
	Roles  []string  `json:"roles,omitempty" maxItems:"20" doc:"Ids or names, for lines of the text that name none; default view_only."`
	Groups []string  `json:"groups,omitempty" maxItems:"100" doc:"Ids or names, for all lines of the text."`
}

// Invitee is one of them.
type Invitee struct {
	Email  string   `json:"email" maxLength:"320"`
	Name   string   `json:"name,omitempty" maxLength:"500"`
	Roles  []string `json:"roles,omitempty" maxItems:"20" doc:"Ids or names; default view_only."`
	Groups []string `json:"groups,omitempty" maxItems:"100" doc:"Ids or names."`
}

func (in Invitees) list() []user.Invitee {
	var out []user.Invitee
	for i, p := range in.People {
		out = append(out, user.Invitee{Line: i + 1, Email: p.Email, Name: p.Name, Roles: p.Roles, Groups: p.Groups})
	}
	return append(out, user.ParseInvitees(in.Text, in.Roles, in.Groups)...)
}

type inviteesInput struct {
	Body Invitees
}

// InvitationCheck is what is to be said of a list before anybody is invited.
type InvitationCheck struct {
	Lines   []CheckedLine `json:"lines"`
	New     int           `json:"new" doc:"Lines that can be invited."`
	Here    int           `json:"here" doc:"Lines with people who are here already."`
	Refused int           `json:"refused" doc:"Other lines that cannot be invited."`
	Seats   Seats         `json:"seats"`
	Mails   bool          `json:"mails" doc:"There is a mail server; without one links are handed over."`
	Open    bool          `json:"open" doc:"The account admits its people; otherwise invitations are held."`
}

// Seats are how many people an account may have and has.
type Seats struct {
	Used  int64 `json:"used"`
	Limit int64 `json:"limit" doc:"Of an agency without what its clients have; -1 = unlimited."`
}

// SeatsView is what there is to know before somebody is invited.
type SeatsView struct {
	Seats
	Contact string `json:"contact" doc:"Whom to ask for more; empty = whoever runs the server."`
	Mails   bool   `json:"mails" doc:"There is a mail server; without one links are handed over."`
	Open    bool   `json:"open" doc:"The account admits its people; otherwise invitations are held."`
}

func (s *Server) getSeats(ctx context.Context, c *Call, _ *struct{}) (*Answer[SeatsView], error) {
	use, err := s.Accounts.Seats(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	return answer(SeatsView{Seats: seats(use), Contact: use.Contact, Mails: s.Mails.Sends(), Open: c.Account.Admits()}), nil
}

// CheckedLine is one line of a list.
type CheckedLine struct {
	Line   int            `json:"line"`
	Email  string         `json:"email"`
	Name   string         `json:"name"`
	Roles  []string       `json:"roles"`
	Groups []GroupRef     `json:"groups"`
	Code   string         `json:"code" doc:"Why it cannot be invited; empty = it can."`
	Detail string         `json:"detail"`
	Params map[string]any `json:"params,omitempty" doc:"Values of the sentence."`
}

func (s *Server) checkInvitations(ctx context.Context, c *Call, in *inviteesInput) (*Answer[InvitationCheck], error) {
	verdicts, err := s.Users.Judge(ctx, c.Actor, in.Body.list())
	if err != nil {
		return nil, err
	}
	use, err := s.Accounts.Seats(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := InvitationCheck{Lines: make([]CheckedLine, len(verdicts)), Seats: seats(use), Mails: s.Mails.Sends(), Open: c.Account.Admits()}
	for i, v := range verdicts {
		line := CheckedLine{Line: v.Line, Email: v.Email, Name: v.Name, Roles: []string{}, Groups: make([]GroupRef, len(v.Groups))}
		for _, r := range v.Roles {
			line.Roles = append(line.Roles, string(r))
		}
		for j, g := range v.Groups {
			line.Groups[j] = GroupRef{ID: g.ID, Name: g.Name}
		}
		switch {
		case v.Err == nil:
			out.New++
		case v.Err.Code == "already_here":
			out.Here++
		default:
			out.Refused++
		}
		if v.Err != nil {
			line.Code, line.Detail, line.Params = v.Err.Code, v.Err.Message, v.Err.Params
		}
		out.Lines[i] = line
	}
	return answer(out), nil
}

func seats(use account.SeatUse) Seats { return Seats{Used: use.Used, Limit: use.Limit} }

// InvitedPeople are those who were invited, in the order of the list.
type InvitedPeople struct {
	Items []Person `json:"items"`
	Mails bool     `json:"mails" doc:"There is a mail server; without one links are handed over."`
}

func (s *Server) invite(ctx context.Context, c *Call, in *inviteesInput) (*Answer[InvitedPeople], error) {
	people, err := s.Users.Invite(ctx, c.Actor, in.Body.list())
	if err != nil {
		return nil, err
	}
	out := InvitedPeople{Items: make([]Person, len(people)), Mails: s.Mails.Sends()}
	for i, p := range people {
		out.Items[i] = person(p)
	}
	return answer(out), nil
}

func (s *Server) resendInvitation(ctx context.Context, c *Call, in *personInput) (*Tagged[PersonDetails], error) {
	return onePerson(s.Users.Resend(ctx, c.Actor, in.User))
}

func (s *Server) makeInviteLink(ctx context.Context, c *Call, in *personInput) (*Answer[Link], error) {
	url, ends, err := s.Users.InviteLink(ctx, c.Actor, in.User)
	if err != nil {
		return nil, err
	}
	return answer(Link{URL: url, ExpiresAt: ends}), nil
}

// Token is the last part of a link that lets somebody in. It travels in bodies, which no log holds.
type Token struct {
	Token string `json:"token" maxLength:"100"`
}

type tokenInput struct {
	Body Token
}

// InvitationView is what an invited person sees.
type InvitationView struct {
	Email   string   `json:"email"`
	Name    string   `json:"name"`
	Account string   `json:"account"`
	Inviter string   `json:"inviter"`
	Groups  []string `json:"groups"`
}

func (s *Server) lookInvitation(ctx context.Context, _ *Call, in *tokenInput) (*Answer[InvitationView], error) {
	w, err := s.Users.LookInvitation(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return answer(InvitationView(*w)), nil
}

type acceptInput struct {
	Body struct {
		Token
		Name     string `json:"name" maxLength:"500"`
		Password string `json:"password" maxLength:"1000"`
	}
}

func (s *Server) acceptInvitation(ctx context.Context, c *Call, in *acceptInput) (*signInOutput, error) {
	secret, who, err := s.Users.Accept(ctx, in.Body.Token.Token, in.Body.Name, in.Body.Password, c.place())
	if err != nil {
		return nil, err
	}
	return s.entered(ctx, c, secret, who)
}
