package app

import (
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Config is every setting of an installation. Each is a flag and a variable of the environment.
type Config struct {
	Data         string `help:"Folder for the embedded database and stored files. Default: data." default:"data" env:"OCTAVO_DATA" type:"path" placeholder:"DIR"`
	Database     string `help:"Where the metadata is: postgres://… or sqlite:///file. Default: SQLite in the data folder." env:"OCTAVO_DATABASE" placeholder:"URL"`
	Blobs        string `help:"Where stored files are: file:///folder or s3://bucket?… Default: in the data folder." env:"OCTAVO_BLOBS" placeholder:"URL"`
	SMTPURL      string `help:"Mail server: smtp://user:password@host:port (STARTTLS where it is offered; needed for a password unless the host is this machine) or smtps://… (TLS from the start). Default: none, mails stay in the outbox. In the environment rather than on the command line, for it holds a password." name:"smtp-url" env:"OCTAVO_SMTP_URL" placeholder:"URL"`
	MailFrom     string `help:"Address that mails come from. Needed with a mail server." env:"OCTAVO_MAIL_FROM" placeholder:"ADDRESS"`
	MasterKey    string `help:"Key that seals secrets: 32 bytes in base64. Default: the file master.key in the data folder, made at the first start." env:"OCTAVO_MASTER_KEY" placeholder:"KEY"`
	Contact      string `help:"Whom agencies write to for more seats, such as an e-mail address." env:"OCTAVO_CONTACT" placeholder:"TEXT"`
	KeepDays     int    `help:"Days that a deleted client can be restored, 0 to 365. Default: 30." name:"keep-deleted-days" default:"30" env:"OCTAVO_KEEP_DELETED_DAYS" placeholder:"DAYS"`
	KeepTrail    int    `help:"Days that the activity is kept, at least 90; 0 = for ever. Default: 400." name:"keep-activity-days" default:"400" env:"OCTAVO_KEEP_ACTIVITY_DAYS" placeholder:"DAYS"`
	FetchAllow   string `help:"Places in private networks that data sources may read: addresses, networks, names or name:port, with commas between. Default: none; public addresses always can be read." name:"fetch-allow" env:"OCTAVO_FETCH_ALLOW" placeholder:"LIST"`
	Fetches      int    `help:"Data sources that are fetched at a time by this process, up to 2000; 0 = the default. Default: 256." default:"256" env:"OCTAVO_FETCHES" placeholder:"N"`
	FetchAccount int    `help:"How many of them are of one account at most; 0 = half of them." name:"fetches-per-account" env:"OCTAVO_FETCHES_PER_ACCOUNT" placeholder:"N"`
	FetchHost    int    `help:"How many of them ask one host at most; 0 = the default. Default: 4." name:"fetches-per-host" default:"4" env:"OCTAVO_FETCHES_PER_HOST" placeholder:"N"`
	SourceMB     int    `help:"Size of one file, and of what one refresh brings, in MiB, up to 2048; 0 = the default. Default: 100." name:"source-mb" default:"100" env:"OCTAVO_SOURCE_MB" placeholder:"MIB"`
	SourceRows   int    `help:"Rows of the data of one data source, up to 50000000; 0 = the default. Default: 5000000." name:"source-rows" default:"5000000" env:"OCTAVO_SOURCE_ROWS" placeholder:"ROWS"`
	SourceSets   int    `help:"Sets of values of its variables that one data source has data for, up to 100000; 0 = the default. Default: 500." name:"source-instances" default:"500" env:"OCTAVO_SOURCE_INSTANCES" placeholder:"N"`
	PushMB       int    `help:"Size of one push of rows in MiB, up to 100; 0 = the default. Default: 50." name:"push-mb" default:"50" env:"OCTAVO_PUSH_MB" placeholder:"MIB"`
	PushRows     int    `help:"Rows of one push, up to 5000000; 0 = the default. Default: 100000." name:"push-rows" default:"100000" env:"OCTAVO_PUSH_ROWS" placeholder:"ROWS"`
	LogLevel     string `help:"Least level that is logged: ${enum}." enum:"debug,info,warn,error" default:"info" env:"OCTAVO_LOG_LEVEL"`
	LogJSON      bool   `help:"Write the log as JSON." env:"OCTAVO_LOG_JSON"`
}

// ServeConfig is what serving needs beside Config.
type ServeConfig struct {
	Addr          string `help:"Address to listen on; port 0 takes a free one. Default: 127.0.0.1:8080." default:"127.0.0.1:8080" env:"OCTAVO_ADDR" placeholder:"HOST:PORT"`
	PublicURL     string `help:"Address that people type, when it differs: https://… Links in mails begin with it." env:"OCTAVO_PUBLIC_URL" placeholder:"URL"`
	SecureCookies bool   `help:"People reach it over TLS only: mark cookies as secure. Implied by an https public URL." env:"OCTAVO_SECURE_COOKIES"`
	TrustProxy    bool   `help:"A proxy of yours stands in front: believe its X-Forwarded-For." env:"OCTAVO_TRUST_PROXY"`
	MetricsAddr   string `help:"Private address that answers /metrics and /debug/pprof/. Default: none." env:"OCTAVO_METRICS_ADDR" placeholder:"HOST:PORT"`
	APIBurst      int    `help:"Calls a second that one API key may make. Default: 50." default:"50" env:"OCTAVO_API_BURST" placeholder:"CALLS"`
	Demo          bool   `help:"On the first start, make the demo agency Northlight with three clients." env:"OCTAVO_DEMO"`
}

// secure says whether cookies are for TLS only.
func (c ServeConfig) secure() bool {
	return c.SecureCookies || strings.HasPrefix(c.PublicURL, "https://")
}

// databaseURL is the database, with the default put in.
func (c Config) databaseURL() string {
	if c.Database != "" {
		return c.Database
	}
	return "sqlite://" + filepath.Join(c.Data, "octavo.db")
}

// masterKeyPath is the file of the master key, where the setting does not give it.
func (c Config) masterKeyPath() string { return filepath.Join(c.Data, "master.key") }

// blobURL is the store of files, with the default put in.
func (c Config) blobURL() string {
	if c.Blobs != "" {
		return c.Blobs
	}
	folder := url.URL{Scheme: "file", Path: filepath.Join(c.Data, "blobs")} // %, ? and # in a name stay part of it
	return folder.String()
}

// keepDeleted is how long a deleted client can be restored.
func (c Config) keepDeleted() time.Duration {
	if c.KeepDays == 0 {
		return -1 // not at all
	}
	return time.Duration(c.KeepDays) * 24 * time.Hour
}

// keepActivity is how long lines of the activity are kept; 0 = for ever.
func (c Config) keepActivity() time.Duration { return time.Duration(c.KeepTrail) * 24 * time.Hour }

const (
	maxKeepDays  = 365
	minKeepTrail = 90
	maxPushMB    = 100 // no more than a file
	maxPushRows  = 5_000_000
	maxFetches   = 2000
	maxSourceMB  = 2048
	maxSetRows   = 50_000_000
	maxSets      = 100_000
)

// check refuses values that cannot be meant.
func (c Config) check() error {
	if c.KeepDays < 0 || c.KeepDays > maxKeepDays {
		return fmt.Errorf("--keep-deleted-days is 0 to %d, not %d", maxKeepDays, c.KeepDays)
	}
	if c.PushMB < 0 || c.PushMB > maxPushMB { // 0 = the default, for programs that start it without a command line
		return fmt.Errorf("--push-mb is 1 to %d, not %d", maxPushMB, c.PushMB)
	}
	if c.PushRows < 0 || c.PushRows > maxPushRows {
		return fmt.Errorf("--push-rows is 1 to %d, not %d", maxPushRows, c.PushRows)
	}
	for _, limit := range []struct {
		name     string
		is, most int
	}{{"source-mb", c.SourceMB, maxSourceMB}, {"source-rows", c.SourceRows, maxSetRows}, {"source-instances", c.SourceSets, maxSets}} {
		if limit.is < 0 || limit.is > limit.most {
			return fmt.Errorf("--%s is 1 to %d, not %d", limit.name, limit.most, limit.is)
		}
	}
	if c.Fetches < 0 || c.Fetches > maxFetches {
		return fmt.Errorf("--fetches is 1 to %d, not %d", maxFetches, c.Fetches)
	}
	if c.FetchAccount < 0 || c.FetchHost < 0 {
		return fmt.Errorf("--fetches-per-account and --fetches-per-host are numbers from 1 on; 0 = the default")
	}
	if c.KeepTrail != 0 && c.KeepTrail < minKeepTrail {
		return fmt.Errorf("--keep-activity-days is 0 or at least %d, not %d", minKeepTrail, c.KeepTrail)
	}
	return nil
}

// Check refuses to serve with settings that would lead people astray: the links of mails begin with the
// address of the server, and one that listens for others does not know under which name they reach it.
func (c ServeConfig) Check(all Config) error {
	if all.SMTPURL != "" && c.PublicURL == "" && !isLoopback(c.Addr) {
		return fmt.Errorf("mails would have links to %s, which people cannot open; say with --public-url (OCTAVO_PUBLIC_URL) "+
			"which address they type, such as https://dashboards.example.com", c.Addr)
	}
	return nil
}

// prepare checks the settings and makes the data folder, for its owner only.
func (c *Config) prepare() error {
	if err := c.check(); err != nil {
		return err
	}
	abs, err := filepath.Abs(c.Data)
	if err != nil {
		return fmt.Errorf("app: data folder: %w", err)
	}
	c.Data = abs
	if err := os.MkdirAll(filepath.Join(abs, "blobs"), 0o700); err != nil {
		return fmt.Errorf("app: the data folder cannot be made: %w", err)
	}
	return nil
}

// sqlitePath is the file of the embedded database, "" when there is none.
func (c Config) sqlitePath() string {
	path, _ := strings.CutPrefix(c.databaseURL(), "sqlite://")
	if path == c.databaseURL() {
		return ""
	}
	return path
}

// Logger makes the log of a command.
func (c Config) Logger() *slog.Logger {
	level := slog.LevelInfo
	_ = level.UnmarshalText([]byte(strings.ToUpper(c.LogLevel))) // the flag's values are checked by the parser
	options := &slog.HandlerOptions{Level: level}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}
