package v1_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"octavo/internal/account"
	v1 "octavo/internal/api/v1"
	"octavo/internal/api/v1/apitest"
)

func TestCallsWithKeysAreLimited(t *testing.T) {
	t.Parallel()
	var calls *account.Calls
	s := apitest.New(t, func(d *v1.Deps) {
		calls = account.NewCalls(d.DB, d.Log, account.CallsConfig{Burst: 3, Write: time.Hour})
		d.Calls = calls
	})
	ctx := context.Background()
	program := func(label string) *apitest.Client {
		_, key, err := s.Users.CreateKey(ctx, s.Actor(s.Fjord, s.Fjord.Admin), label)
		if err != nil {
			t.Fatal(err)
		}
		return s.Browser().With("Authorization", "Bearer "+key)
	}
	agency := s.As("admin@northlight.test")
	record(t, agency, http.MethodPut, "fjord-outdoors", "/limits", map[string]any{"seats": 5, "dashboards": -1, "private_links": 5, "api_calls": 8}).Want(http.StatusOK)

	one, two := program("one"), program("two")
	for range 3 {
		one.Get("/me").Want(http.StatusOK)
	}
	a := one.Get("/fjord-outdoors/context")
	p := a.Refused(http.StatusTooManyRequests, "rate_limited")
	if a.Header.Get("Retry-After") != "1" || p.Params["per"] != "second" {
		t.Errorf("Retry-After %q, %+v", a.Header.Get("Retry-After"), p)
	}
	two.Get("/me").Want(http.StatusOK)                      // a key of its own
	s.As("admin@fjord.test").Get("/me").Want(http.StatusOK) // people are not counted
	s.Clock.Advance(time.Second)
	for range 2 {
		one.Get("/me").Want(http.StatusOK)
		two.Get("/me").Want(http.StatusOK)
	}
	a = two.Get("/me")
	p = a.Refused(http.StatusTooManyRequests, "rate_limited")
	midnight := 14*3600 + 30*60 - 1 // the clock of the test stands at 09:30:01
	if a.Header.Get("Retry-After") != fmt.Sprint(midnight) || p.Params["per"] != "day" || p.Params["limit"] != 8.0 {
		t.Errorf("Retry-After %q, %+v", a.Header.Get("Retry-After"), p)
	}
	calls.Flush(ctx)
	var use v1.ClientResources
	agency.Get(clientsPath + "/fjord-outdoors/limits").Want(http.StatusOK).JSON(&use)
	if use.APICalls.Used != 8 || use.APICalls.Limit != 8 || use.ResetsAt.Sub(s.Clock.Now()) != time.Duration(midnight)*time.Second {
		t.Errorf("use = %+v", use)
	}
	s.Clock.Advance(15 * time.Hour)
	one.Get("/me").Want(http.StatusOK)

	agency = s.As("admin@northlight.test")
	record(t, agency, http.MethodPut, "fjord-outdoors", "/features", map[string]any{"features": map[string]any{"api": false}}).Want(http.StatusOK)
	one.Get("/me").Refused(http.StatusForbidden, "feature_off")
	s.As("admin@fjord.test").Get("/me").Want(http.StatusOK)
}

func TestDaysOfCallsEndAtMidnightOfTheAccount(t *testing.T) {
	t.Parallel()
	var calls *account.Calls
	s := apitest.New(t, func(d *v1.Deps) {
		d.Accounts = account.New(d.DB, account.Config{Zones: d.Settings.Zone})
		calls = account.NewCalls(d.DB, d.Log, account.CallsConfig{Burst: 100, Write: time.Hour, Zones: d.Settings.Zone})
		d.Calls = calls
	})
	ctx := t.Context()
	_, key, err := s.Users.CreateKey(ctx, s.Actor(s.Fjord, s.Fjord.Admin), "program")
	if err != nil {
		t.Fatal(err)
	}
	program := s.Browser().With("Authorization", "Bearer "+key)
	agency := s.As("admin@northlight.test")
	record(t, agency, http.MethodPut, "fjord-outdoors", "/limits", map[string]any{"seats": 5, "dashboards": -1, "private_links": 5, "api_calls": 2}).Want(http.StatusOK)
	zone := func(name string) {
		t.Helper()
		c := s.As("admin@fjord.test")
		tag := c.Get("/fjord-outdoors/settings").Want(http.StatusOK).Header.Get("ETag")
		c.With("If-Match", tag).Patch("/fjord-outdoors/settings", map[string]any{"values": map[string]any{"time_zone": name}}).Want(http.StatusOK)
	}
	see := func(used int64, left time.Duration) {
		t.Helper()
		calls.Flush(ctx)
		var use v1.ClientResources
		s.As("admin@northlight.test").Get(clientsPath + "/fjord-outdoors/limits").Want(http.StatusOK).JSON(&use)
		if use.APICalls.Used != used || use.ResetsAt.Sub(s.Clock.Now()) != left {
			t.Errorf("%d used, anew in %v; want %d, %v", use.APICalls.Used, use.ResetsAt.Sub(s.Clock.Now()), used, left)
		}
	}
	zone("Asia/Tokyo") // 18:30 there
	see(0, 5*time.Hour+30*time.Minute)
	program.Get("/me").Want(http.StatusOK)
	program.Get("/me").Want(http.StatusOK)
	program.Get("/me").Refused(http.StatusTooManyRequests, "rate_limited")
	see(2, 5*time.Hour+30*time.Minute)
	zone("UTC") // the day that runs keeps its end, so nobody begins it anew
	program.Get("/me").Refused(http.StatusTooManyRequests, "rate_limited")
	see(2, 5*time.Hour+30*time.Minute)

	s.Clock.Advance(5*time.Hour + 30*time.Minute) // midnight in Tokyo, and 15:00 of the same day in UTC
	see(0, 33*time.Hour)                          // 9 hours more would be a limit for little: the midnight after
	program.Get("/me").Want(http.StatusOK)
	see(1, 33*time.Hour)
	program.Get("/me").Want(http.StatusOK)
	program.Get("/me").Refused(http.StatusTooManyRequests, "rate_limited")
	s.Clock.Advance(9 * time.Hour)
	program.Get("/me").Refused(http.StatusTooManyRequests, "rate_limited")
	s.Clock.Advance(24 * time.Hour)
	program.Get("/me").Want(http.StatusOK)
	see(1, 24*time.Hour)
}
