package datasource

import (
	"context"

	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/job"
)

// sweepKind is the job that removes an upload that has become too old.
const sweepKind = "upload.sweep"

// Jobs are what a runner must know to do the work that the service leaves behind.
func (s *Service) Jobs() []job.Handler {
	return []job.Handler{{Kind: sweepKind, Run: s.sweep}}
}

// sweep removes an upload: its files first, so that none is left that no row names, then the row
// together with the end of the job. Begun again, it finds less to do.
func (s *Service) sweep(ctx context.Context, run *job.Run) error {
	var upload id.Upload
	if err := run.Args(&upload); err != nil {
		return err
	}
	files, err := s.filesOf(ctx, run.Account, upload)
	if err != nil {
		return err
	}
	for _, key := range files {
		if err := s.blobs.Delete(ctx, key); err != nil {
			return err
		}
	}
	return s.db.Tx(ctx, db.Account(run.Account), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM uploads WHERE account_id = :account AND id = :id`, db.Args{"id": upload})
		if err != nil {
			return err
		}
		return run.Finish(ctx, tx)
	})
}

// filesOf gives the keys of the files of an upload; none if the upload has gone.
func (s *Service) filesOf(ctx context.Context, account id.Account, upload id.Upload) ([]string, error) {
	var file, data string
	var found bool
	err := s.db.Read(ctx, db.Account(account), func(tx *db.Tx) (err error) {
		found, err = tx.One(ctx, `SELECT file_key, data_key FROM uploads WHERE account_id = :account AND id = :id`,
			db.Args{"id": upload}, &file, &data)
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	return []string{file, data}, nil
}
