package draw

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"octavo/web"
)

// code is the drawing code of the built web application.
func code(t testing.TB) fs.FS {
	t.Helper()
	build, err := fs.Sub(web.Build, "build/draw")
	if err != nil {
		t.Fatal(err)
	}
	return build
}

var shared = sync.OnceValues(func() (*Engine, error) {
	build, err := fs.Sub(web.Build, "build/draw")
	if err != nil {
		return nil, err
	}
	return New(build, Config{Workers: 2})
})

// engine is one for all tests.
func engine(t testing.TB) *Engine {
	t.Helper()
	e, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// alone leaves a test without goroutines to the run without the race detector.
func alone(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("has no goroutines, and the race detector makes it slow")
	}
	t.Parallel()
}

// call is a function of the script with its input.
type call struct {
	Name     string `json:"name"`
	Function string `json:"function"`
	Input    any    `json:"input"`
}

// examples are the results that the drawing code is tested with, by name.
func examples(t testing.TB) map[string]map[string]any {
	t.Helper()
	files, err := filepath.Glob("../../web/src/draw/testdata/examples/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	out := map[string]map[string]any{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var example map[string]any
		if err := json.Unmarshal(text, &example); err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".json")] = example["result"].(map[string]any)
	}
	return out
}

// localeOf is what the server sends of a locale.
func localeOf(t testing.TB, tag string) any {
	t.Helper()
	text, err := os.ReadFile("../../web/src/draw/testdata/locales.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil || all[tag] == nil {
		t.Fatalf("no locale %s, %v", tag, err)
	}
	return all[tag]
}

// slow says whether an example has hundreds of points.
func slow(name string) bool {
	return strings.HasPrefix(name, "employment") || name == "temperature-daily"
}

// TestScenesAreThoseOfTheBrowser runs the same script here and in node, which has the
// engine of a browser.
func TestScenesAreThoseOfTheBrowser(t *testing.T) {
	alone(t)
	var calls []call
	add := func(name, function string, input any) { calls = append(calls, call{name, function, input}) }
	sizes := [][2]float64{{120, 80}, {212, 118}, {343, 257}, {620, 238}, {1380, 560}}
	for name, result := range examples(t) {
		for i, size := range sizes {
			if slow(name) && i != 3 {
				continue
			}
			theme := []string{"light", "dark"}[i%2]
			legend := []string{"inside", "outside"}[i%2]
			tag := []string{"ja-JP", "de-DE", "fr-FR", "de-DE", "en"}[i]
			add(name, "scene", map[string]any{
				"component": result["components"].([]any)[0], "theme": theme, "locale": localeOf(t, tag), "options": map[string]any{"legend": legend},
				"size": map[string]any{"width": size[0], "height": size[1]},
			})
		}
	}
	for name, component := range edgeCases() {
		add(name, "scene", map[string]any{"component": component, "theme": "light", "locale": localeOf(t, "pt-PT"), "size": map[string]any{"width": 400, "height": 240}})
	}
	for paper, tag := range map[string]string{"a4": "de-DE", "picture": "ja-JP"} {
		add(paper, "board", boardOf(t, paper, tag))
	}
	fromNode := runInNode(t, calls)
	for i, c := range calls {
		here, err := engine(t).call(t.Context(), c.Function, c.Input)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		if here == fromNode[i] {
			continue
		}
		// Sines and powers of two engines may differ in the last digit.
		if diff := cmp.Diff(parse(t, fromNode[i]), parse(t, here), cmpopts.EquateApprox(1e-9, 1e-9)); diff != "" {
			t.Errorf("%s (%s) differs, -node +here:\n%s", c.Name, c.Function, diff)
		}
	}
}

func parse(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// runInNode calls functions of the built script in node and gives their answers.
func runInNode(t *testing.T, calls []call) []string {
	t.Helper()
	const script = `
		const { readFileSync } = require('node:fs')
		const input = JSON.parse(readFileSync(0, 'utf8'))
		const octavo = new Function(input.code + ';return octavo')()
		process.stdout.write(JSON.stringify(input.calls.map((c) => octavo[c.function](JSON.stringify(c.input)))))`
	text, err := fs.ReadFile(code(t), "draw.js")
	if err != nil {
		t.Fatalf("%v; run make web", err)
	}
	input, err := json.Marshal(map[string]any{"code": string(text), "calls": calls})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "-e", script)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &stderr
	out, err := cmd.Output()
	if err != nil {
		text := stderr.String()
		t.Fatalf("node: %v\n… %s", err, text[max(0, len(text)-1000):])
	}
	var answers []string
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(calls) {
		t.Fatalf("%d answers for %d calls, %v", len(answers), len(calls), err)
	}
	return answers
}

