package v1

import (
	"context"
	"net/http"
)

var tableRoutes = []entry{
	route(Route{ID: "list-database-tables", Method: http.MethodGet, Path: "/{account}/credentials/{credential}/tables", Tag: "data-sources",
		Summary: "Lists the tables and columns of a database, to who may read it with this connected account."}, (*Server).listTables),
}

// DatabaseTables are tables of a database.
type DatabaseTables struct {
	Tables []DatabaseTable `json:"tables"`
	Cut    bool            `json:"cut" doc:"There are more: 5,000 columns of all tables together are listed."`
}

// DatabaseTable is a table or view.
type DatabaseTable struct {
	Schema  string           `json:"schema"`
	Name    string           `json:"name"`
	Quoted  string           `json:"quoted" doc:"As it is written in a query."`
	Columns []DatabaseColumn `json:"columns"`
}

// DatabaseColumn is a column of a table.
type DatabaseColumn struct {
	Name   string `json:"name"`
	Kind   string `json:"kind" doc:"As the database calls it."`
	Quoted string `json:"quoted" doc:"As it is written in a query."`
}

func (s *Server) listTables(ctx context.Context, c *Call, in *CredentialPath) (*Answer[DatabaseTables], error) {
	tables, cut, err := s.DataSources.Tables(ctx, c.Actor, in.Credential)
	if err != nil {
		return nil, err
	}
	out := DatabaseTables{Tables: make([]DatabaseTable, len(tables)), Cut: cut}
	for i, t := range tables {
		out.Tables[i] = DatabaseTable{Schema: t.Schema, Name: t.Name, Quoted: t.Quoted, Columns: make([]DatabaseColumn, len(t.Columns))}
		for n, column := range t.Columns {
			out.Tables[i].Columns[n] = DatabaseColumn(column)
		}
	}
	return answer(out), nil
}
