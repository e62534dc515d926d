package v1

import (
	"strconv"
	"strings"
	"time"
)

// How long a call waits for what a job does.
const (
	defaultWait = 20 * time.Second
	mostWait    = time.Minute
)

// Prefer is embedded in the input of a route that waits for a job: RFC 7240.
type Prefer struct {
	Prefer string `header:"Prefer" maxLength:"200" doc:"wait=N: seconds to wait for the file to be read, 20 when absent, 60 at most. respond-async: do not wait."`
}

// Wait is how long the caller waits. What cannot be read of a preference counts as not said.
func (p Prefer) Wait() time.Duration {
	wait, said := defaultWait, false
	for part := range strings.SplitSeq(p.Prefer, ",") {
		part, _, _ = strings.Cut(part, ";")
		name, value, _ := strings.Cut(part, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "wait":
			n, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"`), 10, 31)
			if err == nil {
				wait, said = min(time.Duration(n)*time.Second, mostWait), true
			}
		case "respond-async":
			if !said {
				wait = 0
			}
		}
	}
	return wait
}
