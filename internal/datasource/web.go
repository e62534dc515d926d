package datasource

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/connector/rest"
	"octavo/internal/connector/sql"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/job"
	"octavo/internal/placeholder"
)

// WebDraft is what a source that reads a web address or a database is made of.
type WebDraft struct {
	Name        string
	Description string
	Request     rest.Spec
	Query       *sql.Spec      // of a database, in place of Request; Format and Options are its own
	Format      string         // of the answer, as Try has found it
	Options     format.Options // how it is read; absent ones are found out from each answer
	IntervalS   int            // seconds; 0 = never by itself
	Credential  id.Credential  // of the acting account; "" = none
}

// CreateWeb makes a source that reads a web address or a database, and has it read at once.
// Codes permission_denied, name_required, name_too_long, text_too_long, bad_schedule,
// bad_connection, option_invalid and those of rest.Spec.Check and sql.Spec.Check.
func (s *Service) CreateWeb(ctx context.Context, who authz.Actor, in WebDraft) (*Source, error) {
	name, description, err := creates(who, in.Name, in.Description)
	if err != nil {
		return nil, err
	}
	refresh, err := every(in.IntervalS)
	if err != nil {
		return nil, err
	}
	what := in.asks()
	content, err := webContent(in.Format, in.Options, what)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, "source.created", func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.assets.Create(ctx, tx, who, authz.SourceCreate, asset.Source, name, content)
		if err != nil {
			return nil, err
		}
		if err := s.insertEmpty(ctx, tx, a, description, Settings{Refresh: refresh}); err != nil {
			return nil, err
		}
		if err := s.setCredential(ctx, tx, who, a.Key.No, what, in.Credential); err != nil {
			return nil, err
		}
		return a, s.fetchSoon(ctx, tx, who, a.Key.No, byHand)
	})
}

func (in *WebDraft) asks() asks { return asksOf(&in.Request, in.Query) }

// webContent is the content of a source that asks something.
func webContent(kind string, options format.Options, what asks) (asset.Content, error) {
	if what.connector() == connectorSQL {
		kind, options = sqlRead()
	}
	if err := format.Check(kind); err != nil {
		return asset.Content{}, err
	}
	if err := what.Check(); err != nil {
		return asset.Content{}, err
	}
	if web, ok := what.(webAsks); ok {
		if web.Paginate != nil && kind != format.JSON {
			return asset.Content{}, errs.New(errs.Invalid, "page_not_json", "A page is not JSON, so pages cannot be joined.").WithField("request.paginate")
		}
		nameRows(web.Spec)
	}
	tree, err := newTree(kind, options, what)
	if err != nil {
		return asset.Content{}, err
	}
	c := asset.Content{Tree: tree, Wires: map[string]int64{}}
	for _, name := range what.Names() {
		if !strings.HasPrefix(name, "user.") && !strings.HasPrefix(name, "company.") {
			c.Refs = append(c.Refs, asset.Ref{Kind: asset.Property, Name: name})
		}
	}
	return c, nil
}

// nameRows gives the rows of a request that are new their ids.
func nameRows(r *rest.Spec) {
	lists := [][]rest.Row{r.Query, r.Headers, r.Cookies}
	if r.Body != nil {
		lists = append(lists, r.Body.Rows)
	}
	seen := map[string]bool{}
	for _, rows := range lists {
		for i := range rows {
			if len(rows[i].ID) != 10 || seen[rows[i].ID] {
				rows[i].ID = id.NewPart()
			}
			seen[rows[i].ID] = true
		}
	}
}

// fetchSoon has the data of a source fetched: that of the actor's values, and that of the
// account's own where these differ.
func (s *Service) fetchSoon(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, reason string) error {
	def, err := readDefinition(ctx, tx, no)
	if err != nil || def == nil {
		return err
	}
	if err := s.askOwn(ctx, tx, who.Account, no, def, reason); err != nil {
		return err
	}
	r, err := s.resolve(ctx, tx, who, def.reader(), Choices{})
	if err != nil || r.company || !r.complete(def.body) {
		return err
	}
	return s.ask(ctx, tx, instanceAt{no, r.key()}, r, reason, job.Urgent)
}

// WebPatch is another request of a source.
type WebPatch struct {
	Request rest.Spec
	Query   *sql.Spec // in place of Request
	Format  string
	Options format.Options

	Credential *id.Credential // of the acting account; "" = none, nil = as it is
}

func (in *WebPatch) asks() asks { return asksOf(&in.Request, in.Query) }

