package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/errs"
	"octavo/internal/job"
	"octavo/internal/mail/mailtest"
	"octavo/internal/page"
)

// world is an agency with a mail server and no runner: a test runs jobs itself.
type world struct {
	*Service
	t      *testing.T
	server *mailtest.Server
	clock  *clock.Manual
	agency *account.Account
}

func newWorld(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	now := clock.NewManual(dbtest.Start)
	w := &world{t: t, server: mailtest.New(t), clock: now}
	cfg := Config{DB: dbtest.Open(t, dbtest.Clock(now)), Server: "smtp://" + w.server.Addr, From: "octavo@mail.test", Link: "https://octavo.test/"}
	for _, c := range change {
		c(&cfg)
	}
	var err error
	if w.Service, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	if w.Service.server != nil {
		w.Service.server.trust(&tls.Config{RootCAs: w.server.Pool, ServerName: "localhost"})
	}
	if w.agency, err = account.New(cfg.DB).CreateParent(t.Context(), account.Draft{Name: "Northlight"}); err != nil {
		t.Fatal(err)
	}
	return w
}

// letter is a mail with everything in it that needs care in headers and HTML.
func letter(to string) Letter {
	return Letter{Kind: "invitation", About: to, To: to, Sender: "Café <Märigold>\n& Co.", Subject: "Zoë invites you\r\nBcc: all@mail.test",
		Lines: []string{"A <b> & “quotes”."}, Button: Button{"Accept", "https://octavo.test/invite/abc?x=1&y=2"}, Small: []string{"Valid for 48 hours."}}
}

func (w *world) record(l Letter) {
	w.t.Helper()
	if err := w.db.Tx(w.t.Context(), db.Account(w.agency.ID), func(tx *db.Tx) error { return w.Record(w.t.Context(), tx, w.agency.ID, l) }); err != nil {
		w.t.Fatal(err)
	}
}

// work runs jobs until the newest mail is in a state and no job is due.
func (w *world) work(want State) *Mail {
	w.t.Helper()
	return w.until(func(m *Mail) bool { return m.State == want })
}

func (w *world) until(is func(*Mail) bool) *Mail {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.t.Context())
	defer stop()
	r, err := job.NewRunner(job.Config{DB: w.db, Handlers: w.Jobs(), Poll: 10 * time.Millisecond})
	if err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); r.Serve(ctx) }()
	defer func() { stop(); <-ended }()
	var m *Mail
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if w.busy() { // asked first: what is read after it is not older than the work
			continue
		}
		if m = w.newest(); is(m) {
			return m
		}
	}
	w.t.Fatalf("the mail is %+v", m)
	return nil
}

// busy says whether a job runs or waits for nothing but its turn.
func (w *world) busy() bool {
	var n int
	err := w.db.Read(w.t.Context(), db.System(), func(tx *db.Tx) error {
		_, err := tx.One(w.t.Context(), `SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running')`, nil, &n)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n > 0
}

func (w *world) owner() authz.Actor {
	who := w.agency.Operator()
	who.Via = authz.ViaSession
	return who
}

func (w *world) newest() *Mail {
	w.t.Helper()
	mails, _, err := w.List(w.t.Context(), w.owner(), "", page.Request{})
	if err != nil || len(mails) == 0 {
		w.t.Fatalf("outbox: %d mails, %v", len(mails), err)
	}
	return mails[0]
}

func TestMailIsSentOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.record(letter("ana@client.test"))
	m := w.work(Sent)
	if m.Text != "" || m.HTML != "" || m.Attempts != 1 || m.EndedAt.IsZero() {
		t.Errorf("after it was sent: %+v", m)
	}
	w.work(Sent)
	mails := w.server.Mails()
	if len(mails) != 1 {
		t.Fatalf("the server got %d mails", len(mails))
	}
	got := mails[0]
	if got.From != "octavo@mail.test" || got.To != "ana@client.test" || !got.Secure {
		t.Errorf("envelope: from %s to %s, TLS %v", got.From, got.To, got.Secure)
	}
	if bcc := got.Header.Get("Bcc"); bcc != "" {
		t.Errorf("a line break in the subject made a header: Bcc: %s", bcc)
	}
	var words mime.WordDecoder
	if s, err := words.DecodeHeader(got.Header.Get("Subject")); s != "Zoë invites you Bcc: all@mail.test" {
		t.Errorf("subject %q, %v", s, err)
	}
	from, err := got.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Name != "Café <Märigold> & Co." || from[0].Address != "octavo@mail.test" {
		t.Errorf("from %v, %v", from, err)
	}
	if id := got.Header.Get("Message-Id"); id != "<"+m.ID+"@octavo.test>" {
		t.Errorf("Message-ID %s", id)
	}
	parts := partsOf(t, got)
	if text := parts["text/plain"]; !strings.Contains(text, "A <b> & “quotes”.") || !strings.Contains(text, "Accept: https://octavo.test/invite/abc?x=1&y=2") {
		t.Errorf("text:\n%s", text)
	}
	if page := parts["text/html"]; !strings.Contains(page, "A &lt;b&gt; &amp;") || !strings.Contains(page, `href="https://octavo.test/invite/abc?x=1&amp;y=2"`) {
		t.Errorf("html:\n%s", page)
	}
}

// partsOf reads the two dresses of a mail.
func partsOf(t *testing.T, m mailtest.Mail) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		parts[kind] = string(body)
	}
}

