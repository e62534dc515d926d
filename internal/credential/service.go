package credential

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/page"
	"octavo/internal/secret"
)

// Service keeps credentials. Safe for concurrent use.
type Service struct {
	db       *db.DB
	accounts *account.Service
	assets   *asset.Service
	master   *secret.Master
	renewed  func(ctx context.Context, tx *db.Tx, cred id.Credential) error
	client   *fetch.Client
	tickets  *tickets
}

// New makes the service.
func New(d *db.DB, accounts *account.Service, assets *asset.Service, master *secret.Master) *Service {
	return &Service{db: d, accounts: accounts, assets: assets, master: master, tickets: newTickets()}
}

// Close signs out where tokens were kept for further readings.
func (s *Service) Close() { s.tickets.close() }

// Reach says with what SSH servers are asked for their keys. Called before the service is used.
func (s *Service) Reach(client *fetch.Client) { s.client = client }

// OnRenew says what else belongs into the transaction that gives a credential a new secret;
// its scope is the owner's. Called before the service is used.
func (s *Service) OnRenew(fn func(ctx context.Context, tx *db.Tx, cred id.Credential) error) {
	s.renewed = fn
}

// Filter selects credentials of a list.
type Filter struct {
	Search string // part of the label
}

// List gives a page of the credentials of the acting account that the actor may use or
// change, in order of label, with how many data sources of the family use each. Code permission_denied.
func (s *Service) List(ctx context.Context, who authz.Actor, f Filter, req page.Request) ([]Credential, *page.Mark, error) {
	if err := mayLook(who); err != nil {
		return nil, nil, err
	}
	var out []Credential
	var next *page.Mark
	err := s.across(ctx, who, func(tx *db.Tx) error {
		rows, err := list(ctx, tx, who, f, req)
		if err != nil {
			return err
		}
		out, next = page.Cut(req, rows, func(c Credential) page.Mark { return page.Mark{Key: fold.Text(c.Label), ID: string(c.ID)} })
		return s.complete(ctx, tx, who, out)
	})
	return out, next, err
}

// Count is the number of credentials that List gives over all pages.
func (s *Service) Count(ctx context.Context, who authz.Actor, f Filter) (n int64, err error) {
	if err := mayLook(who); err != nil {
		return 0, err
	}
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		n, err = count(ctx, tx, who, f)
		return err
	})
	return n, err
}

// Get gives one credential that the actor may use or change. Codes not_found, permission_denied.
func (s *Service) Get(ctx context.Context, who authz.Actor, cred id.Credential) (*Credential, error) {
	if err := mayLook(who); err != nil {
		return nil, err
	}
	var out *Credential
	err := s.across(ctx, who, func(tx *db.Tx) (err error) {
		out, err = s.shown(ctx, tx, who, cred)
		return err
	})
	return out, err
}

// shown reads one credential as the actor sees it, in a scope over the family. Code not_found.
func (s *Service) shown(ctx context.Context, tx *db.Tx, who authz.Actor, cred id.Credential) (*Credential, error) {
	c, err := find(ctx, tx, cred, false)
	if err != nil {
		return nil, err
	}
	if err := authz.CanView(who, c.forAuthz(who)); err != nil {
		return nil, err
	}
	one := []Credential{*c}
	return &one[0], s.complete(ctx, tx, who, one)
}

// complete fills in what depends on the actor and on other accounts.
func (s *Service) complete(ctx context.Context, tx *db.Tx, who authz.Actor, rows []Credential) error {
	ids := make([]id.Credential, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		rows[i].MayChange = authz.Can(who, authz.AccountTokens, authz.Edit, rows[i].forAuthz(who)) == nil
	}
	uses, err := countUses(ctx, tx, ids)
	for i := range rows {
		rows[i].Sources, rows[i].Accounts = uses[rows[i].ID].sources, uses[rows[i].ID].accounts
	}
	return err
}

