package v1

import (
	"net/http"
	"strconv"
	"strings"

	"octavo/internal/errs"
)

// IfMatch is embedded in the input of every write over a version.
type IfMatch struct {
	IfMatch string `header:"If-Match" doc:"ETag of the version that the change is based on."`
}

// Version is the version that the caller has. Codes precondition_required, bad_etag.
func (m IfMatch) Version() (int64, error) {
	if m.IfMatch == "" || m.IfMatch == "*" {
		return 0, errs.New(errs.Precondition, "precondition_required", "Say which version you change: send its ETag as If-Match.")
	}
	tag := strings.TrimPrefix(m.IfMatch, "W/") // proxies that compress make tags weak
	n, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil {
		return 0, errs.New(errs.Invalid, "bad_etag", "If-Match is not an ETag of this resource.").WithField("If-Match")
	}
	return n, nil
}

// ETag writes a version.
func ETag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

// Tagged is a body with its version as ETag.
type Tagged[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

func tagged[T any](version int64, body T) *Tagged[T] {
	return &Tagged[T]{ETag: ETag(version), Body: body}
}

// IfNoneMatch is embedded in the input of reads that can answer "unchanged".
type IfNoneMatch struct {
	IfNoneMatch string `header:"If-None-Match" doc:"ETag of what the caller has."`
}

// Has says whether the caller has the answer with this tag already.
func (m IfNoneMatch) Has(tag string) bool {
	for have := range strings.SplitSeq(m.IfNoneMatch, ",") {
		if strings.TrimPrefix(strings.TrimSpace(have), "W/") == tag {
			return true
		}
	}
	return false
}

// Cached is a body that the browser may keep and must ask about again. Body is left
// out where the caller has it: 304.
type Cached[T any] struct {
	Status       int
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         T
}

// cached answers with body(), or with 304 and without calling it.
func cached[T any](have IfNoneMatch, tag string, body func() (T, error)) (*Cached[T], error) {
	out := &Cached[T]{Status: http.StatusOK, ETag: tag, CacheControl: "private, no-cache"}
	if have.Has(tag) {
		out.Status = http.StatusNotModified
		return out, nil
	}
	var err error
	out.Body, err = body()
	return out, err
}
