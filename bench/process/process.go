// Package process runs the engines that are compared: each is a process of its own that answers requests, a line of
// JSON each, so that none of them pays for the memory of another.
package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// Process is a running engine.
type Process struct {
	Name    string
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// longest is how much is read at once of an answer, which may be of any length.
const longest = 1 << 20

// Start runs a command. Stop ends it.
func Start(name string, command ...string) (*Process, error) {
	p := &Process{Name: name, process: exec.Command(command[0], command[1:]...)}
	p.process.Stderr = os.Stderr
	in, err := p.process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewReaderSize(out, longest)
	return p, p.process.Start()
}

// Ask gives a request to an engine and waits for the answer. What the answer calls its error is one.
func Ask[A any](p *Process, request any) (A, error) {
	var answer A
	if err := json.NewEncoder(p.in).Encode(request); err != nil {
		return answer, fmt.Errorf("%s: %w", p.Name, err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return answer, fmt.Errorf("%s ended: %w", p.Name, err)
	}
	var failed struct{ Error string }
	if err := errors.Join(json.Unmarshal(line, &failed), json.Unmarshal(line, &answer)); err != nil {
		return answer, fmt.Errorf("%s: %w", p.Name, err)
	}
	if failed.Error != "" {
		return answer, fmt.Errorf("%s: %s", p.Name, failed.Error)
	}
	return answer, nil
}

// Stop lets the engine come to its end.
func (p *Process) Stop() error { return errors.Join(p.in.Close(), p.process.Wait()) }

// Serve answers requests until there are no more. An error of answer is for its field of errors.
func Serve[R, A any](in io.Reader, out io.Writer, answer func(R) A) error {
	read, write := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var r R
		if err := read.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := write.Encode(answer(r)); err != nil {
			return err
		}
	}
}