func TestRefusalsForNowAreTriedAgain(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*mailtest.Server){
		"at the sender":            func(s *mailtest.Server) { s.Refuse(mailtest.AtMail, 451, "busy") },
		"at the recipient":         func(s *mailtest.Server) { s.Refuse(mailtest.AtRcpt, 450, "mailbox busy") },
		"after the text":           func(s *mailtest.Server) { s.Refuse(mailtest.AtEnd, 452, "disk full") },
		"no connection":            func(s *mailtest.Server) { s.Drop(mailtest.AtConnect) },
		"dropped at the recipient": func(s *mailtest.Server) { s.Drop(mailtest.AtRcpt) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			prepare(w.server)
			w.record(letter("ana@client.test"))
			m := w.work(Waiting)
			if m.Answer == "" || m.Text == "" {
				t.Errorf("the outbox does not tell why it waits, or has lost the text: %+v", m)
			}
			w.clock.Advance(time.Minute)
			w.work(Sent)
			if n := len(w.server.Mails()); n != 1 {
				t.Errorf("the server got %d mails", n)
			}
		})
	}
}

func TestRefusalsForGoodAreToldAndCanBeRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.Refuse(mailtest.AtRcpt, 550, "no such mailbox")
	w.record(letter("ana@client.test"))
	m := w.work(Failed)
	if m.Answer != "550 no such mailbox" || m.Attempts != 0 || m.EndedAt.IsZero() {
		t.Errorf("failed: %+v", m)
	}
	w.clock.Advance(time.Hour)
	w.work(Failed) // not tried again by itself
	if _, err := w.SendAgain(t.Context(), w.owner(), m.ID); err != nil {
		t.Fatal(err)
	}
	var noted string
	err := w.db.Read(t.Context(), db.System(), func(tx *db.Tx) error {
		_, err := tx.One(t.Context(), `SELECT subject_name FROM audit WHERE action = 'mail.sent_again'`, nil, &noted)
		return err
	})
	if err != nil || noted != "invitation" { // a subject may name what the readers of the trail may not know
		t.Errorf("noted as %q, %v", noted, err)
	}
	w.work(Sent)
	if _, err := w.SendAgain(t.Context(), w.owner(), m.ID); !errs.Is(err, "mail_not_stopped") {
		t.Errorf("a sent mail was sent again: %v", err)
	}
	if n := len(w.server.Mails()); n != 1 {
		t.Errorf("the server got %d mails", n)
	}
}

// The server has the text and goes away without a word: nobody knows, so nobody repeats it.
func TestDropAfterTheTextIsUnclear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.Drop(mailtest.AtEnd)
	w.record(letter("ana@client.test"))
	m := w.work(Unclear)
	w.clock.Advance(time.Hour)
	w.work(Unclear)
	if n := len(w.server.Mails()); n != 0 {
		t.Errorf("the server got %d mails", n)
	}
	if _, err := w.SendAgain(t.Context(), w.owner(), m.ID); err != nil {
		t.Fatal(err)
	}
	w.work(Sent)
}

// The process dies between handing in the text and writing down what came of it.
func TestDeathWhileSendingIsUnclear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.record(letter("ana@client.test"))
	m := w.newest()
	if err := w.begin(t.Context(), m.ID); err != nil { // as far as the dead process got
		t.Fatal(err)
	}
	if err := w.begin(t.Context(), m.ID); err != errNotOurs {
		t.Errorf("two runs send the same mail: %v", err)
	}
	got := w.work(Unclear)
	if got.Text == "" || got.Answer == "" {
		t.Errorf("unclear: %+v", got)
	}
	if n := len(w.server.Mails()); n != 0 {
		t.Errorf("the server got %d mails", n)
	}
	// The other process was only slow: what it knows wins.
	if err := w.settle(t.Context(), m.ID, Sending, outcome{Sent, ""}); err != nil {
		t.Fatal(err)
	}
	if got := w.newest(); got.State != Sent {
		t.Errorf("after a late report: %s", got.State)
	}
}

