package datasource

import (
	"cmp"
	"context"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/connector/rest"
	"octavo/internal/connector/sql"
	"octavo/internal/db"
	"octavo/internal/format"
	"octavo/internal/job"
	"octavo/internal/placeholder"
)

func webOf(b body) *Web {
	what := b.asks()
	if what == nil {
		return nil
	}
	return &Web{Host: what.Host(), Variables: what.Names()}
}

// addWeb fills in what settings say of sources, and instances of those that are fetched. Of one with
// variables the account's own data speak for it.
func addWeb(ctx context.Context, tx *db.Tx, byNo map[int64]*Source, nos []int64) error {
	args := db.Args{"nos": db.List(nos)}
	err := tx.Query(ctx, `SELECT s.no, t.json, CASE WHEN c.status IN ('trial', 'active') AND s.off_at IS NULL THEN COALESCE(s.next_at, 0) ELSE 0 END, COALESCE(s.off_at, 0) FROM sources s
		JOIN settings t ON t.id = s.settings_id AND t.family_id = :family JOIN accounts c ON c.id = s.account_id
		WHERE s.account_id = :account AND s.no IN {each :nos}`, args, func(scan func(...any) error) error {
		var no, next, off int64
		var text string
		if err := scan(&no, &text, &next, &off); err != nil {
			return err
		}
		set, err := parseSettings(text)
		byNo[no].ExpectS = set.ExpectS
		if w := byNo[no].Web; w != nil {
			w.Refresh, w.NextAt, w.OffAt, w.History = set.Refresh, next, off, set.History
			if off != 0 {
				byNo[no].State = Off
			}
			w.OnColumns, w.OnLimit = cmp.Or(set.OnSchemaChange, ColumnsAdd), cmp.Or(set.OnLimit, LimitFail)
		}
		return err
	})
	if err != nil {
		return err
	}
	err = tx.Query(ctx, `SELECT no, COUNT(*), COALESCE(MIN(held_at), 0) FROM instances WHERE account_id = :account AND no IN {each :nos} GROUP BY no`, args,
		func(scan func(...any) error) error {
			var no int64
			var n int
			var since int64
			err := scan(&no, &n, &since)
			if w := byNo[no].Web; w != nil {
				w.Instances, w.HeldAt = n, since
			}
			return err
		})
	if err != nil {
		return err
	}
	return tx.Query(ctx, `SELECT i.no, i.state, COALESCE(i.tried_at, 0), i.failures, i.error, i.asked, COALESCE(i.stale_at, 0), COALESCE(p.notes, '') FROM instances i
		LEFT JOIN payloads p ON p.id = i.payload_id AND p.family_id = :family
		WHERE i.account_id = :account AND i.no IN {each :nos} AND i.pinned = 1 ORDER BY i.no, i.created_at`, args,
		func(scan func(...any) error) error {
			var no, tried, failures, stale int64
			var state, text, asked, notes string
			err := scan(&no, &state, &tried, &failures, &text, &asked, &stale, &notes)
			if src := byNo[no]; src.Web != nil {
				src.State, src.Web.Notes = State(state).at(tx.Now, stale), readNotes(notes)
				src.Web.TriedAt, src.Web.Failures, src.Web.Err, src.Web.Waiting = tried, failures, readFault(text), asked != ""
				if tried == 0 {
					src.State = Loading
				}
				if src.Web.OffAt != 0 {
					src.State = Off
				}
			}
			return err
		})
}

// own gives a source with the data of the values that hold for the actor, or of the instance with a key, which takes
// the right to change the source.
func (s *Service) own(ctx context.Context, who authz.Actor, public, key string) (*Source, error) {
	var out *Source
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		if out, err = s.show(ctx, tx, a); err != nil || out.Web == nil && !out.varies() && key == "" {
			return err
		}
		p, err := s.payloadOf(ctx, tx, who, public, a.Key.No, key)
		if err != nil {
			return err
		}
		out.payload, out.stored = p, stored{}
		f := &out.stored
		_, err = tx.One(ctx, `SELECT file_key, file_name, media_type, bytes FROM payloads WHERE family_id = :family AND id = :id`,
			db.Args{"id": p.ID}, &f.FileKey, &f.FileName, &f.MediaType, &f.Bytes)
		out.payload.FileKey = f.FileKey
		return err
	})
	return out, err
}

// payloadOf is the data of a source for the values that hold for the actor, or of the instance with a key.
func (s *Service) payloadOf(ctx context.Context, tx *db.Tx, who authz.Actor, public string, no int64, key string) (Payload, error) {
	if key != "" {
		inst, err := s.instanceOf(ctx, tx, who, public, key)
		if err != nil {
			return Payload{}, err
		}
		p := inst.payload(who.Account.Family())
		p.Source, p.ReceivedAt, p.State = no, inst.ReceivedAt, inst.State
		return p, nil
	}
	all, err := s.Payloads(ctx, tx, who, []int64{no}, Choices{})
	if err != nil {
		return Payload{}, err
	}
	if p := all[no]; p.Missing != "" {
		return Payload{}, placeholder.Missing(p.Missing)
	}
	return all[no], nil
}

// Definition is how a source asks and reads.
type Definition struct {
	Request rest.Spec
	Query   *sql.Spec // in place of Request
	Format  string
	Options format.Options
	Version int64
}

