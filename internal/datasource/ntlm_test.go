package datasource_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/bits"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf16"

	"octavo/internal/connector/rest"
	"octavo/internal/credential"
	"octavo/internal/datasource"
	"octavo/internal/errs"
)

// md4 is RFC 1320, for servers of tests only: Microsoft keeps passwords so.
func md4(text []byte) []byte {
	state := [4]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}
	padded := append(bytes.Clone(text), 0x80)
	for len(padded)%64 != 56 {
		padded = append(padded, 0)
	}
	padded = binary.LittleEndian.AppendUint64(padded, uint64(len(text))*8)
	order := [3][16]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15}, {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15}}
	turn := [3][4]int{{3, 7, 11, 19}, {3, 5, 9, 13}, {3, 9, 11, 15}}
	for ; len(padded) > 0; padded = padded[64:] {
		a, b, c, d := state[0], state[1], state[2], state[3]
		for round := range 3 {
			for i, word := range order[round] {
				x := binary.LittleEndian.Uint32(padded[4*word:])
				var f uint32
				switch round {
				case 0:
					f = b&c | ^b&d
				case 1:
					f = (b&c | b&d | c&d) + 0x5a827999
				default:
					f = (b ^ c ^ d) + 0x6ed9eba1
				}
				a, b, c, d = d, bits.RotateLeft32(a+f+x, turn[round][i%4]), b, c
			}
		}
		state[0], state[1], state[2], state[3] = state[0]+a, state[1]+b, state[2]+c, state[3]+d
	}
	var out []byte
	for _, word := range state {
		out = binary.LittleEndian.AppendUint32(out, word)
	}
	return out
}