// across reads in a scope over the family, for counting: which other accounts those
// are is told by Usage only, to those who may enter them.
func (s *Service) across(ctx context.Context, who authz.Actor, fn func(tx *db.Tx) error) error {
	family, err := s.family(ctx, who.Account)
	if err != nil {
		return err
	}
	grant, err := authz.GrantCredentials(who, family, false)
	if err != nil {
		return err
	}
	return s.db.Read(ctx, db.Across(grant), fn)
}

// Create keeps a new credential, owned by the actor. Codes permission_denied,
// name_required, name_too_long, text_too_long, bad_text, bad_credential, credentials_full, tunnel_key_unknown with params host_key and
// fingerprint, and those of sql.HostKey.
func (s *Service) Create(ctx context.Context, who authz.Actor, in Draft) (*Credential, error) {
	if err := authz.Can(who, authz.AccountTokens, authz.None); err != nil {
		return nil, err
	}
	c, plain, err := in.check()
	if err == nil {
		err = s.confirmed(ctx, c.Tunnel)
	}
	if err != nil {
		return nil, err
	}
	c.ID, c.Owner, c.State, c.Version = id.Credential(id.New()), who.Owner, OK, 1
	err = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if err := s.room(ctx, tx); err != nil {
			return err
		}
		sealed, err := s.seal(ctx, tx, who.Account, c.ID, plain)
		if err != nil {
			return err
		}
		if err := insert(ctx, tx, who.Account, c, sealed); err != nil {
			return err
		}
		return record(ctx, tx, who, "credential.created", c, map[string]any{
			"kind": map[string]any{"after": string(c.Kind)}, "hosts": map[string]any{"after": c.Hosts}, "shared": map[string]any{"after": c.Shared},
		})
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, who, c.ID)
}

func (in Draft) check() (*Credential, sealedForm, error) {
	c := &Credential{Kind: in.Kind, Shared: in.Shared}
	var err error
	var plain sealedForm
	if c.Label, err = checkLabel(in.Label); err != nil {
		return nil, plain, err
	}
	if c.Description, err = checkDescription(in.Description); err != nil {
		return nil, plain, err
	}
	if c.Facts, err = in.facts(); err != nil {
		return nil, plain, err
	}
	if plain.Value, err = c.Facts.checkSecret(c.Kind, in.Secret); err != nil {
		return nil, plain, err
	}
	if plain.Session, err = checkSession(c.Kind, in.Session); err != nil {
		return nil, plain, err
	}
	if err := plain.present(c, in.Certificate); err != nil {
		return nil, plain, err
	}
	if c.Tunnel.Host != "" {
		plain.Tunnel = tunnelSecret(in.TunnelSecret)
	}
	return c, plain, c.Tunnel.checkTunnelSecret(plain.Tunnel)
}

// room locks the account, so that credentials are counted and sealed one call after the other. Code credentials_full.
func (s *Service) room(ctx context.Context, tx *db.Tx) error {
	if err := lockAccount(ctx, tx); err != nil {
		return err
	}
	var n int64
	if _, err := tx.One(ctx, `SELECT COUNT(*) FROM credentials WHERE account_id = :account`, nil, &n); err != nil {
		return err
	}
	if n >= Max {
		return errs.Newf(errs.Conflict, "credentials_full", "%d connected accounts is the most. Remove one that nothing uses.", Max).
			WithParams(map[string]any{"limit": Max})
	}
	return nil
}

// sealedForm is what is sealed, as JSON: credentials that a service renews have more than one value.
type sealedForm struct {
	Value  string `json:"value"`
	Tunnel string `json:"tunnel,omitempty"` // password or key for Server.Tunnel

	Session string `json:"session,omitempty"` // of the key of AWS in Value
	Chain   string `json:"chain,omitempty"`   // PEM of the client certificate, and what follows it
	Key     string `json:"key,omitempty"`     // PEM of its private key
}

