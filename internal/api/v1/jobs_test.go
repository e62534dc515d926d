package v1_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/job"
)

type jobList = v1.Page[v1.Job]

func enqueueAll(t *testing.T, s *apitest.Server, account id.Account, jobs ...job.New) {
	t.Helper()
	err := s.DB.Tx(t.Context(), db.System(), func(tx *db.Tx) error {
		for _, j := range jobs {
			if err := job.EnqueueFor(t.Context(), tx, account, j); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOwnerOfTheServerFollowsJobs(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	owner := s.As("admin@northlight.test")
	enqueueAll(t, s, s.Solstice.ID, job.New{Kind: "a.work", Key: "same"}, job.New{Kind: "b.work", Args: "secret words"})
	enqueueAll(t, s, job.Installation, job.New{Kind: "a.work"})
	list := func(query string) (out jobList) {
		t.Helper()
		answer := owner.Get("/server/jobs" + query).Want(http.StatusOK)
		if strings.Contains(answer.Body, "secret words") {
			t.Error("the page has what a job was enqueued with")
		}
		answer.JSON(&out)
		return out
	}
	all := list("")
	if len(all.Items) != 3 || all.Items[0].Account != nil || all.Items[1].Account.Slug != "solstice-coffee" || all.Items[1].Kind != "b.work" {
		t.Fatalf("%+v", all.Items)
	}
	if all.Items[2].State != job.Waiting || all.Items[2].Class != "urgent" || all.Items[2].StartedAt != nil || all.Items[2].CreatedAt.IsZero() {
		t.Errorf("%+v", all.Items[2])
	}
	first, last := list("?limit=2"), jobList{}
	owner.Get("/server/jobs?limit=2&cursor=" + *first.NextCursor).Want(http.StatusOK).JSON(&last)
	if len(first.Items) != 2 || len(last.Items) != 1 || last.Items[0].ID != all.Items[2].ID || last.NextCursor != nil {
		t.Errorf("pages %+v, %+v", first, last)
	}
	for query, want := range map[string]int{"?kind=a.work": 2, "?account=solstice-coffee": 2, "?account=server": 1, "?account=nobody": 0, "?kind=a.work&account=server": 1, "?state=dead": 0, "?state=open": 3} {
		if got := len(list(query).Items); got != want {
			t.Errorf("%s gives %d jobs, want %d", query, got, want)
		}
	}

	waiting := "/server/jobs/" + all.Items[2].ID
	owner.Post(waiting+"/retry", nil).Refused(http.StatusConflict, "job_not_ended")
	var got v1.Job
	owner.Post(waiting+"/cancel", nil).Want(http.StatusOK).JSON(&got)
	if got.State != job.Cancelled || got.EndedAt == nil || got.Account.Name != "Solstice Coffee" {
		t.Errorf("cancelled: %+v", got)
	}
	owner.Post(waiting+"/cancel", nil).Refused(http.StatusConflict, "job_ended")
	enqueueAll(t, s, s.Solstice.ID, job.New{Kind: "a.work", Key: "same"})
	owner.Post(waiting+"/retry", nil).Refused(http.StatusConflict, "job_waits_already")
	owner.Post("/server/jobs/nothing/cancel", nil).Refused(http.StatusNotFound, "job_not_found")

	// A job that was given up waits for somebody, and is tried again.
	failing := true
	work := job.Handler{Kind: "b.work", Attempts: 1, Run: func(context.Context, *job.Run) error {
		if failing {
			return errors.New("the disk is full")
		}
		return nil
	}}
	handlers := []job.Handler{work, {Kind: "a.work", Run: func(context.Context, *job.Run) error { return nil }}}
	workBy(t, s, handlers)
	dead := list("?state=dead").Items[0]
	if dead.Error != "the disk is full" || dead.Attempts != 1 || dead.StartedAt == nil || dead.EndedAt == nil {
		t.Errorf("dead: %+v", dead)
	}
	var sum v1.JobsSummary
	owner.Get("/server/jobs-summary").Want(http.StatusOK).JSON(&sum)
	if want := (v1.JobCounts{Done: 2, Cancelled: 1, Dead: 1}); sum.States != want || strings.Join(sum.Kinds, " ") != "a.work b.work" {
		t.Errorf("summary %+v", sum)
	}
	failing = false
	owner.Post("/server/jobs/"+dead.ID+"/retry", nil).Want(http.StatusOK).JSON(&got)
	if got.State != job.Waiting || got.Attempts != 0 || got.Error != "" {
		t.Errorf("tried again: %+v", got)
	}
	workBy(t, s, handlers)
	if items := list("?kind=b.work").Items; len(items) != 1 || items[0].State != job.Done {
		t.Errorf("in the end %+v", items)
	}
	lines := activity(owner, "northlight", "group=job")
	if len(lines) != 2 || lines[0].Action != "job.retried" || lines[1].Action != "job.cancelled" || lines[1].Detail["account"] != "Solstice Coffee" {
		t.Errorf("the trail has %+v", lines)
	}
}

func TestJobsAreTheServerOwnersAlone(t *testing.T) {
	t.Parallel()
	s := apitest.New(t)
	enqueueAll(t, s, s.Solstice.ID, job.New{Kind: "a.work"})
	var mine jobList
	s.As("admin@northlight.test").Get("/server/jobs").Want(http.StatusOK).JSON(&mine)
	one := "/server/jobs/" + mine.Items[0].ID
	_, secret, err := s.Users.CreateKey(t.Context(), s.Actor(s.Agency, s.Agency.Admin), "reports")
	if err != nil {
		t.Fatal(err)
	}
	key := s.Browser().With("Authorization", "Bearer "+secret)
	for name, c := range map[string]*apitest.Client{"editor": s.As("editor@northlight.test"), "client": s.As("admin@solstice.test"), "key": key} {
		for _, answer := range []*apitest.Answer{c.Get("/server/jobs"), c.Get("/server/jobs-summary"), c.Post(one+"/retry", nil), c.Post(one+"/cancel", nil), c.Post("/server/jobs/no/cancel", nil)} {
			if answer.Status != http.StatusNotFound || !strings.Contains(answer.Body, `"not_found"`) {
				t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
			}
		}
	}
	s.Browser().Get("/server/jobs").Refused(http.StatusUnauthorized, "sign_in_required")
}
