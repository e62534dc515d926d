package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is a running octavo serve. It needs the built web application: without it
// serve ends, and the test fails with its sentence.
type server struct {
	t       *testing.T
	cmd     *exec.Cmd
	base    string // http://address, as serve printed it
	printed []string
	log     *log
	ended   chan error
}

// log is the standard error of a server.
type log struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var running = regexp.MustCompile(`^Octavo is running at (\S+)$`)

// serve starts a server and waits until it has printed its address.
func serve(t *testing.T, env []string, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), serverTimeout)
	return start(t, cancel, command(ctx, t, env, append([]string{"serve"}, args...)...))
}

// start is serve for a command of the caller's; cancel kills it.
func start(t *testing.T, cancel func(), cmd *exec.Cmd) *server {
	t.Helper()
	s := &server{t: t, cmd: cmd, log: new(log), ended: make(chan error, 1)}
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 100)
	go func() {
		for scan := bufio.NewScanner(out); scan.Scan(); {
			lines <- scan.Text()
		}
		close(lines)
		s.ended <- s.cmd.Wait()
	}()
	t.Cleanup(func() {
		cancel() // kills it, if it is still there
		for range lines {
		}
	})
	for line := range lines {
		s.printed = append(s.printed, line)
		if m := running.FindStringSubmatch(line); m != nil {
			s.base = m[1]
		}
		if strings.HasPrefix(line, "The first person is made with") || strings.HasPrefix(line, "Stop with Ctrl+C") {
			return s
		}
	}
	t.Fatalf("serve ended before it was ready: %v\n%s\n%s", <-s.ended, strings.Join(s.printed, "\n"), s.log)
	return nil
}

// stop sends SIGTERM and gives how long the process took to end, which it does well.
func (s *server) stop() time.Duration {
	s.t.Helper()
	begun := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	if err := <-s.ended; err != nil {
		s.t.Errorf("serve ended with %v\n%s", err, s.log)
	}
	return time.Since(begun)
}

// ask sends a request with a key and wants a status.
func (s *server) ask(method, path, key, body string, status int) string {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		s.t.Errorf("%s %s: %d, want %d, %v\n%s", method, path, res.StatusCode, status, err, text)
	}
	return string(text)
}

func TestServe(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	made := p.create("Northlight", "maya@north.test", "--api-key")
	s := serve(t, nil, append(p.flags(), "--addr", "127.0.0.1:0")...)
	if !regexp.MustCompile(`^http://127\.0\.0\.1:[1-9][0-9]*$`).MatchString(s.base) {
		t.Fatalf("the address is %q", s.base)
	}
	if got := s.ask("GET", "/healthz", "", "", 200); got != "ok\n" {
		t.Errorf("/healthz: %q", got)
	}
	if got := s.ask("GET", "/readyz", "", "", 200); got != "ready\n" {
		t.Errorf("/readyz: %q", got)
	}
	if got := s.ask("GET", "/", "", "", 200); !strings.Contains(got, "<!doctype html>") {
		t.Errorf("/: %.200s", got)
	}
	var me struct {
		User struct{ ID, Email string }
		Home struct{ Slug, Kind string }
	}
	if err := json.Unmarshal([]byte(s.ask("GET", "/api/v1/me", made.APIKey, "", 200)), &me); err != nil {
		t.Fatal(err)
	}
	if me.User.ID != made.User || me.User.Email != made.Email || me.Home.Slug != made.Account || me.Home.Kind != "parent" {
		t.Errorf("me: %+v, made: %+v", me, made)
	}
	s.ask("GET", "/api/v1/"+made.Account+"/dashboards", made.APIKey, "", 200)
	s.ask("GET", "/api/v1/me", made.APIKey+"x", "", 401)
	s.ask("GET", "/api/v1/me", "", "", 401)
	signIn := `{"email":"maya@north.test","password":%q}`
	s.ask("POST", "/api/v1/sign-in", "", fmt.Sprintf(signIn, password), 200)
	if got := s.ask("POST", "/api/v1/sign-in", "", fmt.Sprintf(signIn, password+"\n"), 401); !strings.Contains(got, "sign_in_failed") {
		t.Errorf("wrong password: %s", got)
	}
	// A person that is made beside the running server can sign in at once.
	p.create("Northlight", "tom@north.test")
	s.ask("POST", "/api/v1/sign-in", "", strings.Replace(fmt.Sprintf(signIn, password), "maya", "tom", 1), 200)

	port := strings.TrimPrefix(s.base, "http://")
	r := p.run("", "serve", "--addr", port)
	r.want(t, 1, "", port+" is taken by another program; choose another address with --addr")
	p.run("", "serve", "--addr", "127.0.0.1:http-or-so").want(t, 1, "", "cannot listen on 127.0.0.1:http-or-so")
	if took := s.stop(); took > 5*time.Second {
		t.Errorf("an idle server took %s to end", took)
	}
	if _, err := net.DialTimeout("tcp", port, time.Second); err == nil {
		t.Error("somebody still listens")
	}
}

// upload begins to send a file and returns when the server reads it.
func (s *server) upload(made created, length int) (net.Conn, *bufio.Reader) {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.base, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	fmt.Fprintf(conn, "POST /api/v1/%s/uploads?name=a.csv HTTP/1.1\r\nHost: octavo.test\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: text/csv\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", made.Account, made.APIKey, length)
	in := bufio.NewReader(conn)
	if err := conn.SetReadDeadline(time.Now().Add(commandTimeout)); err != nil {
		s.t.Fatal(err)
	}
	if line, err := in.ReadString('\n'); !strings.Contains(line, "100 Continue") {
		s.t.Fatalf("the upload did not begin: %q, %v", line, err)
	}
	if line, err := in.ReadString('\n'); line != "\r\n" {
		s.t.Fatalf("%q, %v", line, err)
	}
	return conn, in
}

