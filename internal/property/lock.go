package property

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
)

// LockIn locks a property in some accounts that the transaction may write to, where it is not: an import of what reads data
// by it. Only people of the agency lock. Code property_locked.
func (s *Service) LockIn(ctx context.Context, tx *db.Tx, who authz.Actor, name string, accounts []id.Account) error {
	if !ofAgency(who) {
		return lockedError(name)
	}
	var done []audit.Line
	err := tx.Query(ctx, `UPDATE properties SET locked = 1, version = version + 1, changed_at = :now
		WHERE account_id IN {each :accounts} AND account_id IN {each :of} AND name = :name AND locked = 0 RETURNING account_id`,
		db.Args{"of": db.List(accounts), "name": name, "now": tx.Now}, func(scan func(...any) error) error {
			var a id.Account
			err := scan(&a)
			done = append(done, audit.Line{Account: a, Action: "property.changed", Subject: name, SubjectName: name,
				Detail: difference(Property{Name: name}, Property{Name: name, Locked: true})})
			return err
		})
	if err != nil || len(done) == 0 {
		return err
	}
	return audit.RecordAll(ctx, tx, who, done)
}
