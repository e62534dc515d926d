package datasource

import (
	"context"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// earlierKept is how many earlier payloads a source keeps beside the one that it shows.
const earlierKept = 5

// Earlier is data that a source had before.
type Earlier struct {
	ID         string
	ReceivedAt int64 // UTC milliseconds
	Rows       int64
	Bytes      int64
	FileName   string
}

// lay keeps data aside that another payload is about to replace: those of a source, or with a key those that were
// pushed for one set of values. Of what is fetched, single sets of values are not kept.
func (s *Service) lay(ctx context.Context, tx *db.Tx, at instanceAt, next id.Content) error {
	from := `sources WHERE account_id = :account AND no = :no`
	if at.Key != "" {
		from = `instances WHERE account_id = :account AND no = :no AND key = :key`
	}
	n, err := tx.Exec(ctx, `INSERT INTO earlier_payloads (account_id, no, key, id, payload_id, received_at)
		SELECT account_id, no, CAST(:key AS text), CAST(:id AS text), payload_id, COALESCE(received_at, CAST(:now AS bigint)) FROM `+from+`
			AND payload_id IS NOT NULL AND payload_id <> CAST(:next AS bigint)`,
		db.Args{"no": at.No, "key": at.Key, "id": id.New(), "next": next, "now": tx.Now})
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM earlier_payloads WHERE account_id = :account AND no = :no AND key = :key AND id NOT IN (
		SELECT id FROM earlier_payloads WHERE account_id = :account AND no = :no AND key = :key ORDER BY id DESC LIMIT :most)`,
		db.Args{"no": at.No, "key": at.Key, "most": earlierKept})
	return err
}

// Earlier lists the data that a source had before, with a key those of one set of values that programs push, the newest
// first, to who may change the source. Codes not_found, permission_denied.
func (s *Service) Earlier(ctx context.Context, who authz.Actor, public, key string) ([]Earlier, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	out := []Earlier{}
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		if _, err := s.editable(ctx, tx, who, no); err != nil {
			return err
		}
		if key != "" {
			if _, err := s.instanceOf(ctx, tx, who, public, key); err != nil {
				return err
			}
		}
		out = out[:0]
		return tx.Query(ctx, `SELECT e.id, e.received_at, p.row_count, p.bytes, p.file_name FROM earlier_payloads e
			JOIN payloads p ON p.id = e.payload_id AND p.family_id = :family
			WHERE e.account_id = :account AND e.no = :no AND e.key = :key ORDER BY e.id DESC`, db.Args{"no": no, "key": key},
			func(scan func(...any) error) error {
				var e Earlier
				err := scan(&e.ID, &e.ReceivedAt, &e.Rows, &e.Bytes, &e.FileName)
				out = append(out, e)
				return err
			})
	})
	return out, err
}

// RollBack takes earlier data back; those that are there become earlier ones. The next refresh or push goes on from
// there. Codes not_found, permission_denied, earlier_gone.
func (s *Service) RollBack(ctx context.Context, who authz.Actor, public, earlier string) (*Source, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, didRollBack, func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.editable(ctx, tx, who, no)
		if err != nil {
			return nil, err
		}
		at := instanceAt{No: no}
		var payload id.Content
		var received int64
		found, err := tx.One(ctx, `DELETE FROM earlier_payloads WHERE account_id = :account AND no = :no AND id = :id RETURNING key, payload_id, received_at`,
			db.Args{"no": no, "id": earlier}, &at.Key, &payload, &received)
		if err == nil && !found {
			err = errs.New(errs.Conflict, "earlier_gone", "This data is not kept any more. Load the list again.")
		}
		if err != nil {
			return nil, err
		}
		if err := s.lay(ctx, tx, at, payload); err != nil {
			return nil, err
		}
		return a, s.showAgain(ctx, tx, at, payload, received)
	})
}

// showAgain makes earlier data those of a source, or of a set of values.
func (s *Service) showAgain(ctx context.Context, tx *db.Tx, at instanceAt, payload id.Content, received int64) error {
	_, err := tx.Exec(ctx, `UPDATE instances SET payload_id = :payload, received_at = :received, etag = '', last_modified = ''
		WHERE account_id = :account AND no = :no AND key = :key`, db.Args{"no": at.No, "key": at.Key, "payload": payload, "received": received})
	if err == nil && at.Key == "" {
		err = s.update(ctx, tx, `UPDATE sources SET payload_id = :payload, received_at = :received, state = CASE WHEN state = 'no_data' THEN :state ELSE state END
			WHERE account_id = :account AND no = :no`, db.Args{"no": at.No, "payload": payload, "received": received, "state": string(Fresh)})
	}
	if err != nil {
		return err
	}
	return s.expect(ctx, tx, at.No)
}
