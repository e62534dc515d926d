package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/credential"
	"octavo/internal/id"
)

// Making a credential is no route that can be repeated by a key of idempotency: of such a call a hash of the body is kept,
// by which a weak password could be found out.
var credentialRoutes = []entry{
	route(Route{ID: "list-credentials", Method: http.MethodGet, Path: "/{account}/credentials", Tag: "credentials",
		Summary: "Lists the connected accounts that the caller may use or change, in order of name. No answer has a secret."}, (*Server).listCredentials),
	route(Route{ID: "create-credential", Method: http.MethodPost, Path: "/{account}/credentials", Tag: "credentials", Status: http.StatusCreated,
		Summary: "Keeps a key, a name and password, a token, what requests are signed with, or the sign-in of a database."}, (*Server).createCredential),
	route(Route{ID: "get-credential", Method: http.MethodGet, Path: "/{account}/credentials/{credential}", Tag: "credentials",
		Summary: "Shows one connected account."}, (*Server).getCredential),
	route(Route{ID: "update-credential", Method: http.MethodPatch, Path: "/{account}/credentials/{credential}", Tag: "credentials",
		Summary: "Changes it. A new secret holds at once for all data sources that use it, in every account."}, (*Server).updateCredential),
	route(Route{ID: "delete-credential", Method: http.MethodDelete, Path: "/{account}/credentials/{credential}", Tag: "credentials",
		Summary: "Removes it. One that is in use is refused unless another one takes its place."}, (*Server).deleteCredential),
	route(Route{ID: "get-credential-usage", Method: http.MethodGet, Path: "/{account}/credentials/{credential}/usage", Tag: "credentials",
		Summary: "Tells which data sources use it; those that the caller may not see are counted only."}, (*Server).credentialUsage),
}

// Credential is a connected account. It has no secret.
type Credential struct {
	ID          id.Credential             `json:"id"`
	Kind        credential.Kind           `json:"kind" enum:"api_key,basic,bearer,digest,wsse,aws_sigv4,hmac,mtls,two_step,ntlm,database"`
	Label       string                    `json:"label"`
	Description string                    `json:"description"`
	Shared      bool                      `json:"shared" doc:"The other people of the account may use it."`
	Owner       Named                     `json:"owner"`
	OwnerLeft   bool                      `json:"owner_left" doc:"It was handed over when its owner left."`
	Hosts       []string                  `json:"hosts" doc:"Origins that it is sent to, and no others."`
	UserName    string                    `json:"user_name" doc:"Of kinds basic, digest, wsse, two_step, ntlm and database."`
	Name        string                    `json:"name" doc:"Of kinds api_key and hmac: of the header, parameter or cookie. Of kind two_step: of that which has the token; empty = Authorization."`
	In          credential.Place          `json:"in" doc:"Of kinds api_key and two_step: header, query or cookie; of kind hmac: header or query."`
	Prefix      string                    `json:"prefix" doc:"Of kinds bearer and two_step: stands before the token; of kind hmac: before the signature."`
	Domain      string                    `json:"domain" doc:"Of kind ntlm; empty = that of the service."`
	SignIn      *credential.ServiceSignIn `json:"sign_in" doc:"Of kind two_step; else null."`
	AWS         *credential.AWSKey        `json:"aws" doc:"Of kind aws_sigv4; else null."`
	Signature   *credential.Signature     `json:"signature" doc:"Of kind hmac; else null."`
	Certificate *credential.Certificate   `json:"certificate" doc:"The client certificate that is presented to the hosts; null = none."`
	Server      *DatabaseServer           `json:"server" doc:"Of kind database; else null."`
	State       credential.State          `json:"state" enum:"ok,needs_reauthorization"`
	Error       string                    `json:"error" doc:"What the service said when it refused it."`
	Version     int64                     `json:"version"`
	CreatedAt   time.Time                 `json:"created_at"`
	ChangedAt   time.Time                 `json:"changed_at"`
	OKAt        *time.Time                `json:"ok_at" doc:"When a service last took it; null = not yet."`
	MayChange   bool                      `json:"may_change"`
	Sources     int64                     `json:"sources" doc:"Data sources that use it, in all accounts."`
	Accounts    int64                     `json:"accounts" doc:"Accounts that these are in."`
}

