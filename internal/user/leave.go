package user

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
	"octavo/internal/setting"
)

// Deactivate closes the account to a person: the seat is free, sessions end and keys rest; what the
// person owns stays (accounts.md D41). Codes permission_denied, role_too_strong, not_found, not_active, own_account,
// primary_contact, last_admin.
func (s *Service) Deactivate(ctx context.Context, who authz.Actor, person id.User) (*Details, error) {
	err := s.change(ctx, who, person, func(tx *db.Tx, is *Person) error {
		if is.State != Active {
			return errs.New(errs.Conflict, "not_active", "Only somebody who can sign in can be deactivated.")
		}
		if err := mayGo(who, is); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE users SET state = 'deactivated' WHERE account_id = :account AND id = :id`, db.Args{"id": is.ID})
		if err != nil {
			return err
		}
		if err := keepAnAdmin(ctx, tx, who); err != nil {
			return err
		}
		if err := s.accounts.FreeSeat(ctx, tx); err != nil {
			return err
		}
		if err := dropSessions(ctx, tx, is); err != nil {
			return err
		}
		if err := s.withdrawLinks(ctx, tx, is); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.deactivated", Subject: string(is.ID), SubjectName: is.Name})
	})
	if err != nil {
		return nil, err
	}
	return s.details(ctx, who.Account, person)
}

// mayGo refuses to take out of the account oneself and the primary contact.
func mayGo(who authz.Actor, is *Person) error {
	if is.ID == who.User {
		return errs.New(errs.Conflict, "own_account", "You cannot take yourself out of the account. Ask another administrator.")
	}
	if is.Contact {
		return primaryContact()
	}
	return nil
}

// Reactivate opens the account to a deactivated person again; it takes a seat. Codes permission_denied, role_too_strong,
// not_found, not_deactivated, seats_exhausted.
func (s *Service) Reactivate(ctx context.Context, who authz.Actor, person id.User) (*Details, error) {
	err := s.change(ctx, who, person, func(tx *db.Tx, is *Person) error {
		if is.State != Deactivated {
			return errs.New(errs.Conflict, "not_deactivated", "This person is not deactivated.")
		}
		if err := s.accounts.TakeSeat(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE users SET state = 'active' WHERE account_id = :account AND id = :id`, db.Args{"id": is.ID})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.reactivated", Subject: string(is.ID), SubjectName: is.Name})
	})
	if err != nil {
		return nil, err
	}
	return s.details(ctx, who.Account, person)
}

// DeletePerson removes a person and hands what they own to newOwner; "" is who deletes, in a visit the
// agency's principal (accounts.md D41). It says how many things were handed over. The e-mail address is
// free again. With forgotten the name goes, too, from everything that is kept. Codes permission_denied, role_too_strong, not_found, own_account, primary_contact, last_admin, bad_owner.
func (s *Service) DeletePerson(ctx context.Context, who authz.Actor, person, newOwner id.User, forgotten bool) (handed int64, err error) {
	err = s.change(ctx, who, person, func(tx *db.Tx, is *Person) error {
		if err := mayGo(who, is); err != nil {
			return err
		}
		owner, err := heir(ctx, tx, who, is, newOwner)
		if err != nil {
			return err
		}
		name := is.Name
		if forgotten {
			is.Name = Forgotten(is.ID) // in the line of this deletion already
		}
		if handed, err = s.leave(ctx, tx, who, is, owner); err != nil || !forgotten {
			return err
		}
		is.Name = name
		return forget(ctx, tx, is)
	})
	return handed, err
}