// Definition gives the request of a source to who may change it. Codes not_found,
// permission_denied, not_web.
func (s *Service) Definition(ctx context.Context, who authz.Actor, public string) (*Definition, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	var out *Definition
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.editable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		b, err := parseBody(a.JSON)
		if err != nil {
			return err
		}
		if b.asks() == nil {
			return notWeb()
		}
		out = &Definition{Query: b.Query, Format: b.Format, Options: b.Options, Version: a.Version}
		if b.Request != nil {
			out.Request = *b.Request
		}
		return nil
	})
	return out, err
}

// Instances lists the sets of values that a source has data for, the newest look first,
// to who may change the source. Codes not_found, permission_denied, not_web.
func (s *Service) Instances(ctx context.Context, who authz.Actor, public string) ([]Instance, error) {
	out := []Instance{}
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, def, err := s.withInstances(ctx, tx, who, public)
		if err != nil {
			return err
		}
		no := a.Key.No
		out = out[:0]
		err = tx.Query(ctx, `SELECT `+instanceColumns+` FROM instances i LEFT JOIN payloads p ON p.id = i.payload_id AND p.family_id = :family
			WHERE i.account_id = :account AND i.no = :no ORDER BY i.pinned DESC, i.accessed_at DESC, i.key LIMIT :most`,
			db.Args{"no": no, "most": s.cfg.Instances + 1}, func(scan func(...any) error) error {
				i, err := scanInstance(scan)
				if err == nil {
					i.State = i.State.at(tx.Now, i.staleAt)
					out = append(out, *i)
				}
				return err
			})
		if err != nil || !def.body.varies() {
			return err
		}
		return s.compareSent(ctx, tx, who, def, out)
	})
	return out, err
}

// withInstances gives a source that the actor may change, and that has data for sets of values. Codes not_found,
// permission_denied, not_web.
func (s *Service) withInstances(ctx context.Context, tx *db.Tx, who authz.Actor, public string) (*asset.Asset, *definition, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, nil, err
	}
	a, err := s.editable(ctx, tx, who, no)
	if err != nil {
		return nil, nil, err
	}
	def, err := readDefinition(ctx, tx, no)
	switch {
	case err != nil:
	case def == nil:
		err = authz.NotFound()
	case def.body.asks() == nil && !def.body.varies():
		err = notWeb()
	}
	return a, def, err
}

// webNo is the number of a fetched source that the actor may change. Codes as of withInstances.
func (s *Service) webNo(ctx context.Context, tx *db.Tx, who authz.Actor, public string) (int64, error) {
	a, def, err := s.withInstances(ctx, tx, who, public)
	if err != nil {
		return 0, err
	}
	if def.body.asks() == nil {
		err = notWeb()
	}
	return a.Key.No, err
}

// instanceOf finds an instance of a source that the actor may change. One whose values are not those of the account any
// more is not there: it goes with its next run, and until then nobody sees it. Codes not_found, permission_denied, not_web.
func (s *Service) instanceOf(ctx context.Context, tx *db.Tx, who authz.Actor, public, key string) (*Instance, error) {
	a, def, err := s.withInstances(ctx, tx, who, public)
	if err != nil {
		return nil, err
	}
	inst, there, err := findInstance(ctx, tx, instanceAt{a.Key.No, key})
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, authz.NotFound()
	}
	r, err := s.resolve(ctx, tx, authz.Actor{Account: who.Account}, def.reader(), Choices{})
	if err == nil && !def.holds(&r, inst) {
		err = authz.NotFound()
	}
	return inst, err
}

// RefreshInstance has the data of one set of values fetched, as a person asked; for anybody who asks again within a moment it is the
// same refresh. Codes not_found, permission_denied, not_web, account_disabled, source_off.
func (s *Service) RefreshInstance(ctx context.Context, who authz.Actor, public, key string) error {
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		inst, err := s.instanceOf(ctx, tx, who, public, key)
		if err != nil {
			return err
		}
		if inst.sent {
			return notWeb()
		}
		if err := runs(ctx, tx); err != nil {
			return err
		}
		no, err := s.assets.Resolve(who.Account, public)
		if err != nil {
			return err
		}
		if def, err := readDefinition(ctx, tx, no); err != nil || def.off {
			return cmp.Or(err, error(sourceOff()))
		}
		if inst.State == Fresh && tx.Now-inst.TriedAt < betweenHands {
			return nil
		}
		_, err = tx.Exec(ctx, `UPDATE instances SET asked = :reason, asked_at = CASE WHEN asked <> '' THEN asked_at ELSE :now END
			WHERE account_id = :account AND no = :no AND key = :key`, db.Args{"reason": byHand, "now": tx.Now, "no": no, "key": key})
		if err != nil {
			return err
		}
		return enqueue(ctx, tx, instanceAt{no, key}, job.Normal, 0)
	})
}

// DropInstance removes the data of one set of values; whoever looks has it fetched anew. What programs pushed is gone,
// earlier data too, until they push again.
// Codes not_found, permission_denied, not_web.
func (s *Service) DropInstance(ctx context.Context, who authz.Actor, public, key string) error {
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, def, err := s.withInstances(ctx, tx, who, public)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `DELETE FROM instances WHERE account_id = :account AND no = :no AND key = :key AND key <> ''`, db.Args{"no": a.Key.No, "key": key})
		if err == nil && n == 0 {
			err = authz.NotFound()
		}
		if err != nil || !def.body.varies() {
			return err
		}
		return s.dropSent(ctx, tx, who, a, key)
	})
}