func utf16le(text string) (out []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

func hmacMD5(key []byte, parts ...[]byte) []byte {
	h := hmac.New(md5.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// ntowfv2 is the key of a person (MS-NLMP §3.3.2).
func ntowfv2(domain, user, password string) []byte {
	return hmacMD5(md4(utf16le(password)), utf16le(strings.ToUpper(user)+domain))
}

// company is a service that lets in connections whose client knows a password, by NTLMv2, and nothing else.
type company struct {
	*httptest.Server
	mu       sync.Mutex
	lines    int      // connections
	messages []string // of NTLM, with the number of their connection
	faults   []string
	closes   bool // it ends each connection that it lets in, after one request
}

// line is one connection.
type line struct {
	n        int
	question []byte // that is open
	in       bool
}

type lineKey struct{}

const (
	companyDomain, companyUser = "NORTH", "Mäya"
	companyPassword            = "MARK pâss:word"
)

func newCompany(t *testing.T, safe bool) *company {
	c := &company{}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(c.answer))
	c.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that we end
	c.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.lines++
		return context.WithValue(ctx, lineKey{}, &line{n: c.lines})
	}
	if safe {
		c.EnableHTTP2 = true
		c.StartTLS()
	} else {
		c.Start()
	}
	t.Cleanup(func() {
		c.Close()
		for _, f := range c.faults {
			t.Error(f)
		}
	})
	return c
}

func (c *company) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func (c *company) answer(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := r.Context().Value(lineKey{}).(*line)
	body, _ := io.ReadAll(r.Body)
	if r.ProtoMajor != 1 {
		c.fault("asked by %s", r.Proto)
	}
	ask := func(text string) {
		w.Header().Set("WWW-Authenticate", strings.TrimSpace("NTLM "+text))
		http.Error(w, "who are you? "+strings.Repeat("x", 5000), http.StatusUnauthorized)
	}
	if sent := r.Header.Get("Authorization"); sent != "" {
		text, _ := strings.CutPrefix(sent, "NTLM ")
		message, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(message) < 12 || string(message[:8]) != "NTLMSSP\x00" {
			c.fault("sent %s", sent)
			ask("")
			return
		}
		kind := binary.LittleEndian.Uint32(message[8:])
		c.messages = append(c.messages, fmt.Sprintf("%d@%d", kind, at.n))
		switch {
		case kind == 1 && r.URL.Path == "/busy":
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case kind == 1 && at.question == nil && !at.in && len(body) == 0:
			at.question = make([]byte, 8)
			_, _ = rand.Read(at.question)
			ask(base64.StdEncoding.EncodeToString(c.challenge(at.question)))
			return
		case kind == 3 && at.question != nil:
			at.in = c.knows(message, at.question)
			at.question = nil
		default:
			c.fault("message %d, body %q", kind, body)
		}
	}
	if r.URL.Path == "/start" { // it is for everybody
		http.Redirect(w, r, "/report?page=1", http.StatusFound)
		return
	}
	if !at.in {
		ask("")
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /report":
		_, _ = io.WriteString(w, `[{"page":`+r.URL.Query().Get("page")+`}]`)
	case "POST /report":
		_, _ = fmt.Fprintf(w, `[{"body":%q}]`, body)
	default:
		c.fault("asked %s %s", r.Method, r.URL)
		http.NotFound(w, r)
	}
	if c.closes {
		at.in = false
	}
}

// names are what a server says of itself (MS-NLMP §2.2.2.1).
func names() []byte {
	var out []byte
	for id, text := range [][]byte{1: utf16le("SRV"), 2: utf16le(companyDomain)} {
		if len(text) > 0 {
			out = binary.LittleEndian.AppendUint16(out, uint16(id))
			out = append(binary.LittleEndian.AppendUint16(out, uint16(len(text))), text...)
		}
	}
	return append(out, 0, 0, 0, 0)
}

// challenge is a message of type 2 (§2.2.1.2).
func (c *company) challenge(question []byte) []byte {
	const flags, head = 0x00000001 | 0x00000200 | 0x00080000 | 0x00800000 | 0x20000000 | 0x80000000, 56
	target, info := utf16le(companyDomain), names()
	field := func(out []byte, n, offset int) []byte {
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		return binary.LittleEndian.AppendUint32(out, uint32(offset))
	}
	out := append([]byte("NTLMSSP\x00"), 2, 0, 0, 0)
	out = field(out, len(target), head)
	out = binary.LittleEndian.AppendUint32(out, flags)
	out = append(append(out, question...), make([]byte, 8)...)
	out = field(out, len(info), head+len(target))
	out = append(out, make([]byte, 8)...) // version
	return append(append(out, target...), info...)
}

// knows computes what somebody answers who knows the password (§3.3.2), and compares.
func (c *company) knows(message, question []byte) bool {
	part := func(at int) []byte {
		if len(message) < at+8 {
			return nil
		}
		n, offset := int(binary.LittleEndian.Uint16(message[at:])), int(binary.LittleEndian.Uint32(message[at+4:]))
		if offset+n > len(message) {
			return nil
		}
		return message[offset : offset+n]
	}
	answer, domain, user := part(20), part(28), part(36)
	if len(answer) < 16+28+len(names()) || answer[16] != 1 || answer[17] != 1 {
		c.fault("an answer of %d bytes is no NTLMv2", len(answer))
		return false
	}
	proof, blob := answer[:16], answer[16:]
	if !bytes.Contains(blob, names()) || bytes.Equal(blob[16:24], make([]byte, 8)) {
		c.fault("the answer is not to this server: %x", blob)
		return false
	}
	ticks := int64(binary.LittleEndian.Uint64(blob[8:])) // of 100 ns since 1601
	if sent := time.Unix(0, (ticks-116444736000000000)*100); time.Since(sent).Abs() > time.Minute {
		c.fault("it is of %s", sent)
		return false
	}
	want := hmacMD5(ntowfv2(companyDomain, companyUser, companyPassword), question, blob)
	return bytes.Equal(domain, utf16le(companyDomain)) && bytes.Equal(user, utf16le(companyUser)) && hmac.Equal(proof, want)
}

// TestTheServerOfTheseTestsKnowsNTLM by the example of MS-NLMP §4.2.4.
func TestTheServerOfTheseTestsKnowsNTLM(t *testing.T) {
	if got := hex.EncodeToString(md4(utf16le("Password"))); got != "a4f49c406510bdcab6824ee7c30fd852" {
		t.Error(got)
	}
	if got := hex.EncodeToString(ntowfv2("Domain", "User", "Password")); got != "0c868a403bfd7a93a3001ef22ef02e3f" {
		t.Error(got)
	}
}

// told are the messages that came, and the number of connections.
func (c *company) told() (messages string, lines int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.messages, " "), c.lines
}

