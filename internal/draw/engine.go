package draw

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"time"

	"github.com/dop251/goja"
)

// Limits of one call of the drawing code; waiting for a turn is not counted.
const (
	maxRun   = time.Minute // sixty charts of thousands of points take less
	maxStack = 2000        // calls
)

// Engine draws. Safe for concurrent use.
type Engine struct {
	Fonts *Fonts

	program *goja.Program
	turns   chan struct{} // as many as there may be runtimes at work
	idle    chan *worker
}

// worker is one runtime with the functions of the script. One goroutine at a time.
type worker struct {
	vm        *goja.Runtime
	functions map[string]goja.Callable
}

// Config is what drawing may take; zero values are defaults.
type Config struct {
	Workers int // runtimes at the same time; default: one for each processor
}

// New makes an engine of the folder draw of the built web application. It is an
// error when the application was not built.
func New(build fs.FS, cfg Config) (*Engine, error) {
	script, err := fs.ReadFile(build, "draw.js")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("draw: the drawing code is not in this binary; run make web and build again")
	}
	if err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	e := &Engine{}
	if e.program, err = goja.Compile("draw.js", string(script), false); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	if e.Fonts, err = readFonts(build); err != nil {
		return nil, err
	}
	if cfg.Workers == 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	e.turns, e.idle = make(chan struct{}, cfg.Workers), make(chan *worker, cfg.Workers)
	return e, nil
}

// BoardInput is a dashboard with everything that a snapshot of it shows, as texts
// that are ready to be read.
type BoardInput struct {
	Title    string   `json:"title"`
	Subtitle string   `json:"subtitle"` // "Data as of …"
	Foot     Foot     `json:"foot"`
	Empty    string   `json:"empty"` // in place of Klips when there are none
	Theme    string   `json:"theme"` // light or dark
	Paper    string   `json:"paper"` // picture or a4
	Placed   []Placed `json:"placed"`
}

// Foot is the lower corners of every page.
type Foot struct {
	Left  string `json:"left"`
	Right string `json:"right"`
}

// Placed is a Klip at its place on the grid of twelve columns.
type Placed struct {
	ID        string `json:"id"`
	X         int    `json:"x"`
	Y         int    `json:"y"`
	W         int    `json:"w"`
	H         int    `json:"h"`
	Auto      bool   `json:"auto"`
	Result    any    `json:"result"`    // as the API gives it; nil with a notice
	Notice    string `json:"notice"`    // why there is no result
	Freshness string `json:"freshness"` // how old the data is, where that is worth saying
}

// Board lays a dashboard out on pages, at least one.
func (e *Engine) Board(ctx context.Context, in BoardInput) (*Board, error) {
	if in.Placed == nil {
		in.Placed = []Placed{}
	}
	text, err := e.call(ctx, "board", in)
	if err != nil {
		return nil, err
	}
	return parseBoard(text)
}

// call runs a function of the script that takes and gives JSON.
func (e *Engine) call(ctx context.Context, function string, in any) (string, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("draw: %w", err)
	}
	select {
	case e.turns <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-e.turns }()
	w, err := e.worker()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, maxRun)
	defer cancel()
	out, err := w.run(ctx, function, string(text))
	if err == nil {
		e.idle <- w // there is room: never more workers than turns
	}
	return out, err
}

// worker takes an idle runtime or makes one.
func (e *Engine) worker() (*worker, error) {
	select {
	case w := <-e.idle:
		return w, nil
	default:
	}
	w := &worker{vm: goja.New(), functions: map[string]goja.Callable{}}
	w.vm.SetMaxCallStackSize(maxStack)
	if _, err := w.vm.RunProgram(e.program); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	exports, ok := w.vm.Get("octavo").(*goja.Object)
	if !ok {
		return nil, errors.New("draw: the drawing code does not name itself")
	}
	for _, name := range exports.Keys() {
		if f, ok := goja.AssertFunction(exports.Get(name)); ok {
			w.functions[name] = f
		}
	}
	return w, nil
}

// run calls a function until it answers or ctx ends. After an error the worker must
// not be used again: an interruption may come late.
func (w *worker) run(ctx context.Context, function, in string) (out string, err error) {
	f, ok := w.functions[function]
	if !ok {
		return "", fmt.Errorf("draw: the drawing code has no function %s", function)
	}
	stop := context.AfterFunc(ctx, func() { w.vm.Interrupt(ctx.Err()) })
	got, err := f(goja.Undefined(), w.vm.ToValue(in))
	if !stop() {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("draw: %s: %w", function, err)
	}
	return got.String(), nil
}
