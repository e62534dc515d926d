package credential

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Delete removes a credential. One that data sources use is refused unless replace names
// another one of the account that the actor may use, of the same kind and for the same
// hosts: then all of them, in every account, use that. Codes not_found,
// permission_denied, version_conflict, in_use with the number, bad_replacement.
func (s *Service) Delete(ctx context.Context, who authz.Actor, cred id.Credential, version int64, replace id.Credential) error {
	family, err := s.family(ctx, who.Account)
	if err != nil {
		return err
	}
	grant, err := authz.GrantCredentials(who, family, true)
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		c, err := s.changeable(ctx, tx, who, cred, version)
		if err != nil {
			return err
		}
		uses, err := countUses(ctx, tx, []id.Credential{cred})
		if err != nil {
			return err
		}
		n := uses[cred].sources
		detail := map[string]any{}
		switch {
		case replace != "":
			to, err := s.replacement(ctx, tx, who, c, replace)
			if err != nil {
				return err
			}
			if err := repoint(ctx, tx, cred, replace); err != nil {
				return err
			}
			if s.renewed != nil { // those that waited for the old one go on with the other
				if err := s.renewed(ctx, tx, replace); err != nil {
					return err
				}
			}
			detail["replaced_by"], detail["sources"] = to.Label, n
		case n > 0:
			return errs.Newf(errs.Conflict, "in_use", "%d others still use it. Remove it there first.", n).WithParams(map[string]any{"count": n})
		}
		if _, err := tx.Exec(ctx, `DELETE FROM credentials WHERE account_id = :account AND id = :id`, db.Args{"id": cred}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "credential.deleted", Subject: string(c.ID), SubjectName: c.Label, Detail: detail})
	})
	if err == nil {
		s.tickets.forget(ticketsOf(who.Account, cred))
	}
	return err
}

// replacement reads and locks what is to take the place of a credential. Code bad_replacement.
func (s *Service) replacement(ctx context.Context, tx *db.Tx, who authz.Actor, c *Credential, replace id.Credential) (*Credential, error) {
	to, err := find(ctx, tx, replace, true)
	if err == nil {
		err = authz.CanView(who, to.forAuthz(who))
	}
	if err != nil && !errs.Is(err, "not_found") {
		return nil, err
	}
	if err != nil || to.ID == c.ID || to.Kind != c.Kind || !to.covers(c.Facts) {
		return nil, errs.New(errs.Invalid, "bad_replacement", "Choose another connected account of the same kind that is for the same hosts.").WithField("replace_by")
	}
	return to, nil
}

// repoint gives all data sources of the family that use a credential another one, those in bins and deleted accounts too.
func repoint(ctx context.Context, tx *db.Tx, cred, to id.Credential) error {
	_, err := tx.Exec(ctx, `UPDATE sources SET credential_id = :to
		WHERE (account_id = :account OR account_id IN {each :accounts}) AND credential_account = :account AND credential_id = :id`,
		db.Args{"id": cred, "to": to})
	return err
}
