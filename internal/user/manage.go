package user

import (
	"context"
	"maps"
	"slices"
	"time"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/setting"
)

// Details are what those who look after people see of one.
type Details struct {
	*Person
	CreatedAt   time.Time
	Invitation  *Invitation       // while held or invited
	LockedUntil time.Time         // zero = may try to sign in
	Properties  map[string]string // those that have a value
	DataMail    bool              // gets the mails about data that cannot be fetched
}

// Invitation is what a person who has not come yet waits with.
type Invitation struct {
	Inviter   string
	ExpiresAt time.Time // zero = not sent yet
}

// PersonPatch is a change of a person; nil leaves a field as it is.
type PersonPatch struct {
	Name       *string
	Roles      *[]authz.Role
	Groups     *[]id.Group        // of the account's own making
	Contact    *bool              // true: the primary contact, instead of the present one; false only in a client
	Properties map[string]*string // nil = without a value
}

// GetPerson gives a person of the acting account to somebody who may look after people. Codes permission_denied, not_found.
func (s *Service) GetPerson(ctx context.Context, who authz.Actor, person id.User) (*Details, error) {
	if err := mayManageSome(who); err != nil {
		return nil, err
	}
	return s.details(ctx, who.Account, person)
}

// details reads a person of an account.
func (s *Service) details(ctx context.Context, account id.Account, person id.User) (*Details, error) {
	d := &Details{}
	err := s.db.Read(ctx, db.Account(account), func(tx *db.Tx) (err error) {
		if d.Person, err = findOther(ctx, tx, person); err != nil {
			return err
		}
		if err := addGroups(ctx, tx, []*Person{d.Person}); err != nil {
			return err
		}
		if err := readStanding(ctx, tx, d); err != nil {
			return err
		}
		d.Properties, err = valuesOf(ctx, tx, person)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.LockedUntil, err = s.lockedUntil(ctx, d.Account, d.Email)
	return d, err
}

// readStanding fills in since when a person is there, or waits, and whether mails about data come.
func readStanding(ctx context.Context, tx *db.Tx, d *Details) error {
	var created int64
	if _, err := tx.One(ctx, `SELECT created_at, data_mail FROM users WHERE account_id = :account AND id = :id`, db.Args{"id": d.ID}, &created, &d.DataMail); err != nil {
		return err
	}
	d.CreatedAt = clock.FromMillis(created)
	var inviter string
	var expires *int64
	found, err := tx.One(ctx, `SELECT inviter, expires_at FROM invitations WHERE account_id = :account AND user_id = :id`, db.Args{"id": d.ID}, &inviter, &expires)
	if err != nil || !found {
		return err
	}
	d.Invitation = &Invitation{Inviter: inviter}
	if expires != nil {
		d.Invitation.ExpiresAt = clock.FromMillis(*expires)
	}
	return nil
}

// UpdatePerson changes a person of the acting account; roles and groups hold from the person's next request
// on. Codes permission_denied, bad_role, role_too_strong, not_found (person or group), last_admin, name_required,
// name_too_long, primary_contact, not_active, unknown_property, text_too_long, version_conflict.
func (s *Service) UpdatePerson(ctx context.Context, who authz.Actor, person id.User, version int64, p PersonPatch) (*Details, error) {
	err := s.change(ctx, who, person, func(tx *db.Tx, is *Person) error {
		if is.Version != version {
			return stale(is.Version)
		}
		detail := map[string]any{}
		for _, step := range []func(context.Context, *db.Tx, authz.Actor, *Person, PersonPatch, map[string]any) error{
			setName, setRoles, setGroups, setContact, setProperties,
		} {
			if err := step(ctx, tx, who, is, p, detail); err != nil {
				return err
			}
		}
		if len(detail) == 0 {
			return nil
		}
		if err := changed(ctx, tx, is.ID); err != nil {
			return err
		}
		action := "user.changed"
		if _, ok := detail["roles"]; ok && len(detail) == 1 {
			action, detail = "user.roles_changed", detail["roles"].(map[string]any)
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: string(is.ID), SubjectName: is.Name, Detail: detail})
	})
	if err != nil {
		return nil, err
	}
	return s.details(ctx, who.Account, person)
}

// change runs fn with a person whom the actor may look after, while nobody else changes people
// of the account: so two cannot take the last two administrators.
func (s *Service) change(ctx context.Context, who authz.Actor, person id.User, fn func(*db.Tx, *Person) error) error {
	if err := mayManageSome(who); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if err := lockAccount(ctx, tx); err != nil {
			return err
		}
		is, err := findOther(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := mayManage(who, is.Roles); err != nil {
			return err
		}
		// Who has more than the actor is beyond the actor.
		if err := checkGrant(ctx, tx, who, is.Roles); err != nil {
			return err
		}
		return fn(tx, is)
	})
}

