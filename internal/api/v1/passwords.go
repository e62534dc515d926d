package v1

import (
	"context"
	"net/http"
)

var passwordRoutes = []entry{
	route(Route{ID: "request-reset", Method: http.MethodPost, Path: "/reset", Tag: "sign-in", Public: true, Status: http.StatusNoContent,
		Summary: "Mails a link to a new password, if somebody can sign in with the address; the answer is always the same."}, (*Server).requestReset),
	route(Route{ID: "look-reset", Method: http.MethodPost, Path: "/reset/look", Tag: "sign-in", Public: true,
		Summary: "Says whose password a link replaces."}, (*Server).lookReset),
	route(Route{ID: "reset-password", Method: http.MethodPost, Path: "/reset/password", Tag: "sign-in", Public: true,
		Summary: "Sets a new password by a link, ends all sessions and begins one."}, (*Server).resetPassword),
}

type requestResetInput struct {
	Body struct {
		Email string `json:"email" maxLength:"320"`
	}
}

func (s *Server) requestReset(ctx context.Context, c *Call, in *requestResetInput) (*Empty, error) {
	return &Empty{}, s.Users.RequestReset(ctx, in.Body.Email, c.place())
}

// ResetView is what a link to a new password opens.
type ResetView struct {
	Email   string `json:"email"`
	Account string `json:"account"`
}

func (s *Server) lookReset(ctx context.Context, _ *Call, in *tokenInput) (*Answer[ResetView], error) {
	r, err := s.Users.LookReset(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return answer(ResetView(*r)), nil
}

type resetPasswordInput struct {
	Body struct {
		Token
		Password string `json:"password" maxLength:"1000"`
	}
}

func (s *Server) resetPassword(ctx context.Context, c *Call, in *resetPasswordInput) (*signInOutput, error) {
	secret, who, err := s.Users.NewPassword(ctx, in.Body.Token.Token, in.Body.Password, c.place())
	if err != nil {
		return nil, err
	}
	return s.entered(ctx, c, secret, who)
}
