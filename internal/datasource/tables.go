package datasource

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/connector/sql"
	"octavo/internal/credential"
	"octavo/internal/id"
)

// Tables lists what a query of the actor could read from a database: its tables with their columns; cut says that there are
// more. Codes permission_denied, not_found, bad_connection, those of credential.Service.Open and sql.Tables.
func (s *Service) Tables(ctx context.Context, who authz.Actor, cred id.Credential) (tables []sql.Table, cut bool, err error) {
	if err := mayUpload(who); err != nil {
		return nil, false, err
	}
	c, err := s.cfg.Credentials.Get(ctx, who, cred)
	if err != nil {
		return nil, false, err
	}
	if c.Kind != credential.Database {
		return nil, false, badConnection("Choose a connected account of a database.")
	}
	opened, err := s.openChosen(ctx, who, sqlAsks{&sql.Spec{Engine: c.Engine}}, cred, credential.DatabaseAddress(c.Engine))
	if err != nil {
		return nil, false, err
	}
	tables, cut, err = sql.Tables(ctx, s.pools, c.Engine, loginOf(opened))
	return tables, cut, hidden(err, opened.Mask)
}
