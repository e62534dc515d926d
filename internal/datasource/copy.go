package datasource

import (
	"context"
	"maps"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// Copy makes a source of the actor's own, shared with nobody, that asks, reads and refreshes as another one, which the actor may
// change: who copies sees the request. Data that people or programs sent come along, but for sets of values; fetched ones are fetched anew. It
// reads with the same connected account where that is one of this account that the actor may use; else with none, and is
// switched off until somebody has chosen one. Codes not_found, permission_denied.
func (s *Service) Copy(ctx context.Context, who authz.Actor, public string) (*Source, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, didCopy, func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.editable(ctx, tx, who, no)
		if err != nil {
			return nil, err
		}
		b, err := parseBody(a.JSON)
		if err != nil {
			return nil, err
		}
		content, err := s.contentOf(ctx, tx, a)
		if err != nil {
			return nil, err
		}
		made, err := s.assets.Create(ctx, tx, who, authz.SourceCreate, asset.Source, asset.CopyTitle(a.Title()), content)
		if err != nil {
			return nil, err
		}
		with, off, err := s.copiedCredential(ctx, tx, who, no, b.asks())
		if err != nil {
			return nil, err
		}
		withData := b.asks() == nil && !b.varies() // rows of sets of values stay with the original, as with an import
		if err := copyRow(ctx, tx, no, made.Key.No, with, withData, off); err != nil {
			return nil, err
		}
		if a.Origin != (id.Asset{}) {
			if err := s.keepClosed(ctx, tx, who, made.Key.No); err != nil {
				return nil, err
			}
		}
		if b.asks() == nil {
			return made, nil
		}
		return made, s.fetchSoon(ctx, tx, who, made.Key.No, byHand)
	})
}

// keepClosed has the copy of an imported source take from company properties alone what the original takes from them
// alone, because it was imported: nobody in the account may loosen that (data-sources.md §9.6 S3).
func (s *Service) keepClosed(ctx context.Context, tx *db.Tx, who authz.Actor, no int64) error {
	def, err := readDefinition(ctx, tx, no)
	if err != nil || def == nil {
		return err
	}
	names := def.body.variables()
	known, err := s.readLevels(ctx, tx, authz.Actor{Account: who.Account}, names)
	if err != nil {
		return err
	}
	policy := maps.Clone(def.settings.Policy)
	for _, name := range names {
		if _, there := known.company[name]; there {
			if policy == nil {
				policy = map[string]string{}
			}
			policy[name] = companyOnly
		}
	}
	if maps.Equal(policy, def.settings.Policy) {
		return nil
	}
	def.settings.Policy = policy
	settings, err := s.putSettings(ctx, tx, def.settings)
	if err != nil {
		return err
	}
	return s.update(ctx, tx, `UPDATE sources SET settings_id = :settings WHERE account_id = :account AND no = :no`, db.Args{"settings": settings, "no": no})
}

// copiedCredential is what the copy of a source reads with; off says that it lacks what the source reads with.
func (s *Service) copiedCredential(ctx context.Context, tx *db.Tx, who authz.Actor, no int64, what asks) (with id.Credential, off bool, err error) {
	has, err := readsWithOf(ctx, tx, no, "")
	if err != nil || has.id == "" || what == nil {
		return "", false, err
	}
	if has.owner != who.Account { // it was lent to what was imported
		return "", true, nil
	}
	_, _, err = s.chosen(ctx, tx, who, what, has.id)
	if errs.Is(err, "not_found") || errs.Is(err, "permission_denied") || errs.Is(err, "bad_connection") {
		return "", true, nil
	}
	return has.id, false, err
}

// copyRow makes the row of the copy of a source.
func copyRow(ctx context.Context, tx *db.Tx, no, made int64, with id.Credential, withData, off bool) error {
	_, err := tx.Exec(ctx, `INSERT INTO sources (account_id, no, description, settings_id, credential_account, credential_id, payload_id, received_at, stale_at, state, off_at)
		SELECT account_id, CAST(:made AS bigint), description, settings_id, CASE WHEN :with <> '' THEN account_id END, CASE WHEN :with <> '' THEN :with END,
			CASE WHEN :data = 1 THEN payload_id END, CASE WHEN :data = 1 THEN received_at END, CASE WHEN :data = 1 THEN stale_at END,
			CASE WHEN :data = 1 THEN state ELSE 'no_data' END, CASE WHEN :off = 1 THEN CAST(:now AS bigint) END
		FROM sources WHERE account_id = :account AND no = :no`,
		db.Args{"made": made, "with": string(with), "data": withData, "off": off, "now": tx.Now, "no": no})
	return err
}
