package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/id"
	"octavo/internal/secret"
)

// Choose gives a credential of the acting account that the actor may use for a data source
// of it, locked until tx ends, so that it is not deleted meanwhile. Codes not_found, permission_denied.
func (s *Service) Choose(ctx context.Context, tx *db.Tx, who authz.Actor, cred id.Credential) (*Credential, error) {
	if err := mayLook(who); err != nil {
		return nil, err
	}
	c, err := find(ctx, tx, cred, true)
	if err != nil {
		return nil, err
	}
	return c, authz.CanView(who, c.forAuthz(who))
}

// UsableAtHome says whether a visitor has use of a credential of the account that the visit comes from (accounts.md D80).
// Nobody else has use of a credential of another account.
func (s *Service) UsableAtHome(ctx context.Context, who authz.Actor, owner id.Account, cred id.Credential) (bool, error) {
	home := who.AtHome(true) // only people of an agency visit
	if !who.Delegated || who.Home != owner || mayLook(home) != nil {
		return false, nil
	}
	usable := false
	err := s.db.Read(ctx, db.Account(owner), func(tx *db.Tx) error {
		c, err := find(ctx, tx, cred, false)
		usable = err == nil && authz.CanView(home, c.forAuthz(home)) == nil
		if errs.Is(err, "not_found") {
			return nil
		}
		return err
	})
	return usable, err
}

// Open opens a credential for a request to address, or for DatabaseAddress. It is for connectors, who have the
// owning account and the id from the row of a data source: nobody asks for it by an id of
// their own. It reads in the scope of the owner, whichever account the data source is in.
// Codes credential_missing, needs_reauthorization (Conflict), host_not_allowed (Forbidden), bad_url.
func (s *Service) Open(ctx context.Context, owner id.Account, cred id.Credential, address string) (*Secret, error) {
	out := &Secret{owner: owner, id: cred, clock: s.db.Clock(), tickets: s.tickets}
	err := secret.Again(func() error {
		return s.db.Read(ctx, db.Account(owner), func(tx *db.Tx) error { return s.open(ctx, tx, out, address) })
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// open fills in a credential, in a transaction of its owner.
func (s *Service) open(ctx context.Context, tx *db.Tx, out *Secret, address string) error {
	var facts string
	var state State
	var sealed []byte
	found, err := tx.One(ctx, `
		SELECT c.kind, c.label, c.facts, c.state, c.generation, c.sealed
		FROM credentials c JOIN accounts a ON a.id = c.account_id AND a.deleted_at IS NULL
		WHERE c.account_id = :account AND c.id = :id`, db.Args{"id": out.id},
		&out.kind, &out.label, &facts, &state, &out.generation, &sealed)
	switch {
	case err != nil:
		return err
	case !found:
		return errs.New(errs.Conflict, "credential_missing", "What this data source is read with is gone. Choose another connected account.")
	case state == NeedsRenewal:
		return errs.Newf(errs.Conflict, "needs_reauthorization", "The service refuses %s. Give it a new secret under Connected accounts.", out.label).
			WithParams(map[string]any{"label": out.label})
	}
	out.facts = Facts{}
	if err := json.Unmarshal([]byte(facts), &out.facts); err != nil {
		return fmt.Errorf("credential: facts of %s: %w", out.id, err)
	}
	if err := out.allows(address); err != nil {
		return err
	}
	return s.unseal(ctx, tx, out, sealed)
}

func (s *Service) unseal(ctx context.Context, tx *db.Tx, out *Secret, sealed []byte) error {
	form, err := s.unsealed(ctx, tx, place(out.owner, out.id), sealed)
	out.value, out.tunnel, out.awsToken, out.chain, out.key = form.Value, form.Tunnel, form.Session, form.Chain, form.Key
	return err
}

// unsealed gives what is kept at a place.
func (s *Service) unsealed(ctx context.Context, tx *db.Tx, at secret.Place, sealed []byte) (form sealedForm, err error) {
	ring, err := s.master.Open(ctx, tx, nil)
	if err != nil {
		return form, err
	}
	text, err := ring.Unseal(at, sealed)
	if err != nil {
		return form, err
	}
	if json.Unmarshal([]byte(text), &form) != nil { // what the library says may quote it
		return form, errors.New("credential: a sealed value of an unknown form")
	}
	return form, nil
}

// okEvery is how often it is noted that a service took a credential.
const okEvery = 60_000 // milliseconds

// okHolds is for how long the credential is believed to be good after a service took it: one
// address that refuses it does not stop all the others.
const okHolds = 3_600_000 // milliseconds

// maxWords is how much is kept of what a service says when it refuses a credential, in bytes.
const maxWords = 500

// Report notes what a service made of a credential: "" = took it, else what it said when
// it refused it. Refused, and taken nowhere for an hour, it is opened no more until it gets a
// new secret, so that nobody is locked out at the service by tries. What was said of a
// secret that is no longer the newest is passed over.
func (s *Service) Report(ctx context.Context, used *Secret, refused string) error {
	args := db.Args{"id": used.id, "generation": used.generation}
	if refused == "" {
		return s.db.Tx(ctx, db.Account(used.owner), func(tx *db.Tx) error {
			args["now"], args["old"] = tx.Now, tx.Now-okEvery
			_, err := tx.Exec(ctx, `UPDATE credentials SET ok_at = :now
				WHERE account_id = :account AND id = :id AND generation = :generation AND (ok_at IS NULL OR ok_at < :old)`, args)
			return err
		})
	}
	words := []rune(used.Mask(refused))
	args["error"], args["state"], args["ok"] = string(words[:min(len(words), maxWords)]), string(NeedsRenewal), string(OK)
	return s.db.Tx(ctx, db.Account(used.owner), func(tx *db.Tx) error {
		args["old"] = tx.Now - okHolds
		n, err := tx.Exec(ctx, `UPDATE credentials SET state = :state, error = :error
			WHERE account_id = :account AND id = :id AND generation = :generation AND state = :ok AND (ok_at IS NULL OR ok_at < :old)`, args)
		if err != nil || n == 0 {
			return err
		}
		server := authz.Actor{Name: "Octavo", Account: used.owner, Home: used.owner, Via: authz.ViaOperator}
		return audit.Record(ctx, tx, server, audit.Line{Action: "credential.refused", Subject: string(used.id), SubjectName: used.label})
	})
}

// allows refuses an address that the credential is not for. Codes bad_url, host_not_allowed.
func (s *Secret) allows(address string) error {
	if s.kind == Database || strings.HasPrefix(address, DatabaseAddress("")) {
		if s.kind == Database && address == DatabaseAddress(s.facts.Engine) {
			return nil
		}
		return fetch.NotAllowed(address)
	}
	origin, err := fetch.Origin(address)
	if err != nil {
		return err
	}
	for _, h := range s.facts.Hosts {
		if h == origin {
			return nil
		}
	}
	return fetch.NotAllowed(origin)
}
