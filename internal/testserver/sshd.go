package testserver

import (
	_ "embed" // the script
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
)

//go:embed sshd.sh
var sshdScript string

// SSHServer is an OpenSSH server that leads on to this machine.
type SSHServer struct {
	*Server
	Port    int
	User    string
	HostKey string // as in a file of known hosts
}

// SSH starts an OpenSSH server that takes a public key, as its own unprivileged user. It needs Debian's package
// openssh-server, not a running service. The caller stops it, or it ends with the process.
func SSH(publicKey string) (*SSHServer, error) {
	if err := errors.Join(found("sshd"), found("ssh-keyscan")); err != nil {
		return nil, errors.New("testserver: OpenSSH is not installed; run make deps")
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "octavo-ssh-")
	if err != nil {
		return nil, fmt.Errorf("testserver: %w", err)
	}
	s := &SSHServer{Server: &Server{name: "OpenSSH", dir: dir}, Port: port}
	if err := s.start(sshdScript, strconv.Itoa(port), publicKey); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	key, err := os.ReadFile(dir + "/host.pub")
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	s.HostKey = strings.Join(strings.Fields(string(key))[:2], " ")
	who, err := s.user()
	s.User = who
	return s, err
}

// user is the name of whom the server runs as.
func (s *Server) user() (string, error) {
	if s.cmd.SysProcAttr.Credential == nil {
		who, err := user.Current()
		if err != nil {
			return "", fmt.Errorf("testserver: %w", err)
		}
		return who.Username, nil
	}
	who, err := user.LookupId(fmt.Sprint(s.cmd.SysProcAttr.Credential.Uid))
	if err != nil {
		return "", fmt.Errorf("testserver: %w", err)
	}
	return who.Username, nil
}

// found looks for a program where those of servers are, too.
func found(name string) error {
	_, err := exec.LookPath(name)
	if err != nil {
		_, err = os.Stat("/usr/sbin/" + name)
	}
	return err
}

// freePort is one that nobody listened on a moment ago: sshd cannot choose one itself.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("testserver: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}
