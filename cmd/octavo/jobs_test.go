package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"octavo/internal/db"
	"octavo/internal/job"
)

func TestJobs(t *testing.T) {
	t.Parallel()
	p := newTables(t)
	p.create("North Light", "maya@north.test")
	d, err := db.Open(t.Context(), db.Config{URL: p.url})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Tx(t.Context(), db.System(), func(tx *db.Tx) error {
		return job.EnqueueFor(context.Background(), tx, job.Installation, job.New{Kind: "drill", After: time.Hour})
	})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	var line struct {
		ID, State string
		Attempts  int
	}
	list := func(want string) {
		t.Helper()
		r := p.run("", "jobs", "list", "--json")
		if err := json.Unmarshal([]byte(r.out), &line); err != nil || r.code != 0 || line.State != want {
			t.Fatalf("jobs list: code %d, %v\n%s%s, want one job that is %s", r.code, err, r.out, r.err, want)
		}
	}
	list("later")
	p.run("", "jobs", "retry", line.ID).want(t, 1, "", "given up or cancelled")
	p.run("", "jobs", "cancel", line.ID).want(t, 0, "", "")
	list("cancelled")
	p.run("", "jobs", "cancel", line.ID).want(t, 1, "", "ended already")
	p.run("", "jobs", "retry", line.ID).want(t, 0, "", "")
	list("waiting")
	r := p.run("", "jobs", "list", "--state", "waiting")
	if !strings.Contains(r.out, "drill") || !strings.HasPrefix(r.out, "ID") {
		t.Errorf("the list for people:\n%s", r.out)
	}
	p.run("", "jobs", "cancel", "nothing").want(t, 1, "", "no such job")
}
