package datasource

import (
	"context"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// ReplacePayload puts the file of an upload in the place of a source's data. A job
// reads it with the format and options of the source; when that fails, the source stays
// as it is, and when it takes longer than wait, the call is to be repeated. Codes not_found,
// permission_denied, unknown_upload, upload_reading, format_mismatch and those of format.Read.
func (s *Service) ReplacePayload(ctx context.Context, who authz.Actor, public string, upload id.Upload, wait time.Duration) (*Source, error) {
	no, err := s.assets.Resolve(who.Account, public)
	if err != nil {
		return nil, err
	}
	var before *asset.Asset
	err = s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) (err error) {
		before, err = s.editable(ctx, tx, who, no)
		return err
	})
	if err != nil {
		return nil, err
	}
	p, err := s.readFor(ctx, who, before, upload, wait)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, who, didReplaceData, func(tx *db.Tx) (*asset.Asset, error) {
		a, err := s.editable(ctx, tx, who, no)
		if err != nil {
			return nil, err
		}
		if a.Body != before.Body {
			return nil, asset.Stale(a.Version) // other options by now
		}
		return a, s.point(ctx, tx, no, p)
	})
}

// readFor makes a payload of an upload, read as the body of a source says.
func (s *Service) readFor(ctx context.Context, who authz.Actor, a *asset.Asset, upload id.Upload, wait time.Duration) (*stored, error) {
	b, err := parseBody(a.JSON)
	if err != nil {
		return nil, err
	}
	if err := b.writable(); err != nil {
		return nil, err
	}
	if b.Connector != connectorUpload {
		return nil, errs.New(errs.Conflict, "not_an_upload", "The data of this source does not come from files.")
	}
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	up, err := s.await(ctx, waiting, who, upload)
	if err != nil {
		return nil, err
	}
	as := readAs{b.Format, b.Options}
	if up.State != UploadReading && !up.isAs(as) && !up.failedAs(as) {
		if err := s.want(ctx, who, up, as); err != nil {
			return nil, err
		}
		if up, err = s.await(ctx, waiting, who, upload); err != nil {
			return nil, err
		}
	}
	switch {
	case up.isAs(as):
		return s.keep(ctx, who, up)
	case up.State == UploadFailed:
		return nil, up.Problem
	}
	return nil, stillReading()
}