// edgeCases are results that nobody draws on purpose.
func edgeCases() map[string]any {
	items := func(raw ...any) map[string]any {
		raw, text := append([]any{}, raw...), make([]string, len(raw))
		for i, v := range raw {
			b, _ := json.Marshal(v)
			text[i] = strings.Trim(string(b), `"`)
		}
		return map[string]any{"raw": raw, "text": text}
	}
	format := map[string]any{"as": "number", "decimals": nil, "prefix": "", "suffix": "", "symbol": "", "abbreviate": "auto", "multiply": true, "thousands": true}
	chart := func(kind, stacking string, values ...any) any {
		labels := make([]any, len(values))
		for i := range values {
			labels[i] = "Łódź 語 " + strings.Repeat("ä", i)
		}
		series := map[string]any{"id": "s", "name": "Müller & 😀", "type": kind, "color": nil, "items": items(values...)}
		other := map[string]any{"id": "o", "name": "Other", "type": kind, "color": 3, "items": items(values...)}
		return map[string]any{"id": "c", "name": "C", "type": "chart", "chart": map[string]any{
			"orientation": "vertical", "stacking": stacking, "legend": "auto",
			"x":      map[string]any{"id": "x", "name": "L", "kind": "text", "items": items(labels...)},
			"y":      map[string]any{"title": "T", "min": nil, "max": nil, "format": format},
			"series": []any{series, other},
		}}
	}
	value := func(text string) any {
		return map[string]any{"id": "v", "name": "V", "type": "simple_value", "value": map[string]any{
			"primary":   map[string]any{"name": "N", "raw": 1, "text": text},
			"secondary": map[string]any{"name": "vs last year", "raw": 2, "text": "2"},
			"change":    map[string]any{"text": "+3%", "direction": "up", "good": false},
		}}
	}
	return map[string]any{
		"nothing": chart("bar", "none"), "one": chart("line", "none", 5), "nulls": chart("line", "none", nil, 3, nil, nil, 4),
		"negative stacked": chart("bar", "stacked", -4, 7, 0, -1e-9), "huge": chart("area", "none", 1e300, 2e300, -3e300),
		"tiny": chart("line", "none", 1e-12, 3e-12, 2e-12), "shares of nothing": chart("bar", "100", 0, 0, 5), "same": chart("area", "stacked", 7, 7, 7),
		"value": value("€1,234,567.89"), "blank value": value(""), "long value": value(strings.Repeat("9,999 ", 20)),
		"mini charts": map[string]any{"id": "t", "name": "T", "type": "table", "table": map[string]any{
			"show_header": true, "striped": false, "rows": 3, "total_rows": 3, "columns": []any{map[string]any{
				"id": "s", "name": "Line", "kind": "sparkline", "align": "left", "items": items("4,9", "1,,3", ""),
				"sparks": []any{[]any{4, 9, 1e6}, []any{1, nil, 3, 3}, []any{}},
			}}}},
		"empty table": map[string]any{"id": "t", "name": "T", "type": "table", "table": map[string]any{
			"show_header": true, "striped": true, "rows": 0, "total_rows": 0, "columns": []any{}}},
	}
}

// boardOf is a dashboard with every example.
func boardOf(t testing.TB, paper, tag string) BoardInput {
	t.Helper()
	in := BoardInput{
		Title: "Everything", Subtitle: "Data as of 8 Sep 2026, 10:00", Foot: Foot{"Prepared by Northlight", "Times are those of UTC."},
		Empty: "Nothing.", Theme: "light", Paper: paper,
	}
	names := examples(t)
	i := 0
	for _, name := range sortedKeys(names) {
		names[name]["locale"] = localeOf(t, tag)
		in.Placed = append(in.Placed, Placed{ID: name, X: i % 2 * 6, Y: i / 2 * 12, W: 6, H: 12, Auto: true, Result: names[name]})
		i++
	}
	return in
}

// boards keeps what drawBoard drew, by paper and theme.
var boards struct {
	sync.Mutex
	drawn map[string]*Board
}