func companyDraft(c *company, secret string) credential.Draft {
	return credential.Draft{Kind: credential.NTLM, Label: "Reports", Hosts: []string{c.URL}, UserName: companyDomain + `\` + companyUser, Secret: secret}
}

// TestNTLMSignsInOnOneConnection for all pages of a reading, and on another one for the next reading.
func TestNTLMSignsInOnOneConnection(t *testing.T) {
	c := newCompany(t, false)
	w := newWeb(t, strings.TrimPrefix(c.URL, "http://"))
	cred := w.connect(companyDraft(c, companyPassword))
	is, err := w.creds.Get(t.Context(), w.admin, cred)
	if err != nil || is.Domain != companyDomain || is.UserName != companyUser {
		t.Fatalf("%+v, %v", is, err)
	}
	ask := rest.Spec{URL: c.URL + "/report", Paginate: &rest.Paginate{Type: "each", Param: "page", Each: &rest.Each{Values: "1,2,3"}}}
	src, err := w.CreateWeb(t.Context(), w.admin, datasource.WebDraft{Name: "Report", Request: ask, Format: "json", Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 1); run.Outcome != "changed" || run.Rows != 3 {
		t.Fatalf("%+v, %v", run, run.Err)
	}
	if got, lines := c.told(); got != "1@1 3@1" || lines != 1 {
		t.Errorf("messages %s on %d connections", got, lines)
	}
	// Whoever asks afterwards is nobody, on a connection of their own.
	if tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: rest.Spec{URL: c.URL + "/report?page=1"}}); err != nil || tried.Err == nil || tried.Err.Code != "service_unauthorized" {
		t.Errorf("without an account: %+v, %v", tried, err)
	}
	tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: rest.Spec{URL: c.URL + "/busy"}, Credential: cred})
	if err != nil || tried.Err == nil || tried.Err.Code != "service_failed" {
		t.Errorf("a service that fails: %+v, %v", tried, err)
	}
	c.mu.Lock()
	c.messages = c.messages[:2]
	c.mu.Unlock()
	post := rest.Spec{Method: "POST", URL: c.URL + "/report", Body: &rest.Body{Type: "json", Text: `{"a":1}`}}
	tried, err = w.Try(t.Context(), w.admin, datasource.Trial{Request: post, Credential: cred})
	if err != nil || tried.Err != nil || !strings.Contains(tried.Body, `{\"a\":1}`) || strings.Contains(fmt.Sprintf("%+v", *tried), "MARK") {
		t.Errorf("a body: %+v, %v", tried, err)
	}
	if got, _ := c.told(); len(strings.Fields(got)) != 4 || !strings.HasPrefix(got, "1@1 3@1 1@") {
		t.Errorf("messages %s", got)
	}
	tried, err = w.Try(t.Context(), w.admin, datasource.Trial{Request: rest.Spec{URL: c.URL + "/start"}, Credential: cred})
	if err != nil || tried.Err != nil || !strings.Contains(tried.Body, "page") {
		t.Errorf("sent on to where it is asked: %+v, %v", tried, err)
	}
}

// TestNTLMOfOneRequest: a service may want a sign-in for each of them.
func TestNTLMOfOneRequest(t *testing.T) {
	c := newCompany(t, false)
	c.closes = true
	w := newWeb(t, strings.TrimPrefix(c.URL, "http://"))
	ask := rest.Spec{URL: c.URL + "/report", Paginate: &rest.Paginate{Type: "each", Param: "page", Each: &rest.Each{Values: "1,2"}}}
	src, err := w.CreateWeb(t.Context(), w.admin, datasource.WebDraft{Name: "Report", Request: ask, Format: "json", Credential: w.connect(companyDraft(c, companyPassword))})
	if err != nil {
		t.Fatal(err)
	}
	run := w.ran(w.admin, src, 1)
	if got, _ := c.told(); run.Outcome != "changed" || run.Rows != 2 || got != "1@1 3@1 1@1 3@1" {
		t.Errorf("%+v, %v, %s", run, run.Err, got)
	}
}

// TestNTLMOverTLS speaks HTTP/1.1 where a service speaks HTTP/2 as well, and knows it by its own authority.
func TestNTLMOverTLS(t *testing.T) {
	c := newCompany(t, true)
	w := newWeb(t, strings.TrimPrefix(c.URL, "https://"))
	cred := w.connect(companyDraft(c, companyPassword))
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate().Raw}))
	ask := rest.Spec{URL: c.URL + "/report?page=1", TLS: &rest.TLS{CA: ca, ServerName: "example.com"}}
	if tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: ask, Credential: cred}); err != nil || tried.Err != nil {
		t.Errorf("%+v, %v", tried, err)
	}
	ask.TLS = nil
	if tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: ask, Credential: cred}); err != nil || tried.Err == nil || tried.Err.Code != "tls" {
		t.Errorf("of an authority that nobody knows: %+v, %v", tried, err)
	}
}

