// Command start measures what a server costs that does nothing yet: the time from its
// start to its first answer, its memory while it rests, and the size of the program.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	binary := flag.String("binary", "bin/octavo", "the program")
	runs := flag.Int("runs", 5, "starts; their median counts")
	rest := flag.Duration("rest", 5*time.Second, "how long a server rests before its memory is read")
	flag.Parse()
	if err := run(context.Background(), *binary, *runs, *rest); err != nil {
		fmt.Fprintln(os.Stderr, "start:", err)
		os.Exit(1)
	}
}

// cost is what one start took.
type cost struct {
	answer   time.Duration // from before the process exists to the first page that came whole
	resident int64         // bytes in memory, pages of the file included
	private  int64         // bytes in memory that are not pages of the file
}

func run(ctx context.Context, binary string, runs int, rest time.Duration) error {
	info, err := os.Stat(binary)
	if err != nil {
		return fmt.Errorf("%w (make build makes it)", err)
	}
	dir, err := os.MkdirTemp("", "octavo-start")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	// The first start makes the database; it is not what is measured.
	if _, err := once(ctx, binary, dir, 0); err != nil {
		return err
	}
	costs := make([]cost, runs)
	for i := range costs {
		if costs[i], err = once(ctx, binary, dir, rest); err != nil {
			return err
		}
	}
	fmt.Printf("%s, %d starts on SQLite, %d CPUs\n", binary, runs, runtime.NumCPU())
	fmt.Printf("start to first answer  %6d ms   target 100, end goal 50\n", median(costs, func(c cost) int64 { return c.answer.Milliseconds() }))
	fmt.Printf("memory at rest         %6.1f MB   target 60, end goal 30 (of it %.1f MB not from the file of the program)\n",
		megabytes(median(costs, func(c cost) int64 { return c.resident })), megabytes(median(costs, func(c cost) int64 { return c.private })))
	fmt.Printf("program                %6.1f MB   target 60, end goal 40\n", megabytes(info.Size()))
	return nil
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

func median(costs []cost, of func(cost) int64) int64 {
	values := make([]int64, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// once starts a server, waits for its sign-in page, lets it rest and stops it.
func once(ctx context.Context, binary, dir string, rest time.Duration) (c cost, err error) {
	addr, err := freeAddress()
	if err != nil {
		return c, err
	}
	var log bytes.Buffer
	begun := time.Now()
	cmd := exec.CommandContext(ctx, binary, "serve", "--data", filepath.Join(dir, "data"), "--addr", addr)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		return c, err
	}
	defer func() {
		stop := errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait())
		if err == nil && stop != nil {
			err = fmt.Errorf("stopping: %w\n%s", stop, log.String())
		}
	}()
	for {
		if err := page("http://" + addr + "/sign-in"); err == nil {
			break
		} else if time.Since(begun) > time.Minute {
			return c, fmt.Errorf("no answer: %w", err)
		}
		time.Sleep(time.Millisecond)
	}
	c.answer = time.Since(begun)
	time.Sleep(rest)
	c.resident, c.private, err = memory(cmd.Process.Pid)
	return c, err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// page asks for a page of the application and reads it to its end.
func page(address string) error {
	res, err := http.Get(address)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || !strings.HasSuffix(strings.TrimSpace(string(body)), "</html>") {
		return fmt.Errorf("%s answered %d, %d bytes", address, res.StatusCode, len(body))
	}
	return nil
}

// memory reads what Linux counts of a process.
func memory(pid int) (resident, private int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		into := map[string]*int64{"VmRSS": &resident, "RssAnon": &private}[name]
		if into == nil {
			continue
		}
		kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			return 0, 0, err
		}
		*into = kilobytes * 1024
	}
	if resident == 0 || private == 0 {
		return 0, 0, errors.New("no memory in the status of the process")
	}
	return resident, private, nil
}
