package v1

import (
	"context"

	"octavo/internal/dataset"
	"octavo/internal/datasource"
)

// History says how rows are kept from refresh to refresh.
type History struct {
	Mode     string    `json:"mode" enum:"append,upsert"`
	UniqueBy []string  `json:"unique_by,omitempty" nullable:"false" maxItems:"16" doc:"Of upsert: columns that tell one row from all others."`
	Keep     *KeepRows `json:"keep,omitempty" nullable:"false" doc:"Absent = all rows."`
}

func history(h *datasource.History) *History {
	if h == nil {
		return nil
	}
	return &History{Mode: string(h.Mode), UniqueBy: h.UniqueBy, Keep: (*KeepRows)(h.Keep)}
}

type historyInput struct {
	AssetPath
	IfMatch
	Body struct {
		History *History `json:"history,omitempty" nullable:"false" doc:"Absent = the last answer is the data."`
	}
}

func (s *Server) setHistory(ctx context.Context, c *Call, in *historyInput) (*Tagged[DataSource], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	var h *datasource.History
	if b := in.Body.History; b != nil {
		h = &datasource.History{Mode: dataset.Mode(b.Mode), UniqueBy: b.UniqueBy, Keep: (*datasource.Keep)(b.Keep)}
	}
	src, err := s.DataSources.SetHistory(ctx, c.Actor, in.ID, version, h)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}
