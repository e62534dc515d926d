package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/authz"
	"octavo/internal/id"
	"octavo/internal/user"
)

// Who may look after which people the service decides: user.manage, or user.viewonly.manage for some.
var personRoutes = []entry{
	route(Route{ID: "get-person", Method: http.MethodGet, Path: "/{account}/people/{user}", Tag: "people",
		Summary: "Gives one person with what those who look after people see."}, (*Server).getPerson),
	route(Route{ID: "update-person", Method: http.MethodPatch, Path: "/{account}/people/{user}", Tag: "people",
		Summary: "Changes a person; roles and groups hold from their next request on."}, (*Server).updatePerson),
	route(Route{ID: "delete-person", Method: http.MethodDelete, Path: "/{account}/people/{user}", Tag: "people", Status: http.StatusOK,
		Summary: "Deletes a person and hands what they own to somebody else."}, (*Server).deletePerson),
	route(Route{ID: "deactivate-person", Method: http.MethodPost, Path: "/{account}/people/{user}/deactivate", Tag: "people",
		Summary: "Closes the account to a person; the seat is free."}, (*Server).deactivatePerson),
	route(Route{ID: "reactivate-person", Method: http.MethodPost, Path: "/{account}/people/{user}/reactivate", Tag: "people",
		Summary: "Opens the account to a person again; it takes a seat."}, (*Server).reactivatePerson),
	route(Route{ID: "unlock-person", Method: http.MethodPost, Path: "/{account}/people/{user}/unlock", Tag: "people",
		Summary: "Lets a person try to sign in again at once."}, (*Server).unlockPerson),
	route(Route{ID: "make-reset-link", Method: http.MethodPost, Path: "/{account}/people/{user}/reset-link", Tag: "people",
		Summary: "Makes a link to a new password, to be handed over."}, (*Server).makeResetLink),
	route(Route{ID: "list-person-sessions", Method: http.MethodGet, Path: "/{account}/people/{user}/sessions", Tag: "people",
		Summary: "Lists the sessions of a person."}, (*Server).listPersonSessions),
	route(Route{ID: "end-person-session", Method: http.MethodDelete, Path: "/{account}/people/{user}/sessions/{session}", Tag: "people",
		Summary: "Ends one session of a person."}, (*Server).endPersonSession),
	route(Route{ID: "end-person-sessions", Method: http.MethodDelete, Path: "/{account}/people/{user}/sessions", Tag: "people",
		Summary: "Ends all sessions of a person."}, (*Server).endPersonSessions),
}

// PersonPath names a person.
type PersonPath struct {
	User id.User `path:"user" maxLength:"64"`
}

type personInput struct{ PersonPath }

// PersonDetails is a person as those see them who look after people.
type PersonDetails struct {
	Person
	CreatedAt   time.Time         `json:"created_at"`
	Invitation  *InvitationState  `json:"invitation"`
	LockedUntil *time.Time        `json:"locked_until" doc:"Until then nobody can sign in with this address: too many tries."`
	Properties  map[string]string `json:"properties"`
}

// InvitationState is what a person who has not come yet waits with.
type InvitationState struct {
	_         struct{}   `nullable:"true"`
	Inviter   string     `json:"inviter"`
	ExpiresAt *time.Time `json:"expires_at" doc:"Null while it is held: the account is not open yet."`
}

func details(d *user.Details) PersonDetails {
	out := PersonDetails{Person: person(d.Person), CreatedAt: d.CreatedAt, Properties: d.Properties, LockedUntil: moment(d.LockedUntil)}
	if d.Invitation != nil {
		out.Invitation = &InvitationState{Inviter: d.Invitation.Inviter, ExpiresAt: moment(d.Invitation.ExpiresAt)}
	}
	return out
}

// moment is a time in JSON; null for the zero time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func onePerson(d *user.Details, err error) (*Tagged[PersonDetails], error) {
	if err != nil {
		return nil, err
	}
	return tagged(d.Version, details(d)), nil
}

func (s *Server) getPerson(ctx context.Context, c *Call, in *personInput) (*Tagged[PersonDetails], error) {
	return onePerson(s.Users.GetPerson(ctx, c.Actor, in.User))
}

