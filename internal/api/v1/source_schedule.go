package v1

import (
	"context"

	"octavo/internal/datasource"
)

// Schedule says when a data source is fetched.
type Schedule struct {
	Mode      string          `json:"mode" enum:"never,interval,times,cron"`
	IntervalS int             `json:"interval_s,omitempty" doc:"Of mode interval: 60 or more."`
	Times     []string        `json:"times,omitempty" nullable:"false" maxItems:"24" doc:"Of mode times: times of day, as 06:30."`
	Cron      string          `json:"cron,omitempty" maxLength:"100" doc:"Of mode cron: minute, hour, day of the month, month, day of the week."`
	Days      []string        `json:"days,omitempty" nullable:"false" maxItems:"7" doc:"Of modes interval and times: mon to sun; absent = all."`
	Window    *ScheduleWindow `json:"window,omitempty" nullable:"false" doc:"Of mode interval: only in this part of each day."`
	Zone      string          `json:"timezone,omitempty" maxLength:"64" doc:"Absent = that of the account."`
	Policy    string          `json:"policy,omitempty" enum:"always,active_only" doc:"active_only = only while somebody is in the account; absent = as the account says."`
}

// ScheduleWindow is a part of each day; it may go over midnight.
type ScheduleWindow struct {
	From string `json:"from" maxLength:"5" doc:"As 06:00."`
	To   string `json:"to" maxLength:"5" doc:"Not part of it."`
}

func schedule(r datasource.Refresh) Schedule {
	return Schedule{Mode: r.Mode, IntervalS: r.IntervalS, Times: r.Times, Cron: r.Cron, Days: r.Days, Window: (*ScheduleWindow)(r.Window), Zone: r.Zone, Policy: r.Policy}
}

func (in Schedule) refresh() datasource.Refresh {
	return datasource.Refresh{Mode: in.Mode, IntervalS: in.IntervalS, Times: in.Times, Cron: in.Cron, Days: in.Days, Window: (*datasource.Window)(in.Window), Zone: in.Zone, Policy: in.Policy}
}

type scheduleInput struct {
	AssetPath
	IfMatch
	Body Schedule
}

func (s *Server) setSchedule(ctx context.Context, c *Call, in *scheduleInput) (*Tagged[DataSource], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	src, err := s.DataSources.SetSchedule(ctx, c.Actor, in.ID, version, in.Body.refresh())
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

type switchInput struct {
	AssetPath
	Body struct {
		Enabled bool `json:"enabled"`
	}
}

func (s *Server) switchDataSource(ctx context.Context, c *Call, in *switchInput) (*Tagged[DataSource], error) {
	change := s.DataSources.SwitchOff
	if in.Body.Enabled {
		change = s.DataSources.SwitchOn
	}
	src, err := change(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}

type expectedInput struct {
	AssetPath
	IfMatch
	Body struct {
		EveryS int `json:"every_s" doc:"60 or more; 0 = whenever."`
	}
}

func (s *Server) setExpected(ctx context.Context, c *Call, in *expectedInput) (*Tagged[DataSource], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	src, err := s.DataSources.SetExpected(ctx, c.Actor, in.ID, version, in.Body.EveryS)
	if err != nil {
		return nil, err
	}
	return s.oneDataSource(ctx, c, src)
}
