package datasource

import (
	"context"

	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/job"
)

// Arrived has the data fetched of what an import brought into accounts of the scope: one
// job for each of them. It belongs into the transaction of the import.
func Arrived(ctx context.Context, tx *db.Tx, accounts []id.Account, change id.Change) error {
	return job.EnqueueEach(ctx, tx, accounts, job.New{Kind: arrivedKind, Class: job.Normal, Args: change})
}

// arrivals asks for the data of all sources that one import brought, each client with
// values of its own.
func (s *Service) arrivals(ctx context.Context, run *job.Run) error {
	var change id.Change
	if err := run.Args(&change); err != nil {
		return err
	}
	return s.db.Tx(ctx, db.Account(run.Account), func(tx *db.Tx) error {
		var nos []int64
		err := tx.Query(ctx, `SELECT a.no FROM assets a JOIN sources s ON s.account_id = a.account_id AND s.no = a.no
			WHERE a.account_id = :account AND a.import_id = :change AND a.deleted_at IS NULL AND s.payload_id IS NULL ORDER BY a.no`,
			db.Args{"change": change}, func(scan func(...any) error) error {
				var no int64
				err := scan(&no)
				nos = append(nos, no)
				return err
			})
		for _, no := range nos {
			if err != nil {
				break
			}
			var def *definition
			if def, err = readDefinition(ctx, tx, no); err == nil && def != nil && def.body.asks() != nil {
				err = s.askOwn(ctx, tx, run.Account, no, def, byImport)
			}
		}
		if err != nil {
			return err
		}
		return run.Finish(ctx, tx)
	})
}
