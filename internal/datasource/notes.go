package datasource

import (
	"errors"
	"slices"
	"strings"

	"octavo/internal/connector/rest"
	"octavo/internal/dataset"
	"octavo/internal/errs"
)

// What is to be known of data that were fetched, and of the attempt that brought them.
const (
	NotePartial = "partial"      // a page could not be read: what came before it is there, the rest is missing
	NoteRepeats = "pages_repeat" // the pages began to repeat, and the reading ended there

	NoteTruncated = "truncated" // rows beyond the limit were left out
)

// sentences are the notes as warnings that stand in the data.
var sentences = map[string]string{
	NotePartial: "A page could not be read. What came before it is here; the rest is missing.",
	NoteRepeats: pagesRepeat,

	NoteTruncated: "There are more rows than are taken. The first ones are here; the rest is left out.",
}

// notesOf are those of an answer that was read.
func notesOf(r *rest.Result) []string {
	var out []string
	if r.Fault != nil {
		out = append(out, NotePartial)
	}
	if r.Loop {
		out = append(out, NoteRepeats)
	}
	if r.Cut {
		out = append(out, NoteTruncated)
	}
	return out
}

// note writes notes into data that were read: others of the same rows are other data.
func note(set *dataset.Set, notes []string) {
	set.Warnings = slices.Clone(set.Warnings)
	for _, code := range notes {
		set.Warnings = append(set.Warnings, sentences[code])
	}
}

func writeNotes(notes []string) string { return strings.Join(notes, " ") }

func readNotes(text string) []string { return strings.Fields(text) }

// missed is why a page of an answer could not be read that was taken all the same; nil = all could.
func (o *outcome) missed() *errs.Error {
	var e *errs.Error
	if o != nil && o.result != nil && errors.As(o.result.Fault, &e) {
		return e
	}
	return nil
}

// whole says that half an answer is of no use to a run, whatever its request allows: rows that it lacks would be missing in the
// history for ever, where answers are appended, and where a request asks only for what is new since the last one.
func (w *work) whole() bool {
	h := w.settings.History
	return h != nil && h.Mode == dataset.Append || len(w.body.asks().Lasts()) > 0
}
