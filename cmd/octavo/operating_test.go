package main

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"octavo/internal/app"
)

// The page for operators, the unit and the container's recipe know the settings that there are, and no others.
func TestOperatingKnowsTheSettings(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	known := map[string]bool{}
	for _, of := range []reflect.Type{reflect.TypeFor[app.Config](), reflect.TypeFor[app.ServeConfig]()} {
		for i := range of.NumField() {
			if name := of.Field(i).Tag.Get("env"); name != "" {
				known[name] = true
			}
		}
	}
	if len(known) < 8 {
		t.Fatalf("only the settings %v", known)
	}
	variable := regexp.MustCompile(`OCTAVO_[A-Z_]+`)
	for _, file := range []string{"docs/operating.md", "deploy/octavo.service", "Dockerfile"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range variable.FindAllString(string(text), -1) {
			if !known[name] {
				t.Errorf("%s names the setting %s, which is none", file, name)
			}
		}
		if file != "docs/operating.md" {
			continue
		}
		for name := range known {
			flag := "`--" + strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, "OCTAVO_")), "_", "-") + "`"
			if row := "| `" + name + "` | " + flag + " |"; !strings.Contains(string(text), row) {
				t.Errorf("%s has no row %q", file, row)
			}
		}
		for _, command := range []string{"backup", "restore"} {
			if !strings.Contains(string(text), "octavo "+command+" ") {
				t.Errorf("%s does not show octavo %s", file, command)
			}
		}
	}
}
