package app

import (
	"log/slog"
	"testing"
)

func TestMailsNeedAnAddressThatPeopleCanOpen(t *testing.T) {
	for _, c := range []struct {
		addr, smtp, public string
		refused            bool
	}{
		{"127.0.0.1:8080", "smtp://m", "", false}, {"localhost:8080", "smtp://m", "", false}, {"[::1]:8080", "smtp://m", "", false},
		{":8080", "smtp://m", "", true}, {"0.0.0.0:8080", "smtp://m", "", true}, {"[::]:8080", "smtp://m", "", true},
		{"octavo.example:8080", "smtp://m", "", true}, {"10.0.0.7:8080", "smtp://m", "", true},
		{":8080", "", "", false}, {":8080", "smtp://m", "https://octavo.example", false},
	} {
		err := ServeConfig{Addr: c.addr, PublicURL: c.public}.Check(Config{SMTPURL: c.smtp})
		if (err != nil) != c.refused {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestLimitsOfPushesAndFetches(t *testing.T) {
	for _, c := range []struct {
		in      Config
		refused bool
	}{
		{Config{}, false}, {Config{PushMB: 100, PushRows: 5_000_000}, false}, {Config{PushMB: 101}, true}, {Config{PushMB: -1}, true},
		{Config{PushRows: -1}, true}, {Config{PushRows: 5_000_001}, true},
		{Config{Fetches: 2000, FetchAccount: 2000, FetchHost: 2000}, false}, {Config{Fetches: 2001}, true}, {Config{Fetches: -1}, true},
		{Config{FetchAccount: -1}, true}, {Config{FetchHost: -1}, true},
		{Config{SourceMB: 2048, SourceRows: 50_000_000, SourceSets: 100_000}, false}, {Config{SourceMB: 2049}, true}, {Config{SourceMB: -1}, true},
		{Config{SourceRows: 50_000_001}, true}, {Config{SourceRows: -1}, true}, {Config{SourceSets: 100_001}, true}, {Config{SourceSets: -1}, true},
	} {
		if err := c.in.check(); (err != nil) != c.refused {
			t.Errorf("%+v: %v", c.in, err)
		}
	}
	a, err := New(t.Context(), Config{Data: t.TempDir(), PushMB: 2, PushRows: 7, Fetches: 9, SourceMB: 3, SourceRows: 11, SourceSets: 4}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if got := a.Sources.Config(); got.PushBytes != 2<<20 || got.PushRows != 7 {
		t.Errorf("in force: %d bytes, %d rows", got.PushBytes, got.PushRows)
	}
	if got := a.Sources.Config(); got.Limits.Bytes != 3<<20 || got.Limits.Rows != 11 || got.Instances != 4 || a.Sources.MaxUpload() != 3<<20 {
		t.Errorf("in force: %+v, %d instances", got.Limits, got.Instances)
	}
	if got := a.Sources.Config(); got.Fetches != 9 || got.PerAccount != 4 || got.PerHost != 4 {
		t.Errorf("in force: %d fetches, %d of an account, %d of a host", got.Fetches, got.PerAccount, got.PerHost)
	}
}
