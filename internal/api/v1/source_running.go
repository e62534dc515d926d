package v1

import (
	"context"
	"time"

	"octavo/internal/datasource"
)

// RunningRefresh is a refresh that goes on, or waits for its turn.
type RunningRefresh struct {
	Instance string    `json:"instance" doc:"Key of the set of values; empty = there are no variables."`
	Reason   string    `json:"reason" enum:"schedule,manual,view,import,change,trial"`
	Since    time.Time `json:"since" doc:"When it began; of one that waits, when somebody asked."`
	Step     string    `json:"step" enum:"waiting,asking,receiving,resting,reading" doc:"It waits for its turn, or for the answer of the service; the answer comes in; it pauses before the next request; the answer is read."`
	Pages    int64     `json:"pages" doc:"That came whole."`
	Rows     int64     `json:"rows" doc:"Of pages that came, or of a query."`
	Bytes    int64     `json:"bytes" doc:"That came so far."`

	Variables map[string]string `json:"variables" doc:"Of the set of values, without secrets; empty for who may not change the data source."`
}

// RunningRefreshes are those of one data source, the oldest first.
type RunningRefreshes struct {
	Items []RunningRefresh `json:"items"`
}

func (s *Server) listRunning(ctx context.Context, c *Call, in *AssetPath) (*Answer[RunningRefreshes], error) {
	all, err := s.DataSources.Running(ctx, c.Actor, in.ID)
	return runningRefreshes(all), err
}

type trialProgressInput struct {
	Watch string `query:"watch" maxLength:"64" doc:"Name that the trial was given."`
}

func (s *Server) trialProgress(ctx context.Context, c *Call, in *trialProgressInput) (*Answer[RunningRefreshes], error) {
	all, err := s.DataSources.Watched(ctx, c.Actor, in.Watch)
	return runningRefreshes(all), err
}

func runningRefreshes(all []datasource.Running) *Answer[RunningRefreshes] {
	out := RunningRefreshes{Items: make([]RunningRefresh, len(all))}
	for i, r := range all {
		out.Items[i] = RunningRefresh{Instance: r.Key, Reason: r.Reason, Since: millis(r.Since), Step: r.Step, Pages: r.Pages, Rows: r.Rows, Bytes: r.Bytes, Variables: r.Variables}
		if r.Variables == nil {
			out.Items[i].Variables = map[string]string{}
		}
	}
	return answer(out)
}

type stopRefreshInput struct {
	AssetPath
	Instance string `query:"instance" maxLength:"64" doc:"Key of the set of values; absent where there are no variables."`
}

func (s *Server) stopRefresh(ctx context.Context, c *Call, in *stopRefreshInput) (*Empty, error) {
	return &Empty{}, s.DataSources.StopRefresh(ctx, c.Actor, in.ID, in.Instance)
}
