// Package testserver starts the servers that tests need: as an unprivileged user
// when the tests run as root, without ports that could be taken, and gone when the
// process that started them is gone, however it ended.
package testserver

import (
	"bufio"
	_ "embed" // the supervising script
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// PostgresEnv names the environment variable with the address of a server that is
// already there. The test runner sets it, so that all packages of a run share one.
const PostgresEnv = "OCTAVO_TEST_POSTGRES"

//go:embed supervise.sh
var supervise string

//go:embed postgres.sh
var postgresScript string

// Server is a running server with nothing in it.
type Server struct {
	name string // for people
	dir  string
	cmd  *exec.Cmd
	hold io.Closer // the server runs as long as this is open
	out  *bufio.Reader
	stop sync.Once
}

// Postgres gives the address of the server of this run, without starting a second
// one: that of PostgresEnv, else one that is started on the first call and ends
// with this process. The user of the address is superuser.
func Postgres() (string, error) {
	if address := os.Getenv(PostgresEnv); address != "" {
		return address, nil
	}
	s, err := own()
	if err != nil {
		return "", err
	}
	return s.URL(), nil
}

// own starts the server of this process, once. It keeps the server from being
// collected, which would close the pipe that keeps it running.
var own = sync.OnceValues(StartPostgres)

// StartPostgres makes a cluster in a directory of its own and starts it on a unix
// socket there. The directory is in memory where there is room: databases are copied
// and dropped all the time. It needs Debian's package postgresql, not a running service. The
// caller keeps the Server as long as it is wanted.
func StartPostgres() (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(roomy("/dev/shm"), "octavo-pg-")
	if err != nil {
		return nil, fmt.Errorf("testserver: %w", err)
	}
	s := &Server{name: "PostgreSQL", dir: dir}
	if err := s.start(postgresScript, bin); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// roomy is a folder if it has room for a cluster and nobody has named one for temporary
// files, else nothing, which stands for that.
func roomy(folder string) string {
	const needed = 4 << 30 // bytes; a run of all tests uses about one
	var disk syscall.Statfs_t
	err := syscall.Statfs(folder, &disk)
	if err != nil || disk.Bavail*uint64(disk.Bsize) < needed || os.Getenv("TMPDIR") != "" {
		return ""
	}
	return folder
}

// URL is the address of the maintenance database.
func (s *Server) URL() string {
	return Database("postgres:///?host="+url.QueryEscape(s.dir)+"&user=octavo_test", "postgres")
}

// Database is the address of another database of the same server.
func Database(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address // the driver reports what is wrong with it
	}
	u.Path = "/" + name
	return u.String()
}

// Stop ends the server and removes its files; the second call does nothing.
func (s *Server) Stop() error {
	var err error
	s.stop.Do(func() {
		_ = s.hold.Close()
		_, _ = io.Copy(io.Discard, s.out)
		err = errors.Join(s.cmd.Wait(), os.RemoveAll(s.dir)) // its own user cannot remove it everywhere
	})
	return err
}

// start supervises the server that a script knows: it gets the directory and args, and says when it is ready.
func (s *Server) start(script string, args ...string) error {
	s.cmd = exec.Command("/bin/sh", append([]string{"-c", supervise + script, "supervise", s.dir}, args...)...)
	s.cmd.Dir = s.dir
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	s.cmd.Env = append(os.Environ(), "TZ=UTC")
	if os.Geteuid() == 0 {
		if err := s.unprivileged(); err != nil {
			return err
		}
	}
	stdin, err := s.cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("testserver: %w", err)
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("testserver: %w", err)
	}
	s.hold, s.out = stdin, bufio.NewReader(stdout)
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("testserver: %w", err)
	}
	if line, _ := s.out.ReadString('\n'); line != "ready\n" {
		rest, _ := io.ReadAll(s.out)
		_ = s.cmd.Wait()
		return fmt.Errorf("testserver: %s did not start: %s%s", s.name, line, rest)
	}
	return nil
}

// unprivileged lets the server run as Debian's user for PostgreSQL, or as nobody:
// no server of a database runs as root.
func (s *Server) unprivileged() error {
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		return fmt.Errorf("testserver: %w", err)
	}
	uid, errU := strconv.ParseUint(who.Uid, 10, 32)
	gid, errG := strconv.ParseUint(who.Gid, 10, 32)
	if err := errors.Join(errU, errG, os.Chown(s.dir, int(uid), int(gid))); err != nil {
		return fmt.Errorf("testserver: %w", err)
	}
	s.cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}

// programs finds the newest PostgreSQL of Debian's packages, else that of PATH.
func programs() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well formed
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return n
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("testserver: PostgreSQL is not installed; run make deps")
	}
	return filepath.Dir(path), nil
}
