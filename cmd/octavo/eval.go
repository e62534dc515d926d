package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"octavo/internal/clock"
	"octavo/internal/formula/evalcmd"
)

// evalCommand evaluates one formula, or many. Exit code 1 for an error of the one
// formula, 2 for a wrong command line or a file that cannot be read.
type evalCommand struct {
	Data      string   `help:"JSON file with the data, - for standard input." placeholder:"FILE"`
	Batch     string   `help:"JSON file with a list of cases {id, data, formula}; prints a line for each." placeholder:"FILE"`
	Now       string   `help:"The clock: RFC 3339, or seconds since 1970. Default: now." placeholder:"TIME"`
	Zone      string   `help:"Time zone of the account. Default: UTC." placeholder:"NAME"`
	WeekStart string   `help:"First day of the week. Default: Sunday." placeholder:"DAY"`
	Var       []string `help:"A variable; the value is JSON, or else text. Repeatable." placeholder:"name=value" sep:"none"`
	Formula   *string  `arg:"" optional:"" help:"The formula."`
}

func (c *evalCommand) Run(ctx context.Context, code *int) error {
	failed, err := c.run(ctx)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "octavo:", err)
		*code = exitUsage
	case failed:
		*code = 1
	}
	return nil
}

// run answers on standard output; failed says that the answer to the one formula is an error.
func (c *evalCommand) run(ctx context.Context) (failed bool, err error) {
	flags, err := evalcmd.ParseFlags(c.Now, c.Zone, c.WeekStart, c.Var)
	if err != nil {
		return false, err
	}
	now := clock.System().Now()
	out := bufio.NewWriter(os.Stdout)
	defer func() { err = errors.Join(err, out.Flush()) }()
	if c.Batch != "" {
		if c.Formula != nil || c.Data != "" {
			return false, errors.New("--batch takes formulas and data from its file")
		}
		file, err := read(c.Batch)
		if err != nil {
			return false, err
		}
		return false, evalcmd.Batch(ctx, file, out, now, flags)
	}
	if c.Formula == nil {
		return false, errors.New("the formula is missing: expected <formula>, or --batch FILE (try octavo --help)")
	}
	file := []byte("{}")
	if c.Data != "" {
		if file, err = read(c.Data); err != nil {
			return false, err
		}
	}
	in, err := flags.Read(file, now)
	if err != nil {
		return false, err
	}
	answer, err := in.Eval(ctx, *c.Formula)
	if err != nil {
		return false, err
	}
	_, err = out.Write(append(answer.Append(nil), '\n'))
	return answer.Error != nil, err
}

// read reads a file; - is standard input.
func read(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(name)
}

// formulaLast puts the formula of `octavo eval` behind "--", so that one that
// begins with a minus is not taken for an option. All options but help take a value.
func formulaLast(args []string) []string {
	if len(args) == 0 || args[0] != "eval" {
		return args
	}
	flags, rest := []string{"eval"}, []string(nil)
	for i := 1; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			rest = append(rest, args[i+1:]...)
			i = len(args)
		case a == "-h" || a == "--help":
			flags = append(flags, a)
		case strings.HasPrefix(a, "--") && len(a) > 2 && a[2] >= 'a' && a[2] <= 'z':
			flags = append(flags, a)
			if !strings.Contains(a, "=") && i+1 < len(args) {
				i++
				flags[len(flags)-1] += "=" + args[i]
			}
		default:
			rest = append(rest, a)
		}
	}
	if len(rest) == 0 {
		return flags
	}
	return append(append(flags, "--"), rest...)
}
