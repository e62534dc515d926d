package credential

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"octavo/internal/authz"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Kind says what a credential is made of.
type Kind string

// The kinds.
const (
	APIKey Kind = "api_key" // a named value in a header, in the address or in a cookie
	Basic  Kind = "basic"   // a name and a password
	Bearer Kind = "bearer"  // a token in the header Authorization
	Digest Kind = "digest"  // a name and a password, which is not sent: the service asks a question that only who knows it can answer
	WSSE   Kind = "wsse"    // a name and a password in the header X-WSSE, hashed with the time

	AWS  Kind = "aws_sigv4" // an access key of Amazon Web Services, which signs each request
	HMAC Kind = "hmac"      // a secret that signs each request

	ClientCertificate Kind = "mtls" // a certificate with its private key, presented when a connection is made, and nothing else

	TwoStep Kind = "two_step" // a name and a password that a first request signs in with; the token that it brings lets the others in

	NTLM Kind = "ntlm" // a domain, a name and a password, for services of Microsoft in a company: a connection is let in

	Database Kind = "database" // a database, and a user of it with a password
)

// Kinds lists the kinds in the order that people choose from.
var Kinds = []Kind{APIKey, Basic, Bearer, Digest, WSSE, TwoStep, NTLM, AWS, HMAC, ClientCertificate, Database}

// Place says where an API key stands in a request.
type Place string

// The places.
const (
	Header Place = "header"
	Query  Place = "query"
	Cookie Place = "cookie"
)

// State says whether a service takes the credential.
type State string

// The states.
const (
	OK           State = "ok"
	NeedsRenewal State = "needs_reauthorization" // the service refused it; sources that use it wait for a new secret
)

// Limits of credentials.
const (
	Max            = 500 // of an account
	MaxHosts       = 20  // of one
	maxLabel       = 200 // characters
	maxDescription = 500 // characters
	maxName        = 200 // characters of a user name, header, parameter or cookie
	maxSecret      = 8192
)

// Facts are what people may read of a credential beside its label. Which of them it has depends on the kind.
type Facts struct {
	Hosts       []string       `json:"hosts"`                // origins that it is sent to, such as https://api.example.com:443
	UserName    string         `json:"user_name,omitempty"`  // Basic, Digest, WSSE, TwoStep, NTLM, Database
	Name        string         `json:"name,omitempty"`       // APIKey, HMAC, TwoStep: of the header, parameter or cookie; of TwoStep "" = Authorization
	In          Place          `json:"in,omitempty"`         // APIKey, HMAC, TwoStep
	Prefix      string         `json:"prefix,omitempty"`     // Bearer, TwoStep in Authorization: stands before the token; HMAC: before the signature
	Domain      string         `json:"domain,omitempty"`     // NTLM; "" = that of the service
	SignIn      *ServiceSignIn `json:"sign_in,omitempty"`    // TwoStep
	AWS         AWSKey         `json:"aws,omitzero"`         // AWS
	Signature   Signature      `json:"signature,omitzero"`   // HMAC
	Certificate Certificate    `json:"certificate,omitzero"` // ClientCertificate; with all others but Database none or one

	Server
}

// Credential is one as people see it. It has no secret.
type Credential struct {
	ID          id.Credential
	Kind        Kind
	Label       string
	Description string
	Shared      bool
	Owner       id.User
	OwnerName   string
	OwnerLeft   bool // it was handed over when the owner before left
	Facts
	State     State
	Error     string // what the service said when it refused
	Version   int64
	CreatedAt time.Time
	ChangedAt time.Time
	OKAt      time.Time // when a service last took it; zero = not yet
	MayChange bool      // by the actor
	Sources   int64     // data sources that use it, in all accounts
	Accounts  int64     // accounts that these are in
}