// DatabaseServer says where a database is.
type DatabaseServer struct {
	Engine   string `json:"engine" enum:"postgresql,mysql,sqlserver,clickhouse,trino"`
	Host     string `json:"host" maxLength:"1000"`
	Port     int    `json:"port,omitempty" minimum:"0" maximum:"65535" doc:"The usual one when absent."`
	Database string `json:"database" maxLength:"1000"`
	TLS      string `json:"tls,omitempty" enum:"disable,require,verify-ca,verify-full" doc:"verify-full when absent."`
	CA       string `json:"ca,omitempty" maxLength:"65536" doc:"Certificates in PEM that sign that of the server; those that the system trusts when absent."`

	Tunnel credential.Tunnel `json:"tunnel,omitzero" doc:"A server that it is reached through, by SSH; absent = none."`
}

func databaseServer(s credential.Server) *DatabaseServer {
	if s.Engine == "" {
		return nil
	}
	out := DatabaseServer(s)
	return &out
}

// ofKind is what not every kind has; nil where there is none.
func ofKind[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

func credentialOut(c credential.Credential) Credential {
	return Credential{
		ID: c.ID, Kind: c.Kind, Label: c.Label, Description: c.Description, Shared: c.Shared,
		Owner: Named{ID: c.Owner, Name: c.OwnerName}, OwnerLeft: c.OwnerLeft, Hosts: c.Hosts, UserName: c.UserName,
		Name: c.Name, In: c.In, Prefix: c.Prefix, Domain: c.Domain, SignIn: c.SignIn, AWS: ofKind(c.AWS), Signature: ofKind(c.Signature),
		Certificate: ofKind(c.Certificate), Server: databaseServer(c.Server), State: c.State, Error: c.Error, Version: c.Version, CreatedAt: c.CreatedAt,
		ChangedAt: c.ChangedAt, OKAt: moment(c.OKAt), MayChange: c.MayChange, Sources: c.Sources, Accounts: c.Accounts,
	}
}

type listCredentialsInput struct {
	ListInput
	Q string `query:"q" maxLength:"200" doc:"Part of the name."`
}

func (s *Server) listCredentials(ctx context.Context, c *Call, in *listCredentialsInput) (*Listing[Credential], error) {
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	filter := credential.Filter{Search: in.Q}
	rows, next, err := s.Credentials.List(ctx, c.Actor, filter, req)
	if err != nil {
		return nil, err
	}
	var count *int64
	if in.Count {
		n, err := s.Credentials.Count(ctx, c.Actor, filter)
		if err != nil {
			return nil, err
		}
		count = &n
	}
	return listing(s, c, rows, next, count, credentialOut)
}

// NewCredential is what a connected account is made of.
type NewCredential struct {
	Kind        credential.Kind             `json:"kind" maxLength:"20" doc:"api_key, basic, bearer, digest, wsse, aws_sigv4, hmac, mtls, two_step, ntlm or database."`
	Label       string                      `json:"label" maxLength:"1000"`
	Description string                      `json:"description,omitempty" maxLength:"5000"`
	Shared      bool                        `json:"shared,omitempty"`
	Hosts       []string                    `json:"hosts,omitempty" maxItems:"100" nullable:"false" doc:"Such as api.example.com or http://reports.lan:8080; not of kind database."`
	UserName    string                      `json:"user_name,omitempty" maxLength:"1000"`
	Name        string                      `json:"name,omitempty" maxLength:"1000"`
	In          credential.Place            `json:"in,omitempty" maxLength:"20" doc:"header, query or cookie; of kind hmac header or query. Default header."`
	Prefix      string                      `json:"prefix,omitempty" maxLength:"1000" doc:"Of kind bearer Bearer by default; of kind hmac what stands before the signature, blanks included."`
	Secret      string                      `json:"secret,omitempty" maxLength:"20000" doc:"The key, password or token; not of kind mtls. It is told nowhere."`
	Server      *DatabaseServer             `json:"server,omitempty" nullable:"false" doc:"Of kind database."`
	AWS         *credential.AWSKey          `json:"aws,omitempty" nullable:"false" doc:"Of kind aws_sigv4; secret is its secret access key then."`
	Signature   *credential.Signature       `json:"signature,omitempty" nullable:"false" doc:"Of kind hmac; name, in and prefix say where it stands."`
	Certificate *credential.CertificatePair `json:"certificate,omitempty" nullable:"false" doc:"Of kind mtls; others but database may have one beside what they send. Hosts are of https then."`
	Domain      string                      `json:"domain,omitempty" maxLength:"1000" doc:"Of kind ntlm; that of the service when absent."`
	SignIn      *credential.ServiceSignIn   `json:"sign_in,omitempty" nullable:"false" doc:"Of kind two_step: how the service is signed in to."`

	Session      string `json:"session_token,omitempty" maxLength:"20000" doc:"Of kind aws_sigv4, of a key that ends by itself. It is told nowhere."`
	TunnelSecret string `json:"tunnel_secret,omitempty" maxLength:"20000" doc:"Of the tunnel: a password, or a private key in PEM without a passphrase. It is told nowhere."`
}

type createCredentialInput struct{ Body NewCredential }

func (s *Server) createCredential(ctx context.Context, c *Call, in *createCredentialInput) (*Tagged[Credential], error) {
	b := in.Body
	draft := credential.Draft{Kind: b.Kind, Label: b.Label, Description: b.Description, Shared: b.Shared, Hosts: b.Hosts, UserName: b.UserName,
		Name: b.Name, In: b.In, Prefix: b.Prefix, Domain: b.Domain, SignIn: b.SignIn, Secret: b.Secret, Session: b.Session, TunnelSecret: b.TunnelSecret}
	if b.Server != nil {
		draft.Server = credential.Server(*b.Server)
	}
	if b.AWS != nil {
		draft.AWS = *b.AWS
	}
	if b.Signature != nil {
		draft.Signature = *b.Signature
	}
	draft.Certificate = b.Certificate
	made, err := s.Credentials.Create(ctx, c.Actor, draft)
	if err != nil {
		return nil, err
	}
	return tagged(made.Version, credentialOut(*made)), nil
}

// CredentialPath names a connected account.
type CredentialPath struct {
	Credential id.Credential `path:"credential" maxLength:"64"`
}

func (s *Server) getCredential(ctx context.Context, c *Call, in *CredentialPath) (*Tagged[Credential], error) {
	found, err := s.Credentials.Get(ctx, c.Actor, in.Credential)
	if err != nil {
		return nil, err
	}
	return tagged(found.Version, credentialOut(*found)), nil
}

// CredentialPatch is a change of a connected account; what is left out stays. New hosts, and
// another way to send it, need the secret as well.
type CredentialPatch struct {
	Label       *string                     `json:"label,omitempty" nullable:"false" maxLength:"1000"`
	Description *string                     `json:"description,omitempty" nullable:"false" maxLength:"5000"`
	Shared      *bool                       `json:"shared,omitempty" nullable:"false"`
	Hosts       *[]string                   `json:"hosts,omitempty" nullable:"false" maxItems:"100"`
	UserName    *string                     `json:"user_name,omitempty" nullable:"false" maxLength:"1000"`
	Name        *string                     `json:"name,omitempty" nullable:"false" maxLength:"1000"`
	In          *credential.Place           `json:"in,omitempty" nullable:"false" maxLength:"20"`
	Prefix      *string                     `json:"prefix,omitempty" nullable:"false" maxLength:"1000"`
	Secret      *string                     `json:"secret,omitempty" nullable:"false" maxLength:"20000"`
	Server      *DatabaseServer             `json:"server,omitempty" nullable:"false" doc:"Of kind database, as a whole."`
	AWS         *credential.AWSKey          `json:"aws,omitempty" nullable:"false" doc:"Of kind aws_sigv4, as a whole."`
	Signature   *credential.Signature       `json:"signature,omitempty" nullable:"false" doc:"Of kind hmac, as a whole."`
	Certificate *credential.CertificatePair `json:"certificate,omitempty" nullable:"false" doc:"As a whole; an empty chain and key take it away, where the kind does without."`
	Domain      *string                     `json:"domain,omitempty" nullable:"false" maxLength:"1000"`
	SignIn      *credential.ServiceSignIn   `json:"sign_in,omitempty" nullable:"false" doc:"Of kind two_step, as a whole."`

	Session      *string `json:"session_token,omitempty" nullable:"false" maxLength:"20000" doc:"Given with the secret that it belongs to; a new secret without one has none."`
	TunnelSecret *string `json:"tunnel_secret,omitempty" nullable:"false" maxLength:"20000"`
}

type updateCredentialInput struct {
	CredentialPath
	IfMatch
	Body CredentialPatch
}

func (s *Server) updateCredential(ctx context.Context, c *Call, in *updateCredentialInput) (*Tagged[Credential], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	b := in.Body
	after, err := s.Credentials.Update(ctx, c.Actor, in.Credential, version, credential.Patch{Label: b.Label, Description: b.Description, Shared: b.Shared,
		Hosts: b.Hosts, UserName: b.UserName, Name: b.Name, In: b.In, Prefix: b.Prefix, Secret: b.Secret, Server: (*credential.Server)(b.Server),
		Domain: b.Domain, SignIn: b.SignIn, AWS: b.AWS, Signature: b.Signature, Certificate: b.Certificate, Session: b.Session, TunnelSecret: b.TunnelSecret})
	if err != nil {
		return nil, err
	}
	return tagged(after.Version, credentialOut(*after)), nil
}

type deleteCredentialInput struct {
	CredentialPath
	IfMatch
	ReplaceBy id.Credential `query:"replace_by" maxLength:"64" doc:"Another one of the account, of the same kind and for the same hosts: all data sources use that from now on."`
}

func (s *Server) deleteCredential(ctx context.Context, c *Call, in *deleteCredentialInput) (*Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &Empty{}, s.Credentials.Delete(ctx, c.Actor, in.Credential, version, in.ReplaceBy)
}

// CredentialUsage is where a connected account is used.
type CredentialUsage struct {
	Total   int64                 `json:"total" doc:"Data sources in all accounts."`
	Here    []AssetRef            `json:"here" doc:"Those of this account that the caller may see, 200 at most."`
	Clients []CredentialClientUse `json:"clients" doc:"Other accounts that the caller may enter, those with the most first."`
	Others  int64                 `json:"others" doc:"Data sources that are in none of these lists."`
}

// CredentialClientUse is how many data sources of another account use it.
type CredentialClientUse struct {
	Slug    string `json:"slug"`
	Name    string `json:"name"`
	Sources int64  `json:"sources"`
}

func (s *Server) credentialUsage(ctx context.Context, c *Call, in *CredentialPath) (*Answer[CredentialUsage], error) {
	u, err := s.Credentials.Usage(ctx, c.Actor, in.Credential)
	if err != nil {
		return nil, err
	}
	out := CredentialUsage{Total: u.Total, Others: u.Others, Here: make([]AssetRef, len(u.Here)), Clients: make([]CredentialClientUse, len(u.Clients))}
	for i, src := range u.Here {
		out.Here[i] = AssetRef(src)
	}
	for i, client := range u.Clients {
		out.Clients[i] = CredentialClientUse(client)
	}
	return answer(out), nil
}
