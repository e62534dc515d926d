package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"

	"octavo/internal/app"
	"octavo/internal/errs"
	"octavo/internal/id"
)

// migrateCommand brings the tables up to date; serve does so too.
type migrateCommand struct {
	app.Config
}

func (c *migrateCommand) Run(ctx context.Context) error {
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	fmt.Println("The tables are up to date.")
	return a.Close()
}

// checkCommand proves references. Exit code 1 when something does not hold.
type checkCommand struct {
	app.Config
}

func (c *checkCommand) Run(ctx context.Context, code *int) error {
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	return report(ctx, a, code)
}

// idCommand converts public ids of assets for operators.
type idCommand struct {
	app.Config
	ID string `arg:"" help:"32 hex digits, or ACCOUNT/NUMBER." name:"id"`
}

func (c *idCommand) Run(ctx context.Context) error {
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	if account, number, ok := strings.Cut(c.ID, "/"); ok {
		of, err1 := strconv.ParseInt(account, 10, 64)
		no, err2 := strconv.ParseInt(number, 10, 64)
		if err1 != nil || err2 != nil || of < 1 || no < 1 {
			return fmt.Errorf("%s is no ACCOUNT/NUMBER: two whole numbers from 1 on", c.ID)
		}
		fmt.Println(a.Keys.IDs.Format(id.Asset{Account: id.Account(of), No: no}))
		return nil
	}
	key, ok := a.Keys.IDs.Parse(c.ID)
	if ok { // many digits decode to some number, so the account decides
		_, err = a.Accounts.ByID(ctx, key.Account)
	}
	if !ok || errs.KindOf(err) == errs.NotFound {
		return errors.New("this is not an id of this installation")
	}
	if err != nil {
		return err
	}
	fmt.Printf("%d/%d\n", key.Account, key.No)
	return nil
}

// versionCommand prints what was built.
type versionCommand struct{}

// version is set by the linker: make build.
var version = ""

func (versionCommand) Run() error {
	fmt.Println("octavo", buildVersion())
	return nil
}

// buildVersion is the version of this binary.
func buildVersion() string {
	v := version
	if info, ok := debug.ReadBuildInfo(); ok && v == "" {
		v = info.Main.Version
	}
	return v
}
