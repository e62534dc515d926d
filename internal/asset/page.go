package asset

import (
	"context"
	"strconv"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/page"
)

// Page is List by pages.
func (s *Service) Page(ctx context.Context, tx *db.Tx, who authz.Actor, f Filter, req page.Request) ([]Asset, *page.Mark, error) {
	from := req.From()
	f.After, f.Limit = from.Key, req.Rows()
	if !req.First() {
		var err error
		if f.AfterNo, err = strconv.ParseInt(from.ID, 10, 64); err != nil {
			return nil, nil, err
		}
	}
	rows, err := s.List(ctx, tx, who, f)
	if err != nil {
		return nil, nil, err
	}
	rows, next := page.Cut(req, rows, func(a Asset) page.Mark {
		return page.Mark{Key: f.Order.key(&a), ID: strconv.FormatInt(a.Key.No, 10)}
	})
	return rows, next, nil
}
