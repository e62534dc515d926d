package app

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"octavo/internal/db"
)

// maxSkew is how far the clocks of this machine and of the database may be apart:
// both write times that are compared.
const maxSkew = 2 * time.Second

// othersMay are the bits of a folder's mode that let others than its owner in.
const othersMay = 0o077

// Report writes one line with what runs here, and a warning for each thing that an
// operator should look at. address is where people are answered, private where
// metrics are, "" for nowhere.
func (a *App) Report(ctx context.Context, cfg ServeConfig, address, private string) error {
	version, theirs, err := a.DB.Server(ctx)
	if err != nil {
		return err
	}
	limits := a.Sources.Config()
	pools := a.DB.Pools()
	a.log.LogAttrs(ctx, slog.LevelInfo, "started",
		slog.String("version", a.Version), slog.String("go", runtime.Version()),
		slog.String("engine", a.engine()), slog.String("engine_version", version),
		slog.Int64("migration", a.DB.Migration()), slog.Int("migrations_run", a.DB.MigrationsRun()),
		slog.String("blobs", a.blobKind()), slog.String("address", address), slog.String("public_url", cfg.PublicURL),
		slog.String("metrics_address", private), slog.Bool("secure_cookies", cfg.secure()), slog.Bool("trust_proxy", cfg.TrustProxy),
		slog.Bool("mail_server", a.Mails.Sends()), slog.Bool("demo", cfg.Demo), slog.Int("cpus", runtime.GOMAXPROCS(0)),
		slog.Group("limits", slog.Int("db_connections", pools[len(pools)-1].Limit), slog.Int64("memory", memoryLimit()),
			slog.Int64("file_bytes", limits.Limits.Bytes), slog.Int("file_rows", limits.Limits.Rows), slog.Int("file_columns", limits.Limits.Columns), slog.Int("instances", limits.Instances),
			slog.Int("files_at_once", limits.Readers), slog.Int64("cache_bytes", limits.CacheBytes), slog.Duration("upload_age", limits.UploadAge)),
	)
	doubts := append(cfg.doubts(address), a.cfg.doubts()...)
	if !theirs.IsZero() {
		doubts = append(doubts, skew(a.DB, theirs)...)
	}
	for _, d := range doubts {
		a.log.LogAttrs(ctx, slog.LevelWarn, d.what, slog.String("advice", d.advice))
	}
	return nil
}

// memoryLimit is the limit of GOMEMLIMIT in bytes, 0 when there is none.
func memoryLimit() int64 {
	if n := debug.SetMemoryLimit(-1); n < 1<<62 {
		return n
	}
	return 0
}

// doubt is one thing to look at.
type doubt struct{ what, advice string }

// doubts looks at how people reach the server.
func (c ServeConfig) doubts(address string) []doubt {
	var out []doubt
	https := strings.HasPrefix(c.PublicURL, "https://")
	switch {
	case c.SecureCookies && c.PublicURL != "" && !https:
		out = append(out, doubt{"cookies are for https only, but the public URL is not https: nobody can sign in there",
			"give an https address as --public-url, or leave --secure-cookies out"})
	case !c.secure() && !isLoopback(address):
		out = append(out, doubt{"people reach this server without TLS, and cookies are not marked as secure",
			"put TLS in front and give its https address as --public-url"})
	}
	if https && !c.TrustProxy {
		out = append(out, doubt{"the public URL is https, so a proxy stands in front, but its X-Forwarded-For is not believed: all people have one address",
			"give --trust-proxy when the proxy sets the header itself"})
	}
	if c.TrustProxy && c.PublicURL == "" {
		out = append(out, doubt{"a proxy is believed, but the address that people type is not known", "give --public-url"})
	}
	return out
}

// isLoopback says whether an address to listen on can be reached from this machine only.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// doubts looks at the machine.
func (c Config) doubts() []doubt {
	var out []doubt
	info, err := os.Stat(c.Data)
	if err == nil && info.Mode().Perm()&othersMay != 0 {
		out = append(out, doubt{fmt.Sprintf("the data folder %s can be reached by others (mode %04o)", c.Data, info.Mode().Perm()), "chmod 700 it"})
	}
	if os.Geteuid() == 0 {
		out = append(out, doubt{"the server runs as root", "run it as a user of its own: deploy/octavo.service does"})
	}
	return out
}

// skew compares the clock of the database with ours.
func skew(d *db.DB, theirs time.Time) []doubt {
	apart := d.Clock().Now().Sub(theirs)
	if apart.Abs() <= maxSkew {
		return nil
	}
	return []doubt{{fmt.Sprintf("the clock of this machine and that of the database are %s apart", apart.Abs().Round(time.Millisecond)),
		"let both machines take their time from the network"}}
}
