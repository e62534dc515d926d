package rest

import (
	"context"

	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

// Sender sends requests, by the rules of fetch.Client.Do.
type Sender interface {
	Do(ctx context.Context, r fetch.Request) (*fetch.Response, error)
}

// SignIn signs in to a service and gives the token that lets requests in. refused is the token that the service has just
// refused, which is not given again; "" = none was.
type SignIn func(ctx context.Context, refused string) (token string, err error)

// tokenStandIn stands where the token of a sign-in will, until there is one. No position writes it otherwise.
const tokenStandIn = "octavo.auth.token"

// TakesToken says whether the request has a place for the token of a sign-in.
func (p Prepared) TakesToken() bool { return p.withToken != nil }

// answeredThere says whether an answer came from where its request was sent.
func answeredThere(req fetch.Request, resp *fetch.Response) bool {
	from, err := fetch.Origin(req.URL)
	to, err2 := fetch.Origin(resp.URL)
	return err == nil && err2 == nil && from == to
}

// TLS says how the host of the request is known; nil = as everybody is.
func (p Prepared) TLS() *fetch.TLS { return (*fetch.TLS)(p.spec.TLS) }

// TakesToken says whether {auth.token} stands in the request, in a row that is sent or in another text.
func (s *Spec) TakesToken() bool {
	for _, t := range s.texts() {
		if tpl, err := placeholder.Parse(t.text); err == nil && !t.off && len(tpl.Auths()) > 0 {
			return true
		}
	}
	return false
}

// checkAuths refuses what only a connected account has while it signs in, and a token where no text can change after it.
func checkAuths(t text, tpl placeholder.Template) error {
	for _, name := range tpl.Auths() {
		if name != "token" {
			return refuse(t.field, "{auth."+name+"} stands in the sign-in of a connected account only")
		}
		if t.field == "paginate" {
			return refuse(t.field, "{auth.token} stands in no list and no window of pages")
		}
	}
	return nil
}

// signedIn signs in where that comes before the first request. Codes missing_variable, and those of Options.SignIn.
func (r *reading) signedIn(ctx context.Context) error {
	switch {
	case r.options.SignIn == nil && r.first.TakesToken():
		return placeholder.Missing("auth.token").WithField("credential_id")
	case r.options.SignIn == nil || r.token != "":
		return nil
	}
	return r.signIn(ctx)
}

// signIn gets a token in place of the one that there is, and puts it where it belongs.
func (r *reading) signIn(ctx context.Context) error {
	refused := r.token
	r.token = "" // a sign-in that fails is begun again, without what was refused
	token, err := r.options.SignIn(ctx, refused)
	if err != nil {
		return err
	}
	r.token = token
	if r.first.TakesToken() {
		r.first, err = r.first.withToken(token)
	}
	return err
}

// signedInAgain asks once more after another sign-in.
func (r *reading) signedInAgain(ctx context.Context, asked func() (Prepared, error), refused *fetch.Response) (*fetch.Response, error) {
	if err := refused.Body.Close(); err != nil {
		return nil, err
	}
	r.result.Attempts++
	if err := r.signIn(ctx); err != nil {
		return nil, err
	}
	req, err := r.request(asked)
	if err != nil {
		return nil, err
	}
	return r.client.Do(ctx, req)
}
