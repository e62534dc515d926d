package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"octavo/internal/app"
	"octavo/internal/backup"
	"octavo/internal/check"
)

// backupCommand writes everything into one file.
type backupCommand struct {
	app.Config
	Output string `help:"File to write; it must not exist." short:"o" required:"" placeholder:"FILE" type:"path"`
}

func (c *backupCommand) Run(ctx context.Context) (err error) {
	a, err := app.Stores(ctx, c.Config, true, c.Logger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	m, err := backup.Create(ctx, backup.Installation{DB: a.DB, Files: a.Blobs}, buildVersion(), c.Output)
	if err != nil {
		return err
	}
	info, err := os.Stat(c.Output)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %s\n", c.Output, info.Size(), holding(m))
	return nil
}

// holding says what a backup holds.
func holding(m *backup.Manifest) string {
	files, bytes := m.Files()
	return fmt.Sprintf("%d rows of %d tables (version %d, %s) and %d stored files of %d bytes", m.Rows(), len(m.Tables), m.Migration, m.Engine, files, bytes)
}

// restoreCommand fills an empty installation. Exit code 1 when references do not hold afterwards.
type restoreCommand struct {
	app.Config
	File   string `arg:"" help:"A backup made with octavo backup." type:"path"`
	Verify bool   `help:"Only read the backup and compare its checksums; write nothing."`
}

func (c *restoreCommand) Run(ctx context.Context, code *int) (err error) {
	if c.Verify {
		m, err := backup.Verify(ctx, c.File)
		if err == nil {
			fmt.Printf("The backup is whole: %s, made %s by version %s\n", holding(m), m.MadeAt.Format("2006-01-02 15:04:05 MST"), m.Product)
		}
		return err
	}
	if _, err := os.Stat(c.File); err != nil {
		return err // before a data folder is made for nothing
	}
	a, err := app.Stores(ctx, c.Config, false, c.Logger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	m, err := backup.Restore(ctx, backup.Installation{DB: a.DB, Files: a.Blobs}, c.File)
	if err != nil {
		return err
	}
	fmt.Println("Restored:", holding(m))
	return report(ctx, a, code)
}

// report proves the references of an installation and prints those that do not hold.
func report(ctx context.Context, a *app.App, code *int) error {
	found, err := check.Run(ctx, a.DB, a.Blobs)
	if err != nil {
		return err
	}
	for _, f := range found {
		fmt.Println(f)
	}
	if len(found) > 0 {
		*code = 1
		return nil
	}
	fmt.Println("Every reference holds.")
	return nil
}
