package v1

import (
	"context"
	"net/http"

	"octavo/internal/authz"
	"octavo/internal/purge"
)

var demoRoutes = []entry{
	route(Route{ID: "preview-demo-removal", Method: http.MethodGet, Path: "/{account}/demo", Tag: "account",
		Permission: authz.ClientDelete, Hide: true, Summary: "Says what removing the demo takes along, and what stays."}, (*Server).previewDemo),
	route(Route{ID: "remove-demo", Method: http.MethodDelete, Path: "/{account}/demo", Tag: "account", Status: http.StatusOK,
		Permission: authz.ClientDelete, Hide: true, Summary: "Removes the demo for good; confirm is the word DEMO."}, (*Server).removeDemo),
}

// DemoLoss is what removing the demo takes along.
type DemoLoss struct {
	Clients        []DemoClient `json:"clients" doc:"They go with everything in them."`
	Dashboards     int64        `json:"dashboards" doc:"Of the agency."`
	Klips          int64        `json:"klips"`
	Sources        int64        `json:"sources"`
	People         []string     `json:"people" doc:"Of the agency. Who asks stays, and gets what they own beside the demo."`
	Properties     []string     `json:"properties" doc:"Declarations of the agency."`
	Touched        []DemoThing  `json:"touched" doc:"Goes, although somebody made or changed it since."`
	Kept           []DemoThing  `json:"kept" doc:"Stays, because something beside the demo uses it."`
	KeptProperties []string     `json:"kept_properties" doc:"Stay, because they have a value in an account that stays."`
}

// DemoClient is a client of the demo.
type DemoClient struct {
	Slug       string `json:"slug"`
	Name       string `json:"name"`
	Users      int64  `json:"users"`
	Dashboards int64  `json:"dashboards"`
	Klips      int64  `json:"klips"`
	Sources    int64  `json:"sources"`
}

// DemoThing is a thing that removing the demo needs a word about.
type DemoThing struct {
	Client string   `json:"client" doc:"Name of the client that it is in; empty = the agency."`
	Kind   string   `json:"kind" enum:"dashboard,klip,source,model,person"`
	Name   string   `json:"name"`
	Added  bool     `json:"added" doc:"It was made since the demo was, else changed."`
	UsedBy []string `json:"used_by" doc:"Of what stays."`
}

func demoLoss(l *purge.DemoLoss, err error) (*Answer[DemoLoss], error) {
	if err != nil {
		return nil, err
	}
	out := DemoLoss{Clients: make([]DemoClient, len(l.Clients)), Dashboards: l.Dashboards, Klips: l.Klips, Sources: l.Sources,
		People: listed(l.People), Properties: listed(l.Properties), Touched: demoThings(l.Touched), Kept: demoThings(l.Kept), KeptProperties: listed(l.KeptProperties)}
	for i, c := range l.Clients {
		out.Clients[i] = DemoClient(c)
	}
	return answer(out), nil
}

func demoThings(list []purge.DemoThing) []DemoThing {
	out := make([]DemoThing, len(list))
	for i, x := range list {
		x.UsedBy = listed(x.UsedBy)
		out[i] = DemoThing(x)
	}
	return out
}

// listed is a list in JSON, which is never null.
func listed(names []string) []string {
	if names == nil {
		return []string{}
	}
	return names
}

func (s *Server) previewDemo(ctx context.Context, c *Call, _ *struct{}) (*Answer[DemoLoss], error) {
	return demoLoss(s.Demo.Preview(ctx, c.Actor))
}

type removeDemoInput struct {
	Confirm string `query:"confirm" maxLength:"100" doc:"The word DEMO."`
}

func (s *Server) removeDemo(ctx context.Context, c *Call, in *removeDemoInput) (*Answer[DemoLoss], error) {
	return demoLoss(s.Demo.Remove(ctx, c.Actor, in.Confirm))
}