// PersonPatch is a change of a person; what is left out stays.
type PersonPatch struct {
	Name       *string            `json:"name,omitempty" nullable:"false" maxLength:"500"`
	Roles      *[]authz.Role      `json:"roles,omitempty" maxItems:"100"`
	Groups     *[]id.Group        `json:"groups,omitempty" maxItems:"1000"`
	Contact    *bool              `json:"primary_contact,omitempty" nullable:"false"`
	Properties map[string]*string `json:"properties,omitempty" doc:"Null and the empty text take a value away."`
}

type updatePersonInput struct {
	PersonPath
	IfMatch
	Body PersonPatch
}

func (s *Server) updatePerson(ctx context.Context, c *Call, in *updatePersonInput) (*Tagged[PersonDetails], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return onePerson(s.Users.UpdatePerson(ctx, c.Actor, in.User, version, user.PersonPatch(in.Body)))
}

type deletePersonInput struct {
	PersonPath
	NewOwner id.User `query:"new_owner" maxLength:"64" doc:"Who gets what the person owns; default: who deletes, in a visit the agency."`
	Erase    bool    `query:"erase" doc:"Take the name and the address out of the activity, too."`
}

// HandedOver says how many things changed hands.
type HandedOver struct {
	Assets int64 `json:"assets"`
}

func (s *Server) deletePerson(ctx context.Context, c *Call, in *deletePersonInput) (*Answer[HandedOver], error) {
	n, err := s.Users.DeletePerson(ctx, c.Actor, in.User, in.NewOwner, in.Erase)
	if err != nil {
		return nil, err
	}
	return answer(HandedOver{Assets: n}), nil
}

func (s *Server) deactivatePerson(ctx context.Context, c *Call, in *personInput) (*Tagged[PersonDetails], error) {
	return onePerson(s.Users.Deactivate(ctx, c.Actor, in.User))
}

func (s *Server) reactivatePerson(ctx context.Context, c *Call, in *personInput) (*Tagged[PersonDetails], error) {
	return onePerson(s.Users.Reactivate(ctx, c.Actor, in.User))
}

func (s *Server) unlockPerson(ctx context.Context, c *Call, in *personInput) (*Tagged[PersonDetails], error) {
	return onePerson(s.Users.Unlock(ctx, c.Actor, in.User))
}

// Link is an address to be handed over.
type Link struct {
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (s *Server) makeResetLink(ctx context.Context, c *Call, in *personInput) (*Answer[Link], error) {
	url, ends, err := s.Users.ResetLink(ctx, c.Actor, in.User)
	if err != nil {
		return nil, err
	}
	return answer(Link{URL: url, ExpiresAt: ends}), nil
}

// Session is a signed-in browser.
type Session struct {
	ID        id.Session `json:"id"`
	Address   string     `json:"address"`
	Agent     string     `json:"agent" doc:"What the browser calls itself."`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    time.Time  `json:"used_at"`
	Current   bool       `json:"current"`
}

// Sessions are all sessions of a person.
type Sessions struct {
	Items []Session `json:"items"`
}

func (s *Server) sessionsOf(ctx context.Context, c *Call, person id.User) (*Answer[Sessions], error) {
	list, err := s.Users.Sessions(ctx, c.Actor, person)
	if err != nil {
		return nil, err
	}
	out := Sessions{Items: make([]Session, len(list))}
	for i, x := range list {
		out.Items[i] = Session(x)
	}
	return answer(out), nil
}

func (s *Server) listPersonSessions(ctx context.Context, c *Call, in *personInput) (*Answer[Sessions], error) {
	return s.sessionsOf(ctx, c, in.User)
}

type sessionInput struct {
	PersonPath
	Session id.Session `path:"session" maxLength:"64"`
}

func (s *Server) endPersonSession(ctx context.Context, c *Call, in *sessionInput) (*Empty, error) {
	return &Empty{}, s.Users.EndSession(ctx, c.Actor, in.User, in.Session)
}

func (s *Server) endPersonSessions(ctx context.Context, c *Call, in *personInput) (*Empty, error) {
	return &Empty{}, s.Users.EndSessions(ctx, c.Actor, in.User)
}
