package transfer

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/page"
)

// RefreshLog is datasource.Service.Log with the attempts of all sources of the clients that the filter opens. Codes as there.
func (s *Service) RefreshLog(ctx context.Context, who authz.Actor, sources *datasource.Service, f datasource.LogFilter, req page.Request) ([]datasource.Logged, *page.Mark, error) {
	if len(f.Clients.Accounts()) == 0 {
		return sources.Log(ctx, who, f, req)
	}
	log, err := sources.LogReader(ctx, who, f, req)
	if err != nil {
		return nil, nil, err
	}
	if err := s.db.Read(ctx, db.Across(f.Clients), log.Read); err != nil {
		return nil, nil, err
	}
	out, next := log.Page()
	return out, next, nil
}
