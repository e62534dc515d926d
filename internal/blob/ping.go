package blob

import (
	"context"
	"errors"
)

// Ping asks whether the store can be reached.
func (s *Store) Ping(ctx context.Context) error {
	ok, err := s.bucket.IsAccessible(ctx)
	if err == nil && !ok {
		err = errors.New("blob: the store is not there")
	}
	return err
}
