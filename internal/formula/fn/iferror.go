package fn

var iferrorFunc = Func{
	Name: "IFERROR", Group: Extension, Form: Try,
	Params: []Param{
		{Name: "expression", Kind: Formula},
		{Name: "fallback", Kind: Formula},
	},
	Doc: "Gives the fallback if the expression has an error, such as a reference that leads nowhere; single blanks and warnings are none.",
	Examples: []Example{
		{`IFERROR(@[Stock/Level], "no stock")`, "no stock"},
		{`IFERROR(SORT(@Units, CONCAT("by ", "name")), @Units)`, "4, 7, 2, 9, 1, 5"},
		{`IFERROR(1 / 0, "never")`, "∅"},
	},
}
