package account

import (
	"context"

	"octavo/internal/db"
)

// TakeSeats is TakeSeat for n people: all of them or none. Code seats_exhausted.
func (s *Service) TakeSeats(ctx context.Context, tx *db.Tx, n int) error {
	for range n { // one by one, so that there is one rule; the row is locked by the first
		if err := s.TakeSeat(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// FreeSeat gives back the seat of one person in the account of the transaction's scope.
func (s *Service) FreeSeat(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE accounts SET seats_used = seats_used - 1 WHERE id = :account AND seats_used > 0`, nil)
	return err
}