// While the text goes over, the database says so already: a crash there cannot send twice.
func TestSendingIsWrittenDownBeforeTheText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := make(chan State, 1)
	w.server.Before(func() { seen <- w.newest().State })
	w.record(letter("ana@client.test"))
	w.work(Sent)
	if state := <-seen; state != Sending {
		t.Errorf("when the text came in the mail was %s", state)
	}
}

func TestGivenUpAfterManyTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.record(letter("ana@client.test"))
	for try := 1; try <= maxAttempts; try++ {
		words := fmt.Sprintf("try %d", try)
		w.server.Refuse(mailtest.AtRcpt, 450, words)
		m := w.until(func(m *Mail) bool { return m.Answer == "450 "+words })
		if want := map[bool]State{true: Failed, false: Waiting}[try == maxAttempts]; m.State != want {
			t.Fatalf("after try %d the mail is %s, want %s", try, m.State, want)
		}
		w.clock.Advance(2 * time.Hour)
	}
}

func TestSigningInAtTheMailServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) {
		c.Server = strings.Replace(c.Server, "smtp://", "smtp://"+mailtest.User+":let%20me%20send@", 1)
	})
	w.record(letter("ana@client.test"))
	w.work(Sent)
	if got := w.server.Mails()[0]; got.User != mailtest.User || !got.Secure {
		t.Errorf("user %q, TLS %v", got.User, got.Secure)
	}
	wrong := newWorld(t, func(c *Config) { c.Server = strings.Replace(c.Server, "smtp://", "smtp://octavo:wrong@", 1) })
	wrong.record(letter("ana@client.test"))
	if m := wrong.work(Failed); !strings.HasPrefix(m.Answer, "535") || strings.Contains(m.Answer, "wrong@") {
		t.Errorf("answer %q", m.Answer)
	}
}

func TestWithoutAMailServerMailsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Server = "" })
	w.record(letter("ana@client.test"))
	m := w.newest()
	if m.State != Kept || !strings.Contains(m.Text, "https://octavo.test/invite/abc") || w.busy() {
		t.Errorf("kept: %+v, jobs wait: %v", m, w.busy())
	}
	if _, err := w.SendAgain(t.Context(), w.owner(), m.ID); !errs.Is(err, "no_mail_server") {
		t.Errorf("send again: %v", err)
	}
	w.record(letter("ana@client.test")) // a newer one
	mails, _, err := w.List(t.Context(), w.owner(), Withdrawn, page.Request{})
	if err != nil || len(mails) != 1 || mails[0].ID != m.ID || mails[0].Text != "" {
		t.Errorf("withdrawn: %v, %v", mails, err)
	}
	w.clock.Advance(31 * 24 * time.Hour)
	if err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if mails, _, _ := w.List(t.Context(), w.owner(), "", page.Request{}); len(mails) != 0 {
		t.Errorf("after a month %d mails are left", len(mails))
	}
}

func TestOnlyTheOwnerOfTheServerReadsTheOutbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.record(letter("ana@client.test"))
	id := w.newest().ID
	second, err := account.New(w.db).CreateParent(t.Context(), account.Draft{Name: "Tidewater"})
	if err != nil {
		t.Fatal(err)
	}
	foreign := second.Operator()
	foreign.Via = authz.ViaSession
	editor, key, visitor := w.owner(), w.owner(), w.owner()
	editor.Roles, key.Via, visitor.Delegated = []authz.Role{authz.Editor}, authz.ViaKey, true
	for name, who := range map[string]authz.Actor{"another agency": foreign, "an editor": editor, "a key": key, "a visit": visitor} {
		_, _, list := w.List(t.Context(), who, "", page.Request{})
		_, get := w.Get(t.Context(), who, id)
		_, again := w.SendAgain(t.Context(), who, id)
		for _, err := range []error{list, get, again} {
			if !errs.Is(err, "not_found") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"mail.test", "http://mail.test", "smtp://", "smtp://mail.test/path", "smtp://u:secret@mail.test:x"} {
		if _, err := New(Config{Server: bad, From: "a@b.test"}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for _, from := range []string{"", "nobody"} {
		if _, err := New(Config{Server: "smtp://mail.test", From: from}); err == nil {
			t.Errorf("from %q is taken", from)
		}
	}
	s, err := New(Config{Server: "smtps://mail.test", From: "Octavo <a@b.test>"})
	if err != nil || s.from != "a@b.test" || !s.Sends() {
		t.Errorf("%+v, %v", s, err)
	}
}
