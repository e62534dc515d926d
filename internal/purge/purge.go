package purge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"octavo/internal/account"
	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/blob"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/job"
)

// Service removes clients and content. Safe for concurrent use.
type Service struct {
	log      *slog.Logger
	db       *db.DB
	accounts *account.Service
	blobs    *blob.Store
}

// New makes the service.
func New(log *slog.Logger, d *db.DB, accounts *account.Service, blobs *blob.Store) *Service {
	return &Service{log: log, db: d, accounts: accounts, blobs: blobs}
}

// Now removes a client in the bin at once; typed is its name. Codes not_found, confirmation_required,
// password_needed.
func (s *Service) Now(ctx context.Context, who authz.Actor, slug, typed string) error {
	grant, a, err := s.accounts.Deleted(ctx, who, slug)
	if err != nil {
		return err
	}
	if err := a.Confirmed(typed); err != nil {
		return err
	}
	if err := who.NeedProof(clock.Millis(s.db.Clock().Now())); err != nil {
		return err
	}
	_, err = s.remove(ctx, grant, who, a.ID, true)
	return err
}

// Due removes the clients whose time in the bin is over. A worker calls it now and then. One that cannot be
// removed keeps no other waiting.
func (s *Service) Due(ctx context.Context) error {
	type gone struct{ account, parent id.Account }
	var due []gone
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) error {
		due = nil
		return tx.Query(ctx, `SELECT id, parent_id FROM accounts WHERE purge_at <= :now AND deleted_at IS NOT NULL AND kind = 'client' ORDER BY id`,
			db.Args{"now": tx.Now}, func(scan func(...any) error) error {
				var g gone
				err := scan(&g.account, &g.parent)
				due = append(due, g)
				return err
			})
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, g := range due {
		if err := s.end(ctx, g.parent, g.account); err != nil {
			failed = append(failed, fmt.Errorf("account %d: %w", g.account, err))
		}
	}
	return errors.Join(failed...)
}

// end removes a client of an agency whose time in the bin is over.
func (s *Service) end(ctx context.Context, agency, client id.Account) error {
	parent, err := s.accounts.ByID(ctx, agency)
	if err != nil {
		return err
	}
	server := parent.Operator()
	server.Name = "Octavo"
	removed, err := s.remove(ctx, authz.GrantOperator(agency, []id.Account{client}, true), server, client, false)
	if removed && err == nil {
		s.log.InfoContext(ctx, "client removed for good", "account", int64(client))
	}
	return err
}

// remove deletes every row of one deleted client, and leaves its files to a job. It says
// false when the client was restored or removed in the meantime, or, unless atOnce, deleted anew, so that its time in
// the bin is not over.
func (s *Service) remove(ctx context.Context, grant authz.Grant, who authz.Actor, client id.Account, atOnce bool) (removed bool, err error) {
	err = s.db.Tx(ctx, db.Import(grant), func(tx *db.Tx) error {
		var public, name string
		removed, err = tx.One(ctx, `SELECT public_id, name FROM accounts
			WHERE id IN {each :accounts} AND id = :client AND deleted_at IS NOT NULL AND (CAST(:at_once AS smallint) = 1 OR purge_at <= :now) {lock}`,
			db.Args{"client": client, "at_once": atOnce, "now": tx.Now}, &public, &name)
		if err != nil || !removed {
			return err
		}
		files, err := uploadFiles(ctx, tx)
		if err != nil {
			return err
		}
		if err := removeRows(ctx, tx); err != nil {
			return err
		}
		if err := dropLater(ctx, tx, files, 0); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Line{Action: "client.purged", Subject: public, SubjectName: name})
	})
	return removed, err
}

// below are rows that belong to an account by another column than account_id.
var below = []string{
	`DELETE FROM nodes WHERE change_id IN (SELECT id FROM changes WHERE account_id IN {each :accounts})`,
	`DELETE FROM template_nodes WHERE version_id IN (SELECT version_id FROM template_versions WHERE account_id IN {each :accounts})`,
	`DELETE FROM change_accounts WHERE account_id IN {each :accounts}`,
	`DELETE FROM client_shares WHERE account_id = :account AND client_id IN {each :accounts}`,
	`DELETE FROM account_moves WHERE new_id IN {each :accounts} OR old_id IN {each :accounts}`,
}

// removeRows deletes the rows of the accounts that the scope may write, the account's own last.
func removeRows(ctx context.Context, tx *db.Tx) error {
	for _, text := range below {
		if _, err := tx.Exec(ctx, text, nil); err != nil {
			return err
		}
	}
	tables := db.Tables()
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		if guard := tables[table]; table == "accounts" || guard != db.TenantTable && guard != db.SystemTable {
			continue
		}
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE account_id IN {each :accounts}`, nil); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `DELETE FROM accounts WHERE id IN {each :accounts}`, nil)
	return err
}

// uploadFiles are the files of uploads that wait to be used; their names are given once.
func uploadFiles(ctx context.Context, tx *db.Tx) ([]string, error) {
	var files []string
	err := tx.Query(ctx, `SELECT file_key, data_key FROM uploads WHERE account_id IN {each :accounts}`, nil, func(scan func(...any) error) error {
		var file, data string
		err := scan(&file, &data)
		for _, key := range []string{file, data} {
			if key != "" { // it was never read, or cannot be
				files = append(files, key)
			}
		}
		return err
	})
	return files, err
}

// Jobs are what a runner must know to do the work that the service leaves behind.
func (s *Service) Jobs() []job.Handler {
	return []job.Handler{{Kind: dropKind, Run: s.drop}}
}
