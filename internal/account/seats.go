package account

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// SeatUse says how many people an account may have and has, and whom to ask for more.
type SeatUse struct {
	Used    int64
	Limit   int64  // of an agency without what its clients have; Unlimited is no limit
	Contact string // "" = whoever runs the server
}

// Seats gives the seats of the acting account to those who see or look after its people. Code permission_denied.
func (s *Service) Seats(ctx context.Context, who authz.Actor) (SeatUse, error) {
	if !who.Has(authz.UserView) && !who.Has(authz.UserManage) && !who.Has(authz.UserViewManage) {
		return SeatUse{}, authz.Denied(authz.UserView)
	}
	var use SeatUse
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		use, err = s.seats(ctx, tx)
		return err
	})
	return use, err
}

// seats reads the seats of the account of the transaction's scope. A client asks whom its agency says, or
// its agency by name, which the principal carries.
func (s *Service) seats(ctx context.Context, tx *db.Tx) (SeatUse, error) {
	var use SeatUse
	var kind Kind
	var given int64
	var agency string
	found, err := tx.One(ctx, `SELECT a.kind, a.seats_used, a.seats_limit, a.seats_given, a.support,
			COALESCE((SELECT u.name FROM users u WHERE u.account_id = a.id AND u.state = 'principal'), '')
		FROM accounts a WHERE a.id = :account AND a.deleted_at IS NULL`, nil, &kind, &use.Used, &use.Limit, &given, &use.Contact, &agency)
	if err != nil || !found {
		return use, orNotFound(err)
	}
	if use.Limit != Unlimited {
		use.Limit = max(0, use.Limit-given)
	}
	switch {
	case kind == Parent:
		use.Contact = s.contact
	case use.Contact == "":
		use.Contact = agency
	}
	return use, nil
}

// TakeSeat is TakeSeats for one person.
func (s *Service) TakeSeat(ctx context.Context, tx *db.Tx) error { return s.TakeSeats(ctx, tx, 1) }

// TakeSeats counts so many more people in the account of the transaction's scope, all of them or none, and
// refuses when there are not seats enough. Code seats_exhausted with limit, used and contact.
func (s *Service) TakeSeats(ctx context.Context, tx *db.Tx, people int) error {
	n, err := tx.Exec(ctx, `
		UPDATE accounts SET seats_used = seats_used + CAST(:people AS bigint)
		WHERE id = :account AND deleted_at IS NULL AND (seats_limit < 0 OR seats_used + seats_given + CAST(:people AS bigint) <= seats_limit)`,
		db.Args{"people": people})
	if err != nil || n == 1 {
		return err
	}
	use, err := s.seats(ctx, tx)
	if err != nil {
		return err
	}
	return errs.Newf(errs.Conflict, "seats_exhausted", "%d of %d seats are taken. Ask for more, or take some away.", use.Used, use.Limit).
		WithParams(map[string]any{"limit": use.Limit, "used": use.Used, "contact": use.Contact})
}

// FreeSeat gives back the seat of one person in the account of the transaction's scope.
func (s *Service) FreeSeat(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE accounts SET seats_used = seats_used - 1 WHERE id = :account AND seats_used > 0`, nil)
	return err
}
