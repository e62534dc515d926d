package testserver

import (
	_ "embed" // the script
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
)

//go:embed mariadb.sh
var mariaDBScript string

// MariaDB gives the socket of a MariaDB server, which is started on the first call and ends
// with this process. Its user root needs no password there. It needs Debian's package
// mariadb-server, not a running service.
func MariaDB() (socket string, err error) {
	s, err := ownMariaDB()
	if err != nil {
		return "", err
	}
	return s.dir + "/socket", nil
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
	if err := s.start(mariaDBScript); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}
