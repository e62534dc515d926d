package datasource

import (
	"context"
	"errors"
	"reflect"
	"time"

	"octavo/internal/authz"
	"octavo/internal/credential"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/job"
)

// readsWith names the credential that a source reads with; the zero value is none. Its
// account is another one where the source was imported.
type readsWith struct {
	owner id.Account
	id    id.Credential
}

// opened opens the credential of a source for an address; nil where it has none. Codes as
// credential.Service.Open.
func (s *Service) opened(ctx context.Context, with readsWith, address string) (*credential.Secret, error) {
	if with.id == "" {
		return nil, nil
	}
	return s.cfg.Credentials.Open(ctx, with.owner, with.id, address)
}

// report tells a credential what the service made of it.
func (s *Service) report(ctx context.Context, opened *credential.Secret, err error) error {
	var said *errs.Error
	switch {
	case opened == nil:
		return nil
	case err == nil:
		return s.cfg.Credentials.Report(ctx, opened, "")
	case errors.As(err, &said) && refuses(said):
		return s.cfg.Credentials.Report(ctx, opened, said.Message)
	}
	return nil
}

// refuses says whether a service does not take who asks.
func refuses(e *errs.Error) bool {
	return e.Code == "service_unauthorized" || e.Code == "service_login_refused" || e.Code == "service_token_missing" || e.Code == "database_unauthorized" || e.Code == "tunnel_unauthorized" || e.Code == "tunnel_key_changed"
}

// waitsForPeople says whether an error passes only when somebody renews or chooses a
// credential: nothing was sent, so no further attempt is of use.
func waitsForPeople(e *errs.Error) bool {
	return e.Code == "needs_reauthorization" || e.Code == "credential_missing"
}

// chosen gives the columns of the credential that the actor chose for what a source asks; "" is none.
// Codes not_found, permission_denied, bad_connection.
func (s *Service) chosen(ctx context.Context, tx *db.Tx, who authz.Actor, what asks, cred id.Credential) (owner, chosen any, err error) {
	if cred == "" {
		return nil, nil, what.fits(nil)
	}
	c, err := s.cfg.Credentials.Choose(ctx, tx, who, cred)
	if err == nil {
		err = what.fits(c)
	}
	if err != nil {
		var e *errs.Error
		if errors.As(err, &e) {
			err = e.WithField("credential_id")
		}
		return nil, nil, err
	}
	return who.Account, cred, nil
}

// setCredential gives a source the credential that the actor chose.
func (s *Service) setCredential(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, what asks, cred id.Credential) error {
	owner, chosen, err := s.chosen(ctx, tx, who, what, cred)
	if err != nil {
		return err
	}
	return s.update(ctx, tx, `UPDATE sources SET credential_account = :owner, credential_id = :chosen WHERE account_id = :account AND no = :no`,
		db.Args{"owner": owner, "chosen": chosen, "no": no})
}

// lentTo gives what a source reads with as far as the actor may ask something else with it (accounts.md D80): what belongs to
// the acting account, and what a visitor has use of at home. The zero value is none. The actor may change the source.
// Codes not_found, permission_denied.
func (s *Service) lentTo(ctx context.Context, who authz.Actor, no int64) (with readsWith, mayAsk bool, err error) {
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if _, err := s.editable(ctx, tx, who, no); err != nil {
			return err
		}
		with, err = readsWithOf(ctx, tx, no, "")
		return err
	})
	if err != nil || with.id == "" || with.owner == who.Account {
		return with, true, err
	}
	mayAsk, err = s.cfg.Credentials.UsableAtHome(ctx, who, with.owner, with.id)
	return with, mayAsk, err
}

// readsWithOf reads what a source reads with; lock is {lock}, or nothing.
func readsWithOf(ctx context.Context, tx *db.Tx, no int64, lock string) (with readsWith, err error) {
	_, err = tx.One(ctx, `SELECT COALESCE(credential_account, 0), COALESCE(credential_id, '') FROM sources WHERE account_id = :account AND no = :no `+lock,
		db.Args{"no": no}, &with.owner, &with.id)
	return with, err
}

// keepWithin refuses another request with a credential of another account (accounts.md
// D80): it was lent to what was imported, not to what somebody here makes of it. lent is what lentTo has given the actor. Code
// own_credential_required.
func keepWithin(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, lent readsWith, before, after asks) error {
	with, err := readsWithOf(ctx, tx, no, `{lock}`)
	if err != nil || with.owner == 0 || with.owner == who.Account || with == lent || reflect.DeepEqual(before, after) {
		return err
	}
	return ownRequired()
}

func ownRequired() error {
	return errs.New(errs.Conflict, "own_credential_required",
		"This data source reads with a connected account of another account. To ask something else, choose one of your own.").WithField("credential_id")
}

// renewedKind is the job after a credential got a new secret.
const renewedKind = "source.renewed"

// resumeWithin is the time over which the sources of a renewed credential are fetched.
const resumeWithin = 10 * time.Minute

// Renewed has everything fetched that waited for a credential, in all accounts. It belongs
// into the transaction that renews, in the scope of the owner.
func Renewed(ctx context.Context, tx *db.Tx, cred id.Credential) error {
	return job.Enqueue(ctx, tx, job.New{Kind: renewedKind, Key: string(cred), Class: job.Normal, Args: cred})
}

// resume is the job of Renewed.
func (s *Service) resume(ctx context.Context, run *job.Run) error {
	var cred id.Credential
	if err := run.Args(&cred); err != nil {
		return err
	}
	sources, err := s.cfg.Credentials.Sources(ctx, run.Account, cred)
	if err != nil {
		return err
	}
	for a, nos := range sources {
		err := s.db.Tx(ctx, db.Account(a), func(tx *db.Tx) error { return s.resumeIn(ctx, tx, a, nos) })
		if err != nil {
			return err
		}
	}
	return s.db.Tx(ctx, db.Account(run.Account), func(tx *db.Tx) error { return run.Finish(ctx, tx) })
}

// resumeIn plans the instances of one account that wait.
func (s *Service) resumeIn(ctx context.Context, tx *db.Tx, a id.Account, nos []int64) error {
	var waiting []instanceAt
	err := tx.Query(ctx, `SELECT i.no, i.key, i.error FROM instances i WHERE i.account_id = :account AND i.no IN {each :nos} AND i.error <> ''`,
		db.Args{"nos": db.List(nos)}, func(scan func(...any) error) error {
			var at instanceAt
			var text string
			err := scan(&at.No, &at.Key, &text)
			if e := readFault(text); e != nil && (waitsForPeople(e) || refuses(e)) {
				waiting = append(waiting, at)
			}
			return err
		})
	for _, at := range waiting {
		if err != nil {
			break
		}
		wait := at.spread(int64(a), resumeWithin.Milliseconds())
		_, err = tx.Exec(ctx, `UPDATE instances SET failures = 0, deferrals = 0, next_at = :next,
			state = CASE WHEN state = 'disabled' THEN 'failing' ELSE state END WHERE account_id = :account AND no = :no AND key = :key`,
			db.Args{"next": tx.Now + wait, "no": at.No, "key": at.Key})
		if err == nil {
			err = s.mirrorNext(ctx, tx, at.No, tx.Now+wait)
		}
		if err == nil {
			err = enqueue(ctx, tx, at, job.Normal, time.Duration(wait)*time.Millisecond)
		}
	}
	return err
}
