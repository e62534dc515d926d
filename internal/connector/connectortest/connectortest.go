// Package connectortest asks each connector the same questions: it brings what is there and
// nothing else, and when something goes wrong it ends soon, with a code, and tells no secret.
//
// A connector passes when Run does, over a real service of its kind.
package connectortest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"octavo/internal/errs"
)

// Mark stands in every secret that a Service is read with, and nowhere else.
const Mark = "MARK"

// Question is what a service is asked for.
type Question int

// The questions.
const (
	Some Question = iota // three rows, for the value "7" of the variable company; two for "8"
	None                 // an answer without rows
	Many                 // rows without end
	Slow                 // an answer that takes half a minute
)

// Ask is one reading. The zero value asks for Some with all that is right.
type Ask struct {
	What  Question
	Value string // of the variable company; "" = it has none
	Wait  int    // seconds that the answer may take; 0 = as long as is usual
	Least bool   // takes no more than fits into a small limit, which Some keeps and Many does not
	Wrong bool   // with another secret, which has Mark in it, too
	Port  int    // of this machine, in place of the service; it may be read. 0 = the service
	Guard bool   // nothing in a private network may be read
}

// Service is a connector and what it reads from.
type Service interface {
	// Read asks as the product does, and writes what came.
	Read(ctx context.Context, a Ask, w io.Writer) error
	// Rows counts the rows of what Read has written.
	Rows(answer []byte) (int, error)
	// Waiting counts the readings of Slow that the service works on now.
	Waiting() int
	// Disturb has the next reading begin with a fault that passes, such as a connection that was cut.
	Disturb()
}

// Run asks a connector everything.
func Run(t *testing.T, s Service) {
	t.Run("rows", func(t *testing.T) { rows(t, s) })
	t.Run("a fault that passes", func(t *testing.T) {
		s.Disturb()
		expectRows(t, s, Ask{Value: "7"}, 3)
	})
	t.Run("nobody waits any more", func(t *testing.T) { cancelled(t, s) })
	t.Run("faults", func(t *testing.T) { faults(t, s) })
	t.Run("servers that are none", func(t *testing.T) { strangers(t, s) })
}

// rows looks at what comes when all goes well.
func rows(t *testing.T, s Service) {
	for value, want := range map[string]int{"7": 3, "8": 2, "7' OR '1'='1": 0, `7&company=8`: 0, `7","company":"8`: 0} {
		expectRows(t, s, Ask{Value: value}, want)
	}
	expectRows(t, s, Ask{What: None, Value: "7"}, 0)
	expectRows(t, s, Ask{Value: "7", Least: true}, 3)
}

func expectRows(t *testing.T, s Service, a Ask, want int) {
	t.Helper()
	var out bytes.Buffer
	err := s.Read(t.Context(), a, &out)
	got, unread := 0, error(nil)
	if err == nil {
		got, unread = s.Rows(out.Bytes())
	}
	if err != nil || unread != nil || got != want || strings.Contains(out.String(), Mark) {
		t.Errorf("%+v: %d rows, want %d; %v, %v, %s", a, got, want, err, unread, out.Bytes())
	}
}

// cancelled ends a reading and sees that the service is told.
func cancelled(t *testing.T, s Service) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.Read(ctx, Ask{What: Slow, Value: "7"}, io.Discard) }()
	until(t, "the service works", func() bool { return s.Waiting() == 1 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	until(t, "the service has ended its work", func() bool { return s.Waiting() == 0 })
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// longest is how long a reading may take that is allowed one second for its answer: it is repeated twice, or the server has
// five seconds more to end by itself, and five in which it is told that nobody waits.
const longest = 13 * time.Second

// faults looks at what is told when it does not go well.
func faults(t *testing.T, s Service) {
	for name, c := range map[string]struct {
		ask   Ask
		codes []string
	}{
		"too slow":       {Ask{What: Slow, Value: "7", Wait: 1}, []string{"timeout", "query_timeout"}},
		"too much":       {Ask{What: Many, Value: "7", Least: true}, []string{"too_large"}},
		"another secret": {Ask{Value: "7", Wrong: true}, []string{"service_unauthorized", "database_unauthorized"}},
		"no value":       {Ask{}, []string{"missing_variable"}},
		"guarded":        {Ask{Value: "7", Guard: true}, []string{"private_address"}},
	} {
		begun := time.Now()
		expect(t, name, s.Read(t.Context(), c.ask, io.Discard), c.codes...)
		if took := time.Since(begun); took > longest {
			t.Errorf("%s took %s", name, took)
		}
	}
}

// expect wants one of some codes, and no secret in anything that can be printed of an error.
func expect(t *testing.T, name string, err error, codes ...string) {
	t.Helper()
	if !slices.ContainsFunc(codes, func(code string) bool { return errs.Is(err, code) }) {
		t.Errorf("%s: %v, want one of %v", name, err, codes)
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if text := fmt.Sprintf("%v %+v %#v", e, e, e); strings.Contains(text, Mark) {
			t.Errorf("%s tells a secret: %s", name, text)
		}
	}
}

// Strangers answer as no service does: not at all, slowly, without end, or by leaving.
var Strangers = map[string]func(c net.Conn){
	"silent": func(c net.Conn) { _, _ = io.Copy(io.Discard, c) },
	"slow": func(c net.Conn) {
		for {
			if _, err := c.Write([]byte{0}); err != nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	},
	"hostile": Again("R\x7f\xff\xff\xff what it will "),
	"gone":    func(net.Conn) {},
}

// Again says a text without end.
func Again(text string) func(c net.Conn) {
	big := []byte(strings.Repeat(text, 1<<10))
	return func(c net.Conn) {
		for {
			if _, err := c.Write(big); err != nil {
				return
			}
		}
	}
}

// AskStranger asks a server that is none, and sees that it ends soon and tells no secret. read is given the port to read
// from, and one second for the answer.
func AskStranger(t *testing.T, answer func(c net.Conn), read func(port int) error) {
	t.Helper()
	begun := time.Now()
	expect(t, "a server that is none", read(Listen(t, answer)), "timeout", "query_timeout", "connect", "tls", "database_busy", "sql_error", "too_large")
	if took := time.Since(begun); took > longest {
		t.Errorf("took %s", took)
	}
}

// strangers are asked as if they were the service.
func strangers(t *testing.T, s Service) {
	for name, answer := range Strangers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			AskStranger(t, answer, func(port int) error {
				return s.Read(t.Context(), Ask{Value: "7", Wait: 1, Port: port}, io.Discard)
			})
		})
	}
}

// Listen opens a port of this machine, until the test ends; a connection is closed when its answer is over.
func Listen(t testing.TB, answer func(c net.Conn)) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { answer(c); _ = c.Close() }()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}
