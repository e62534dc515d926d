package blob

import (
	"context"
	"errors"
)

// Ping asks whether the store can be reached and looks into it: of a folder, that it is
// there says too little.
func (s *Store) Ping(ctx context.Context) error {
	ok, err := s.bucket.IsAccessible(ctx)
	if err == nil && !ok {
		err = errors.New("blob: the store is not there")
	}
	if err == nil {
		_, err = s.Exists(ctx, "ping")
	}
	return err
}
