package testserver

import (
	_ "embed" // the script
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

//go:embed mariadb.sh
var mariaDBScript string

// MariaDB gives the folder of a MariaDB server, which is started on the first call and ends with this process. socket is
// there, on which its user root needs no password, and so are cert.pem and key.pem, which FLUSH SSL reads again. It needs
// Debian's package mariadb-server, not a running service.
func MariaDB() (folder string, err error) {
	s, err := ownMariaDB()
	if err != nil {
		return "", err
	}
	return s.dir, nil
}

// ownMariaDB starts the server of this process, once.
var ownMariaDB = sync.OnceValues(startMariaDB)

func startMariaDB() (*Server, error) {
	if _, err := exec.LookPath("mariadb-install-db"); err != nil {
		return nil, errors.New("testserver: MariaDB is not installed; run make deps")
	}
	dir, err := os.MkdirTemp(roomy("/dev/shm"), "octavo-my-")
	if err != nil {
		return nil, fmt.Errorf("testserver: %w", err)
	}
	s := &Server{name: "MariaDB", dir: dir}
	if err := s.firstCertificate(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.start(mariaDBScript); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// firstCertificate has the server start with TLS: later it would not begin with it.
func (s *Server) firstCertificate() error {
	ca, err := NewCA()
	if err != nil {
		return err
	}
	cert, key, err := ca.Sign("nobody.test", time.Unix(1, 0))
	if err != nil {
		return err
	}
	return Certify(s.dir, cert, key)
}

// Certify gives the server in a folder another certificate and key, from the next FLUSH SSL on.
func Certify(folder string, cert, key []byte) error {
	return errors.Join(os.WriteFile(folder+"/cert.pem", cert, 0o644), os.WriteFile(folder+"/key.pem", key, 0o644))
}
