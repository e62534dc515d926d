package datasource

import (
	"bufio"
	"context"
	"errors"
	"io"

	"octavo/internal/errs"
	"octavo/internal/format"
)

// content is what is read of a file: the file itself, or what is packed in it.
type content struct {
	*spool
	name, mediaType string
}

// detect tells the format.
func (c content) detect() (string, error) {
	head, err := c.head(format.HeadSize)
	if err != nil {
		return "", err
	}
	return format.Detect(c.name, c.mediaType, head)
}

// unwrap unpacks the file of an upload, if it is packed; the caller closes what is not
// the file itself. Of an archive with several files choose takes the likeliest one when
// none is chosen, and notes it among the options.
func (s *Service) unwrap(ctx context.Context, up *Upload, file *spool, choose bool) (content, error) {
	pack, err := format.OpenPack(file, file.size, up.Name)
	if err != nil || pack == nil {
		return content{file, up.Name, up.MediaType}, err
	}
	up.Members = pack.Members
	if choose && up.chosen.Member == "" && len(pack.Members) > 1 {
		up.chosen.Member = pack.First()
	}
	inner, name, err := s.unpackTo(ctx, pack, up.chosen.Member)
	return content{inner, name, ""}, err
}

// unpackTo brings a file of an archive to the temporary directory.
func (s *Service) unpackTo(ctx context.Context, pack *format.Pack, member string) (*spool, string, error) {
	r, name, err := pack.Open(ctx, member, s.cfg.Limits)
	if err != nil {
		return nil, "", err
	}
	inner, err := newSpool(s.cfg.TempDir, r, s.cfg.Limits.Bytes)
	if err = errors.Join(err, r.Close()); err != nil {
		if inner != nil {
			err = errors.Join(err, inner.Close())
		}
		return nil, "", err
	}
	return inner, cleanFileName(name), nil
}

func otherFormat(want, found, name string) error {
	return errs.Newf(errs.Invalid, "format_mismatch", "This data source is read as %s, and %s is %s.", want, name, found).
		WithField("upload_id").WithParams(map[string]any{"format": want, "found": found})
}

// openContent opens the file of a payload, unpacked.
func (s *Service) openContent(ctx context.Context, p Payload) (io.ReadCloser, error) {
	file, err := s.openOriginal(ctx, p.family, p.ID, p.FileKey)
	if err != nil {
		return nil, err
	}
	const magic = 4
	b := bufio.NewReaderSize(file, 64<<10)
	if head, err := b.Peek(magic); err == nil && (string(head) == "PK\x03\x04" || string(head[:2]) == "\x1f\x8b") {
		inner, err := s.openPacked(ctx, p, b)
		return inner, errors.Join(err, file.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{b, file}, nil
}

// openPacked opens the chosen file of an archive that comes as a stream.
func (s *Service) openPacked(ctx context.Context, p Payload, r io.Reader) (_ io.ReadCloser, err error) {
	file, err := newSpool(s.cfg.TempDir, r, s.cfg.Limits.Bytes)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	pack, err := format.OpenPack(file, file.size, p.fileName)
	if err != nil || pack == nil {
		return nil, errors.Join(err, notATree(errors.New("it is not packed as it was")))
	}
	inner, _, err := s.unpackTo(ctx, pack, p.member)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{inner.whole(), inner}, nil
}
