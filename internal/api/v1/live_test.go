package v1_test

import (
	"bufio"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/audit"
)

// stream opens the stream of an account and gives its lines, empty ones left out.
func stream(t *testing.T, s *apitest.Server, c *apitest.Client, path, last string) (lines <-chan string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+v1.Prefix+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range c.Cookies() {
		r.AddCookie(cookie)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("status %d, %s", res.StatusCode, kind)
	}
	out := make(chan string, 100)
	go func() {
		defer close(out)
		defer res.Body.Close()
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			if scan.Text() != "" {
				out <- scan.Text()
			}
		}
	}()
	return out, cancel
}

func next(t *testing.T, lines <-chan string) string {
	t.Helper()
	select {
	case line := <-lines:
		return line
	case <-time.After(time.Minute):
		t.Fatal("nothing comes")
		return ""
	}
}

func TestOpenPagesLearnOfChanges(t *testing.T) {
	s := newStudio(t, func(d *v1.Deps) {
		d.Live = audit.NewWatcher(d.DB, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { d.Live.Serve(ctx); close(ended) }()
		t.Cleanup(func() { cancel(); <-ended })
	})
	admin, viewer := s.As("admin@northlight.test"), s.As("viewer@solstice.test")
	path := "/" + s.Agency.Slug + "/changes"
	mine, stop := stream(t, s.Server, admin, path, "")
	defer stop()
	theirs, leave := stream(t, s.Server, viewer, "/"+s.Solstice.Slug+"/changes", "")
	defer leave()
	for _, lines := range []<-chan string{mine, theirs} {
		for _, want := range []string{"retry: 1000", "id: ", "event: start", "data: start"} {
			if got := next(t, lines); !strings.HasPrefix(got, want) {
				t.Fatalf("the stream begins with %q, want %q", got, want)
			}
		}
	}

	s.dashboard(admin, s.Agency.Slug, "Trading")
	first := next(t, mine)
	if data := next(t, mine); !strings.HasPrefix(first, "id: ") || len(first) != len("id: ")+32 || data != "data: changed" {
		t.Errorf("after a change: %q, %q", first, data)
	}
	s.As("admin@northlight.test") // a sign-in changes no page
	s.dashboard(admin, s.Agency.Slug, "Marketing")
	second := next(t, mine)
	if second <= first || next(t, mine) != "data: changed" {
		t.Errorf("after the next change: %q", second)
	}

	known := strings.TrimPrefix(first, "id: ")
	again, stopAgain := stream(t, s.Server, admin, path, known)
	defer stopAgain()
	if got := next(t, again); got != second {
		t.Errorf("who connects again after the first change gets %q, want %q", got, second)
	}
	late, stopLate := stream(t, s.Server, admin, path+"?after="+strings.TrimPrefix(second, "id: "), "")
	defer stopLate()
	if got := next(t, late); got != ": nothing new" {
		t.Errorf("who missed nothing gets %q", got)
	}

	select {
	case line := <-theirs:
		t.Errorf("the client's page learns of a change of the agency: %q", line)
	default:
	}
	viewer.Get(path).Want(http.StatusNotFound)
	s.Browser().Get(path).Want(http.StatusUnauthorized)
}
