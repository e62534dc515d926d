package datasource

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// sourceOff is why a source is not fetched that somebody switched off.
func sourceOff() *errs.Error {
	return errs.New(errs.Conflict, "source_off", "This data source is switched off, so it is not fetched. Switch it on first.")
}

// SwitchOff has a source fetched no more: not by its schedule, not for who looks at it and not by hand. What is being fetched
// ends, and the data that are there stay. One that is off stays so. Codes not_found, permission_denied, not_web.
func (s *Service) SwitchOff(ctx context.Context, who authz.Actor, public string) (*Source, error) {
	return s.switched(ctx, who, public, func(tx *db.Tx, a *asset.Asset) (string, error) {
		n, err := tx.Exec(ctx, `UPDATE sources SET off_at = :now WHERE account_id = :account AND no = :no AND off_at IS NULL`,
			db.Args{"no": a.Key.No, "now": tx.Now})
		if err != nil || n == 0 {
			return "", err
		}
		if err := s.stopAll(ctx, tx, a.Key.No); err != nil {
			return "", err
		}
		_, err = tx.Exec(ctx, `UPDATE instances SET asked = '', asked_at = NULL, asleep = 0 WHERE account_id = :account AND no = :no`, db.Args{"no": a.Key.No})
		return didSwitchOff, err
	})
}

// SwitchOn has a source fetched again that was switched off, or that was given up after failures: at once, and then by its
// schedule. Failures are counted anew. One that is on stays so. Codes not_found, permission_denied, not_web.
func (s *Service) SwitchOn(ctx context.Context, who authz.Actor, public string) (*Source, error) {
	habits, err := s.cfg.Habits(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	return s.switched(ctx, who, public, func(tx *db.Tx, a *asset.Asset) (string, error) {
		args := db.Args{"no": a.Key.No}
		on, err := tx.Exec(ctx, `UPDATE sources SET off_at = NULL WHERE account_id = :account AND no = :no AND off_at IS NOT NULL`, args)
		if err != nil {
			return "", err
		}
		again, err := tx.Exec(ctx, `UPDATE instances SET failures = 0, deferrals = 0, state = 'failing' WHERE account_id = :account AND no = :no AND state = 'disabled'`, args)
		if err != nil || on+again == 0 {
			return "", err
		}
		// Looks were not noted while it was off, and sets that wait for their first data are asked for anew by the next look.
		if _, err := tx.Exec(ctx, `UPDATE instances SET failures = 0, deferrals = 0, accessed_at = :now WHERE account_id = :account AND no = :no`,
			db.Args{"no": a.Key.No, "now": tx.Now}); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM instances WHERE account_id = :account AND no = :no AND key <> '' AND payload_id IS NULL AND error = ''`, args); err != nil {
			return "", err
		}
		def, err := readDefinition(ctx, tx, a.Key.No)
		if err != nil {
			return "", err
		}
		if err := s.replan(ctx, tx, who.Account, a.Key.No, def.settings.Refresh, habits.Zone); err != nil {
			return "", err
		}
		return didSwitchOn, s.fetchSoon(ctx, tx, who, a.Key.No, byHand)
	})
}

// switched changes whether a source is fetched and shows it. change says what was done, for the trail; "" = nothing.
func (s *Service) switched(ctx context.Context, who authz.Actor, public string, change func(tx *db.Tx, a *asset.Asset) (string, error)) (*Source, error) {
	var out *Source
	err := s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		no, err := s.webNo(ctx, tx, who, public)
		if err != nil {
			return err
		}
		a, err := s.editable(ctx, tx, who, no)
		if err != nil {
			return err
		}
		done, err := change(tx, a)
		if err == nil && done != "" {
			err = s.record(ctx, tx, who, done, a)
		}
		if err == nil && done != "" {
			err = audit.News(ctx, tx)
		}
		if err == nil {
			out, err = s.show(ctx, tx, a)
		}
		return err
	})
	return out, err
}