// Reconfigure changes what a source asks and how the answer is read, over the expected
// version. The data that is there stays until the new request has brought some; that of
// other sets of values goes. Codes as of CreateWeb, and not_found, version_conflict, not_web, own_credential_required.
func (s *Service) Reconfigure(ctx context.Context, who authz.Actor, public string, expected int64, in WebPatch) (*Source, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	lent, mayAsk, err := s.lentTo(ctx, who, no)
	if err != nil {
		return nil, err
	}
	if !mayAsk {
		lent = readsWith{}
	}
	return s.change(ctx, who, didReconfigure, func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.editable(ctx, tx, who, no)
		if err != nil {
			return nil, err
		}
		before, err := parseBody(a.JSON)
		if err != nil {
			return nil, err
		}
		what := in.asks()
		if was := before.asks(); was == nil || was.connector() != what.connector() {
			return nil, notWeb()
		}
		if err := before.writable(); err != nil {
			return nil, err
		}
		content, err := webContent(in.Format, in.Options, what)
		if err != nil {
			return nil, err
		}
		if in.Credential == nil {
			err = keepWithin(ctx, tx, who, no, lent, before.asks(), what)
		} else {
			err = s.setCredential(ctx, tx, who, no, what, *in.Credential)
		}
		if err != nil {
			return nil, err
		}
		a, err = s.assets.Save(ctx, tx, who, authz.SourceEdit, no, expected, a.Name, content)
		if err != nil {
			return nil, err
		}
		if err := s.forget(ctx, tx, no, len(what.Names()) > 0); err != nil {
			return nil, err
		}
		return a, s.fetchSoon(ctx, tx, who, no, byChange)
	})
}

// forget removes the instances that another request has no use for. Without variables the
// one that is there stays, and its data until the new request has brought some.
func (s *Service) forget(ctx context.Context, tx *db.Tx, no int64, varies bool) error {
	where := ` AND key <> ''`
	if varies {
		where = ``
	}
	if _, err := tx.Exec(ctx, `DELETE FROM instances WHERE account_id = :account AND no = :no`+where, db.Args{"no": no}); err != nil {
		return err
	}
	if varies {
		if _, err := tx.Exec(ctx, `DELETE FROM earlier_payloads WHERE account_id = :account AND no = :no`, db.Args{"no": no}); err != nil {
			return err // what all saw is not what each is to see
		}
		return s.update(ctx, tx, `UPDATE sources SET payload_id = NULL, received_at = NULL, state = :state WHERE account_id = :account AND no = :no`,
			db.Args{"no": no, "state": string(NoData)})
	}
	_, err := tx.Exec(ctx, `UPDATE instances SET etag = '', last_modified = '', failures = 0, deferrals = 0, error = '', held_payload_id = NULL, held_at = NULL,
		state = CASE WHEN state = 'disabled' THEN 'failing' ELSE state END WHERE account_id = :account AND no = :no`, db.Args{"no": no})
	return err
}

func notWeb() error {
	return errs.New(errs.Conflict, "not_web", "The data of this source comes from a file, so it is not fetched.")
}

// SetSchedule changes when a source is fetched, over the expected version; the version stays, for settings have none.
// Codes not_found, permission_denied, version_conflict, bad_schedule, not_web.
func (s *Service) SetSchedule(ctx context.Context, who authz.Actor, public string, expected int64, r Refresh) (*Source, error) {
	habits, err := s.cfg.Habits(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	return s.set(ctx, who, public, expected, didSetSchedule, func(now *Settings) (err error) {
		r, err = r.checked()
		now.Refresh = r
		return err
	}, func(tx *db.Tx, no int64) error { return s.replan(ctx, tx, who.Account, no, r, habits.Zone) })
}

// set changes the settings of a source that is fetched, as setOf. Codes not_found, permission_denied, version_conflict, not_web.
func (s *Service) set(ctx context.Context, who authz.Actor, public string, expected int64, action string, change func(now *Settings) error, then func(tx *db.Tx, no int64) error) (*Source, error) {
	return s.setOf(ctx, who, public, expected, action, func(b body) error {
		if b.asks() == nil {
			return notWeb()
		}
		return nil
	}, change, then)
}

// setOf changes the settings of a source that fits, over the expected version. then goes into the same
// transaction; nil = nothing. Codes not_found, permission_denied, version_conflict and those of fits.
func (s *Service) setOf(ctx context.Context, who authz.Actor, public string, expected int64, action string, fits func(b body) error, change func(now *Settings) error, then func(tx *db.Tx, no int64) error) (*Source, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, action, func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.editable(ctx, tx, who, no)
		if err != nil {
			return nil, err
		}
		if a.Version != expected {
			return nil, asset.Stale(a.Version)
		}
		def, err := readDefinition(ctx, tx, no)
		if err != nil {
			return nil, err
		}
		if def == nil {
			return nil, authz.NotFound()
		}
		if err := fits(def.body); err != nil {
			return nil, err
		}
		if err := change(&def.settings); err != nil {
			return nil, err
		}
		settings, err := s.putSettings(ctx, tx, def.settings)
		if err != nil {
			return nil, err
		}
		err = s.update(ctx, tx, `UPDATE sources SET settings_id = :settings WHERE account_id = :account AND no = :no`, db.Args{"settings": settings, "no": no})
		if err != nil {
			return nil, err
		}
		if then != nil {
			err = then(tx, no)
		}
		return a, err
	})
}

