package credential_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"octavo/internal/credential"
	"octavo/internal/errs"
	"octavo/internal/fetch"
)

// signsIn makes a draft one that signs in first.
func signsIn(change func(d *credential.Draft)) func(*credential.Draft) {
	return func(d *credential.Draft) {
		d.Kind, d.UserName = credential.TwoStep, "me"
		d.SignIn = &credential.ServiceSignIn{URL: "https://api.shop.test/login", Body: "u={auth.username}&p={auth.password}", TokenSelector: "token", LogoutURL: "https://api.shop.test/logout"}
		if change != nil {
			change(d)
		}
	}
}

func TestWhatASignInIsMadeOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := func(change func(in *credential.ServiceSignIn)) func(*credential.Draft) {
		return signsIn(func(d *credential.Draft) { change(d.SignIn) })
	}
	for name, c := range map[string]struct {
		change func(*credential.Draft)
		want   string
	}{
		"good":                {signsIn(nil), ""},
		"none":                {signsIn(func(d *credential.Draft) { d.SignIn = nil }), "sign_in_url/sign_in_url"},
		"no user name":        {signsIn(func(d *credential.Draft) { d.UserName = " " }), "user_name/user_name"},
		"another host":        {in(func(in *credential.ServiceSignIn) { in.URL = "https://evil.test/login" }), "sign_in_url/sign_in_url"},
		"without TLS":         {in(func(in *credential.ServiceSignIn) { in.URL = "http://api.shop.test/login" }), "sign_in_url/sign_in_url"},
		"host by a value":     {in(func(in *credential.ServiceSignIn) { in.URL = "https://api.shop.test{auth.password}/" }), "sign_in_url/sign_in_url"},
		"out elsewhere":       {in(func(in *credential.ServiceSignIn) { in.LogoutURL = "https://evil.test/?{auth.token}" }), "logout_url/sign_in_url"},
		"out with a variable": {in(func(in *credential.ServiceSignIn) { in.LogoutURL += "?{props.x:1}" }), "logout_url/sign_in_url"},
		"no password":         {in(func(in *credential.ServiceSignIn) { in.Body = "u=me" }), "sign_in_url/sign_in_password"},
		"a variable":          {in(func(in *credential.ServiceSignIn) { in.Body += "{props.x:1}" }), "sign_in_url/sign_in_placeholder"},
		"half a placeholder":  {in(func(in *credential.ServiceSignIn) { in.Body += "{auth.x" }), "sign_in_url/sign_in_placeholder"},
		"a token before":      {in(func(in *credential.ServiceSignIn) { in.Body += "{auth.token}" }), "sign_in_url/sign_in_token"},
		"method":              {in(func(in *credential.ServiceSignIn) { in.Method = "PUT" }), "sign_in_method/sign_in_method"},
		"GET with a body":     {in(func(in *credential.ServiceSignIn) { in.Method = "GET" }), "sign_in_body/sign_in_body"},
		"answer":              {in(func(in *credential.ServiceSignIn) { in.Response = "csv" }), "sign_in_response/sign_in_response"},
		"no place":            {in(func(in *credential.ServiceSignIn) { in.TokenSelector = "" }), "token_selector/token_where"},
		"two places":          {in(func(in *credential.ServiceSignIn) { in.TokenPath = "(x)" }), "token_selector/token_where"},
		"no group":            {in(func(in *credential.ServiceSignIn) { in.TokenPath, in.TokenSelector = "x", "" }), "token_path/token_path"},
		"no expression":       {in(func(in *credential.ServiceSignIn) { in.TokenPath, in.TokenSelector = "((x)", "" }), "token_path/token_path"},
		"back-reference":      {in(func(in *credential.ServiceSignIn) { in.TokenPath, in.TokenSelector = `(x)\1`, "" }), "token_path/token_path"},
		"list":                {in(func(in *credential.ServiceSignIn) { in.TokenSelector = "$.a[0].b[1][2]" }), ""},
		"keys":                {in(func(in *credential.ServiceSignIn) { in.TokenSelector = "a..b" }), "token_selector/token_selector"},
		"index":               {in(func(in *credential.ServiceSignIn) { in.TokenSelector = "a[x]" }), "token_selector/token_selector"},
		"open index":          {in(func(in *credential.ServiceSignIn) { in.TokenSelector = "a[1" }), "token_selector/token_selector"},
		"keys of a text":      {in(func(in *credential.ServiceSignIn) { in.Response = "text" }), "token_selector/token_selector"},
		"XPath":               {in(func(in *credential.ServiceSignIn) { in.Response, in.TokenSelector = "xml", "//session/@id" }), ""},
		"no XPath":            {in(func(in *credential.ServiceSignIn) { in.Response, in.TokenSelector = "xml", "//[" }), "token_selector/token_selector"},
		"header":              {in(func(in *credential.ServiceSignIn) { in.TokenSelector = "header: X-Token" }), ""},
		"no header":           {in(func(in *credential.ServiceSignIn) { in.TokenSelector = "header:X: y" }), "token_selector/token_selector"},
		"for years":           {in(func(in *credential.ServiceSignIn) { in.TokenTTL = 86401 }), "token_ttl_s/token_ttl"},
		"parameter": {in(func(in *credential.ServiceSignIn) {
			in.Parameters = []credential.SignInParameter{{Name: "a\r\nb", In: credential.Header}}
		}), "sign_in_parameters/sign_in_parameter"},
		"a word in a cookie": {signsIn(func(d *credential.Draft) { d.In = credential.Cookie }), "name/name"},
		"host as header":     {signsIn(func(d *credential.Draft) { d.Name = "Host" }), "name/name"},
		"two words":          {signsIn(func(d *credential.Draft) { d.Prefix = "a b" }), "prefix/prefix"},
	} {
		_, err := w.Create(w.ctx, w.maya, draft(c.change))
		got := ""
		var e *errs.Error
		if errors.As(err, &e) {
			got = e.Field + "/" + fmt.Sprint(e.Params["reason"])
		}
		if got != c.want || strings.Contains(fmt.Sprint(err), marker) {
			t.Errorf("%s: %v at %s, want %s", name, err, got, c.want)
		}
	}
}

