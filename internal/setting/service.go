package setting

import (
	"context"
	"slices"
	"time"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/component"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Service keeps settings of accounts. Safe for concurrent use.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// chosen are the values of an account and its agency.
type chosen struct {
	own, agency map[string]string
	version     int64 // of the account's own
	client      bool
}

// read reads what an account and its agency have decided, in a System transaction.
func read(ctx context.Context, tx *db.Tx, a id.Account) (chosen, error) {
	c := chosen{own: map[string]string{}, agency: map[string]string{}}
	agency := a.Agency()
	c.client = a != agency
	err := tx.Query(ctx, `SELECT account_id, name, value, version FROM account_settings WHERE account_id = :own OR account_id = :agency`,
		db.Args{"own": a, "agency": agency}, func(scan func(...any) error) error {
			var of id.Account
			var name string
			var value *string
			var version int64
			if err := scan(&of, &name, &value, &version); err != nil {
				return err
			}
			if of == a {
				c.version += version
			}
			if value != nil && of == a {
				c.own[name] = *value
			}
			if value != nil && of == agency && a != agency {
				c.agency[name] = *value
			}
			return nil
		})
	return c, err
}

// values gives what holds, setting by setting.
func (c chosen) values(agency bool) []Value {
	var out []Value
	for _, d := range definitions {
		if d.agency && !agency {
			continue
		}
		v := Value{Name: d.name, Inherited: d.factory, Source: Factory}
		if d.name == DatePattern {
			v.Inherited = localePattern(out)
		}
		if text, ok := c.agency[d.name]; ok && !d.alone {
			v.Inherited, v.Source = text, Agency
		}
		v.Value = v.Inherited
		if text, ok := c.own[d.name]; ok && !c.loosens(d.name, text, v.Inherited) {
			v.Value, v.Source = text, Own
		}
		out = append(out, v)
	}
	return out
}

// localePattern is how the locale among the values writes days.
func localePattern(values []Value) string {
	for _, v := range values {
		if v.Name == Locale {
			l, _ := component.LocaleFor(v.Value)
			return l.DatePattern
		}
	}
	return component.English.DatePattern
}

func (s *Service) chosen(ctx context.Context, a id.Account) (c chosen, err error) {
	err = s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		c, err = read(ctx, tx, a)
		return err
	})
	return c, err
}

// Place is how an account writes numbers and dates. It asks nobody: everybody who sees
// something of the account sees it so.
func (s *Service) Place(ctx context.Context, a id.Account) (component.Place, error) {
	c, err := s.chosen(ctx, a)
	if err != nil {
		return component.Place{}, err
	}
	return c.place(), nil
}

// inForce gives what holds by the name of the setting.
func (c chosen) inForce() map[string]string {
	values := map[string]string{}
	for _, v := range c.values(true) {
		values[v.Name] = v.Value
	}
	return values
}

func (c chosen) place() component.Place { return place(c.inForce()) }

// letsPeople says whether people of the account may see numbers and dates in another way.
func (c chosen) letsPeople() bool { return c.inForce()[PeopleChoose] == "yes" }

// Zone is the time zone of an account. Like Place it asks nobody.
func (s *Service) Zone(ctx context.Context, a id.Account) (*time.Location, error) {
	p, err := s.Place(ctx, a)
	return p.Zone, err
}

// Refreshing says in which zone the times of an account are, in which the days of {date…} in requests, and when its data
// is fetched: always, active_only. It asks nobody.
func (s *Service) Refreshing(ctx context.Context, a id.Account) (zone, days *time.Location, policy string, err error) {
	c, err := s.chosen(ctx, a)
	if err != nil {
		return nil, nil, "", err
	}
	zone, of := c.place().Zone, c.inForce()
	if days = zone; of[DateZone] == legacyEST {
		days = time.FixedZone("EST", -5*3600)
	}
	return zone, days, of[Refreshes], nil
}

// ShowsVisitors says whether clients of an account's agency see which of its people
// did something, and not only that the agency did.
func (s *Service) ShowsVisitors(ctx context.Context, a id.Account) (bool, error) {
	c, err := s.chosen(ctx, a.Agency())
	return c.own[ShowVisitors] == "yes", err
}

