package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"octavo/internal/dataset"
	"octavo/internal/format"
	engine "octavo/internal/formula"
	"octavo/internal/formula/syntax"
	"octavo/internal/formula/value"
)

// octavo is our engine behind the protocol of the peers.
type octavo struct {
	files    map[string]*dataset.Sheet // by slot
	formulas []formula
}

// lists are those of one run: columns nobody has used before, shared by all Klips as those
// of one payload are.
type lists map[string]map[string]value.Vector

// Lookup implements formula.Data.
func (l lists) Lookup(slot, pointer string) (value.Vector, error) {
	p, ok := syntax.ParsePointer(pointer)
	if v, found := l[slot][p.Column]; ok && found {
		return v, nil
	}
	return value.Vector{}, fmt.Errorf("no column %s in %s", pointer, slot)
}

func (o *octavo) load(in request) error {
	o.formulas = in.Formulas
	o.files = map[string]*dataset.Sheet{}
	for slot, name := range map[string]string{"orders": "orders.csv", "products": "products.csv"} {
		f, err := os.Open(filepath.Join(in.Dir, name))
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		lim := format.Limits{Bytes: 1 << 40, Limits: dataset.Limits{Rows: 1 << 30, Cells: 1 << 40}}
		set, _, err := format.Read(context.Background(), format.CSV, f, info.Size(), format.Options{}, lim)
		if err != nil {
			return err
		}
		o.files[slot] = set.Sheets[0]
	}
	debug.FreeOSMemory()
	return nil
}

func (o *octavo) fresh() (lists, engine.Scope) {
	l := lists{}
	scope := engine.Scope{Active: "orders"}
	for _, slot := range []string{"orders", "products"} {
		source := engine.Source{Slot: slot, Name: map[string]string{"orders": "Orders", "products": "Products"}[slot]}
		l[slot] = map[string]value.Vector{}
		for _, c := range o.files[slot].Columns {
			source.Columns = append(source.Columns, engine.Column{Name: c.Name})
			l[slot][c.Name] = unused(c.Values)
		}
		scope.Sources = append(scope.Sources, source)
	}
	return l, scope
}

// unused is the list without what was computed from it before.
func unused(v value.Vector) value.Vector {
	if v.Kind() == value.Text {
		return value.Texts(v.Dict(), v.Codes(), v.Valid())
	}
	return value.Numbers(v.Nums(), v.Valid())
}

// run evaluates all Klips as the server does: one batch for each, as many at a
// time as there are processors, everything compiled anew.
func (o *octavo) run(in request) (result, error) {
	count := len(o.formulas)
	if in.Limit > 0 {
		count = in.Limit
	}
	data, scope := o.fresh()
	out := result{Answers: make([][]any, count), Kinds: map[string]float64{}}
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	per := len(kinds)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				at := int(next.Add(1)-1) * per
				if at >= count {
					return
				}
				took, err := o.klip(data, scope, at, out.Answers)
				mu.Lock()
				for kind, ms := range took {
					out.Kinds[kind] += ms
				}
				failed = errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return out, failed
}

// klip evaluates the formulas of one Klip, which begin at a position of the list.
func (o *octavo) klip(data lists, scope engine.Scope, at int, answers [][]any) (took map[string]float64, err error) {
	batch := engine.NewBatch(&engine.Env{Data: data, Limits: engine.Unlimited()})
	took = map[string]float64{}
	for i, f := range o.formulas[at : at+len(kinds)] {
		p, err := engine.Compile(f.Text, nil, scope)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Text, err)
		}
		batch.Add(engine.Part{Sub: fmt.Sprint(i)}, p)
	}
	for i, f := range o.formulas[at : at+len(kinds)] {
		begun := time.Now()
		list, _, err := batch.Eval(context.Background(), "", fmt.Sprint(i))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Text, err)
		}
		took[f.Kind] += float64(time.Since(begun).Nanoseconds()) / 1e6
		answers[at+i] = items(list)
	}
	return took, nil
}

func items(v value.Vector) []any {
	out := make([]any, v.Len())
	for i := range out {
		switch it := v.Item(i); it.Kind {
		case value.Number:
			out[i] = it.Num
		case value.Text:
			out[i] = it.Str
		case value.Bool:
			out[i] = it.Bool
		}
	}
	return out
}
