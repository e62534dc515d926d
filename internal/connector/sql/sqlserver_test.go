package sql_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf16"

	"octavo/internal/connector/connectortest"
	"octavo/internal/connector/sql"
	"octavo/internal/errs"
	"octavo/internal/fetch"
	"octavo/internal/placeholder"
)

// tdsAnswer answers queries as SQL Server does (MS-TDS 2.2), as far as one login, one transaction and one column of
// nvarchar(max) go. Anything else ends the connection.
type tdsAnswer struct {
	rows func(w io.Writer) // writes rows and what ends them
	sent atomic.Int64
}

// Kinds of messages.
const (
	tdsBatch    = 0x01
	tdsReply    = 0x04
	tdsBegin    = 0x0e
	tdsLogin    = 0x10
	tdsPreLogin = 0x12
)

// tdsDone ends an answer.
var tdsDone = append([]byte{0xfd}, make([]byte, 12)...)

// message reads a message of the client: its kind and what is in it.
func tdsMessage(c net.Conn) (kind byte, body []byte, err error) {
	for {
		head := make([]byte, 8)
		if _, err := io.ReadFull(c, head); err != nil {
			return 0, nil, err
		}
		part := make([]byte, int(binary.BigEndian.Uint16(head[2:]))-len(head))
		if _, err := io.ReadFull(c, part); err != nil {
			return 0, nil, err
		}
		if body = append(body, part...); head[1]&1 != 0 {
			return head[0], body, nil
		}
	}
}

// Write sends a part of an answer that goes on.
func (p *tdsPacket) Write(b []byte) (int, error) {
	for n := 0; n < len(b); {
		part := b[n:min(n+4000, len(b))]
		if err := p.send(part, 0); err != nil {
			return n, err
		}
		n += len(part)
	}
	return len(b), nil
}

// tdsPacket is an answer on its way.
type tdsPacket struct {
	c    net.Conn
	sent *atomic.Int64
}

func (p *tdsPacket) send(part []byte, status byte) error {
	head := []byte{tdsReply, status, 0, 0, 0, 0, 1, 0}
	binary.BigEndian.PutUint16(head[2:], uint16(len(head)+len(part)))
	n, err := p.c.Write(append(head, part...))
	p.sent.Add(int64(n))
	return err
}

func tdsText(text string) (out []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// serve is one connection.
func (s *tdsAnswer) serve(c net.Conn) {
	out := &tdsPacket{c, &s.sent}
	for {
		kind, body, err := tdsMessage(c)
		if err != nil {
			return
		}
		var answer []byte
		switch kind {
		case tdsPreLogin: // version, and no encryption
			answer = []byte{0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 2}
		case tdsLogin:
			name := tdsText("test")
			ack := append([]byte{1, 0x74, 0, 0, 4, byte(len(name) / 2)}, name...)
			ack = append(ack, 16, 0, 0, 0)
			answer = append(append([]byte{0xad, byte(len(ack)), 0}, ack...), tdsDone...)
		case tdsBegin:
			answer = append([]byte{0xe3, 11, 0, 8, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0}, tdsDone...)
		case tdsBatch:
			text := string(bytes.ReplaceAll(body, []byte{0}, nil))
			if strings.Contains(text, "SELECT words") {
				_, _ = out.Write(tdsColumn("words"))
				s.rows(out)
			}
			answer = tdsDone
		default:
			return
		}
		if err := out.send(answer, 1); err != nil {
			return
		}
	}
}

// tdsColumn describes one column of nvarchar(max).
func tdsColumn(name string) []byte {
	out := []byte{0x81, 1, 0, 0, 0, 0, 0, 9, 0, 0xe7, 0xff, 0xff, 9, 4, 0xd0, 0, 0x34, byte(len(name))}
	return append(out, tdsText(name)...)
}

// tdsRow is a row whose value is sent in pieces of unknown number.
func tdsRow(pieces ...string) []byte {
	out := []byte{0xd1, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	for _, piece := range pieces {
		text := tdsText(piece)
		out = append(binary.LittleEndian.AppendUint32(out, uint32(len(text))), text...)
	}
	return append(out, 0, 0, 0, 0)
}

func (s *tdsAnswer) ask(t *testing.T) (string, error) {
	t.Helper()
	port := connectortest.Listen(t, s.serve)
	pools := sql.NewPools(fetch.New(fetch.Options{Hosts: []string{fmt.Sprintf("127.0.0.1:%d", port)}}))
	t.Cleanup(func() { _ = pools.Close() })
	p, err := (&sql.Spec{Engine: "sqlserver", SQL: "SELECT words FROM t", TimeoutS: 60}).Prepare(placeholder.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	login := sql.Login{Key: "k", Host: "127.0.0.1", Port: port, Database: "d", User: "u", Password: "MARKpassword", TLS: sql.TLSOff}
	var out bytes.Buffer
	_, err = p.Fetch(t.Context(), pools, login, sql.Options{}, &out)
	return out.String(), err
}

// TestRowsOfSQLServer reads rows of a server that speaks its protocol.
func TestRowsOfSQLServer(t *testing.T) {
	t.Parallel()
	s := &tdsAnswer{rows: func(w io.Writer) {
		_, _ = w.Write(append(tdsRow("north", " and south"), tdsRow("östlich")...))
	}}
	got, err := s.ask(t)
	if want := "\"words\"\n\"north and south\"\n\"östlich\"\n"; got != want || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestManyRowsOfSQLServer reads more bytes than one row may have, in rows that are short.
func TestManyRowsOfSQLServer(t *testing.T) {
	t.Parallel()
	row := tdsRow(strings.Repeat("x", 500_000))
	s := &tdsAnswer{rows: func(w io.Writer) {
		for range 80 {
			_, _ = w.Write(row)
		}
	}}
	got, err := s.ask(t)
	if lines := strings.Count(got, "\n"); lines != 81 || err != nil || s.sent.Load() < 64<<20 {
		t.Errorf("%d lines of %d bytes, %v", lines, s.sent.Load(), err)
	}
}

// TestValueWithoutEndOfSQLServer reads from a server that sends one value for ever.
func TestValueWithoutEndOfSQLServer(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	s := &tdsAnswer{rows: func(w io.Writer) {
		defer close(ended)
		piece := tdsRow(strings.Repeat("x", 30_000))
		for part := piece[:len(piece)-4]; ; part = piece[9 : len(piece)-4] {
			if _, err := w.Write(part); err != nil {
				return
			}
		}
	}}
	if _, err := s.ask(t); !errs.Is(err, "too_large") {
		t.Error(err)
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the connection is still open")
	}
	if sent := s.sent.Load(); sent > 100<<20 {
		t.Errorf("%d bytes were taken", sent)
	}
}
