package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"octavo/internal/app"
	"octavo/internal/clock"
	"octavo/internal/job"
)

// jobsCommands are what an operator sees and does with the server's work.
type jobsCommands struct {
	List   jobsList   `cmd:"" help:"List jobs, the newest first."`
	Retry  jobsRetry  `cmd:"" help:"Let a job that was given up or cancelled be tried again."`
	Cancel jobsCancel `cmd:"" help:"Cancel a job that waits, or stop one that runs."`
}

type jobsList struct {
	app.Config
	State string `help:"Only jobs in this state: ${enum}." enum:"all,waiting,later,running,done,cancelled,dead" default:"all"`
	Rows  int    `help:"Most jobs that are listed." default:"50"`
	JSON  bool   `help:"Print a JSON object per job."`
}

func (c *jobsList) Run(ctx context.Context) error {
	return onBoard(ctx, c.Config, func(b *job.Board) error {
		state := job.State(c.State)
		if c.State == "all" {
			state = ""
		}
		jobs, err := b.List(ctx, state, c.Rows)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJobs(jobs)
		}
		table := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tKIND\tSTATE\tATTEMPTS\tCREATED\tERROR")
		for _, j := range jobs {
			fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\n", j.ID, j.Kind, j.State, j.Attempts, clock.FromMillis(j.Created).Format(time.RFC3339), j.Error)
		}
		return table.Flush()
	})
}

// writeJobs prints one JSON object a line; times are UTC milliseconds, 0 means never.
func writeJobs(jobs []job.Job) error {
	out := json.NewEncoder(os.Stdout)
	for _, j := range jobs {
		err := out.Encode(map[string]any{
			"account": int64(j.Account), "id": j.ID, "kind": j.Kind, "key": j.Key, "class": int(j.Class), "state": j.State,
			"attempts": j.Attempts, "error": j.Error, "created_at": j.Created, "due_at": j.Due, "started_at": j.Started, "ended_at": j.Ended,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

type jobsRetry struct {
	app.Config
	ID string `arg:"" help:"Id of the job, as octavo jobs list prints it." name:"id"`
}

func (c *jobsRetry) Run(ctx context.Context) error {
	return onBoard(ctx, c.Config, func(b *job.Board) error { return b.Retry(ctx, c.ID) })
}

type jobsCancel struct {
	app.Config
	ID string `arg:"" help:"Id of the job, as octavo jobs list prints it." name:"id"`
}

func (c *jobsCancel) Run(ctx context.Context) error {
	return onBoard(ctx, c.Config, func(b *job.Board) error { return b.Cancel(ctx, c.ID) })
}

func onBoard(ctx context.Context, cfg app.Config, do func(*job.Board) error) error {
	a, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer a.Close()
	return do(job.NewBoard(a.DB))
}
