package app

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/db/dbtest"
)

// report starts an installation and gives the lines of its report.
func report(t *testing.T, cfg Config, serve ServeConfig, address string) []map[string]any {
	t.Helper()
	var log bytes.Buffer
	a, err := New(t.Context(), cfg, slog.New(slog.NewJSONHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	a.Version = "v9"
	if err := a.Report(t.Context(), serve, address, ""); err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	for dec := json.NewDecoder(&log); dec.More(); {
		var line map[string]any
		if err := dec.Decode(&line); err != nil {
			t.Fatal(err)
		}
		out = append(out, line)
	}
	return out
}

func TestReport(t *testing.T) {
	cfg := Config{Data: t.TempDir(), Database: dbtest.Empty(t)}
	engine := "sqlite"
	if dbtest.Postgres() {
		engine = "postgres"
	}
	newest, err := dbtest.Open(t).NewestVersion()
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir("../db/migrations")
	if err != nil {
		t.Fatal(err)
	}
	for start, ran := range []float64{float64(len(files)), 0} {
		lines := report(t, cfg, ServeConfig{}, "127.0.0.1:8080")
		first := lines[0]
		for name, want := range map[string]any{"msg": "started", "level": "INFO", "version": "v9", "engine": engine, "blobs": "file",
			"address": "127.0.0.1:8080", "migration": float64(newest), "migrations_run": ran, "demo": false, "secure_cookies": false} {
			if first[name] != want {
				t.Errorf("start %d: %s is %v, want %v", start, name, first[name], want)
			}
		}
		if v, _ := first["engine_version"].(string); !strings.Contains(v, ".") {
			t.Errorf("engine_version is %q", v)
		}
		limits, _ := first["limits"].(map[string]any)
		for name, least := range map[string]float64{"db_connections": 2, "file_bytes": 1 << 20, "file_rows": 1000, "files_at_once": 1, "upload_age": 1e9} {
			if n, _ := limits[name].(float64); n < least {
				t.Errorf("limit %s is %v", name, limits[name])
			}
		}
	}
}

func TestReportWarns(t *testing.T) {
	for _, c := range []struct {
		name, says string
		serve      ServeConfig
		address    string
		mode       os.FileMode
	}{
		{"all is well", "", ServeConfig{}, "127.0.0.1:1", 0o700},
		{"well behind a proxy", "", ServeConfig{PublicURL: "https://a.example", TrustProxy: true}, "10.0.0.1:1", 0o700},
		{"secure cookies over http", "nobody can sign in", ServeConfig{PublicURL: "http://a.example", SecureCookies: true}, "127.0.0.1:1", 0o700},
		{"no TLS", "without TLS", ServeConfig{}, "[::]:8080", 0o700},
		{"http beyond this machine", "without TLS", ServeConfig{PublicURL: "http://a.example"}, "0.0.0.0:8080", 0o700},
		{"proxy that is not believed", "is not believed", ServeConfig{PublicURL: "https://a.example"}, "127.0.0.1:1", 0o700},
		{"proxy without an address", "not known", ServeConfig{TrustProxy: true}, "127.0.0.1:1", 0o700},
		{"open folder", "reached by others (mode 0750)", ServeConfig{}, "127.0.0.1:1", 0o750},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := Config{Data: t.TempDir(), Database: dbtest.URL(t)}
			if err := os.Chmod(cfg.Data, c.mode); err != nil {
				t.Fatal(err)
			}
			var warnings []string
			for _, line := range report(t, cfg, c.serve, c.address)[1:] {
				if line["level"] != "WARN" || line["advice"] == "" {
					t.Errorf("line %v", line)
				}
				if what, _ := line["msg"].(string); !strings.Contains(what, "as root") { // tests may run as root
					warnings = append(warnings, what)
				}
			}
			if got := strings.Join(warnings, "\n"); c.says == "" && got != "" || !strings.Contains(got, c.says) || len(warnings) > 1 {
				t.Errorf("warnings %q, want %q", got, c.says)
			}
		})
	}
}

func TestSkew(t *testing.T) {
	at := dbtest.Start
	d := dbtest.Open(t, dbtest.Clock(clock.NewManual(at)))
	for theirs, warns := range map[time.Duration]bool{0: false, maxSkew: false, -maxSkew: false, maxSkew + time.Second: true, -time.Hour: true} {
		if found := skew(d, at.Add(theirs)); (len(found) > 0) != warns {
			t.Errorf("%s apart: %v", theirs, found)
		}
	}
	_, now, err := d.Server(t.Context())
	if err != nil || now.IsZero() == dbtest.Postgres() {
		t.Errorf("the clock of the database shows %s, %v", now, err)
	}
	if dbtest.Postgres() && clock.System().Now().Sub(now).Abs() > time.Minute {
		t.Errorf("the clock of the database shows %s", now)
	}
}
