package main

import (
	"reflect"
	"runtime"
	"testing"
)

func loaded(t testing.TB, rows, klips int) *octavo {
	t.Helper()
	dir := t.TempDir()
	if err := writeData(dir, rows, 3); err != nil {
		t.Fatal(err)
	}
	o := &octavo{}
	if err := o.load(request{Dir: dir, Formulas: makeFormulas(klips, 3)}); err != nil {
		t.Fatal(err)
	}
	return o
}

// The answers must not depend on how many processors there are, to the last bit.
func TestAnswersAreTheSameOnAnyProcessors(t *testing.T) {
	o := loaded(t, 20_000, 30)
	var answers [][][]any
	for _, processors := range []int{1, 2, 4} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		r, err := o.run(request{})
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, r.Answers)
	}
	for i, f := range o.formulas {
		if len(answers[0][i]) == 0 {
			t.Errorf("%s gives nothing", f.Text)
		}
		if !reflect.DeepEqual(answers[0][i], answers[1][i]) || !reflect.DeepEqual(answers[0][i], answers[2][i]) {
			t.Errorf("%s differs", f.Text)
		}
	}
}

// BenchmarkKlips is our side of P3 alone, for profiles.
func BenchmarkKlips(b *testing.B) {
	o := loaded(b, 1_000_000, 125)
	for b.Loop() {
		if _, err := o.run(request{}); err != nil {
			b.Fatal(err)
		}
	}
}
