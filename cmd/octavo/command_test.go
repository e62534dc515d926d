package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"octavo/internal/db/dbtest"
)

// commandEnv makes this test binary behave as octavo itself.
const commandEnv = "OCTAVO_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(commandEnv) != "" {
		main() // ends the process
	}
	os.Exit(m.Run())
}

// commandTimeout is longer than any command takes on a busy machine.
const commandTimeout = 2 * time.Minute

// serverTimeout is longer than any test needs its server on a busy machine.
const serverTimeout = 10 * time.Minute

// place is a fresh installation: a data folder and a database without tables.
type place struct {
	t    *testing.T
	data string
	url  string
	env  []string // settings beside the flags
}

func newPlace(t *testing.T) *place {
	t.Helper()
	return &place{t: t, data: filepath.Join(t.TempDir(), "data"), url: dbtest.Empty(t)}
}

// newTables is an installation with tables and nothing in them, for what is not about making them.
func newTables(t *testing.T) *place {
	t.Helper()
	return &place{t: t, data: filepath.Join(t.TempDir(), "data"), url: dbtest.URL(t)}
}

// flags are the settings of the place.
func (p *place) flags() []string { return []string{"--data", p.data, "--database", p.url} }

// result is what a command left.
type result struct {
	code     int
	out, err string
}

// command makes the process of octavo with arguments; settings of the surroundings do not reach it.
func command(ctx context.Context, t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return commandOf(ctx, t, self, env, args...)
}

// onceForAllEngines leaves a test to SQLite where the engine makes no difference: what it asks for are flags, settings,
// files and headers, whatever statements run on the way.
func onceForAllEngines(t *testing.T) {
	t.Helper()
	if dbtest.Postgres() {
		t.Skip("the same on all engines")
	}
}

// commandOf is command with another program than this one.
func commandOf(ctx context.Context, t *testing.T, program string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = t.TempDir()
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "OCTAVO_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(append(cmd.Env, commandEnv+"=1"), env...)
	return cmd
}

// octavo runs a command to its end.
func octavo(t *testing.T, stdin string, env []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandTimeout)
	defer cancel()
	cmd := command(ctx, t, env, args...)
	var out, err bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &err
	failed := cmd.Run()
	var exit *exec.ExitError
	if failed != nil && !errors.As(failed, &exit) || ctx.Err() != nil {
		t.Fatalf("octavo %s: %v, %v\n%s%s", strings.Join(args, " "), failed, ctx.Err(), &out, &err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), err.String()}
}

// run runs a command in the place.
func (p *place) run(stdin string, args ...string) result {
	p.t.Helper()
	return octavo(p.t, stdin, p.env, append(args, p.flags()...)...)
}

// want checks the exit code and parts of both outputs; "" wants nothing at all.
func (r result) want(t *testing.T, code int, out, err string) {
	t.Helper()
	if r.code != code || !holds(r.out, out) || !holds(r.err, err) {
		t.Errorf("exit code %d, want %d\nstdout, want %q:\n%s\nstderr, want %q:\n%s", r.code, code, out, r.out, err, r.err)
	}
}

func holds(text, part string) bool {
	if part == "" {
		return text == ""
	}
	return strings.Contains(text, part)
}