// replan gives the instances of a source the moments of another schedule.
func (s *Service) replan(ctx context.Context, tx *db.Tx, owner id.Account, no int64, r Refresh, zone *time.Location) error {
	received, err := receivedAt(ctx, tx, no)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(received)) {
		at := instanceAt{no, key}
		p := planOf(r, int64(owner), at, zone)
		next, stale := p.next(tx.Now), int64(0)
		if received[key] != 0 {
			stale = p.stale(received[key])
		}
		_, err := tx.Exec(ctx, `UPDATE instances SET next_at = CASE WHEN state = 'disabled' THEN NULL ELSE CAST(:next AS bigint) END, stale_at = :stale, asleep = 0
			WHERE account_id = :account AND no = :no AND key = :key`, db.Args{"next": orNull(next), "stale": orNull(stale), "no": no, "key": key})
		if err == nil {
			err = s.mirrorNext(ctx, tx, no, next)
		}
		if err == nil && next != 0 {
			err = enqueue(ctx, tx, at, job.Background, time.Duration(next-tx.Now)*time.Millisecond)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) mirrorNext(ctx context.Context, tx *db.Tx, no, next int64) error {
	return s.update(ctx, tx, `UPDATE sources SET next_at = :next, `+mirrorStale+` WHERE account_id = :account AND no = :no`, db.Args{"next": orNull(next), "no": no})
}

// receivedAt is when the data of each instance of a source came; 0 = never.
func receivedAt(ctx context.Context, tx *db.Tx, no int64) (map[string]int64, error) {
	out := map[string]int64{}
	err := tx.Query(ctx, `SELECT key, COALESCE(received_at, 0) FROM instances WHERE account_id = :account AND no = :no`, db.Args{"no": no},
		func(scan func(...any) error) error {
			var key string
			var at int64
			err := scan(&key, &at)
			out[key] = at
			return err
		})
	return out, err
}

// refreshable gives a source that is fetched, for who may have that done. Codes not_found, permission_denied, not_web.
func (s *Service) refreshable(ctx context.Context, tx *db.Tx, who authz.Actor, public string) (*asset.Asset, *definition, error) {
	a, err := s.viewable(ctx, tx, who, public)
	if err != nil {
		return nil, nil, err
	}
	if err := s.mayRefresh(ctx, tx, who, a.Key.No); err != nil {
		return nil, nil, err
	}
	def, err := readDefinition(ctx, tx, a.Key.No)
	if err == nil && (def == nil || def.body.asks() == nil) {
		err = notWeb()
	}
	return a, def, err
}

// RefreshNow has the data of a source fetched, as a person asked: with the values of that
// person. Whoever asks again within a moment joins. Codes not_found, permission_denied,
// not_web, missing_variable, account_disabled, source_off.
func (s *Service) RefreshNow(ctx context.Context, who authz.Actor, public string) (*Source, error) {
	var out *Source
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, def, err := s.refreshable(ctx, tx, who, public)
		if err == nil {
			err = runs(ctx, tx)
		}
		if err == nil && def.off {
			err = sourceOff()
		}
		if err != nil {
			return err
		}
		r, err := s.resolve(ctx, tx, who, def.reader(), Choices{})
		if err != nil {
			return err
		}
		if name := r.lacks(def.body); name != "" {
			return placeholder.Missing(name)
		}
		if err := s.askAgain(ctx, tx, instanceAt{a.Key.No, r.key()}, r); err != nil {
			return err
		}
		out, err = s.show(ctx, tx, a)
		return err
	})
	return out, err
}

// runs refuses work for an account in which nothing runs. Code account_disabled.
func runs(ctx context.Context, tx *db.Tx) error {
	var status account.Status
	_, err := tx.One(ctx, `SELECT status FROM accounts WHERE id = :account`, nil, &status)
	if err == nil && status == account.Disabled {
		err = errs.New(errs.Forbidden, "account_disabled", "This account is disabled. Nothing is fetched and nothing can be pushed until it is active again.")
	}
	return err
}

// mayRefresh allows what an editor of the source may, and who may refresh what they see.
func (s *Service) mayRefresh(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) error {
	if who.Has(authz.SourceRefresh) {
		return nil
	}
	_, err := s.editable(ctx, tx, who, no)
	return err
}

// betweenHands is the least time between two refreshes of an instance by hand.
const betweenHands = 15_000

// askAgain asks for an instance unless it was fetched a moment ago.
func (s *Service) askAgain(ctx context.Context, tx *db.Tx, at instanceAt, r resolved) error {
	inst, there, err := findInstance(ctx, tx, at)
	if err != nil {
		return err
	}
	if there && inst.State == Fresh && tx.Now-inst.TriedAt < betweenHands {
		return nil
	}
	return s.ask(ctx, tx, at, r, byHand, job.Normal)
}