// leave takes a person out of the acting account and gives what they own to another. Code last_admin.
func (s *Service) leave(ctx context.Context, tx *db.Tx, who authz.Actor, is *Person, owner id.User) (handed int64, err error) {
	if handed, err = s.handOver(ctx, tx, is.ID, owner); err != nil {
		return 0, err
	}
	if err := erase(ctx, tx, is); err != nil {
		return 0, err
	}
	if err := s.withdrawLinks(ctx, tx, is); err != nil {
		return 0, err
	}
	if err := keepAnAdmin(ctx, tx, who); err != nil {
		return 0, err
	}
	if is.State.takesSeat() {
		if err := s.accounts.FreeSeat(ctx, tx); err != nil {
			return 0, err
		}
	}
	return handed, audit.Record(ctx, tx, who, audit.Line{Action: "user.deleted", Subject: string(is.ID), SubjectName: is.Name,
		Detail: map[string]any{"new_owner": owner, "assets": handed}})
}

// Replace takes people out of the actor's account in the caller's transaction, whose scope is that account: the actor gets
// what they own, and is the primary contact where one of them was. Those who are gone already, and the actor, are left
// out. Who calls it has asked whether the actor, an administrator, may.
func (s *Service) Replace(ctx context.Context, tx *db.Tx, who authz.Actor, people []id.User) error {
	if err := lockAccount(ctx, tx); err != nil {
		return err
	}
	for _, person := range people {
		is, found, err := findPerson(ctx, tx, person)
		if err != nil {
			return err
		}
		if !found || person == who.User {
			continue
		}
		if is.Contact {
			_, err := tx.Exec(ctx, `UPDATE users SET is_contact = CASE WHEN id = :id THEN 1 ELSE 0 END
				WHERE account_id = :account AND (id = :id OR is_contact = 1)`, db.Args{"id": who.User})
			if err != nil {
				return err
			}
		}
		if _, err := s.leave(ctx, tx, who, is, who.User); err != nil {
			return err
		}
	}
	return nil
}

// heir is who gets what a person owns. Code bad_owner.
func heir(ctx context.Context, tx *db.Tx, who authz.Actor, is *Person, chosen id.User) (id.User, error) {
	if chosen == "" {
		chosen = who.Owner
	}
	var one int
	found, err := tx.One(ctx, `SELECT 1 FROM users WHERE account_id = :account AND id = :id AND deleted_at IS NULL AND state IN ('active', 'principal')`,
		db.Args{"id": chosen}, &one)
	if err == nil && (!found || chosen == is.ID) {
		err = errs.New(errs.Invalid, "bad_owner", "Choose somebody of this account who can sign in.").WithField("new_owner")
	}
	return chosen, err
}

// withdrawLinks takes back the mails whose links let a person in who is not to come any more.
func (s *Service) withdrawLinks(ctx context.Context, tx *db.Tx, is *Person) error {
	for _, kind := range []string{kindInvitation, kindResetMail} {
		if err := s.mails.Withdraw(ctx, tx, is.Account, kind, string(is.ID)); err != nil {
			return err
		}
	}
	return nil
}

// erase takes a person out of the account; the row stays with the name, for what tells who made or did something.
func erase(ctx context.Context, tx *db.Tx, is *Person) error {
	if err := dropSessions(ctx, tx, is); err != nil {
		return err
	}
	if err := setting.ForgetPerson(ctx, tx, is.ID); err != nil {
		return err
	}
	args := db.Args{"id": is.ID}
	for _, text := range []string{
		`DELETE FROM user_roles WHERE account_id = :account AND user_id = :id`,
		`DELETE FROM group_members WHERE account_id = :account AND user_id = :id`,
		`DELETE FROM invitations WHERE account_id = :account AND user_id = :id`,
		`DELETE FROM password_resets WHERE account_id = :account AND user_id = :id`,
		`DELETE FROM user_property_values WHERE account_id = :account AND user_id = :id`,
	} {
		if _, err := tx.Exec(ctx, text, args); err != nil {
			return err
		}
	}
	args["now"] = tx.Now
	if _, err := tx.Exec(ctx, `UPDATE api_keys SET deleted_at = :now WHERE account_id = :account AND user_id = :id AND deleted_at IS NULL`, args); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE users SET deleted_at = :now, email = NULL, email_folded = NULL, password_hash = '', state = 'deactivated'
		WHERE account_id = :account AND id = :id`, args)
	return err
}
