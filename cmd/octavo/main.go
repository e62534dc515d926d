// Command octavo is the server and the tools of its operator: one binary.
//
// octavo --help lists the commands, octavo COMMAND --help their settings.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones are known on machines that have none

	"github.com/alecthomas/kong"

	"octavo/internal/app"
)

// commands is the command line.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Run the server."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the tables of the database to the newest form and end."`
	Check    checkCommand    `cmd:"" help:"Prove that every reference in the database holds."`
	Backup   backupCommand   `cmd:"" help:"Write everything that is stored into one file, while the server runs."`
	Restore  restoreCommand  `cmd:"" help:"Fill an empty installation from a backup."`
	Demo     demoCommand     `cmd:"" help:"Make the demo agency Northlight with three clients."`
	Snapshot snapshotCommand `cmd:"" help:"Write a dashboard as a PDF or PNG file."`
	User     userCommands    `cmd:"" help:"People, for the operator."`
	Agency   agencyCommands  `cmd:"" help:"Agencies, for the operator."`
	Keys     keysCommands    `cmd:"" help:"Keys that secrets are sealed with, for the operator."`
	Jobs     jobsCommands    `cmd:"" help:"Work that the server does after the answer, for the operator."`
	ID       idCommand       `cmd:"" help:"Convert public ids of assets: 32 hex digits to account and number, and back."`
	Eval     evalCommand     `cmd:"" help:"Evaluate a formula over JSON."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// exitUsage is the exit code of a wrong command line.
const exitUsage = 2

// run parses and runs one command and gives the exit code.
func run(ctx context.Context, args []string) int {
	var c commands
	code := 0
	parser, err := kong.New(&c, kong.Name("octavo"),
		kong.Description("Dashboards for agencies: one master account, many client accounts."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&code),
		kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(os.Stderr, "octavo:", err)
		return exitUsage
	}
	parsed, err := parser.Parse(formulaLast(args))
	if err != nil {
		fmt.Fprintf(os.Stderr, "octavo: %v\nTry octavo --help.\n", err)
		return exitUsage
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "octavo:", err)
		return 1
	}
	return code
}

// open makes the services of an installation for one command.
func open(ctx context.Context, cfg app.Config) (*app.App, error) {
	return app.New(ctx, cfg, cfg.Logger())
}
