package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"octavo/internal/app"
	"octavo/internal/errs"
	"octavo/internal/snapshot"
	"octavo/web"
)

// snapshotCommand writes a dashboard as a file, also beside a running server. A file
// stands for complete results: when a Klip is in error, the exit code is 1 and what
// was at FILE before stays, unless errors are allowed.
type snapshotCommand struct {
	app.Config
	Dashboard   string `arg:"" help:"Id of the dashboard: the 32 hex digits of its address."`
	Output      string `short:"o" help:"File to write; its ending decides: .pdf or .png." required:"" placeholder:"FILE"`
	Theme       string `help:"${enum}. Default: light." enum:"light,dark" default:"light"`
	AllowErrors bool   `help:"Write the file although Klips are in error; their cards say why. Without it nothing is written then, and the exit code is 1."`
}

func (c *snapshotCommand) Run(ctx context.Context, code *int) error {
	format := snapshot.Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(c.Output), ".")))
	if format != snapshot.PDF && format != snapshot.PNG {
		fmt.Fprintf(os.Stderr, "octavo: %s ends neither with .pdf nor with .png\n", c.Output)
		*code = exitUsage
		return nil
	}
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	s, err := c.make(ctx, a, format)
	if err != nil {
		return err
	}
	for _, f := range s.Faults {
		fmt.Fprintf(os.Stderr, "octavo: Klip %s: %s\n", strings.TrimSpace(f.Klip+" "+f.Name), f.Message)
	}
	if len(s.Faults) > 0 && !c.AllowErrors {
		fmt.Fprintln(os.Stderr, "octavo: nothing was written; --allow-errors writes it all the same")
		*code = 1
		return nil
	}
	return writeFile(c.Output, s)
}

// make draws the dashboard for the account that it belongs to.
func (c *snapshotCommand) make(ctx context.Context, a *app.App, format snapshot.Format) (*snapshot.Snapshot, error) {
	build, err := fs.Sub(web.Build, "build")
	if err != nil {
		return nil, err
	}
	snapshots, err := a.Snapshots(build)
	if err != nil {
		return nil, err
	}
	unknown := errors.New("this is not the id of a dashboard of this installation")
	key, ok := a.Keys.IDs.Parse(c.Dashboard)
	if !ok {
		return nil, unknown
	}
	of, err := a.Accounts.ByID(ctx, key.Account)
	if errs.KindOf(err) == errs.NotFound {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	s, err := snapshots.Make(ctx, of.Operator(), c.Dashboard, format, snapshot.Theme(c.Theme))
	if errs.KindOf(err) == errs.NotFound {
		return nil, unknown
	}
	return s, err
}

// writeFile puts a whole snapshot in place of what was there, or leaves that.
func writeFile(name string, s *snapshot.Snapshot) (err error) {
	folder, file := filepath.Split(name)
	beside := filepath.Join(folder, fmt.Sprintf(".%s.%d", file, os.Getpid()))
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(beside))
		}
	}()
	if err = errors.Join(s.Write(f), f.Close()); err != nil {
		return fmt.Errorf("%s cannot be written: %w", name, err)
	}
	return os.Rename(beside, name)
}
