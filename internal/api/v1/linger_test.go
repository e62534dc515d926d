package v1_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"octavo/internal/api/v1/apitest"
)

// A body that is refused before its end is read on, also when the client keeps no
// connection: else a slow sender would find it cut, and never see the answer.
func TestARefusedBodyIsReadOn(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const half = 40 << 10
	fmt.Fprintf(conn, "POST /api/v1/northlight/uploads?name=a.csv HTTP/1.1\r\nHost: octavo.test\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", 2*half)
	for range 2 {
		if _, err := io.WriteString(conn, strings.Repeat("x", half)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(700 * time.Millisecond) // net/http waits for half a second before it cuts a connection
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d", res.StatusCode)
	}
}
