package setting

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// personal are the settings that a person may have otherwise than the account, in their own view only.
var personal = []string{TimeZone, Locale}

// Personal is a setting as a person has it.
type Personal struct {
	Name    string
	Value   string // what the person has chosen; "" = as the account has it
	Account string // what the account has
}

// PlaceFor is how numbers and dates are written for a person: as they have chosen, where their account lets them, else
// as the account of the page has it. Visitors see what the people of the client see. It asks nobody.
func (s *Service) PlaceFor(ctx context.Context, who authz.Actor) (component.Place, error) {
	var c chosen
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		if c, err = read(ctx, tx, who.Account); err != nil || who.Account != who.Home || !c.letsPeople() {
			return err
		}
		own, err := personOf(ctx, tx, who)
		for name, value := range own {
			c.own[name] = value
		}
		return err
	})
	return c.place(), err
}

// Personal gives the actor's own settings, in the actor's own account; allowed says whether the account lets people
// have some. Codes not_in_visit, permission_denied.
func (s *Service) Personal(ctx context.Context, who authz.Actor) (list []Personal, allowed bool, err error) {
	if err := atHome(who); err != nil {
		return nil, false, err
	}
	err = s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		list, allowed, err = personalOf(ctx, tx, who)
		return err
	})
	return list, allowed, err
}

// SetPersonal changes the actor's own settings; nil has what the account has. Codes not_in_visit, permission_denied,
// unknown_setting, bad_setting, setting_not_yours.
func (s *Service) SetPersonal(ctx context.Context, who authz.Actor, changes map[string]*string) (list []Personal, err error) {
	if err := atHome(who); err != nil {
		return nil, err
	}
	for name, value := range changes {
		if name != TimeZone && name != Locale {
			return nil, unknownSetting(name)
		}
		if err := check(who, name, value); err != nil {
			return nil, err
		}
	}
	err = s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		before, allowed, err := personalOf(ctx, tx, who)
		if err != nil {
			return err
		}
		if !allowed {
			return errs.New(errs.Forbidden, "setting_not_yours", "Your account decides how numbers and dates are written for all its people.")
		}
		if err := putPersonal(ctx, tx, who, before, changes); err != nil {
			return err
		}
		list, _, err = personalOf(ctx, tx, who)
		return err
	})
	return list, err
}

// putPersonal writes the row of a person and tells the trail what is different.
func putPersonal(ctx context.Context, tx *db.Tx, who authz.Actor, before []Personal, changes map[string]*string) error {
	args := db.Args{"own": who.Account, "user": who.User}
	detail := map[string]any{}
	for _, was := range before {
		value := was.Value
		if wanted, ok := changes[was.Name]; ok {
			value = ""
			if wanted != nil {
				value = *wanted
			}
		}
		if value != was.Value {
			detail[was.Name] = map[string]any{"before": orNil(was.Value), "after": orNil(value)}
		}
		args[was.Name] = orNil(value)
	}
	if len(detail) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO person_settings (account_id, user_id, time_zone, locale) VALUES (:own, :user, CAST(:time_zone AS text), CAST(:locale AS text))
		ON CONFLICT (account_id, user_id) DO UPDATE SET time_zone = excluded.time_zone, locale = excluded.locale`, args)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, who, audit.Line{Action: "profile.settings", Subject: string(who.User), SubjectName: who.Name, Detail: detail})
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// ForgetPerson removes what a person had chosen, in the transaction that removes the person, whose scope is the account.
func ForgetPerson(ctx context.Context, tx *db.Tx, person id.User) error {
	_, err := tx.Exec(ctx, `DELETE FROM person_settings WHERE account_id = :account AND user_id = :user`, db.Args{"user": person})
	return err
}

// personalOf gives the settings of a person beside those of the account, in a System transaction.
func personalOf(ctx context.Context, tx *db.Tx, who authz.Actor) ([]Personal, bool, error) {
	c, err := read(ctx, tx, who.Account)
	if err != nil {
		return nil, false, err
	}
	own, err := personOf(ctx, tx, who)
	if err != nil {
		return nil, false, err
	}
	holds := c.inForce()
	var list []Personal
	for _, name := range personal {
		list = append(list, Personal{Name: name, Value: own[name], Account: holds[name]})
	}
	return list, c.letsPeople(), nil
}

// personOf reads what a person has chosen, in a System transaction.
func personOf(ctx context.Context, tx *db.Tx, who authz.Actor) (map[string]string, error) {
	var zone, locale *string
	_, err := tx.One(ctx, `SELECT time_zone, locale FROM person_settings WHERE account_id = :own AND user_id = :user`,
		db.Args{"own": who.Account, "user": who.User}, &zone, &locale)
	own := map[string]string{}
	if zone != nil {
		own[TimeZone] = *zone
	}
	if locale != nil {
		own[Locale] = *locale
	}
	return own, err
}

// atHome admits people to what is their own; neither a visitor nor the operator has anything of that kind.
func atHome(who authz.Actor) error {
	if who.Delegated || who.Support {
		return errs.New(errs.Forbidden, "not_in_visit", "Go back to your own account for this.")
	}
	return authz.Can(who, authz.AccountProfile, authz.None)
}
