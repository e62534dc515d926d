package user

import (
	"context"
	"time"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/fold"
	"octavo/internal/id"
	"octavo/internal/mail"
)

// inviteLife is how long an invitation can be accepted (accounts.md D29).
const inviteLife = 48 * time.Hour

// kindInvitation is the kind of the mail of an invitation.
const kindInvitation = "invitation"

// maxInvitees is how many people one list holds (accounts.md D30).
const maxInvitees = 200

// Invite adds people to the acting account, all or none, and mails them an invitation; while the account is
// closed to its people the mails are held (accounts.md D9). Each takes a seat. Codes permission_denied,
// too_many_lines, nobody_named, invitations_refused (with what is wrong by line; of one person alone that
// error itself), seats_exhausted, email_in_use.
func (s *Service) Invite(ctx context.Context, who authz.Actor, list []Invitee) ([]*Person, error) {
	verdicts, err := s.Judge(ctx, who, list)
	if err != nil {
		return nil, err
	}
	if err := refusal(verdicts); err != nil {
		return nil, err
	}
	inviter, err := s.Signature(ctx, who)
	if err != nil {
		return nil, err
	}
	people := make([]*Person, len(verdicts))
	for i, v := range verdicts {
		people[i] = &Person{ID: id.User(id.New()), Account: who.Account, Name: v.Name, Email: v.Email, Roles: v.Roles, Groups: v.Groups}
	}
	err = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error { return s.invite(ctx, tx, who, inviter, people) })
	if db.IsUnique(err) { // somebody else was faster
		return nil, emailInUse()
	}
	return people, err
}

// invite writes people who were judged, in the transaction that takes their seats.
func (s *Service) invite(ctx context.Context, tx *db.Tx, who authz.Actor, inviter string, people []*Person) error {
	if err := s.accounts.TakeSeats(ctx, tx, len(people)); err != nil {
		return err
	}
	a, err := ownAccount(ctx, tx)
	if err != nil {
		return err
	}
	roles := make([][]authz.Role, len(people))
	for i, p := range people {
		roles[i] = p.Roles
	}
	all, err := rolesFor(ctx, tx, who, roles...)
	if err != nil {
		return err
	}
	var rows [][]any
	lines := make([]audit.Line, len(people))
	for i, p := range people {
		if err := mayGrant(who, p.Roles, all); err != nil {
			return err
		}
		p.State = Held
		rows = append(rows, []any{p.Account, p.ID, inviter, tx.Now})
		lines[i] = audit.Line{Action: "user.invited", Subject: string(p.ID), SubjectName: p.Email,
			Detail: map[string]any{"roles": named(all, p.Roles), "held": !a.Admits()}}
	}
	if err := insertPeople(ctx, tx, people, ""); err != nil {
		return err
	}
	if err := tx.Insert(ctx, "invitations", []string{"account_id", "user_id", "inviter", "created_at"}, rows); err != nil {
		return err
	}
	if err := audit.RecordAll(ctx, tx, who, lines); err != nil {
		return err
	}
	if !a.Admits() {
		return nil
	}
	for _, p := range people { // at most maxInvitees
		if err := s.send(ctx, tx, a, p, inviter, `account_id = :account AND account_id = CAST(:of AS bigint)`); err != nil {
			return err
		}
	}
	return nil
}

// Signature is the name by which people of the acting account know the actor in mails: of a visitor only that of the
// agency (accounts.md D46). Not inside a transaction.
func (s *Service) Signature(ctx context.Context, who authz.Actor) (string, error) {
	if !who.Delegated {
		return who.Name, nil
	}
	agency, err := s.accounts.ByID(ctx, who.Home)
	if err != nil {
		return "", err
	}
	return agency.Display(), nil
}

// ownAccount reads of the acting account what mails to its people need.
func ownAccount(ctx context.Context, tx *db.Tx) (*account.Account, error) {
	a := &account.Account{}
	_, err := tx.One(ctx, `SELECT id, slug, kind, status, name, display_name FROM accounts WHERE id = :account`, nil,
		&a.ID, &a.Slug, &a.Kind, &a.Status, &a.Name, &a.DisplayName)
	return a, err
}

// send makes the one link of an invited person and records the mail with it; of says in the words of
// the scope which account that is. The 48 hours begin now; a former link does not open any more.
func (s *Service) send(ctx context.Context, tx *db.Tx, a *account.Account, p *Person, inviter, of string) error {
	secret, err := newInvitation(ctx, tx, a.ID, p, of)
	if err != nil {
		return err
	}
	return s.mails.Record(ctx, tx, a.ID, s.invitation(a, p, inviter, secret))
}

