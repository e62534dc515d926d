package datasource

import (
	"context"

	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/job"
)

// The jobs that clean up: an upload that has become too old goes, and then its
// files. Rows first, so that no row ever names a file that is not there, not even for
// a backup that is made in between; the second job holds the names of the files until
// they are gone.
const (
	sweepKind = "upload.sweep"
	dropKind  = "file.drop"
)

// Jobs are what a runner must know to do the work that the service leaves behind.
func (s *Service) Jobs() []job.Handler {
	return []job.Handler{
		{Kind: readKind, Attempts: readAttempts, Workers: s.cfg.Readers, Run: s.readSent},
		{Kind: sweepKind, Run: s.sweep}, {Kind: dropKind, Run: s.dropFiles},
		{Kind: refreshKind, Workers: s.cfg.Fetches, PerAccount: s.cfg.PerAccount, Deadline: s.cfg.FetchTime + endIn, Run: s.refresh}, {Kind: arrivedKind, Run: s.arrivals}, {Kind: renewedKind, Run: s.resume},
	}
}

// sweep removes the row of an upload.
func (s *Service) sweep(ctx context.Context, run *job.Run) error {
	var upload id.Upload
	if err := run.Args(&upload); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(run.Account), func(tx *db.Tx) error {
		var file, data string
		found, err := tx.One(ctx, `DELETE FROM uploads WHERE account_id = :account AND id = :id RETURNING file_key, data_key`,
			db.Args{"id": upload}, &file, &data)
		if err == nil && found {
			err = job.Enqueue(ctx, tx, job.New{Kind: dropKind, Class: job.Background, Args: []string{file, data}})
		}
		if err != nil {
			return err
		}
		return run.Finish(ctx, tx)
	})
}

// dropFiles removes files that no row names any more. Begun again, it finds less to do.
func (s *Service) dropFiles(ctx context.Context, run *job.Run) error {
	var keys []string
	if err := run.Args(&keys); err != nil {
		return err
	}
	for _, key := range keys {
		if key == "" { // an upload that was never read has no columns
			continue
		}
		if err := s.blobs.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