// Draft is what a credential is made of.
type Draft struct {
	Kind        Kind
	Label       string
	Description string
	Shared      bool
	Hosts       []string // as people type them: api.example.com, http://10.0.0.5:8080
	UserName    string
	Name        string
	In          Place  // "" = Header
	Prefix      string // "" = Bearer
	Domain      string // NTLM; it may stand in UserName, before a backslash
	AWS         AWSKey
	Certificate *CertificatePair // presented to the hosts; nil = none
	Secret      string
	Session     string         // AWS: token of a key that ends by itself; "" = the key has none
	Signature   Signature      // HMAC, which has Name, In and Prefix as well
	SignIn      *ServiceSignIn // TwoStep
	Server                     // Database; Hosts are of it then

	TunnelSecret string // of Server.Tunnel: a password, or a private key in PEM
}

// Patch is a change of a credential; nil leaves a field as it is. Hosts that are new, and
// another place or name to send it by, need the secret as well.
type Patch struct {
	Label       *string
	Description *string
	Shared      *bool
	Hosts       *[]string
	UserName    *string
	Name        *string
	In          *Place
	Prefix      *string
	AWS         *AWSKey          // all of it
	Signature   *Signature       // all of it
	Certificate *CertificatePair // as a whole; an empty one takes it away
	Secret      *string
	Session     *string // AWS: belongs to Secret; nil with a new one = it has none
	Domain      *string
	SignIn      *ServiceSignIn // TwoStep: all of it
	Server      *Server        // Database: all of it

	TunnelSecret *string
}

// forAuthz is what authz decides by.
func (c *Credential) forAuthz(who authz.Actor) authz.Asset {
	a := authz.Asset{Kind: "credential", Owner: c.Owner}
	if c.Shared && who.Has(authz.ConnectionShared) {
		a.Best = authz.View
	}
	return a
}

// mayLook refuses people who have no use for credentials. Code permission_denied.
func mayLook(who authz.Actor) error {
	if who.Has(authz.ConnectionManage) || who.Has(authz.ConnectionShared) {
		return nil
	}
	return authz.Can(who, authz.AccountTokens, authz.None)
}

// checkLabel trims a label. Codes name_required, name_too_long, bad_text.
func checkLabel(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", errs.New(errs.Invalid, "name_required", "Give it a name.").WithField("label")
	case n > maxLabel:
		return "", errs.Newf(errs.Invalid, "name_too_long", "A name has at most %d characters; this one has %d.", maxLabel, n).WithField("label")
	case !isLine(text):
		return "", badText("label")
	}
	return text, nil
}

// checkDescription trims a description. Codes text_too_long, bad_text.
func checkDescription(text string) (string, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n > maxDescription {
		return "", errs.Newf(errs.Invalid, "text_too_long", "At most %d characters; this has %d.", maxDescription, n).
			WithField("description").WithParams(map[string]any{"limit": maxDescription, "length": n})
	}
	if !isLine(strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(text)) {
		return "", badText("description")
	}
	return text, nil
}

func isLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

func badText(field string) error {
	return errs.New(errs.Invalid, "bad_text", "This text has characters that cannot be stored.").WithField(field)
}

// bad refuses a field of a credential. reason is for the words of the web application:
// kind, engine, server, database, tls, ca, hosts, host, user_name, name, in, prefix, secret, secret_missing, secret_long, secret_again,
// aws_key_id, aws_region, aws_service, session, session_alone, signature_algorithm, signature_encoding, signature_long, signature_part,
// signature_nothing, signature_in, signature_prefix, certificate_missing, certificate_key_missing, certificate_chain, certificate_key,
// certificate_encrypted, certificate_mismatch, certificate_hosts, certificate_again.
func bad(field, reason, sentence string) error {
	return errs.Newf(errs.Invalid, "bad_credential", "This cannot be kept: %s", sentence).WithField(field).WithParams(map[string]any{"reason": reason})
}

func stale(current int64) error {
	return errs.New(errs.Conflict, "version_conflict", "Somebody changed this in the meantime. Load it again and repeat your change.").
		WithParams(map[string]any{"version": current})
}

// covers says whether what is sent to other may be sent to f: all its hosts are among those of f.
func (f Facts) covers(other Facts) bool {
	return !slices.ContainsFunc(other.Hosts, func(h string) bool { return !slices.Contains(f.Hosts, h) })
}