func (s *Service) seal(ctx context.Context, tx *db.Tx, a id.Account, cred id.Credential, plain sealedForm) ([]byte, error) {
	ring, err := s.master.Open(ctx, tx, []id.Account{a})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return nil, err
	}
	return ring.Seal(place(a, cred), string(text))
}

// place is where the sealed secret of a credential stands.
func place(a id.Account, cred id.Credential) secret.Place {
	return secret.Place{Account: a, Table: "credentials", Row: string(cred), Column: "sealed"}
}

// Update changes a credential over the expected version. A new secret holds at once for
// all data sources that use it, in every account. Codes not_found, permission_denied,
// version_conflict and those of Create.
func (s *Service) Update(ctx context.Context, who authz.Actor, cred id.Credential, version int64, in Patch) (*Credential, error) {
	if err := authz.Can(who, authz.AccountTokens, authz.None); err != nil {
		return nil, err
	}
	if in.Server != nil {
		if err := s.reached(ctx, who, cred, version, in); err != nil {
			return nil, err
		}
	}
	changed := false // what lets in
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		changed = false
		if err := lockAccount(ctx, tx); err != nil {
			return err
		}
		before, err := s.changeable(ctx, tx, who, cred, version)
		if err != nil {
			return err
		}
		after, plain, err := in.to(*before)
		if err != nil {
			return err
		}
		renewed := plain != sealedForm{} || after.Certificate != before.Certificate
		detail := difference(*before, after, renewed)
		if len(detail) == 0 {
			return nil
		}
		var sealed []byte
		if renewed {
			if plain, err = s.kept(ctx, tx, who.Account, &after, plain); err != nil {
				return err
			}
			if sealed, err = s.seal(ctx, tx, who.Account, cred, plain); err != nil {
				return err
			}
		}
		if err := update(ctx, tx, &after, sealed); err != nil {
			return err
		}
		if sealed != nil && s.renewed != nil {
			if err := s.renewed(ctx, tx, cred); err != nil {
				return err
			}
		}
		changed = sealed != nil
		return record(ctx, tx, who, "credential.changed", &after, detail)
	})
	if err != nil {
		return nil, err
	}
	if changed {
		s.tickets.forget(ticketsOf(who.Account, cred))
	}
	return s.Get(ctx, who, cred)
}

