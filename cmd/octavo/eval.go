package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"time"

	"octavo/internal/clock"
	"octavo/internal/formula"
	"octavo/internal/formula/evalcmd"
)

// evalCommand evaluates one formula. Exit code 1 for an error of the formula, 2 for
// a file that cannot be read.
type evalCommand struct {
	Data    string `help:"JSON file with the data, - for standard input." placeholder:"FILE"`
	Now     string `help:"The clock: RFC 3339, or seconds since 1970. Default: now." placeholder:"TIME"`
	Formula string `arg:"" help:"The formula."`
}

func (c *evalCommand) Run(ctx context.Context, code *int) error {
	file, now, err := c.input()
	if err != nil {
		fmt.Fprintln(os.Stderr, "octavo:", err)
		*code = exitUsage
		return nil
	}
	answer, err := evalcmd.Run(ctx, file, c.Formula, now, formula.Limits{})
	if err != nil {
		fmt.Fprintln(os.Stderr, "octavo:", err)
		*code = exitUsage
		return nil
	}
	if answer.Error != nil {
		*code = 1
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	return out.Encode(answer)
}

func (c *evalCommand) input() (file []byte, now time.Time, err error) {
	switch c.Data {
	case "":
		file = []byte("{}")
	case "-":
		file, err = io.ReadAll(os.Stdin)
	default:
		file, err = os.ReadFile(c.Data)
	}
	if err != nil {
		return nil, now, err
	}
	now = clock.System().Now()
	if c.Now != "" {
		now, err = parseTime(c.Now)
	}
	return file, now, err
}

// latest is the end of year 9999, in seconds since 1970.
const latest = 253402300799

func parseTime(s string) (time.Time, error) {
	if seconds, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(seconds) <= latest {
		return time.UnixMicro(int64(seconds * 1e6)).UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, fmt.Errorf("%s is no time: write RFC 3339, such as 2026-03-02T09:30:00Z, or seconds since 1970", s)
	}
	return t, nil
}
