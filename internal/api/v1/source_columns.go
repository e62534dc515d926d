package v1

import (
	"context"
	"time"
)

// HeldData is data with other columns that waits to be accepted.
type HeldData struct {
	PayloadID  string         `json:"payload_id" doc:"To be accepted with."`
	ReceivedAt time.Time      `json:"received_at"`
	Sheets     []SheetPreview `json:"sheets"`
}

func (s *Server) getHeld(ctx context.Context, c *Call, in *AssetPath) (*Answer[HeldData], error) {
	h, err := s.DataSources.Held(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(HeldData{PayloadID: h.Payload, ReceivedAt: millis(h.ReceivedAt), Sheets: sheetPreviews(h.Sheets)}), nil
}

type acceptHeldInput struct {
	AssetPath
	Body struct {
		PayloadID string `json:"payload_id" maxLength:"64" doc:"As it was shown."`
	}
}

func (s *Server) acceptHeld(ctx context.Context, c *Call, in *acceptHeldInput) (*Tagged[DataSource], error) {
	src, err := s.DataSources.AcceptColumns(ctx, c.Actor, in.ID, in.Body.PayloadID)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

type onLimitInput struct {
	AssetPath
	IfMatch
	Body struct {
		Policy string `json:"on_limit" enum:"fail,truncate"`
	}
}

func (s *Server) setOnLimit(ctx context.Context, c *Call, in *onLimitInput) (*Tagged[DataSource], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	src, err := s.DataSources.SetOnLimit(ctx, c.Actor, in.ID, version, in.Body.Policy)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

type onSchemaChangeInput struct {
	AssetPath
	IfMatch
	Body struct {
		Policy string `json:"on_schema_change" enum:"add,ask,ignore"`
	}
}

func (s *Server) setOnSchemaChange(ctx context.Context, c *Call, in *onSchemaChangeInput) (*Tagged[DataSource], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	src, err := s.DataSources.SetOnSchemaChange(ctx, c.Actor, in.ID, version, in.Body.Policy)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}