// reached looks whether a changed credential would find its SSH server: before the transaction of the change, for that
// asks another server, and only for who may make the change.
func (s *Service) reached(ctx context.Context, who authz.Actor, cred id.Credential, version int64, in Patch) error {
	var after Credential
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		before, err := s.changeable(ctx, tx, who, cred, version)
		if err == nil {
			after, _, err = in.to(*before)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.confirmed(ctx, after.Tunnel)
}

// kept completes new secrets with those that stay.
func (s *Service) kept(ctx context.Context, tx *db.Tx, a id.Account, c *Credential, plain sealedForm) (sealedForm, error) {
	if plain.Value != "" && (plain.Tunnel != "" || c.Tunnel.Host == "") && (plain.Chain != "" || c.Certificate == Certificate{}) {
		return plain, nil
	}
	var sealed []byte
	if _, err := tx.One(ctx, `SELECT sealed FROM credentials WHERE account_id = :account AND id = :id`, db.Args{"id": c.ID}, &sealed); err != nil {
		return plain, err
	}
	old, err := s.unsealed(ctx, tx, place(a, c.ID), sealed)
	if plain.Value == "" {
		plain.Value, plain.Session = old.Value, old.Session
	}
	if plain.Tunnel == "" && c.Tunnel.Host != "" {
		plain.Tunnel = old.Tunnel
	}
	if plain.Chain == "" && (c.Certificate != Certificate{}) {
		plain.Chain, plain.Key = old.Chain, old.Key
	}
	return plain, err
}

// changeable reads and locks a credential that the actor may change. Codes not_found, permission_denied, version_conflict.
func (s *Service) changeable(ctx context.Context, tx *db.Tx, who authz.Actor, cred id.Credential, version int64) (*Credential, error) {
	c, err := find(ctx, tx, cred, true)
	if err != nil {
		return nil, err
	}
	if err := authz.Can(who, authz.AccountTokens, authz.Edit, c.forAuthz(who)); err != nil {
		return nil, err
	}
	if c.Version != version {
		return nil, stale(c.Version)
	}
	return c, nil
}

// to puts a patch into a credential and gives the new secrets; "" = the old one stays.
func (in Patch) to(c Credential) (after Credential, plain sealedForm, err error) {
	if in.Label != nil {
		if c.Label, err = checkLabel(*in.Label); err != nil {
			return c, plain, err
		}
	}
	if in.Description != nil {
		if c.Description, err = checkDescription(*in.Description); err != nil {
			return c, plain, err
		}
	}
	if in.Shared != nil {
		c.Shared = *in.Shared
	}
	facts, again, err := in.apply(c.Kind, c.Facts)
	if err != nil {
		return c, plain, err
	}
	c.Facts = facts
	if err := in.knows(c, again); err != nil {
		return c, plain, err
	}
	had := c.Certificate
	if err := plain.present(&c, in.Certificate); err != nil {
		return c, plain, err
	}
	if in.TunnelSecret != nil && c.Tunnel.Host != "" {
		plain.Tunnel = tunnelSecret(*in.TunnelSecret)
		if err := c.Tunnel.checkTunnelSecret(plain.Tunnel); err != nil {
			return c, plain, err
		}
	}
	if in.Secret != nil {
		if plain.Value, err = facts.checkSecret(c.Kind, *in.Secret); err != nil {
			return c, plain, err
		}
	}
	if in.Session != nil {
		if plain.Session, err = checkSession(c.Kind, *in.Session); err != nil {
			return c, plain, err
		}
		if in.Secret == nil && plain.Session != "" {
			return c, plain, bad("secret", "session_alone", "a session token belongs to a secret access key: give both.")
		}
	}
	if (plain != sealedForm{} || c.Certificate != had) {
		c.State, c.Error = OK, ""
	}
	if plain.Value != "" || c.Kind == ClientCertificate && c.Certificate != had {
		c.OwnerLeft = false // who has left does not know it any more
	}
	return c, plain, nil
}

// difference gives the fields that differ, for the trail; of the secret only that it is new.
func difference(before, after Credential, renewed bool) map[string]any {
	out := map[string]any{}
	put := func(name string, was, is any, differ bool) {
		if differ {
			out[name] = map[string]any{"before": was, "after": is}
		}
	}
	put("label", before.Label, after.Label, before.Label != after.Label)
	put("description", before.Description, after.Description, before.Description != after.Description)
	put("shared", before.Shared, after.Shared, before.Shared != after.Shared)
	put("hosts", before.Hosts, after.Hosts, !slices.Equal(before.Hosts, after.Hosts))
	put("user_name", before.UserName, after.UserName, before.UserName != after.UserName)
	put("name", before.Name, after.Name, before.Name != after.Name)
	put("in", before.In, after.In, before.In != after.In)
	put("prefix", before.Prefix, after.Prefix, before.Prefix != after.Prefix)
	put("aws", before.AWS.told(), after.AWS.told(), before.AWS != after.AWS)
	put("signature", before.Signature.told(), after.Signature.told(), before.Signature != after.Signature)
	put("domain", before.Domain, after.Domain, before.Domain != after.Domain)
	put("sign_in", signInText(before.SignIn), signInText(after.SignIn), !reflect.DeepEqual(before.SignIn, after.SignIn))
	put("database", before.placed(), after.placed(), before.Server != after.Server)
	put("certificate", before.Certificate.told(), after.Certificate.told(), before.Certificate != after.Certificate)
	put("secret", secret.Dots, secret.Dots, renewed)
	return out
}

func record(ctx context.Context, tx *db.Tx, who authz.Actor, action string, c *Credential, detail map[string]any) error {
	return audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: string(c.ID), SubjectName: c.Label, Detail: detail})
}
