package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/job"
)

// Jobs are of the whole installation, like mails: its owner acts in the own account.
var jobRoutes = []entry{
	route(Route{ID: "list-jobs", Method: http.MethodGet, Path: "/server/jobs", Tag: "server",
		Summary: "Lists the jobs of the installation, newest first."}, (*Server).listJobs),
	route(Route{ID: "get-jobs-summary", Method: http.MethodGet, Path: "/server/jobs-summary", Tag: "server",
		Summary: "Counts the jobs of the installation by state and names their kinds."}, (*Server).jobsSummary),
	route(Route{ID: "retry-job", Method: http.MethodPost, Path: "/server/jobs/{job}/retry", Tag: "server",
		Summary: "Tries a job again that was given up or cancelled."}, (*Server).retryJob),
	route(Route{ID: "cancel-job", Method: http.MethodPost, Path: "/server/jobs/{job}/cancel", Tag: "server",
		Summary: "Cancels a job that waits, or stops one that runs."}, (*Server).cancelJob),
}

// ownJobs names the installation itself where an account can stand: no account has this address.
const ownJobs = "server"

// Job is work after the answer.
type Job struct {
	ID        string      `json:"id"`
	Kind      string      `json:"kind"`
	Account   *JobAccount `json:"account" doc:"Null for work of the installation itself."`
	Class     string      `json:"class" enum:"urgent,normal,background"`
	State     job.State   `json:"state" enum:"waiting,later,running,done,cancelled,dead"`
	Stopping  bool        `json:"stopping" doc:"It runs, and was asked to stop."`
	Attempts  int         `json:"attempts" doc:"Runs begun."`
	Error     string      `json:"error" doc:"Of the last run that failed."`
	CreatedAt time.Time   `json:"created_at"`
	DueAt     time.Time   `json:"due_at"`
	StartedAt *time.Time  `json:"started_at" doc:"Of the last run; null before the first."`
	EndedAt   *time.Time  `json:"ended_at"`
}

// JobAccount is the account that a job is of.
type JobAccount struct {
	_    struct{} `nullable:"true"`
	Slug string   `json:"slug"`
	Name string   `json:"name"`
}

var classNames = map[job.Class]string{job.Urgent: "urgent", job.Normal: "normal", job.Background: "background"}

func jobOf(x *job.Sheet) Job {
	out := Job{ID: x.ID, Kind: x.Kind, Class: classNames[x.Class], State: x.State, Stopping: x.Stopping, Attempts: x.Attempts, Error: x.Error,
		CreatedAt: millis(x.Created), DueAt: millis(x.Due), StartedAt: maybeMillis(x.Started), EndedAt: maybeMillis(x.Ended)}
	if x.Account != job.Installation {
		out.Account = &JobAccount{Slug: x.Slug, Name: x.Of}
	}
	return out
}

// maybeMillis is a moment that may not have come: 0.
func maybeMillis(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	at := millis(ms)
	return &at
}

type listJobsInput struct {
	ListInput
	State   job.State `query:"state" enum:"open,waiting,later,running,done,cancelled,dead" doc:"open = all that are neither done nor cancelled."`
	Kind    string    `query:"kind" maxLength:"100"`
	Account string    `query:"account" maxLength:"100" doc:"Address of an account, or server for work of the installation itself."`
}

func (s *Server) listJobs(ctx context.Context, c *Call, in *listJobsInput) (*Listing[Job], error) {
	who, err := s.atHome(ctx, c)
	if err != nil {
		return nil, err
	}
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	f := job.Filter{State: in.State, Kind: in.Kind, Account: in.Account}
	if in.Account == ownJobs {
		f.Account, f.Own = "", true
	}
	rows, next, err := s.Jobs.List(ctx, who, f, req)
	if err != nil {
		return nil, err
	}
	return listing(s, c, rows, next, nil, jobOf)
}

// JobsSummary says what jobs there are.
type JobsSummary struct {
	States JobCounts `json:"states"`
	Kinds  []string  `json:"kinds"`
}

// JobCounts is how many jobs are in each state.
type JobCounts struct {
	Waiting   int64 `json:"waiting"`
	Later     int64 `json:"later"`
	Running   int64 `json:"running"`
	Done      int64 `json:"done"`
	Cancelled int64 `json:"cancelled"`
	Dead      int64 `json:"dead"`
}

func (s *Server) jobsSummary(ctx context.Context, c *Call, _ *struct{}) (*Answer[JobsSummary], error) {
	who, err := s.atHome(ctx, c)
	if err != nil {
		return nil, err
	}
	sum, err := s.Jobs.Summary(ctx, who)
	if err != nil {
		return nil, err
	}
	n := sum.States
	return answer(JobsSummary{Kinds: append([]string{}, sum.Kinds...), States: JobCounts{Waiting: n[job.Waiting], Later: n[job.Later],
		Running: n[job.Running], Done: n[job.Done], Cancelled: n[job.Cancelled], Dead: n[job.Dead]}}), nil
}

type jobInput struct {
	Job string `path:"job" maxLength:"64"`
}

func (s *Server) retryJob(ctx context.Context, c *Call, in *jobInput) (*Answer[Job], error) {
	who, err := s.atHome(ctx, c)
	if err != nil {
		return nil, err
	}
	x, err := s.Jobs.Retry(ctx, who, in.Job)
	if err != nil {
		return nil, err
	}
	return answer(jobOf(x)), nil
}

func (s *Server) cancelJob(ctx context.Context, c *Call, in *jobInput) (*Answer[Job], error) {
	who, err := s.atHome(ctx, c)
	if err != nil {
		return nil, err
	}
	x, err := s.Jobs.Cancel(ctx, who, in.Job)
	if err != nil {
		return nil, err
	}
	return answer(jobOf(x)), nil
}