// TestNTLMThatIsRefused tells no password, and waits for people.
func TestNTLMThatIsRefused(t *testing.T) {
	c := newCompany(t, false)
	w := newWeb(t, strings.TrimPrefix(c.URL, "http://"))
	cred := w.connect(companyDraft(c, "MARK other"))
	src, err := w.CreateWeb(t.Context(), w.admin, datasource.WebDraft{Name: "Report", Request: rest.Spec{URL: c.URL + "/report?page=1"}, Format: "json", Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	if run := w.ran(w.admin, src, 1); run.Err == nil || run.Err.Code != "service_unauthorized" || strings.Contains(fmt.Sprintf("%+v", run), "MARK") {
		t.Errorf("%+v", run)
	}
	if is, err := w.creds.Get(t.Context(), w.admin, cred); err != nil || is.State != credential.NeedsRenewal {
		t.Errorf("%+v, %v", is, err)
	}
	if _, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: rest.Spec{URL: "http://127.0.0.1:1/"}, Credential: w.connect(companyDraft(c, companyPassword))}); !errs.Is(err, "host_not_allowed") {
		t.Errorf("elsewhere: %v", err)
	}
}

// TestWhatIsNoNTLMv2 is not answered: who asks for less would learn more of the password.
func TestWhatIsNoNTLMv2(t *testing.T) {
	c := newCompany(t, false)
	var odd atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", "Negotiate")
		} else {
			w.Header().Set("WWW-Authenticate", strings.TrimSpace("Negotiate "+odd.Load().(string)))
		}
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	w := newWeb(t, strings.TrimPrefix(server.URL, "http://"))
	d := companyDraft(c, companyPassword)
	d.Hosts = []string{server.URL}
	cred := w.connect(d)
	v1 := c.challenge([]byte("12345678"))
	binary.LittleEndian.PutUint32(v1[20:], binary.LittleEndian.Uint32(v1[20:])|0x80) // LM_KEY
	for name, text := range map[string][]byte{"nothing": nil, "no message": []byte("x"), "NTLMv1": v1, "half a message": v1[:40]} {
		odd.Store(base64.StdEncoding.EncodeToString(text))
		tried, err := w.Try(t.Context(), w.admin, datasource.Trial{Request: rest.Spec{URL: server.URL}, Credential: cred})
		if err != nil || tried.Err == nil || tried.Err.Code != "service_ntlm_unknown" {
			t.Errorf("%s: %+v, %v", name, tried, err)
		}
	}
}
