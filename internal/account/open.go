package account

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
)

// opened is told when a client begins to admit its people, in the same transaction.
type opened func(ctx context.Context, tx *db.Tx, who authz.Actor, a *Account) error

// OnOpen adds what is to be done when a client begins to admit its own people: on the way from
// setup or disabled to trial or active. fn runs in the transaction of the change, whose scope
// may write to the client and to its agency; an error takes the change back. It is called
// before the service is used.
func (s *Service) OnOpen(fn func(ctx context.Context, tx *db.Tx, who authz.Actor, a *Account) error) {
	s.opened = append(s.opened, fn)
}