// Barred gives what an account lets nobody do, in a System transaction. It asks nobody.
func Barred(ctx context.Context, tx *db.Tx, a id.Account) ([]authz.Permission, error) {
	c, err := read(ctx, tx, a)
	if err != nil || c.inForce()[Downloads] == "yes" {
		return nil, err
	}
	return []authz.Permission{authz.SourceDownload, authz.KlipDownload, authz.TabDownload}, nil
}

// List gives the settings of the acting account and their version. Code permission_denied.
func (s *Service) List(ctx context.Context, who authz.Actor) ([]Value, int64, error) {
	if err := authz.Can(who, authz.AccountSettings, authz.None); err != nil {
		return nil, 0, err
	}
	c, err := s.chosen(ctx, who.Account)
	return c.values(who.IsParent), c.version, err
}

// Set changes settings of the acting account; nil lets the agency, or the factory, decide
// again. Codes permission_denied, version_conflict, unknown_setting, bad_setting, bad_number_setting,
// setting_too_loose, bad_ip_range, too_many_ip_ranges, ip_ranges_shut_you_out.
func (s *Service) Set(ctx context.Context, who authz.Actor, version int64, changes map[string]*string) ([]Value, int64, error) {
	if err := authz.Can(who, authz.AccountSettings, authz.None); err != nil {
		return nil, 0, err
	}
	for name, value := range changes {
		if err := check(who, name, value); err != nil {
			return nil, 0, err
		}
		if err := shutsOut(who, name, value); err != nil {
			return nil, 0, err
		}
		if err := maySupport(who, name, value, s.db.Clock().Now()); err != nil {
			return nil, 0, err
		}
	}
	var after chosen
	err := s.db.Tx(ctx, db.System(), func(tx *db.Tx) error { // it reads what the agency has chosen, too
		// The account's row is the lock on its settings.
		if _, err := tx.Exec(ctx, `UPDATE accounts SET id = id WHERE id = :own`, db.Args{"own": who.Account}); err != nil {
			return err
		}
		before, err := read(ctx, tx, who.Account)
		if err != nil {
			return err
		}
		if before.version != version {
			return errs.New(errs.Conflict, "version_conflict", "Somebody changed these settings in the meantime. Load them again.").
				WithParams(map[string]any{"version": before.version})
		}
		detail := map[string]any{}
		for name, value := range changes {
			if err := before.tooLoose(name, value); err != nil {
				return err
			}
			if changed, err := put(ctx, tx, who.Account, before, name, value); err != nil {
				return err
			} else if changed {
				detail[name] = map[string]any{"before": shown(before, name), "after": value}
			}
		}
		if after, err = read(ctx, tx, who.Account); err != nil || len(detail) == 0 {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "settings.changed", Detail: detail})
	})
	return after.values(who.IsParent), after.version, err
}

func check(who authz.Actor, name string, value *string) error {
	i := slices.IndexFunc(definitions, func(d definition) bool { return d.name == name && (!d.agency || who.IsParent) })
	if i < 0 {
		return unknownSetting(name)
	}
	if value == nil {
		return nil
	}
	return definitions[i].check(*value)
}

func unknownSetting(name string) error {
	return errs.Newf(errs.Invalid, "unknown_setting", "There is no setting %s.", name).WithField(name).WithParams(map[string]any{"setting": name})
}

// put stores one value and says whether it differs from the one before.
func put(ctx context.Context, tx *db.Tx, a id.Account, before chosen, name string, value *string) (bool, error) {
	was, had := before.own[name]
	if value == nil && !had || value != nil && had && was == *value {
		return false, nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO account_settings (account_id, name, value, version) VALUES (:own, :name, CAST(:value AS text), 1)
		ON CONFLICT (account_id, name) DO UPDATE SET value = excluded.value, version = account_settings.version + 1`,
		db.Args{"own": a, "name": name, "value": value})
	return true, err
}

func shown(c chosen, name string) any {
	if text, ok := c.own[name]; ok {
		return text
	}
	return nil
}