// TestASignInIsNotMovedByWhoDoesNotKnowThePassword: all that decides how it is sent needs it anew.
func TestASignInIsNotMovedByWhoDoesNotKnowThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.make(w.editor, signsIn(func(d *credential.Draft) { d.Hosts = append(d.Hosts, "pages.shop.test") }))
	moved := func(change func(in *credential.ServiceSignIn)) credential.Patch {
		in := *c.SignIn
		change(&in)
		return credential.Patch{SignIn: &in}
	}
	for name, p := range map[string]credential.Patch{
		"to another host":  moved(func(in *credential.ServiceSignIn) { in.URL = "https://pages.shop.test/echo" }),
		"into the address": moved(func(in *credential.ServiceSignIn) { in.URL += "?p={auth.password}" }),
		"when it ends":     moved(func(in *credential.ServiceSignIn) { in.LogoutURL += "?p={auth.password}" }),
		"as another":       {UserName: ptr("you")},
		"the token":        {Name: ptr("X-Echo")},
		"one more host":    {Hosts: ptr([]string{"api.shop.test", "pages.shop.test", "evil.test"})},
	} {
		_, err := w.Update(w.ctx, w.maya, c.ID, c.Version, p)
		var e *errs.Error
		if !errors.As(err, &e) || e.Params["reason"] != "secret_again" {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.Update(w.ctx, w.maya, c.ID, c.Version, credential.Patch{Hosts: ptr([]string{"pages.shop.test"})})
	wantCode(t, err, "bad_credential")
	longer, err := w.Update(w.ctx, w.maya, c.ID, c.Version, moved(func(in *credential.ServiceSignIn) { in.TokenTTL = 60 }))
	if err != nil || longer.SignIn.TokenTTL != 60 || longer.Version != c.Version+1 {
		t.Fatalf("how long a token serves: %+v, %v", longer, err)
	}
	same, err := w.Update(w.ctx, w.maya, c.ID, longer.Version, credential.Patch{SignIn: longer.SignIn, Name: ptr(""), Prefix: ptr("Bearer")})
	if err != nil || same.Version != longer.Version {
		t.Errorf("nothing changed: %+v, %v", same, err)
	}
	renewed, err := w.Update(w.ctx, w.maya, c.ID, longer.Version, credential.Patch{SignIn: c.SignIn, UserName: ptr("you"), Secret: ptr("new")})
	if err != nil || renewed.UserName != "you" || renewed.SignIn.TokenTTL != 0 {
		t.Errorf("with the password: %+v, %v", renewed, err)
	}
}

// TestAPasswordThatSignsInIsInNoOtherRequest, and without a session nothing is let in.
func TestAPasswordThatSignsInIsInNoOtherRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.make(w.maya, signsIn(func(d *credential.Draft) { d.Name, d.In = "k", credential.Query }))
	opened, err := w.Open(w.ctx, w.Agency.ID, c.ID, "https://api.shop.test/")
	if err != nil {
		t.Fatal(err)
	}
	r := fetch.Request{URL: "https://api.shop.test/orders", Header: http.Header{}}
	again, err := opened.Answer(http.Header{"Www-Authenticate": {`Digest realm="x", nonce="y"`, "Basic"}}, &r)
	if err != nil || again {
		t.Errorf("answers a challenge: %v, %v", again, err)
	}
	if err := opened.Apply(&r); err != nil || r.URL != "https://api.shop.test/orders" || len(r.Header) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	plain := w.make(w.maya, nil)
	if opened, err = w.Open(w.ctx, w.Agency.ID, plain.ID, "https://api.shop.test/"); err != nil || opened.Session(nil, "", nil) != nil {
		t.Errorf("another kind has a session: %v", err)
	}
}