func newInvitation(ctx context.Context, tx *db.Tx, account id.Account, p *Person, of string) (string, error) {
	secret, sum := newSecret()
	args := db.Args{"of": account, "id": p.ID, "sum": sum, "ends": tx.Now + inviteLife.Milliseconds()}
	_, err := tx.Exec(ctx, `UPDATE invitations SET secret_hash = :sum, expires_at = CAST(:ends AS bigint) WHERE `+of+` AND user_id = :id`, args)
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, `UPDATE users SET state = 'invited' WHERE `+of+` AND id = :id AND state = 'held'`, db.Args{"of": account, "id": p.ID})
	p.State = Invited
	return secret, err
}

func (s *Service) invitation(a *account.Account, p *Person, inviter, secret string) mail.Letter {
	return mail.Letter{
		Kind: kindInvitation, About: string(p.ID), To: p.Email, Sender: a.Display(),
		Subject: inviter + " invites you to " + a.Display(),
		Lines:   []string{inviter + " invites you to the dashboards of " + a.Display() + ".", "Choose a password, and you are in."},
		Button:  mail.Button{Label: "Accept the invitation", URL: s.mails.Link("/invite/" + secret)},
		Small:   []string{"The link opens once, within 48 hours."},
	}
}

// OpenHeld mails the invitations that were held, in the transaction that opens a client to its
// people. The scope may write to the client.
func (s *Service) OpenHeld(ctx context.Context, tx *db.Tx, _ authz.Actor, a *account.Account) error {
	const of = `account_id IN {each :accounts} AND account_id = CAST(:of AS bigint)`
	var people []*Person
	var inviters []string
	err := tx.Query(ctx, `
		SELECT u.id, u.account_id, u.email, i.inviter FROM users u JOIN invitations i ON i.account_id = u.account_id AND i.user_id = u.id
		WHERE u.account_id IN {each :accounts} AND u.account_id = CAST(:of AS bigint) AND u.state = 'held' AND u.deleted_at IS NULL ORDER BY u.id`,
		db.Args{"of": a.ID}, func(scan func(...any) error) error {
			p, inviter := &Person{}, ""
			err := scan(&p.ID, &p.Account, &p.Email, &inviter)
			people, inviters = append(people, p), append(inviters, inviter)
			return err
		})
	if err != nil {
		return err
	}
	for i, p := range people {
		if err := s.send(ctx, tx, a, p, inviters[i], of); err != nil {
			return err
		}
	}
	return nil
}

// Resend mails an invitation anew. Codes permission_denied, role_too_strong, not_found, not_invited, invitation_held.
func (s *Service) Resend(ctx context.Context, who authz.Actor, person id.User) (*Details, error) {
	err := s.renew(ctx, who, person, "user.invited_again", func(tx *db.Tx, a *account.Account, is *Person, inviter, of string) error {
		return s.send(ctx, tx, a, is, inviter, of)
	})
	if err != nil {
		return nil, err
	}
	return s.details(ctx, who.Account, person)
}

// InviteLink makes a link that the actor hands over, in place of the one that was mailed. Codes as Resend.
func (s *Service) InviteLink(ctx context.Context, who authz.Actor, person id.User) (link string, ends time.Time, err error) {
	err = s.renew(ctx, who, person, "user.invite_link_made", func(tx *db.Tx, a *account.Account, is *Person, _, of string) error {
		secret, err := newInvitation(ctx, tx, a.ID, is, of)
		if err != nil {
			return err
		}
		link, ends = s.mails.Link("/invite/"+secret), clock.FromMillis(tx.Now).Add(inviteLife)
		return s.mails.Withdraw(ctx, tx, a.ID, kindInvitation, string(is.ID)) // its link does not open any more
	})
	return link, ends, err
}

// renew runs fn with a person who was invited and has not come yet, while the account admits its people.
func (s *Service) renew(ctx context.Context, who authz.Actor, person id.User, action string,
	fn func(tx *db.Tx, a *account.Account, is *Person, inviter, of string) error) error {
	inviter, err := s.Signature(ctx, who)
	if err != nil {
		return err
	}
	return s.change(ctx, who, person, func(tx *db.Tx, is *Person) error {
		if is.State != Held && is.State != Invited {
			return errs.New(errs.Conflict, "not_invited", "This person has accepted the invitation already.")
		}
		a, err := ownAccount(ctx, tx)
		if err != nil {
			return err
		}
		if !a.Admits() {
			return errs.New(errs.Conflict, "invitation_held", "The invitation is sent when the account is activated.")
		}
		_, err = tx.Exec(ctx, `UPDATE invitations SET inviter = :inviter WHERE account_id = :account AND user_id = :id`, db.Args{"inviter": inviter, "id": is.ID})
		if err != nil {
			return err
		}
		if err := fn(tx, a, is, inviter, `account_id = :account AND account_id = CAST(:of AS bigint)`); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: action, Subject: string(is.ID), SubjectName: is.Email})
	})
}

