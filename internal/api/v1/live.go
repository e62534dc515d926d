package v1

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"octavo/internal/id"
)

var liveRoutes = []entry{
	route(Route{ID: "watch-account", Method: http.MethodGet, Path: "/{account}/changes", Tag: "live",
		Summary: "Tells as server-sent events that something in the account has changed; what, the reader asks for with the ETags it has."},
		(*Server).watchAccount),
}

const (
	// liveFor is how long a stream lasts. The browser then connects again, and its rights are looked at again.
	liveFor = 5 * time.Minute
	// liveBeat is how often a silent stream says that it is there, so that proxies keep it open.
	liveBeat = 20 * time.Second
)

type watchInput struct {
	After string `query:"after" maxLength:"32" doc:"Id of the last change that the reader knows, when it opens a new stream."`
	Last  string `header:"Last-Event-ID" maxLength:"32" doc:"Id of the last change that the reader knows, when the browser connects again."`
}

func (s *Server) watchAccount(_ context.Context, c *Call, in *watchInput) (*huma.StreamResponse, error) {
	known := in.Last
	if known == "" {
		known = in.After
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no")
		live := &liveStream{w: w, flush: http.NewResponseController(w)}
		s.follow(r.Context(), live, c.Actor.Account, known)
	}}, nil
}

// liveStream writes events to one reader; err is the first error, after which nothing is written.
type liveStream struct {
	w     http.ResponseWriter
	flush *http.ResponseController
	err   error
}

func (l *liveStream) send(text string) {
	if l.err != nil {
		return
	}
	if _, l.err = l.w.Write([]byte(text)); l.err == nil {
		l.err = l.flush.Flush()
	}
}

func (l *liveStream) change(line string) { l.send(fmt.Sprintf("id: %s\ndata: changed\n\n", line)) }

// follow writes the changes of an account until the reader leaves or the time is over. The reader
// first learns of what it missed; without a known id it gets the newest as its starting point.
func (s *Server) follow(ctx context.Context, live *liveStream, account id.Account, known string) {
	changes, stop := s.Live.Watch(account)
	defer stop()
	newest, err := s.Live.Newest(ctx, account)
	if err != nil {
		s.Log.WarnContext(ctx, "changes cannot be looked up", "error", err)
		return
	}
	switch {
	case known == "":
		live.send(fmt.Sprintf("retry: 1000\nid: %s\nevent: start\ndata: start\n\n", newest))
	case newest > known:
		live.change(newest)
	default:
		live.send(": nothing new\n\n")
	}
	beat, end := time.NewTicker(liveBeat), time.NewTimer(liveFor)
	defer beat.Stop()
	defer end.Stop()
	for live.err == nil {
		select {
		case line, more := <-changes:
			if !more {
				return
			}
			if line > newest { // else it came before the stream, and the reader knows it
				live.change(line)
			}
		case <-beat.C:
			live.send(": here\n\n")
		case <-end.C:
			return
		case <-ctx.Done():
			return
		}
	}
}
