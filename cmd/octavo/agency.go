package main

import (
	"context"
	"encoding/json"
	"os"

	"octavo/internal/account"
	"octavo/internal/app"
)

// agencyCommands are about agencies.
type agencyCommands struct {
	Pool agencyPool `cmd:"" help:"Say or change how much an agency and its clients may use together."`
}

// agencyPool shows the pool of an agency, and changes the limits that are given.
type agencyPool struct {
	app.Config
	Agency     string `arg:"" help:"Address of the agency."`
	Seats      *int64 `help:"People, over all its clients; -1 = without end." placeholder:"N"`
	Dashboards *int64 `help:"Dashboards, over all its clients; -1 = without end." placeholder:"N"`
	Links      *int64 `help:"Private links, over all its clients; -1 = without end." name:"private-links" placeholder:"N"`
	APICalls   *int64 `help:"Calls with API keys a day, over all its clients; -1 = without end." name:"api-calls" placeholder:"N"`
}

// pool is what is printed, as JSON.
type pool struct {
	Account string         `json:"account"`
	Pool    account.Limits `json:"pool"`
	Left    account.Limits `json:"left"`
}

func (c *agencyPool) Run(ctx context.Context) error {
	a, err := open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	agency, err := a.Accounts.BySlug(ctx, c.Agency)
	if err != nil {
		return err
	}
	limits := agency.Limits()
	for _, set := range []struct{ to, value *int64 }{
		{&limits.Seats, c.Seats}, {&limits.Dashboards, c.Dashboards}, {&limits.Links, c.Links}, {&limits.APICalls, c.APICalls},
	} {
		if set.value != nil {
			*set.to = *set.value
		}
	}
	if limits != agency.Limits() {
		if agency, err = a.Accounts.SetPool(ctx, agency.ID, limits); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(pool{Account: agency.Slug, Pool: agency.Limits(), Left: agency.Left()})
}