// A request that can end does, after the server was told to stop; one that does not
// end does not keep the process longer than 10 seconds.
func TestServeStopsWhileRequestsRun(t *testing.T) {
	t.Parallel()
	t.Run("one that ends", func(t *testing.T) {
		t.Parallel()
		p := newTables(t)
		made := p.create("Northlight", "maya@north.test", "--api-key")
		s := serve(t, nil, append(p.flags(), "--addr", "127.0.0.1:0")...)
		const file = "Region,Units\nNorth,4\n"
		conn, in := s.upload(made, len(file))
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(commandTimeout); !strings.Contains(s.log.String(), "stopping"); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("it does not begin to stop:\n%s", s.log)
			}
		}
		if _, err := io.WriteString(conn, file); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("no answer: %v\n%s", err, s.log)
		}
		defer res.Body.Close()
		if text, err := io.ReadAll(res.Body); res.StatusCode != 201 || err != nil || !strings.Contains(string(text), `"a.csv"`) {
			t.Errorf("%d %s %v", res.StatusCode, text, err)
		}
		begun := time.Now()
		if err := <-s.ended; err != nil || time.Since(begun) > 5*time.Second {
			t.Errorf("the end took %s, %v\n%s", time.Since(begun), err, s.log)
		}
	})
	t.Run("one that does not end", func(t *testing.T) {
		t.Parallel()
		p := newTables(t)
		made := p.create("Northlight", "maya@north.test", "--api-key")
		s := serve(t, nil, append(p.flags(), "--addr", "127.0.0.1:0")...)
		conn, _ := s.upload(made, 1000)
		if _, err := io.WriteString(conn, "Region,Units\n"); err != nil {
			t.Fatal(err)
		}
		if took := s.stop(); took > 10*time.Second {
			t.Errorf("the process took %s to end", took)
		} else if took < 2*time.Second {
			t.Errorf("the request had only %s", took)
		}
		p.run("", "check").want(t, 0, "Every reference holds.", "")
	})
}

// Settings come from the environment as from flags; a flag counts more.
func TestSettingsFromTheEnvironment(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	p := newPlace(t)
	env := []string{
		"OCTAVO_DATA=" + p.data, "OCTAVO_DATABASE=" + p.url, "OCTAVO_BLOBS=file://" + t.TempDir(), "OCTAVO_ADDR=127.0.0.1:0",
		"OCTAVO_LOG_JSON=true", "OCTAVO_LOG_LEVEL=debug", "OCTAVO_PUBLIC_URL=https://octavo.test", "OCTAVO_DEMO=true", "OCTAVO_TRUST_PROXY=true",
	}
	s := serve(t, env, "--public-url", "")
	if !strings.HasPrefix(s.base, "http://127.0.0.1:") || strings.HasSuffix(s.base, ":8080") {
		t.Fatalf("the address is %q", s.base)
	}
	login := regexp.MustCompile(`(?m)^\s+(maya@\S+)\s+(\S+)`).FindStringSubmatch(strings.Join(s.printed, "\n"))
	if login == nil {
		t.Fatalf("the demo's people are not told:\n%s", strings.Join(s.printed, "\n"))
	}
	s.ask("POST", "/api/v1/sign-in", "", fmt.Sprintf(`{"email":%q,"password":%q}`, login[1], login[2]), 200)
	s.stop()
	for line := range strings.Lines(s.log.String()) {
		if !strings.HasPrefix(line, "Making the demo") && !json.Valid([]byte(line)) {
			t.Errorf("no JSON in the log: %s", line)
		}
	}
	if !strings.Contains(s.log.String(), `"msg":"stopping"`) {
		t.Errorf("log:\n%s", s.log)
	}
	again := serve(t, append(env, "OCTAVO_LOG_LEVEL=error"))
	if again.base != "https://octavo.test" || !strings.Contains(strings.Join(again.printed, "\n"), login[2]) {
		t.Errorf("the second start printed:\n%s", strings.Join(again.printed, "\n"))
	}
	again.stop()
	if got := again.log.String(); got != "" {
		t.Errorf("logged below error:\n%s", got)
	}
	if !strings.Contains(p.slugs(), "northlight") {
		t.Error("the database of the environment was not used")
	}
}

// Secure cookies are a setting, and come by themselves with an https address.
func TestSecureCookies(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	p := newTables(t)
	p.create("Northlight", "maya@north.test")
	for _, c := range []struct {
		env    []string
		secure bool
	}{{nil, false}, {[]string{"OCTAVO_SECURE_COOKIES=true"}, true}} {
		s := serve(t, c.env, append(p.flags(), "--addr", "127.0.0.1:0")...)
		res, err := http.Post(s.base+"/api/v1/sign-in", "application/json", strings.NewReader(fmt.Sprintf(`{"email":"maya@north.test","password":%q}`, password)))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if cookies := res.Cookies(); len(cookies) != 1 || cookies[0].Secure != c.secure {
			t.Errorf("%v: %d, cookies %v", c.env, res.StatusCode, cookies)
		}
		s.stop()
	}
}
