package main

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"octavo/internal/app"
)

// names are the commands as they are typed, with the settings that each takes.
var names = map[string][]reflect.Type{
	"serve":        {reflect.TypeFor[app.Config](), reflect.TypeFor[app.ServeConfig]()},
	"migrate":      {reflect.TypeFor[app.Config]()},
	"check":        {reflect.TypeFor[app.Config]()},
	"backup":       {reflect.TypeFor[app.Config]()},
	"restore":      {reflect.TypeFor[app.Config]()},
	"demo":         {reflect.TypeFor[app.Config]()},
	"snapshot":     {reflect.TypeFor[app.Config]()},
	"user create":  {reflect.TypeFor[app.Config]()},
	"user support": {reflect.TypeFor[app.Config]()},
	"agency pool":  {reflect.TypeFor[app.Config]()},
	"id":           {reflect.TypeFor[app.Config]()},
	"jobs list":    {reflect.TypeFor[app.Config]()},
	"jobs retry":   {reflect.TypeFor[app.Config]()},
	"jobs cancel":  {reflect.TypeFor[app.Config]()},
	"eval":         nil,
	"version":      nil,
	"keys rotate":  {reflect.TypeFor[app.Config]()},
}

// typed gives the commands that the parser knows, from the fields of a struct.
func typed(of reflect.Type, before string) []string {
	var out []string
	for i := range of.NumField() {
		f := of.Field(i)
		if _, is := f.Tag.Lookup("cmd"); !is {
			continue
		}
		name := before + strings.ToLower(f.Name)
		if below := typed(f.Type, name+" "); len(below) > 0 {
			out = append(out, below...)
		} else {
			out = append(out, name)
		}
	}
	return out
}

func TestHelpNamesCommandsAndSettings(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	top := octavo(t, "", nil, "--help")
	top.want(t, 0, "octavo <command> --help", "")
	commands := typed(reflect.TypeFor[commands](), "")
	if len(commands) != len(names) {
		t.Errorf("commands %q, this test knows %d", commands, len(names))
	}
	for _, name := range commands {
		settings, known := names[name]
		if !known {
			t.Errorf("this test does not know %s", name)
		}
		if !strings.Contains(top.out, "\n  "+name+" ") {
			t.Errorf("octavo --help does not name %s:\n%s", name, top.out)
		}
		help := octavo(t, "", nil, append(strings.Fields(name), "--help")...)
		help.want(t, 0, "Usage: octavo "+name, "")
		text := strings.Join(strings.Fields(help.out), " ")
		for _, of := range settings {
			for i := range of.NumField() {
				variable := of.Field(i).Tag.Get("env")
				flag := "--" + strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(variable, "OCTAVO_")), "_", "-")
				if !strings.HasPrefix(variable, "OCTAVO_") || !strings.Contains(text, "($"+variable+")") || !strings.Contains(text, " "+flag) {
					t.Errorf("octavo %s --help does not name %s as %s and $%s:\n%s", name, of.Field(i).Name, flag, variable, help.out)
				}
			}
		}
	}
}

func TestWrongCommandLinesEndWith2(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "serve"},
		{[]string{"fly"}, "fly"},
		{[]string{"user"}, "create"},
		{[]string{"user", "fly"}, "fly"},
		{[]string{"serve", "--fly"}, "--fly"},
		{[]string{"migrate", "now"}, "now"},
		{[]string{"id"}, "<id>"},
		{[]string{"eval"}, "<formula>"},
		{[]string{"jobs", "retry"}, "<id>"},
		{[]string{"jobs", "list", "--state", "lost"}, "state"},
		{[]string{"snapshot", "-o", "x.pdf"}, "<dashboard>"},
		{[]string{"snapshot", "x"}, "--output"},
		{[]string{"snapshot", "x", "-o", "x.pdf", "--theme", "blue"}, "light"},
		{[]string{"check", "--log-level", "loud"}, "log-level"},
		{[]string{"user", "create", "--agency", "A", "--email", "a@b.test"}, "--password-stdin"},
		{[]string{"user", "create", "--password-stdin", "--email", "a@b.test"}, "--agency"},
	} {
		r := octavo(t, "", nil, c.args...)
		r.want(t, 2, "", c.says)
		if !strings.HasPrefix(r.err, "octavo: ") || !strings.Contains(r.err, "octavo --help") {
			t.Errorf("octavo %q says %q", c.args, r.err)
		}
	}
	r := octavo(t, "", []string{"OCTAVO_LOG_LEVEL=loud"}, "migrate")
	r.want(t, 2, "", "loud")
}

func TestVersion(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	r := octavo(t, "", nil, "version")
	r.want(t, 0, "octavo ", "")
	if len(strings.Fields(r.out)) != 2 {
		t.Errorf("version says %q", r.out)
	}
}

func TestPlacesThatCannotBe(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	dir := t.TempDir()
	octavo(t, "", nil, "migrate", "--data", dir, "--database", "mysql://server/name").want(t, 1, "", "sqlite:// or postgres://")
	octavo(t, "", nil, "migrate", "--data", dir, "--blobs", "ftp://server").want(t, 1, "", "file:///directory or s3://bucket")
	octavo(t, "", nil, "migrate", "--data", "/dev/null/data").want(t, 1, "", "data folder")
	octavo(t, "", nil, "migrate", "--database", "sqlite://"+filepath.Join(dir, "missing", "octavo.db")).want(t, 1, "", "octavo: ")
}

// Settings that cannot be meant are refused with what to set, before anything is opened.
func TestSettingsThatCannotBeMeant(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	dir := t.TempDir()
	for _, days := range []string{"-1", "366"} {
		octavo(t, "", nil, "migrate", "--data", dir, "--keep-deleted-days="+days).want(t, 1, "", "--keep-deleted-days is 0 to 365, not "+days)
	}
	octavo(t, "", nil, "migrate", "--data", dir, "--keep-deleted-days=365").want(t, 0, "up to date", "")
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0"} {
		octavo(t, "", nil, "serve", "--data", dir, "--addr", address, "--smtp-url", "smtp://127.0.0.1:25", "--mail-from", "octavo@octavo.test").
			want(t, 1, "", "say with --public-url")
	}
}
