package datasource

import (
	"context"
	"errors"

	"octavo/internal/asset"
	"octavo/internal/db"
	"octavo/internal/failpoint"
	"octavo/internal/id"
)

// insert writes the row of a new source that is made of an upload.
func (s *Service) insert(ctx context.Context, tx *db.Tx, a *asset.Asset, description string, p *stored) error {
	payload, err := s.insertPayload(ctx, tx, p)
	if err != nil {
		return err
	}
	failpoint.At("source/payload_written")
	settings, err := s.putSettings(ctx, tx, Settings{Refresh: Refresh{Mode: modeNever}})
	if err != nil {
		return err
	}
	failpoint.At("source/settings_written")
	return tx.Insert(ctx, "sources", []string{"account_id", "no", "description", "settings_id", "payload_id", "received_at", "state"},
		[][]any{{a.Key.Account, a.Key.No, description, settings, payload, tx.Now, string(Fresh)}})
}

// insertEmpty writes the row of a new source whose data is still to be fetched.
func (s *Service) insertEmpty(ctx context.Context, tx *db.Tx, a *asset.Asset, description string, set Settings) error {
	settings, err := s.putSettings(ctx, tx, set)
	if err != nil {
		return err
	}
	return tx.Insert(ctx, "sources", []string{"account_id", "no", "description", "settings_id", "state"},
		[][]any{{a.Key.Account, a.Key.No, description, settings, string(NoData)}})
}

func (s *Service) putSettings(ctx context.Context, tx *db.Tx, set Settings) (id.Content, error) {
	text, err := set.canonical()
	if err != nil {
		return 0, err
	}
	return s.assets.PutSettings(ctx, tx, text)
}

// point makes a payload the data of a source.
func (s *Service) point(ctx context.Context, tx *db.Tx, no int64, p *stored) error {
	payload, err := s.insertPayload(ctx, tx, p)
	if err != nil {
		return err
	}
	if err := s.lay(ctx, tx, instanceAt{No: no}, payload); err != nil {
		return err
	}
	err = s.update(ctx, tx, `UPDATE sources SET payload_id = :payload, received_at = :now, state = :state
		WHERE account_id = :account AND no = :no`, db.Args{"payload": payload, "now": tx.Now, "state": string(Fresh), "no": no})
	if err != nil {
		return err
	}
	return s.expect(ctx, tx, no)
}

// setDescription says whether it is another one.
func (s *Service) setDescription(ctx context.Context, tx *db.Tx, no int64, description string) (bool, error) {
	description, err := checkDescription(description)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `UPDATE sources SET description = :description WHERE account_id = :account AND no = :no AND description <> :description`,
		db.Args{"description": description, "no": no})
	return n == 1, err
}

func (s *Service) update(ctx context.Context, tx *db.Tx, text string, args db.Args) error {
	n, err := tx.Exec(ctx, text, args)
	if err == nil && n != 1 {
		err = errors.New("datasource: an asset of kind source without its row")
	}
	return err
}

// addRows fills in what the rows of sources and payloads say.
func (s *Service) addRows(ctx context.Context, tx *db.Tx, byNo map[int64]*Source, nos []int64) error {
	return tx.Query(ctx, `
		SELECT s.no, s.description, s.state, COALESCE(s.stale_at, 0), COALESCE(s.received_at, 0), COALESCE(p.id, 0), p.hash,
			COALESCE(p.data_key, ''), COALESCE(p.file_key, ''), COALESCE(p.file_name, ''), COALESCE(p.media_type, ''),
			COALESCE(p.bytes, 0), COALESCE(p.row_count, 0), COALESCE(p.column_count, 0)
		FROM sources s LEFT JOIN payloads p ON p.id = s.payload_id AND p.family_id = :family
		WHERE s.account_id = :account AND s.no IN {each :nos}`, db.Args{"nos": db.List(nos)},
		func(scan func(...any) error) error {
			var no, stale int64
			var r Source
			p, f := &r.payload, &r.stored
			err := scan(&no, &r.Description, &p.State, &stale, &p.ReceivedAt, &p.ID, &p.Hash, &p.DataKey,
				&f.FileKey, &f.FileName, &f.MediaType, &f.Bytes, &f.RowCount, &f.Columns)
			if err != nil {
				return err
			}
			src := byNo[no]
			p.State = p.State.at(tx.Now, stale)
			p.Source, p.Name, p.family = no, src.Title(), tx.Family()
			src.payload, src.stored, src.Description, src.State, src.ReceivedAt = *p, *f, r.Description, p.State, p.ReceivedAt
			src.Rows, src.Columns, src.Bytes, src.FileName = f.RowCount, f.Columns, f.Bytes, f.FileName
			return nil
		})
}