func setName(ctx context.Context, tx *db.Tx, _ authz.Actor, is *Person, p PersonPatch, detail map[string]any) error {
	if p.Name == nil {
		return nil
	}
	name, err := checkName(*p.Name)
	if err != nil || name == is.Name {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE users SET name = :name, name_folded = :folded WHERE account_id = :account AND id = :id`,
		db.Args{"name": name, "folded": fold.Text(name), "id": is.ID})
	detail["name"] = map[string]any{"before": is.Name, "after": name}
	is.Name = name
	return err
}

func setRoles(ctx context.Context, tx *db.Tx, who authz.Actor, is *Person, p PersonPatch, detail map[string]any) error {
	if p.Roles == nil {
		return nil
	}
	roles := checkRoles(*p.Roles)
	if slices.Equal(roles, is.Roles) {
		return nil
	}
	if err := mayManage(who, roles); err != nil {
		return err
	}
	all, err := rolesFor(ctx, tx, who, is.Roles, roles)
	if err != nil {
		return err
	}
	if err := mayGrant(who, roles, all); err != nil {
		return err
	}
	if err := replaceRoles(ctx, tx, is, roles); err != nil {
		return err
	}
	detail["roles"] = map[string]any{"before": named(all, is.Roles), "after": named(all, roles)}
	is.Roles = roles
	return keepAnAdmin(ctx, tx, who)
}

func setGroups(ctx context.Context, tx *db.Tx, who authz.Actor, is *Person, p PersonPatch, detail map[string]any) error {
	if p.Groups == nil {
		return nil
	}
	groups, err := ownGroups(ctx, tx, *p.Groups)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM group_members WHERE account_id = :account AND user_id = :id`, db.Args{"id": is.ID}); err != nil {
		return err
	}
	var rows [][]any
	names := []string{}
	for _, g := range groups {
		rows, names = append(rows, []any{is.Account, g.ID, is.ID}), append(names, g.Name)
	}
	detail["groups"] = names
	return tx.Insert(ctx, "group_members", []string{"account_id", "group_id", "user_id"}, rows)
}

// setContact needs user.manage whoever the person is: it takes the place from somebody else, mostly an administrator.
func setContact(ctx context.Context, tx *db.Tx, who authz.Actor, is *Person, p PersonPatch, detail map[string]any) error {
	if p.Contact == nil || *p.Contact == is.Contact {
		return nil
	}
	if err := authz.Can(who, authz.UserManage, authz.None); err != nil {
		return err
	}
	if *p.Contact && is.State != Active {
		return errs.New(errs.Conflict, "not_active", "Only somebody who can sign in can be the primary contact.")
	}
	if !*p.Contact && who.IsParent {
		return primaryContact()
	}
	_, err := tx.Exec(ctx, `
		UPDATE users SET is_contact = CASE WHEN id = :id THEN CAST(:contact AS smallint) ELSE 0 END
		WHERE account_id = :account AND (id = :id OR is_contact = 1)`, db.Args{"id": is.ID, "contact": *p.Contact})
	detail["primary_contact"], is.Contact = *p.Contact, *p.Contact
	return err
}

func primaryContact() error {
	return errs.New(errs.Conflict, "primary_contact", "This person is the primary contact of the account. Make somebody else that first.")
}

func setProperties(ctx context.Context, tx *db.Tx, _ authz.Actor, is *Person, p PersonPatch, detail map[string]any) error {
	if len(p.Properties) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(p.Properties))
	detail["properties"] = names
	return putValues(ctx, tx, is, names, p.Properties)
}

// Unlock lets a person try to sign in again at once (accounts.md D34). Codes permission_denied, role_too_strong, not_found.
func (s *Service) Unlock(ctx context.Context, who authz.Actor, person id.User) (*Details, error) {
	var found Person
	err := s.change(ctx, who, person, func(_ *db.Tx, is *Person) error { found = *is; return nil })
	if err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error { // tries belong to no account
		if err := forgetTries(ctx, tx, found.Email); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "user.unlocked", Subject: string(found.ID), SubjectName: found.Name})
	})
	if err != nil {
		return nil, err
	}
	return s.details(ctx, who.Account, person)
}

// lockedUntil says how long nobody can sign in with an address of an account; zero = it is open.
func (s *Service) lockedUntil(ctx context.Context, a id.Account, email string) (until time.Time, err error) {
	err = s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		until = time.Time{}
		sec, err := setting.SecurityOf(ctx, tx, a)
		if err != nil {
			return err
		}
		for _, l := range []struct {
			key    string
			tries  int64
			during time.Duration
		}{{emailKey(email), triesPerEmail, tryWindow}, {ownKey(email), sec.Tries, sec.Lock}} {
			var n, since int64
			if _, err := tx.One(ctx, `SELECT count, since FROM sign_in_tries WHERE key = :key`, db.Args{"key": l.key}, &n, &since); err != nil {
				return err
			}
			if ends := clock.FromMillis(since + l.during.Milliseconds()); n >= l.tries && ends.After(clock.FromMillis(tx.Now)) && ends.After(until) {
				until = ends
			}
		}
		return nil
	})
	return until, err
}
