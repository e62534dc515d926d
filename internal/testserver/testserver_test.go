package testserver

import (
	"bufio"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// holdEnv makes the test binary start a server, tell where, and wait to be killed.
const holdEnv = "OCTAVO_TESTSERVER_HOLD"

func TestMain(m *testing.M) {
	if os.Getenv(holdEnv) == "" {
		os.Exit(m.Run())
	}
	s, err := StartPostgres()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.dir)
	select {}
}

func TestServerAnswersAndStops(t *testing.T) {
	s, err := StartPostgres()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	if got := ask(t, s.URL()); got != "42" {
		t.Fatalf("the server answered %q", got)
	}
	info, err := os.Stat(fmt.Sprintf("/proc/%d", postmaster(t, s.dir)))
	if err != nil {
		t.Fatal(err)
	}
	if info.Sys().(*syscall.Stat_t).Uid == 0 {
		t.Error("the server runs as root")
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.dir); !os.IsNotExist(err) {
		t.Errorf("the directory is still there: %v", err)
	}
	if err := s.Stop(); err != nil {
		t.Errorf("the second Stop: %v", err)
	}
}

func TestOneServerForTheWholeProcess(t *testing.T) {
	t.Setenv(PostgresEnv, "")
	first, err := Postgres()
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC() // nobody but the package holds the server
	runtime.GC()
	second, err := Postgres()
	if err != nil || first != second {
		t.Fatalf("another server: %s, then %s, %v", first, second, err)
	}
	if got := ask(t, second); got != "42" {
		t.Errorf("the server answered %q", got)
	}
	t.Setenv(PostgresEnv, "postgres:///given")
	if given, err := Postgres(); err != nil || given != "postgres:///given" {
		t.Errorf("the given server is not taken: %s, %v", given, err)
	}
}

// ask lets the server work something out.
func ask(t *testing.T, address string) string {
	t.Helper()
	bin, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(bin+"/psql", "-Atc", "SELECT 6 * 7", address).CombinedOutput()
	if err != nil {
		t.Errorf("psql: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func TestServerEndsWithTheProcessThatStartedIt(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), holdEnv+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	dir := strings.TrimSpace(line)
	if err != nil || !strings.HasPrefix(dir, "/") {
		t.Fatalf("no server: %q, %v", line, err)
	}
	pid := postmaster(t, dir)
	if err := cmd.Process.Kill(); err != nil { // no chance to tidy up
		t.Fatal(err)
	}
	_ = cmd.Wait()
	waitUntil(t, "the server and its directory are gone", func() bool {
		_, errDir := os.Stat(dir)
		return os.IsNotExist(errDir) && syscall.Kill(pid, 0) == syscall.ESRCH
	})
}

func TestServerEndsWhenItsStarterIsKilledBeforeItIsReady(t *testing.T) {
	temp, err := os.MkdirTemp("", "octavo-test-") // t.TempDir is closed to the server's user
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(temp)
	if err := os.Chmod(temp, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), holdEnv+"=1", "TMPDIR="+temp)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begun := func() bool {
		found, err := filepath.Glob(temp + "/octavo-pg-*/data")
		return err == nil && len(found) > 0
	}
	waitUntil(t, "initdb has begun", begun)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	waitUntil(t, "the directory and all processes in it are gone", func() bool {
		found, err := filepath.Glob(temp + "/*")
		return err == nil && len(found) == 0 && len(processesOf(t, temp)) == 0
	})
}

// processesOf lists the processes that name a directory on their command line.
func processesOf(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range files {
		if text, err := os.ReadFile(name); err == nil && strings.Contains(string(text), dir) {
			found = append(found, name)
		}
	}
	return found
}

// waitUntil fails the test when something is not so after a minute.
func waitUntil(t *testing.T, what string, so func() bool) {
	t.Helper()
	for range 1200 {
		if so() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("after a minute it is not so that %s", what)
}

func TestDatabaseKeepsTheServer(t *testing.T) {
	u, err := url.Parse(Database("postgres:///postgres?host=%2Ftmp%2Fx&user=u", "other"))
	if err != nil {
		t.Fatal(err)
	}
	if u.Path != "/other" || u.Query().Get("host") != "/tmp/x" || u.Query().Get("user") != "u" {
		t.Errorf("got %s", u)
	}
}

// postmaster is the process that the server's own file names.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(dir + "/data/postmaster.pid")
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		t.Fatal(err)
	}
	return pid
}
