package credential

import (
	"cmp"
	"reflect"
	"strings"
)

// signingIn gives facts a sign-in, and says where its token goes in requests that have no place for it: into the header
// Authorization unless it has a name. Code bad_credential.
func (f Facts) signingIn(in *ServiceSignIn, name string, place Place, prefix string) (Facts, error) {
	if in == nil {
		return f, bad("sign_in_url", "sign_in_url", "say where the sign-in is.")
	}
	f.Name, f.In, f.Prefix = strings.TrimSpace(name), place, strings.TrimSpace(prefix)
	if f.In == "" || f.Name == "" && f.In == Header {
		f.In = Header
	}
	if f.Name != "" {
		f.Prefix = ""
		if err := f.check(APIKey); err != nil {
			return f, err
		}
	} else {
		f.Prefix = cmp.Or(f.Prefix, "Bearer")
		if f.In != Header {
			return f, bad("name", "name", "a parameter and a cookie have a name.")
		}
		if err := f.check(Bearer); err != nil {
			return f, err
		}
	}
	var err error
	if f.SignIn, err = in.checked(f.Hosts); err != nil {
		return f, err
	}
	return f, f.check(TwoStep)
}

// applySignIn puts what a patch says of the sign-in into facts that have the rest of it; again as of apply. Only for how long a
// token serves is no other way of sending the password.
func (in Patch) applySignIn(before, f Facts) (after Facts, again bool, err error) {
	way := f.SignIn
	if in.SignIn != nil {
		way = in.SignIn
	}
	if after, err = f.signingIn(way, orElse(in.Name, f.Name), orElse(in.In, f.In), orElse(in.Prefix, f.Prefix)); err != nil {
		return f, false, err
	}
	same := *after.SignIn
	same.TokenTTL = before.SignIn.TokenTTL
	again = !before.covers(after) || !reflect.DeepEqual(&same, before.SignIn) || after.UserName != before.UserName ||
		after.In != before.In || after.Name != before.Name || after.Prefix != before.Prefix
	return after, again, nil
}

// orElse is what a patch says, or what there is.
func orElse[T any](changed *T, now T) T {
	if changed != nil {
		return *changed
	}
	return now
}

// signInText is a sign-in for the trail; nothing of it is secret.
func signInText(in *ServiceSignIn) string {
	if in == nil {
		return ""
	}
	address, _, _ := strings.Cut(in.URL, "?") // what follows may be a key
	return in.Method + " " + address
}
