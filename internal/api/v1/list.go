package v1

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"

	"octavo/internal/errs"
	"octavo/internal/page"
)

// ListInput is embedded in the input of every list.
type ListInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Rows of a page."`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next_cursor of the page before."`
	Count  bool   `query:"count" doc:"With 1 the answer says how many rows there are in all."`
}

// Page is one page of a list.
type Page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" doc:"Null on the last page."`
	Count      *int64  `json:"count,omitempty"`
}

// Listing answers with a page.
type Listing[T any] struct{ Body Page[T] }

// page reads the place that a list is continued from. Code cursor_refused.
func (s *Server) page(c *Call, in ListInput) (page.Request, error) {
	req := page.Request{Limit: in.Limit}
	if in.Cursor == "" {
		return req, nil
	}
	mark, err := s.cursors.open(in.Cursor, c.listKey())
	req.After = mark
	return req, err
}

// listing answers with converted rows; next is the mark that the service gave, count nil unless asked for.
func listing[From, To any](s *Server, c *Call, rows []From, next *page.Mark, count *int64, convert func(From) To) (*Listing[To], error) {
	out := &Listing[To]{Body: Page[To]{Items: make([]To, len(rows)), Count: count}}
	for i, row := range rows {
		out.Body.Items[i] = convert(row)
	}
	if next != nil {
		cursor, err := s.cursors.seal(*next, c.listKey())
		if err != nil {
			return nil, err
		}
		out.Body.NextCursor = &cursor
	}
	return out, nil
}

// listKey names a list: route, account, person and everything asked for but the
// place in it. A cursor opens in its own list only.
func (c *Call) listKey() []byte {
	filter := url.Values{}
	for name, values := range c.query {
		if name != "cursor" && name != "limit" && name != "count" {
			filter[name] = values
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s\n%s", c.route, c.Actor.Account, c.Actor.User, filter.Encode()))
	return sum[:]
}

// cursorSealer makes cursors that nobody can read or make. Safe for concurrent use.
type cursorSealer struct{ aead cipher.AEAD }

func newCursorSealer(key []byte) (*cursorSealer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("v1: cursor key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("v1: cursor key: %w", err)
	}
	return &cursorSealer{aead: aead}, nil
}

func (s *cursorSealer) seal(m page.Mark, list []byte) (string, error) {
	plain, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, plain, list)), nil
}

func (s *cursorSealer) open(cursor string, list []byte) (*page.Mark, error) {
	refused := errs.New(errs.Invalid, "cursor_refused", "This cursor belongs to another list. Begin at the first page.").WithField("cursor")
	sealed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, refused.WithCause(err)
	}
	plain, err := s.aead.Open(nil, nil, sealed, list)
	if err != nil {
		return nil, refused.WithCause(err)
	}
	var m page.Mark
	if err := json.Unmarshal(plain, &m); err != nil {
		return nil, refused.WithCause(err)
	}
	return &m, nil
}
