package v1

import (
	"context"
	"net/http"

	"octavo/internal/authz"
	"octavo/internal/id"
	"octavo/internal/setting"
	"octavo/internal/user"
)

// A visitor has no profile in a client: the service answers not_in_visit.
var profileRoutes = []entry{
	route(Route{ID: "get-profile", Method: http.MethodGet, Path: "/{account}/profile", Tag: "me",
		Permission: authz.AccountProfile, Summary: "Gives the person who is signed in."}, (*Server).getProfile),
	route(Route{ID: "update-profile", Method: http.MethodPatch, Path: "/{account}/profile", Tag: "me",
		Permission: authz.AccountProfile, Summary: "Changes the own name, and whether mails about data come."}, (*Server).updateProfile),
	route(Route{ID: "get-own-settings", Method: http.MethodGet, Path: "/{account}/profile/settings", Tag: "me",
		Permission: authz.AccountProfile, Summary: "Gives the own time zone and language, beside those of the account."}, (*Server).getOwnSettings),
	route(Route{ID: "update-own-settings", Method: http.MethodPatch, Path: "/{account}/profile/settings", Tag: "me",
		Permission: authz.AccountProfile, Summary: "Changes the own time zone and language."}, (*Server).updateOwnSettings),
	route(Route{ID: "change-password", Method: http.MethodPost, Path: "/{account}/profile/password", Tag: "me",
		Permission: authz.AccountProfile, Status: http.StatusNoContent, Summary: "Changes the own password and ends the other sessions."}, (*Server).changePassword),
	route(Route{ID: "list-sessions", Method: http.MethodGet, Path: "/{account}/profile/sessions", Tag: "me",
		Permission: authz.AccountProfile, Summary: "Lists the own sessions."}, (*Server).listSessions),
	route(Route{ID: "end-other-sessions", Method: http.MethodDelete, Path: "/{account}/profile/sessions", Tag: "me",
		Permission: authz.AccountProfile, Summary: "Ends the own sessions but this one."}, (*Server).endOtherSessions),
	route(Route{ID: "end-session", Method: http.MethodDelete, Path: "/{account}/profile/sessions/{session}", Tag: "me",
		Permission: authz.AccountProfile, Summary: "Ends one of the own sessions."}, (*Server).endOwnSession),
}

// Profile is the person who is signed in, with what is for nobody else.
type Profile struct {
	PersonDetails
	DataMail bool `json:"data_mail" doc:"Mails about data that cannot be fetched come, one an hour at most."`
}

// ProfilePatch is a change of the own profile; what is not in it stays.
type ProfilePatch struct {
	Name     *string `json:"name,omitempty" maxLength:"500"`
	DataMail *bool   `json:"data_mail,omitempty"`
}

func profile(d *user.Details, err error) (*Tagged[Profile], error) {
	if err != nil {
		return nil, err
	}
	return tagged(d.Version, Profile{PersonDetails: details(d), DataMail: d.DataMail}), nil
}

func (s *Server) getProfile(ctx context.Context, c *Call, _ *struct{}) (*Tagged[Profile], error) {
	return profile(s.Users.Profile(ctx, c.Actor))
}

type updateProfileInput struct{ Body ProfilePatch }

func (s *Server) updateProfile(ctx context.Context, c *Call, in *updateProfileInput) (*Tagged[Profile], error) {
	return profile(s.Users.ChangeProfile(ctx, c.Actor, user.ProfilePatch(in.Body)))
}

// OwnSetting is a setting as a person has it.
type OwnSetting struct {
	Name    string  `json:"name" doc:"time_zone, locale."`
	Value   *string `json:"value" doc:"What the person has chosen; null = as the account has it."`
	Account string  `json:"account" doc:"What the account has."`
}

// OwnSettings are how a person sees numbers and dates.
type OwnSettings struct {
	Items   []OwnSetting `json:"items"`
	Allowed bool         `json:"allowed" doc:"The account lets its people choose."`
}

func ownSettings(list []setting.Personal, allowed bool) *Answer[OwnSettings] {
	out := OwnSettings{Items: make([]OwnSetting, len(list)), Allowed: allowed}
	for i, one := range list {
		out.Items[i] = OwnSetting{Name: one.Name, Account: one.Account}
		if one.Value != "" {
			out.Items[i].Value = &one.Value
		}
	}
	return answer(out)
}

func (s *Server) getOwnSettings(ctx context.Context, c *Call, _ *struct{}) (*Answer[OwnSettings], error) {
	list, allowed, err := s.Settings.Personal(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	return ownSettings(list, allowed), nil
}

type updateOwnSettingsInput struct {
	Body SettingChanges
}

func (s *Server) updateOwnSettings(ctx context.Context, c *Call, in *updateOwnSettingsInput) (*Answer[OwnSettings], error) {
	list, err := s.Settings.SetPersonal(ctx, c.Actor, in.Body.Values)
	if err != nil {
		return nil, err
	}
	return ownSettings(list, true), nil
}

type changePasswordInput struct {
	Body struct {
		Present  string `json:"present" maxLength:"1000"`
		Password string `json:"password" maxLength:"1000"`
	}
}

func (s *Server) changePassword(ctx context.Context, c *Call, in *changePasswordInput) (*Empty, error) {
	return &Empty{}, s.Users.ChangePassword(ctx, c.Actor, c.place(), in.Body.Present, in.Body.Password)
}

func (s *Server) listSessions(ctx context.Context, c *Call, _ *struct{}) (*Answer[Sessions], error) {
	if _, err := s.Users.Profile(ctx, c.Actor); err != nil {
		return nil, err
	}
	return s.sessionsOf(ctx, c, c.Actor.User)
}

func (s *Server) endOtherSessions(ctx context.Context, c *Call, _ *struct{}) (*Empty, error) {
	return &Empty{}, s.Users.EndSessions(ctx, c.Actor, c.Actor.User)
}

type ownSessionInput struct {
	Session id.Session `path:"session" maxLength:"64"`
}

func (s *Server) endOwnSession(ctx context.Context, c *Call, in *ownSessionInput) (*Empty, error) {
	return &Empty{}, s.Users.EndSession(ctx, c.Actor, c.Actor.User, in.Session)
}