// Welcome is what an invitation opens.
type Welcome struct {
	Email   string
	Name    string // "" unless the inviter gave one
	Account string // shown name
	Inviter string
	Groups  []string
}

const byInvitation = `SELECT user_id FROM invitations WHERE secret_hash = :sum AND expires_at > :now`

// LookInvitation says what an invitation is for. Code link_expired.
func (s *Service) LookInvitation(ctx context.Context, secret string) (*Welcome, error) {
	c, err := s.byLink(ctx, byInvitation, secret, Invited)
	if err != nil {
		return nil, err
	}
	w := &Welcome{Email: c.identity.Email, Account: c.account.Display()}
	if c.identity.Name != c.identity.Email {
		w.Name = c.identity.Name
	}
	err = s.db.Read(ctx, db.Account(c.identity.Home), func(tx *db.Tx) error {
		p := &Person{ID: c.identity.User}
		if err := addGroups(ctx, tx, []*Person{p}); err != nil {
			return err
		}
		w.Groups = []string{}
		for _, g := range p.Groups {
			w.Groups = append(w.Groups, g.Name)
		}
		_, err := tx.One(ctx, `SELECT inviter FROM invitations WHERE account_id = :account AND user_id = :id`, db.Args{"id": p.ID}, &w.Inviter)
		return err
	})
	return w, err
}

// Accept makes the person of an invitation active, with a name and a password of their own, and begins a
// session. Codes link_expired, account_closed, name_required, name_too_long and those of CheckPassword.
func (s *Service) Accept(ctx context.Context, secret, name, password string, at Place) (string, Identity, error) {
	c, err := s.byLink(ctx, byInvitation, secret, Invited)
	if err != nil {
		return "", Identity{}, err
	}
	if !c.account.Admits() {
		return "", Identity{}, errs.New(errs.Conflict, "account_closed", "This account is not open yet. Try the link again later.")
	}
	if c.identity.Name, err = checkName(name); err != nil {
		return "", Identity{}, err
	}
	if err := s.checkNew(ctx, c, password); err != nil {
		return "", Identity{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", Identity{}, err
	}
	var session string
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		if err := accept(ctx, tx, c.identity, secret); err != nil {
			return err
		}
		if err := s.mails.WithdrawFor(ctx, tx, c.identity.Home, kindInvitation, string(c.identity.User)); err != nil {
			return err
		}
		if err := storePassword(ctx, tx, c, hash); err != nil {
			return err
		}
		session, err = enter(ctx, tx, &c, hash, at, "user.joined")
		return err
	})
	return session, c.identity, err
}

// accept uses an invitation up. Code link_expired when it was used a moment ago.
func accept(ctx context.Context, tx *db.Tx, who Identity, secret string) error {
	n, err := tx.Exec(ctx, `DELETE FROM invitations WHERE secret_hash = :sum AND expires_at > :now`, db.Args{"sum": hashSecret(secret), "now": tx.Now})
	if err != nil {
		return err
	}
	if n == 1 {
		n, err = tx.Exec(ctx, `UPDATE users SET state = 'active', name = :name, name_folded = :folded WHERE id = :id AND state = 'invited' AND deleted_at IS NULL`,
			db.Args{"name": who.Name, "folded": fold.Text(who.Name), "id": who.User})
	}
	if err == nil && n == 0 {
		err = linkExpired()
	}
	return err
}

// refusal is the error of a list with lines that cannot be invited; nil when there are none.
func refusal(verdicts []Verdict) error {
	var lines []map[string]any
	var only *errs.Error
	for _, v := range verdicts {
		if v.Err != nil {
			only = v.Err
			lines = append(lines, map[string]any{"line": v.Line, "email": v.Email, "code": v.Err.Code, "detail": v.Err.Message})
		}
	}
	switch {
	case len(lines) == 0:
		return nil
	case len(verdicts) == 1:
		return only
	}
	return errs.Newf(errs.Invalid, "invitations_refused", "%d lines cannot be invited, so nobody was.", len(lines)).
		WithParams(map[string]any{"lines": lines, "count": len(lines)})
}