// drawBoard draws boardOf once for all tests.
func drawBoard(t testing.TB, paper, theme string) *Board {
	t.Helper()
	boards.Lock()
	defer boards.Unlock()
	if b, ok := boards.drawn[paper+theme]; ok {
		return b
	}
	in := boardOf(t, paper, "en")
	in.Theme = theme
	b, err := engine(t).Board(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if boards.drawn == nil {
		boards.drawn = map[string]*Board{}
	}
	boards.drawn[paper+theme] = b
	return b
}

func TestPoolServesManyAtATime(t *testing.T) {
	t.Parallel()
	e, err := New(code(t), Config{Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	in := boardOf(t, "a4", "fr-FR")
	quick := []string{"delays-horizontal", "jobs-value", "penguins-grouped", "receipts-table", "temperature-combination"}
	in.Placed = slices.DeleteFunc(in.Placed, func(p Placed) bool { return !slices.Contains(quick, p.ID) })
	want, err := e.Board(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			one := in
			if i%3 == 0 {
				one.Theme = "dark"
			}
			got, err := e.Board(t.Context(), one)
			if err != nil {
				t.Error(err)
				return
			}
			if same := cmp.Equal(got, want); same != (one.Theme == "light") {
				t.Errorf("snapshot %d: equal to the light one: %v", i, same)
			}
			var out bytes.Buffer
			if err := e.Fonts.WritePDF(&out, got, PDFInfo{Title: "T"}); err != nil {
				t.Error(err)
			}
			if err := e.Fonts.WritePNG(&out, &got.Pages[0], 0.5); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := len(e.idle); n < 1 || n > 3 {
		t.Errorf("%d runtimes for 3 workers", n)
	}
	if n := len(e.turns); n != 0 {
		t.Errorf("%d turns were not given back", n)
	}
}

// scripted is an engine with code of a test.
func scripted(t *testing.T, script string, workers int) *Engine {
	t.Helper()
	files := fstest.MapFS{"draw.js": {Data: []byte(script)}}
	for _, s := range styles {
		file, err := fs.ReadFile(code(t), s.name()+".ttf")
		if err != nil {
			t.Fatalf("%v; run make web", err)
		}
		files[s.name()+".ttf"] = &fstest.MapFile{Data: file}
	}
	e, err := New(files, Config{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestDeadlineEndsADrawingAndItsRuntime(t *testing.T) {
	t.Parallel()
	e := scripted(t, `var octavo = { board: function () { for (;;) {} }, echo: function (text) { return text } }`, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := e.Board(ctx, BoardInput{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an endless drawing ends with %v", err)
	}
	if n := len(e.idle); n != 0 {
		t.Errorf("%d interrupted runtimes were kept", n)
	}
	for range 3 {
		if got, err := e.call(t.Context(), "echo", "again"); got != `"again"` || err != nil {
			t.Errorf("after that: %q, %v", got, err)
		}
	}
	if n := len(e.idle); n != 1 {
		t.Errorf("%d runtimes are kept, want 1", n)
	}
}

func TestWaitingForATurnHasADeadline(t *testing.T) {
	t.Parallel()
	e := scripted(t, `var octavo = { echo: function (text) { return text } }`, 1)
	e.turns <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := e.call(ctx, "echo", 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting ends with %v", err)
	}
}

func TestFaultsOfTheScript(t *testing.T) {
	t.Parallel()
	e := scripted(t, `var octavo = {
		board: function () { return '{"pages":[{"width":1,"height":1,"background":"#ffffff","cards":[],"pieces":[{"x":0,"y":0,"marks":[{"kind":"rect","glow":1}]}]}]}' },
		fail: function () { throw new Error('no such axis') },
		deep: function f(x) { return f(x) + 1 },
	}`, 1)
	for function, says := range map[string]string{"fail": "no such axis", "missing": "no function missing", "deep": "deep"} {
		if _, err := e.call(t.Context(), function, 1); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", function, err)
		}
	}
	if _, err := e.Board(t.Context(), BoardInput{}); err == nil || !strings.Contains(err.Error(), `unknown field "glow"`) {
		t.Errorf("a field that no painter knows: %v", err)
	}
	if n := len(e.turns); n != 0 {
		t.Errorf("%d turns were not given back", n)
	}
	if _, err := New(fstest.MapFS{}, Config{}); err == nil || !strings.Contains(err.Error(), "make web") {
		t.Errorf("without a build: %v", err)
	}
}

// TestFontsAreThoseOfTheLayout compares every character up to the signs of mathematics.
func TestFontsAreThoseOfTheLayout(t *testing.T) {
	alone(t)
	type font struct {
		Size     float64 `json:"size"`
		Weight   int     `json:"weight"`
		Tabular  bool    `json:"tabular"`
		Tracking float64 `json:"tracking"`
	}
	type question struct {
		Text string `json:"text"`
		Font font   `json:"font"`
	}
	var all []question
	for _, s := range styles {
		for r := rune(0x1); r < 0x2240; r++ {
			all = append(all, question{string(r), font{100, s.weight, s.tabular, 0}})
		}
		for _, text := range []string{"a😀b", "e\u0301", "한 語 ｗ", "Total €1,000.00\n"} {
			all = append(all, question{text, font{13, s.weight, s.tabular, -0.025}})
		}
	}
	answer, err := engine(t).call(t.Context(), "measure", all)
	if err != nil {
		t.Fatal(err)
	}
	var widths []float64
	if err := json.Unmarshal([]byte(answer), &widths); err != nil {
		t.Fatal(err)
	}
	known := 0
	for i, q := range all {
		m := &Mark{Text: q.Text, Size: q.Font.Size, Weight: q.Font.Weight, Tabular: q.Font.Tabular, Tracking: q.Font.Tracking}
		f, err := engine(t).Fonts.of(m)
		if err != nil {
			t.Fatal(err)
		}
		l := f.set(m)
		if math.Abs(l.width-widths[i]) > 1e-6 {
			t.Errorf("%q in %+v is %g wide, the layout says %g", q.Text, q.Font, l.width, widths[i])
		}
		if len(l.runs) == 1 && len(l.missing) == 0 {
			known++
		}
	}
	if known < 6*300 {
		t.Errorf("the fonts have %d of the characters only", known)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
