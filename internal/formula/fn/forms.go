package fn

// Form says how the engine evaluates a function. Only plain functions have Eval;
// the others bind variables, catch errors or lead to data, which takes the engine.
type Form uint8

// The forms.
const (
	Plain   Form = iota
	Map          // the last argument once per item: one result each
	MapFlat      // the last argument once per item: all results
	Set          // the last argument once, with variables bound
	Try          // the last argument if the first one fails
	Source       // the list of a data source
)

// The kinds of parameters that only special forms and SWITCH have.
const (
	Name      Kind = "variable name" // a word or a text
	Names     Kind = "variable names"
	Formula   Kind = "formula" // evaluated when and as often as it is needed
	SourceID  Kind = "data source"
	PointerTo Kind = "pointer"
	Case      Kind = "case" // a list, or the word _default_
)

// DefaultCase is the word that stands for "none of the cases" in SWITCH.
const DefaultCase = "_default_"
